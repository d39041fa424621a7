"""The stream list with real stores: search, category, order, stop, copy, hostile ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from inspector.core.events import StreamId
from inspector.services.stream_listing import Sort
from inspector.ui.lanes import StoreLanes
from inspector.ui.models import long_scan
from inspector.ui.models.long_scan import LongScan, ScanPhase
from inspector.ui.models.stream_table import SUMMARY_ROLE, StreamTableModel
from inspector.ui.panels.streams_panel import StreamsPanel
from tests.layouts.cases import cases
from tests.ui.panel_stores import endless, hostile_store, many_streams, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.models.store_model import StoreModel
    from inspector.ui.theme import Theme


@pytest.fixture
def panel(theme: Theme, qtbot: QtBot) -> Iterator[StreamsPanel]:
    made = StreamsPanel(theme, StreamTableModel())
    qtbot.addWidget(made)
    made.resize(260, 500)
    made.show()
    yield made
    made._model.show(None)
    made.close()


@pytest.fixture
def store(tmp_path: Path, qtbot: QtBot) -> Iterator[StoreModel]:
    with opened(many_streams(tmp_path / "many.sqlite", 600), qtbot) as model:
        yield model


def names(panel: StreamsPanel) -> list[str]:
    model = panel._model
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def show(panel: StreamsPanel, store: StoreModel, qtbot: QtBot) -> StreamTableModel:
    panel._model.show(store.lanes)
    qtbot.waitUntil(lambda: panel._model.rowCount() > 0)
    return panel._model


def test_a_list_reads_one_page_and_says_that_there_is_more(
    panel: StreamsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    model = show(panel, store, qtbot)
    assert model.rowCount() == 256
    assert not model.complete
    assert panel.filters._count.text() == "256+ streams"


def test_the_longest_streams_come_first_when_asked_for(
    panel: StreamsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    model = show(panel, store, qtbot)
    panel.filters.choose_order(Sort.EVENTS)
    assert model.rowCount() == 256, "the rows before stay until the order is known"
    qtbot.waitUntil(lambda: model.complete)
    assert model.rowCount() == 600
    assert names(panel)[:2] == ["order-0005", "order-0006"]
    panel.filters.choose_order(None)
    qtbot.waitUntil(lambda: model.rowCount() == 256)
    assert names(panel)[0] == "order-0000"


def test_an_order_that_was_stopped_is_marked_as_partial(
    panel: StreamsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    model = show(panel, store, qtbot)
    panel.filters.choose_order(Sort.EVENTS)
    model.stop()
    qtbot.waitUntil(lambda: not model.searching)
    assert model.partial
    assert not model.complete
    qtbot.waitUntil(panel.progress.isVisible)
    assert "Partial" in panel.progress._words.full_text
    panel.progress.button.click()
    qtbot.waitUntil(lambda: model.complete)
    assert not panel.progress.isVisible()


def test_a_part_of_an_id_is_found_and_a_newer_search_wins(
    panel: StreamsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    model = show(panel, store, qtbot)
    panel.search.setText("059")
    panel.filters._say()
    panel.search.setText("R-0512")
    panel.filters._say()
    qtbot.waitUntil(lambda: model.complete)
    assert names(panel) == ["order-0512"]


def test_nothing_found_is_a_face_of_its_own_with_a_way_back(
    panel: StreamsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    model = show(panel, store, qtbot)
    panel.search.setText("no such stream")
    panel.filters._say()
    qtbot.waitUntil(panel.empty_page.isVisible)
    content = panel.empty_page.content
    assert content is not None
    assert content.sentence == "No stream has “no such stream” in its id."
    content.steps[0].run()
    qtbot.waitUntil(lambda: model.rowCount() == 256)


def test_the_open_stream_stays_lit_in_another_order(
    panel: StreamsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    model = show(panel, store, qtbot)
    chosen: list[StreamId] = []
    panel.stream_chosen.connect(chosen.append)
    panel.view.go_to_row(5)
    assert [stream.name for stream in chosen] == ["order-0005"]
    panel.filters.choose_order(Sort.EVENTS)
    qtbot.waitUntil(lambda: model.complete)
    assert panel.view.currentIndex().row() == 0
    assert len(chosen) == 1, "lighting a row is not choosing it"


def test_letters_walk_and_copying_gives_the_whole_id(
    panel: StreamsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    show(panel, store, qtbot)
    panel.view.go_to_row(0)
    qtbot.keyClick(panel.view, Qt.Key.Key_J)
    qtbot.keyClick(panel.view, Qt.Key.Key_J)
    qtbot.keyClick(panel.view, Qt.Key.Key_K)
    assert panel.view.currentIndex().row() == 1
    qtbot.keyClick(panel.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "order-0001"


def test_a_store_with_categories_offers_them_and_shows_one(
    panel: StreamsPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    case = next(case for case in cases() if (case.layout, case.dialect) == ("evtstore", "sqlite"))
    with opened(case.unpack(tmp_path), qtbot) as store:
        model = show(panel, store, qtbot)
        model.survey()
        qtbot.waitUntil(lambda: not model.surveying)
        assert model.categories == ["bankaccount-evts", "shoporder-evts"]
        assert panel.filters.categories.isVisible()
        panel.filters.choose_category("shoporder-evts")
        qtbot.waitUntil(lambda: model.complete)
        shown = {model.index(row, 0).data(SUMMARY_ROLE).stream for row in range(model.rowCount())}
        assert {stream.category for stream in shown} == {"shoporder-evts"}


def test_a_store_without_categories_offers_none(
    panel: StreamsPanel, store: StoreModel, qtbot: QtBot
) -> None:
    model = show(panel, store, qtbot)
    model.survey()
    qtbot.waitUntil(lambda: not model.surveying)
    assert model.categories == []
    assert not panel.filters.categories.isVisible()


def test_hostile_ids_are_shown_as_text(panel: StreamsPanel, tmp_path: Path, qtbot: QtBot) -> None:
    with opened(hostile_store(tmp_path / "hostile.sqlite"), qtbot) as store:
        model = show(panel, store, qtbot)
        assert model.rowCount() == 7
        for row in range(model.rowCount()):
            index = model.index(row, 0)
            text = str(index.data())
            assert len(text) <= 201
            assert not set(text) & set("\n\t\x00\x1b\u202e\ud800")
            assert "<b>" not in str(index.data(Qt.ItemDataRole.ToolTipRole))
        panel.grab()
        assert isinstance(model.index(0, 0).data(SUMMARY_ROLE).stream, StreamId)


def test_a_long_pass_ends_when_it_is_stopped_and_keeps_what_it_found(
    store: StoreModel, qtbot: QtBot
) -> None:
    scan = LongScan("endless")
    scanner = endless()
    scan.start(store.lanes, scanner)
    qtbot.waitUntil(lambda: scanner.done > 0)
    scan.stop()
    qtbot.waitUntil(lambda: scan.phase is ScanPhase.STOPPED)
    assert scan.scanner is scanner
    scan.forget()


def test_a_long_pass_lets_other_work_of_its_lane_through(store: StoreModel, qtbot: QtBot) -> None:
    scan, heard = LongScan("endless"), []
    scan.start(store.lanes, endless())
    store.lanes.scan("other", lambda _reader, _work: 7, heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert scan.running
    scan.forget()


def test_a_long_pass_rests_while_a_person_moves_but_gets_on(
    store: StoreModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoreLanes, "moving", True)
    monkeypatch.setattr(long_scan, "REST", 1)
    monkeypatch.setattr(long_scan, "RESTS", 3)
    scan, scanner, heard = LongScan("endless"), endless(), []
    scan.changed.connect(lambda: heard.append(scanner.done))
    scan.start(store.lanes, scanner)
    qtbot.waitUntil(lambda: len(heard) >= 4)
    assert heard[:4] == [0, 1, 2, 3]  # one short piece each time, and no whole slice
    scan.forget()


def test_a_long_pass_that_rests_can_be_stopped(
    store: StoreModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoreLanes, "moving", True)
    scan, scanner = LongScan("endless"), endless()
    scan.start(store.lanes, scanner)
    assert scan.running
    scan.stop()
    assert scan.phase is ScanPhase.STOPPED
    assert scanner.done == 0
    scan.forget()


def test_steps_of_the_slider_say_that_a_person_moves(store: StoreModel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not store.lanes.moving)
    heard: list[object] = []
    store.lanes.ask("snapshots", lambda _reader, _work: 1, heard.append)
    assert not store.lanes.moving
    store.lanes.ask("step", lambda _reader, _work: 2, heard.append)
    assert store.lanes.moving
    qtbot.waitUntil(lambda: len(heard) == 2)
    qtbot.waitUntil(lambda: not store.lanes.moving)
