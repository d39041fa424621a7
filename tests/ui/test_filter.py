"""The filter over the event table: typing, chips, hits, jumps, and how it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton

from inspector.services.saved_filters import SavedFilters
from inspector.ui.models.event_columns import EventColumn
from inspector.ui.models.long_scan import ScanPhase
from inspector.ui.panels.filter_menu import cell_condition, value_condition
from inspector.ui.session import Session
from tests.helpers.stores import append, state, stream_rows, write_store
from tests.ui.windows import WALLET, new_window, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QMenu
    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier
REFUNDS = "type endswith 'Payment.Refunded'"


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = new_window(theme, qtbot, tmp_path)
    made.filtering.saved = SavedFilters(tmp_path / "filters.json")
    open_store(made, qtbot)
    yield made
    made.close()


def type_filter(window: MainWindow, qtbot: QtBot, text: str) -> None:
    """As somebody would: a slash, the text, Return."""
    window.activateWindow()
    window.events_panel.view.setFocus()
    qtbot.keyClick(window.events_panel.view, Key.Key_Slash)
    field = window.events_panel.filter.field
    assert QApplication.focusWidget() is field
    field.setText(text)
    qtbot.keyClick(field, Key.Key_Return)
    found_all(window, qtbot)


def found_all(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.models.filter.scan.running, timeout=30_000)


def positions(window: MainWindow) -> list[object]:
    model = window.events
    events = [model.event_in(line) for line in range(model.rowCount())]
    return [event.global_position for event in events if event is not None]


def press(window: MainWindow, qtbot: QtBot, key: Key, held: Qt.KeyboardModifier = PLAIN) -> None:
    window.activateWindow()
    window.events_panel.view.setFocus()
    qtbot.keyClick(window.events_panel.view, key, held)
    qtbot.waitUntil(lambda: not window.filtering.waiting)


# -- typing ---------------------------------------------------------------------------------------


def test_a_slash_a_condition_and_return_show_hits_alone(window: MainWindow, qtbot: QtBot) -> None:
    whole = window.events.rowCount()
    type_filter(window, qtbot, REFUNDS)
    model, found = window.events, window.models.filter
    assert 0 < model.rowCount() == found.known < whole
    assert model.count.value == whole
    assert positions(window) == [row + 1 for row in found.rows]
    assert all(e.type.endswith("Refunded") for e in map(model.event_in, range(found.known)) if e)
    line = window.events_panel.filter.line
    assert f"{found.known} hits of" in line.findChild(type(line._words)).text()
    assert window.events_panel.filter.field.text() == ""
    assert window.events_panel.view.hasFocus()


def test_the_field_says_how_the_text_stands(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.events_panel.filter
    bar.focus_field()
    qtbot.waitUntil(lambda: bar.known.events > 0, timeout=20_000)
    for text, word, words in (
        ("data.status == 'refunded'", "valid", "Return applies it."),
        ("data.status ==", "invalid", "Line 1, column 15"),
        ("data.statsu == 'refunded'", "doubtful", "Did you mean data.status?"),
        ("type == 'shop.payments:Payment.Refundet'", "doubtful", "Payment.Refunded"),
        ("state.balance < 0", "doubtful", "choose a stream"),
        ("data.a + 1", "doubtful", "no condition"),
        ("refund", "valid", "everywhere"),
        ("", "neutral", ""),
    ):
        bar.field.setText(text)
        assert bar.field.property("state") == word, text
        assert words in bar.said.text()
        assert bar.said.isVisible() == bool(text)
        assert bar.field.accessibleDescription() == bar.said.text()


def test_a_wrong_text_stays_and_changes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    type_filter(window, qtbot, "data.amount >")
    assert window.events_panel.filter.field.text() == "data.amount >"
    assert not window.models.filter.parts
    assert not window.events.shows_hits


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_names_of_the_store_are_offered(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.events_panel.filter
    bar.focus_field()
    qtbot.waitUntil(lambda: bar.known.events > 0, timeout=20_000)
    qtbot.keyClicks(bar.field, "data.stat")
    assert bar.field.popup.isVisible()
    qtbot.keyClick(bar.field, Key.Key_Tab)
    assert bar.field.text() == "data.status"
    qtbot.keyClicks(bar.field, " == 1 and type == 'shop.payments:Payment.Refu")
    qtbot.keyClick(bar.field, Key.Key_Return)
    assert bar.field.text().endswith("type == 'shop.payments:Payment.Refunded'")
    bar.field.popup.hide()


def test_escape_empties_the_field_then_leads_back(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.events_panel.filter
    bar.focus_field()
    qtbot.keyClicks(bar.field, "12")
    qtbot.keyClick(bar.field, Key.Key_Escape)
    assert bar.field.text() == ""
    qtbot.keyClick(bar.field, Key.Key_Escape)
    assert window.events_panel.view.hasFocus()


# -- chips ----------------------------------------------------------------------------------------


def test_chips_are_switched_one_by_one_and_together(window: MainWindow, qtbot: QtBot) -> None:
    found, chips = window.models.filter, window.events_panel.filter.chips
    whole = window.events.rowCount()
    type_filter(window, qtbot, "type contains 'Payment'")
    payments = found.known
    type_filter(window, qtbot, "data.status == 'refunded'")
    both = found.known
    assert 0 < both < payments
    assert [chip.part.text for chip in chips.chips] == [part.text for part in found.parts]
    qtbot.mouseClick(chips.chips[1].body, Qt.MouseButton.LeftButton)
    found_all(window, qtbot)
    assert found.known == payments
    assert not chips.chips[1].part.on
    assert chips.everything.text() == "All off"
    qtbot.mouseClick(chips.everything, Qt.MouseButton.LeftButton)
    assert not found.active
    assert window.events.rowCount() == whole
    qtbot.mouseClick(chips.everything, Qt.MouseButton.LeftButton)
    found_all(window, qtbot)
    assert found.known == both
    qtbot.mouseClick(chips.chips[0].cross, Qt.MouseButton.LeftButton)
    found_all(window, qtbot)
    assert len(found.parts) == 1
    qtbot.keyClick(chips.chips[0].body, Key.Key_Delete)
    assert not found.parts
    assert not chips.isVisible()
    assert window.events.rowCount() == whole


def test_a_chip_goes_back_into_the_field(window: MainWindow, qtbot: QtBot) -> None:
    type_filter(window, qtbot, REFUNDS)
    window.events_panel.filter.chips.edited.emit(0)
    assert window.events_panel.filter.field.text() == REFUNDS
    assert not window.models.filter.parts


def test_several_conditions_are_one_text_that_can_be_shared(
    window: MainWindow, qtbot: QtBot
) -> None:
    found = window.models.filter
    found.put("refund", "version == 1 or version == 2")
    assert found.text == "'refund' and (version == 1 or version == 2)"
    bar = window.events_panel.filter
    action(bar.menu(), "Copy the filter as text").trigger()
    assert QGuiApplication.clipboard().text() == found.text
    found_all(window, qtbot)
    hits = list(found.rows)
    found.clear()
    action(bar.menu(), "Paste a filter").trigger()
    assert bar.field.text() == "'refund' and (version == 1 or version == 2)"
    bar.field.applied.emit(bar.field.text())
    found_all(window, qtbot)
    assert list(found.rows) == hits


# -- one cursor -----------------------------------------------------------------------------------


def test_one_cursor_in_table_timeline_and_slider(window: MainWindow, qtbot: QtBot) -> None:
    type_filter(window, qtbot, REFUNDS)
    panel, found = window.events_panel, window.models.filter
    panel.view.go_to_row(2)
    row = found.rows[2]
    assert panel.row == row
    assert window.timeline.view.cursor_index == row
    assert list(window.timeline.view.data.hits) == list(found.rows)
    window.timeline.go_to_row(row + 1)
    assert panel.row == row + 1
    assert not panel.view.currentIndex().isValid()
    qtbot.waitUntil(lambda: panel.current_event() is not None)
    event = panel.current_event()
    assert event is not None
    assert event.global_position == row + 2
    found.clear()
    assert panel.view.currentIndex().row() == row + 1
    assert len(window.timeline.view.data.hits) == 0


def test_n_goes_from_hit_to_hit(window: MainWindow, qtbot: QtBot) -> None:
    assert not window.actions_by_name["next-hit"].isEnabled()
    type_filter(window, qtbot, REFUNDS)
    panel, found = window.events_panel, window.models.filter
    rows = list(found.rows)
    press(window, qtbot, Key.Key_N)
    assert panel.row == rows[0]
    assert "Hit 1 of" in window.status.counts.text()
    press(window, qtbot, Key.Key_H)
    assert not found.only_hits
    assert window.events.rowCount() == window.events.count.value
    assert panel.view.currentIndex().row() == rows[0]
    marked = [row for row in range(rows[-1] + 9) if panel._delegate.is_hit(row)]
    assert marked == rows
    press(window, qtbot, Key.Key_N)
    assert panel.view.currentIndex().row() == panel.row == rows[1]
    panel.choose(rows[1] + 1)
    press(window, qtbot, Key.Key_N, SHIFT)
    assert panel.row == rows[1]
    press(window, qtbot, Key.Key_N, SHIFT)
    press(window, qtbot, Key.Key_N, SHIFT)
    assert panel.row == rows[0]
    assert "No hit further back." in window.status.counts.text()


def test_in_a_stream_the_cursor_of_the_replay_follows(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot, stream=WALLET)
    type_filter(window, qtbot, "state.balance_after < 0")
    found = window.models.filter
    assert found.error is None
    assert 0 < found.known < window.replay.count
    window.replay.move_to(0)
    press(window, qtbot, Key.Key_N)
    assert window.replay.cursor == found.rows[0]
    assert window.events_panel.view.currentIndex().row() == 0
    assert list(window.timeline.view.data.hits) == list(found.rows)


# -- faces ----------------------------------------------------------------------------------------


def test_nothing_found_has_a_face_of_its_own(window: MainWindow, qtbot: QtBot) -> None:
    type_filter(window, qtbot, REFUNDS)
    type_filter(window, qtbot, "version == 999")
    panel = window.events_panel
    buttons = [b for b in panel.findChildren(QPushButton) if b.isVisible()]
    assert [b.text() for b in buttons] == [
        "Switch the last condition off", "Clear filter", "Show every event",
    ]  # fmt: skip
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    found_all(window, qtbot)
    assert window.events.rowCount() > 0
    assert not [b for b in panel.findChildren(QPushButton) if b.isVisible()]


def test_a_state_of_the_whole_store_is_refused_in_its_place(
    window: MainWindow, qtbot: QtBot
) -> None:
    type_filter(window, qtbot, "state.balance < 0")
    assert window.models.filter.scan.phase is ScanPhase.FAILED
    shown = [b.text() for b in window.events_panel.findChildren(QPushButton) if b.isVisible()]
    assert shown == ["Clear filter", "Show every event"]


def test_what_could_not_be_read_is_told(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    rows = [*stream_rows("order-1", 1, 5), ("order-1", 6, "shop:Order.Counted", b"\x00")]
    made = new_window(theme, qtbot, tmp_path)
    open_store(made, qtbot, write_store(tmp_path / "orders.db", rows))
    made.models.filter.put("data.n > 3")
    found_all(made, qtbot)
    line = made.events_panel.filter.line
    assert "1 event could not be read" in line._words.text()
    assert made.models.filter.known == 2
    made.close()


def test_a_stop_keeps_the_hits_and_going_on_finds_the_rest(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = [row for n in range(30) for row in stream_rows(f"order-{n:02d}", 1, 300)]
    made = new_window(theme, qtbot, tmp_path)
    open_store(made, qtbot, write_store(tmp_path / "orders.db", rows))
    found = made.models.filter
    found.put("data.n == 7")
    qtbot.waitUntil(lambda: found.known > 0 or not found.scan.running)
    made.filtering.stop()
    qtbot.waitUntil(lambda: not found.scan.running)
    if found.scan.phase is ScanPhase.STOPPED:
        known = found.known
        assert made.events.rowCount() == known
        assert "stopped after" in made.events_panel.filter.line._words.text()
        made.events_panel.filter.line.button.click()
        found_all(made, qtbot)
    assert found.known == 30
    assert positions(made) == [7 + 300 * n for n in range(30)]
    made.close()


def test_hits_far_back_are_read_again(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    rows = stream_rows("order-1", 1, 5000)
    made = new_window(theme, qtbot, tmp_path)
    open_store(made, qtbot, write_store(tmp_path / "orders.db", rows))
    made.models.filter.put("version > 0")
    found_all(made, qtbot)
    made.models.filter.scanner._events.clear()
    made.events.show_hits(None)
    made.events_panel._show_hits()
    assert made.events.event_in(3) is None
    qtbot.waitUntil(lambda: made.events.event_in(3) is not None)
    event = made.events.event_in(3)
    assert event is not None
    assert event.position == 4
    made.close()


def test_new_events_are_looked_at_too(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    path = write_store(tmp_path / "orders.db", stream_rows("order-1", 1, 10))
    made = new_window(theme, qtbot, tmp_path)
    open_store(made, qtbot, path)
    made.models.filter.put("data.n > 8")
    found_all(made, qtbot)
    assert made.events.rowCount() == 2
    append(path, stream_rows("order-1", 11, 3))
    made.conductor.read_again()
    qtbot.waitUntil(lambda: made.events.rowCount() == 5, timeout=20_000)
    assert positions(made) == [9, 10, 11, 12, 13]
    made.close()


# -- the mouse ------------------------------------------------------------------------------------


def action(menu: QMenu, text: str):
    return next(a for a in menu.actions() if a.text() == text)


def test_a_value_is_applied_and_or_not(window: MainWindow, qtbot: QtBot) -> None:
    found, page = window.models.filter, window.details.event_page
    type_filter(window, qtbot, REFUNDS)
    press(window, qtbot, Key.Key_N)
    qtbot.waitUntil(lambda: page.payload.tree.json_model().rowCount() > 0)
    model = page.payload.tree.json_model()
    index = next(
        model.index(row, 0)
        for row in range(model.rowCount())
        if model.path_at(model.index(row, 0)) == ("status",)
    )
    menu = page.payload.menu.build(index).findChild(type(window.menu), "filter-menu")
    assert menu is not None
    assert "data.status == 'refunded'" in menu.title()
    action(menu, "And: this too").trigger()
    assert [p.text for p in found.parts] == [REFUNDS, "data.status == 'refunded'"]
    action(menu, "Or: this as well").trigger()
    assert len(found.parts) == 1
    assert " or " in found.text
    action(menu, "Not: all but this").trigger()
    assert found.parts[-1].text == "not data.status == 'refunded'"
    action(menu, "Apply: only this").trigger()
    assert found.text == "data.status == 'refunded'"
    found_all(window, qtbot)
    assert found.known > 0


def test_every_cell_becomes_a_condition_that_finds_its_event(
    window: MainWindow, qtbot: QtBot
) -> None:
    found = window.models.filter
    event = window.events.event_at(100)
    if event is None:
        qtbot.waitUntil(lambda: window.events.event_at(100) is not None)
        event = window.events.event_at(100)
    assert event is not None
    for column in EventColumn:
        condition = cell_condition(event, column, in_stream=False)
        if condition is None:
            continue
        found.put(condition)
        found_all(window, qtbot)
        assert 100 in found.rows, condition


def test_what_no_filter_can_say_is_not_offered() -> None:
    assert value_condition("data", (), {"a": 1}) is None
    assert value_condition("data", ("a",), [1]) == "has(data.a)"
    assert value_condition("data", ("a", 0), b"x") == "has(data.a[0])"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_menu_of_a_cell_offers_it(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.events_panel
    index = window.events.index(0, EventColumn.TYPE)
    panel._show_menu(index, QPoint(0, 0))
    popup = QApplication.activePopupWidget()
    assert popup is not None
    assert popup.findChild(type(window.menu), "filter-menu") is not None
    popup.close()


# -- keeping and searching ------------------------------------------------------------------------


def test_a_filter_is_saved_under_a_name_and_used_again(window: MainWindow, qtbot: QtBot) -> None:
    found, quick = window.models.filter, window.quick
    found.put(REFUNDS)
    window.actions_by_name["filter-save"].trigger()
    qtbot.waitUntil(quick.isVisible)
    qtbot.keyClicks(quick.field, "Refunds")
    qtbot.keyClick(quick.field, Key.Key_Return)
    saved, store = window.filtering.saved, found.store_name
    qtbot.waitUntil(lambda: saved.of(store) == {"Refunds": REFUNDS})
    found.clear()
    window.actions_by_name["filter-saved"].trigger()
    qtbot.waitUntil(quick.isVisible)
    qtbot.keyClicks(quick.field, "ref")
    qtbot.keyClick(quick.field, Key.Key_Return)
    assert found.text == REFUNDS
    window.actions_by_name["filter-saved"].trigger()
    qtbot.waitUntil(quick.isVisible)
    qtbot.keyClicks(quick.field, "-ref")
    qtbot.keyClick(quick.field, Key.Key_Return)
    qtbot.waitUntil(lambda: saved.of(store) == {})
    found_all(window, qtbot)


def test_forgetting_a_store_forgets_its_saved_filters(window: MainWindow, qtbot: QtBot) -> None:
    window.models.filter.put(REFUNDS)
    window.filtering._save("Refunds", REFUNDS)
    name = window.models.filter.store_name
    qtbot.waitUntil(lambda: window.filtering.saved.of(name) != {})
    window.forget_store()
    assert window.filtering.saved.of(name) == {}
    open_store(window, qtbot)
    assert not window.models.filter.parts


def test_filters_are_remembered_by_store_and_never_written(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    secret = "data.text == 'nobody may know'"
    store = write_store(tmp_path / "a.db", [("x", 1, "T", state(1, text="nobody may know"))])
    other = write_store(tmp_path / "b.db", stream_rows("y", 1, 3))
    made = new_window(theme, qtbot, tmp_path, Session(tmp_path / "session.json"))
    open_store(made, qtbot, store)
    found = made.models.filter
    found.put(secret, "version == 1")
    found.switch(1, on=False)
    found_all(made, qtbot)
    assert made.events.rowCount() == 1
    open_store(made, qtbot, other)
    assert not found.parts
    assert made.events.rowCount() == 3
    open_store(made, qtbot, store)
    found_all(made, qtbot)
    assert [(part.text, part.on) for part in found.parts] == [
        (secret, True),
        ("version == 1", False),
    ]
    qtbot.waitUntil(lambda: made.events.rowCount() == 1)
    made.close()
    written = b"".join(file.read_bytes() for file in tmp_path.glob("*.*") if file.suffix != ".db")
    assert b"nobody" not in written
    assert (tmp_path / "session.json").exists()


def test_an_unknown_id_is_searched_everywhere(window: MainWindow, qtbot: QtBot) -> None:
    quick = window.quick
    window.actions_by_name["quick-open"].trigger()
    qtbot.keyClicks(quick.field, "cust-C-1028")

    def everywhere() -> int | None:
        texts = [o.text for o in map(quick.model.offer, range(quick.model.rowCount())) if o]
        return next((i for i, text in enumerate(texts) if "everywhere" in text), None)

    qtbot.waitUntil(lambda: everywhere() is not None, timeout=20_000)
    row = everywhere()
    assert row is not None
    quick.view.setCurrentIndex(quick.model.index(row))
    qtbot.keyClick(quick.field, Key.Key_Return)
    found_all(window, qtbot)
    assert window.models.filter.text == "'cust-C-1028'"
    assert window.models.filter.known > 0
    assert window.events.shows_hits
