"""The event table with real stores: columns, densities, links, findings, hostile payloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication

from inspector.core.errors import ConnectionLost, InspectorError
from inspector.ui.models.event_columns import EventColumn
from inspector.ui.models.event_lines import LINES, payload_lines
from inspector.ui.models.event_table import EventTableModel
from inspector.ui.models.filter_model import FilterModel
from inspector.ui.models.store_model import StoreModel
from inspector.ui.panels.event_delegate import Density
from inspector.ui.panels.events_panel import EventsPanel
from tests.helpers.stores import state, stream_rows, write_store
from tests.ui.panel_stores import hostile_store, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.models.store_model import StoreModel
    from inspector.ui.theme import Theme


def new_panel(theme: Theme) -> EventsPanel:
    """A panel with models of its own."""
    store = StoreModel()
    events = EventTableModel(store)
    made = EventsPanel(theme, events, FilterModel(store, events, store))
    store.setParent(made)
    return made


@pytest.fixture
def panel(theme: Theme, qtbot: QtBot) -> Iterator[EventsPanel]:
    made = new_panel(theme)
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    yield made
    made.close()


@pytest.fixture
def store(tmp_path: Path, qtbot: QtBot) -> Iterator[StoreModel]:
    rows = stream_rows("order-1", 1, 700) + stream_rows("order-2", 1, 3)
    rows.append(("order-2", 4, "shop:Order.Broken", b"\xff\xfe not json"))
    with opened(write_store(tmp_path / "s.sqlite", rows), qtbot) as model:
        yield model


def show(panel: EventsPanel, store: StoreModel, qtbot: QtBot, name: str | None = None) -> None:
    stream = None
    if name is not None:
        lanes_store = store.store
        assert lanes_store is not None
        found: list[object] = []
        store.lanes.ask("find", lambda r, _w: r.streams.find(name), found.append)
        qtbot.waitUntil(lambda: bool(found))
        stream = found[0].value[0]  # type: ignore[attr-defined]
    panel._model.show(store.lanes, stream)
    qtbot.waitUntil(lambda: panel._model.count.exact)
    qtbot.waitUntil(lambda: panel._model.event_at(panel._model.rowCount() - 1) is not None)


def cell(panel: EventsPanel, row: int, column: EventColumn) -> str:
    return str(panel._model.index(row, column).data())


def test_what_the_whole_window_says_is_not_said_here_again(
    panel: EventsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    show(panel, store, qtbot)
    panel._model.failed.emit(ConnectionLost("gone"))
    assert not panel._banner.isVisible()
    panel._model.failed.emit(InspectorError("a page could not be read"))
    assert panel._banner.isVisible()


def test_an_empty_table_does_not_repeat_what_the_window_says(
    panel: EventsPanel, store: StoreModel
) -> None:
    model = panel._model
    for error, sentence in (
        (ConnectionLost("The server is gone."), "This could not be read."),
        (InspectorError("A page could not be read."), "A page could not be read."),
    ):
        model.error = error
        model.failed.emit(error)
        content = panel._page.content
        assert content is not None
        assert content.sentence == sentence
        assert bool(content.steps) == (error.message == sentence)


def test_columns_grow_with_the_table_unless_somebody_sized_them(
    panel: EventsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    show(panel, store, qtbot)
    header = panel.view.horizontalHeader()
    panel.resize(600, 500)
    narrow = header.sectionSize(EventColumn.TIME)
    header.resizeSection(EventColumn.TYPE, 90)
    panel.resize(1400, 500)
    qtbot.waitUntil(lambda: header.sectionSize(EventColumn.TIME) > narrow)
    assert header.sectionSize(EventColumn.TYPE) == 90
    panel.resize(600, 500)
    qtbot.waitUntil(lambda: header.sectionSize(EventColumn.TIME) == narrow)


def test_the_stream_column_is_shown_where_streams_differ_and_leads_there(
    panel: EventsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    show(panel, store, qtbot)
    view = panel.view
    assert not view.isColumnHidden(EventColumn.STREAM)
    index = panel._model.index(0, EventColumn.STREAM)
    with qtbot.waitSignal(panel.event_opened) as opened_event:
        place = view.visualRect(index).center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened_event.args[0].stream.name == "order-1"
    show(panel, store, qtbot, "order-2")
    assert view.isColumnHidden(EventColumn.STREAM)


def test_a_click_beside_the_stream_only_chooses_the_row(
    panel: EventsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    show(panel, store, qtbot)
    heard: list[object] = []
    panel.event_opened.connect(heard.append)
    index = panel._model.index(1, EventColumn.TYPE)
    with qtbot.waitSignal(panel.row_chosen) as chosen:
        place = panel.view.visualRect(index).center()
        qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [1]
    assert not heard


def test_an_event_that_cannot_be_read_says_so_in_its_row(
    panel: EventsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    show(panel, store, qtbot, "order-2")
    assert panel._model.rowCount() == 4
    event = panel._model.event_at(3)
    assert event is not None
    assert cell(panel, 3, EventColumn.SUMMARY) == event.findings[0].message
    assert [line.trouble for line in payload_lines(event)] == [True]


def test_fields_that_the_library_adds_to_every_event_are_no_news(
    panel: EventsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    show(panel, store, qtbot, "order-1")
    assert cell(panel, 2, EventColumn.SUMMARY) == "n 3 · total 6"
    event = panel._model.event_at(2)
    assert event is not None
    names = [line.name for line in payload_lines(event, panel._model.envelope)]
    assert names == ["n", "total", "timestamp"]


def test_the_full_density_opens_payloads_and_keeps_the_row(
    panel: EventsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    show(panel, store, qtbot, "order-1")
    panel.go_to(400)
    for density in (Density.FULL, Density.COMPACT, Density.LIST):
        panel.set_density(density)
        view = panel.view
        assert view.rowHeight(0) == density.value
        assert view.viewport().rect().intersects(view.visualRect(view.currentIndex()))
        panel.grab()


def test_a_large_payload_is_opened_as_its_first_fields(
    panel: EventsPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    many = {f"field{i}": i for i in range(3000)}
    path = write_store(tmp_path / "l.sqlite", [("a", 1, "shop:A.B", state(1, **many))])
    with opened(path, qtbot) as store:
        show(panel, store, qtbot)
        event = panel._model.event_at(0)
        assert event is not None
        lines = payload_lines(event, panel._model.envelope)
    assert len(lines) == LINES
    assert (lines[0].name, lines[0].text) == ("field0", "0")
    assert lines[-1].text == "2\u2009997 more fields"


def test_columns_are_chosen_ordered_sized_and_remembered(
    panel: EventsPanel, store: StoreModel, theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    show(panel, store, qtbot)
    panel.columns.choose(EventColumn.ID, shown=True)
    panel.columns.choose(EventColumn.VERSION, shown=False)
    panel.columns.choose(EventColumn.TYPE, shown=False)
    header = panel.view.horizontalHeader()
    header.moveSection(header.visualIndex(EventColumn.TYPE), 0)
    header.resizeSection(EventColumn.TYPE, 222)
    panel.set_density(Density.COMPACT)
    settings = QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat)
    panel.save_look(settings)
    again = new_panel(theme)
    qtbot.addWidget(again)
    again.restore_look(settings)
    there = again.view.horizontalHeader()
    assert there.logicalIndex(0) == EventColumn.TYPE
    assert there.sectionSize(EventColumn.TYPE) == 222, "a needed column cannot be hidden"
    assert not again.view.isColumnHidden(EventColumn.ID)
    assert again.view.isColumnHidden(EventColumn.VERSION)
    assert there.visualIndex(EventColumn.ID) == there.visualIndex(EventColumn.SUMMARY) - 1
    assert again.density is Density.COMPACT
    text = (tmp_path / "w.ini").read_text() if (tmp_path / "w.ini").exists() else ""
    assert "order-1" not in text


def test_a_damaged_setting_of_columns_is_passed_over(panel: EventsPanel, qtbot: QtBot) -> None:
    usual = panel.columns.state()
    panel.columns.restore("nonsense time:x:1 type:-5:9 stream:99999999999:1 :::")
    assert not panel.view.isColumnHidden(EventColumn.TYPE)
    panel.columns.reset()
    assert panel.columns.state() == usual


def test_copying_a_row_gives_its_visible_cells(
    panel: EventsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    show(panel, store, qtbot, "order-2")
    panel.view.go_to_row(1)
    qtbot.keyClick(panel.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    cells = QGuiApplication.clipboard().text().split("\t")
    assert cells[0] == "2"
    assert cells[-1] == "n 2 · total 3"


def test_hostile_payloads_are_text_in_every_density(
    panel: EventsPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    with opened(hostile_store(tmp_path / "hostile.sqlite"), qtbot) as store:
        show(panel, store, qtbot)
        for column in range(panel._model.columnCount()):
            panel.columns.choose(column, shown=True)
        for density in Density:
            panel.set_density(density)
            panel.grab()
        for row in range(panel._model.rowCount()):
            for column in EventColumn:
                index = panel._model.index(row, column)
                text = str(index.data() or "")
                assert len(text) <= 501
                assert not set(text) & set("\n\t\x00\x1b\u202e\ud800")
                assert "<b>" not in str(index.data(Qt.ItemDataRole.ToolTipRole))
            event = panel._model.event_at(row)
            assert event is not None
            assert all(len(line.text) < 1000 for line in payload_lines(event))
        names = [panel._model.event_at(r).stream for r in range(7)]  # type: ignore[union-attr]
        panel._model.show(store.lanes, names[-1])
        assert panel._title.minimumSizeHint().width() < 100
