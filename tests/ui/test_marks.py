"""Bookmarks and notes in the window: made, seen everywhere, gone to, kept and shared."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QPushButton

from inspector.core.cases import Case
from inspector.services.case_files import read_case, write_case
from inspector.services.case_marks import Found
from inspector.ui.dialogs.note_editor import NoteEditor
from inspector.ui.models.event_table import EventColumn
from inspector.ui.models.store_model import Phase
from inspector.ui.pages.marks_page import MarksPage
from tests.helpers.stores import stream_rows, write_store
from tests.ui.windows import new_window, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return write_store(tmp_path / "a.db", [*stream_rows("a", 1, 9), *stream_rows("b", 1, 4)])


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path, store: Path) -> Iterator[MainWindow]:
    made = new_window(theme, qtbot, tmp_path)
    made.models.marks.folder = tmp_path / "cases"
    made.models.marks.person = "kim"
    open_store(made, qtbot, store, "a")
    qtbot.waitUntil(lambda: made.models.marks.case is not None)
    yield made
    made.close()


def key(window: MainWindow, qtbot: QtBot, which: Key, held: Qt.KeyboardModifier = SHIFT) -> None:
    view = window.events_panel.view
    window.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    qtbot.keyClick(view, which, held)


def plain(window: MainWindow, qtbot: QtBot, which: Key) -> None:
    key(window, qtbot, which, Qt.KeyboardModifier.NoModifier)


def at(window: MainWindow, qtbot: QtBot, row: int) -> None:
    """Stand on a row of the stream, with its event in memory."""
    window.replay.move_to(row)
    qtbot.waitUntil(lambda: window.events.event_at(row) is not None)


def mark(window: MainWindow, qtbot: QtBot, row: int) -> None:
    at(window, qtbot, row)
    known = len(window.models.marks.marks)
    plain(window, qtbot, Key.Key_M)
    qtbot.waitUntil(lambda: len(window.models.marks.marks) == known + 1)


def said(window: MainWindow) -> str:
    return window.status.counts.text()


def write_note(window: MainWindow, qtbot: QtBot, row: int, text: str) -> None:
    at(window, qtbot, row)
    key(window, qtbot, Key.Key_M)
    dialog = window.findChildren(NoteEditor)[-1]
    dialog.text.setPlainText(text)
    dialog.save()
    qtbot.waitUntil(lambda: text in [m.note for m in window.models.marks.marks])


def page(window: MainWindow) -> MarksPage:
    window.show_panel("marks")
    found = window.pages.front
    assert isinstance(found, MarksPage)
    return found


def test_a_letter_marks_an_event_and_takes_the_mark_away(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    mark(window, qtbot, 3)
    assert "is marked" in said(window)
    (file,) = (tmp_path / "cases").iterdir()
    assert [m.place.version for m in read_case(file).marks] == [4]
    assert window.timeline.view.data.bookmarks == {3: ("Marked by kim",)}
    cell = window.events.index(3, EventColumn.SUMMARY)
    assert "Marked by kim" in cell.data(Qt.ItemDataRole.ToolTipRole)
    assert "Marked by kim" in cell.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "1 bookmark" in window.timeline.view.data.summary()
    plain(window, qtbot, Key.Key_M)
    qtbot.waitUntil(lambda: not window.models.marks.marks)
    assert window.timeline.view.data.bookmarks == {}


def test_a_marked_row_looks_different_in_table_and_timeline(
    window: MainWindow, qtbot: QtBot
) -> None:
    mark(window, qtbot, 3)
    at(window, qtbot, 8)
    view = window.events_panel.view
    with_mark = view.viewport().grab().toImage()
    picture = window.timeline.view.grab().toImage()
    window.models.marks.change(lambda case: case.without([m.id for m in case.marks]))
    qtbot.waitUntil(lambda: not window.models.marks.marks)
    assert view.viewport().grab().toImage() != with_mark
    assert window.timeline.view.grab().toImage() != picture


def test_a_note_of_several_lines_is_kept_and_a_letter_does_not_take_it_away(
    window: MainWindow, qtbot: QtBot
) -> None:
    write_note(window, qtbot, 2, "first\n<b>두 번째</b>")
    assert "kim noted: first\n<b>두 번째</b>" in window.timeline.view.data.marks(2)
    plain(window, qtbot, Key.Key_M)
    assert "has a note" in said(window)
    assert len(window.models.marks.marks) == 1
    write_note(window, qtbot, 2, "other words")
    assert [m.note for m in window.models.marks.marks] == ["other words"]


def test_a_note_that_is_too_long_is_said_beside_it(window: MainWindow, qtbot: QtBot) -> None:
    at(window, qtbot, 2)
    key(window, qtbot, Key.Key_M)
    (dialog,) = window.findChildren(NoteEditor)
    dialog.findChild(QPlainTextEdit).setPlainText("x" * 20_001)
    dialog.save()
    assert dialog.isVisible()
    assert not window.models.marks.marks
    dialog.reject()


def test_letters_go_from_bookmark_to_bookmark_and_say_when_none_is_left(
    window: MainWindow, qtbot: QtBot
) -> None:
    plain(window, qtbot, Key.Key_B)
    assert "Nothing is marked" in said(window)
    for row in (1, 5):
        mark(window, qtbot, row)
    at(window, qtbot, 0)
    for row in (1, 5):
        plain(window, qtbot, Key.Key_B)
        assert window.replay.cursor == row
    plain(window, qtbot, Key.Key_B)
    assert "No bookmark in this stream further on." in said(window)
    key(window, qtbot, Key.Key_B)
    assert window.replay.cursor == 1


def test_among_all_events_bookmarks_are_set_and_gone_to_as_well(
    window: MainWindow, qtbot: QtBot
) -> None:
    mark(window, qtbot, 1)
    window.actions_by_name["all-events"].trigger()
    qtbot.waitUntil(lambda: window.events.stream is None and window.events.count.exact)
    view = window.events_panel.view
    plain(window, qtbot, Key.Key_B)
    qtbot.waitUntil(lambda: view.currentIndex().row() == 1)
    view.selectRow(10)
    qtbot.waitUntil(lambda: window.events_panel.current_event() is not None)
    plain(window, qtbot, Key.Key_M)
    qtbot.waitUntil(lambda: len(window.models.marks.marks) == 2)
    assert window.timeline.view.data.bookmarks.keys() == {1, 10}
    key(window, qtbot, Key.Key_B)
    qtbot.waitUntil(lambda: view.currentIndex().row() == 1)
    plain(window, qtbot, Key.Key_B)
    qtbot.waitUntil(lambda: view.currentIndex().row() == 10)
    plain(window, qtbot, Key.Key_B)
    assert "No bookmark further on." in said(window)


def test_among_the_hits_of_a_filter_the_event_that_is_seen_is_the_one_marked(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.actions_by_name["all-events"].trigger()
    qtbot.waitUntil(lambda: window.events.stream is None and window.events.count.exact)
    panel = window.events_panel
    panel.filter.field.setText("stream == 'b'")
    qtbot.keyClick(panel.filter.field, Key.Key_Return)
    qtbot.waitUntil(lambda: window.events.shows_hits and window.events.rowCount() == 4)
    panel.view.selectRow(2)
    qtbot.waitUntil(lambda: panel.current_event() is not None)
    plain(window, qtbot, Key.Key_M)
    qtbot.waitUntil(lambda: len(window.models.marks.marks) == 1)
    place = window.models.marks.marks[0].place
    assert (place.stream, place.version, place.position) == ("b", 3, 12)
    cell = window.events.index(2, EventColumn.SUMMARY)
    assert "Marked by kim" in cell.data(Qt.ItemDataRole.ToolTipRole)
    assert window.timeline.view.data.bookmarks.keys() == {11}
    panel.view.selectRow(0)
    plain(window, qtbot, Key.Key_B)
    qtbot.waitUntil(lambda: panel.row == 11)


def test_the_page_lists_all_marks_and_leads_to_their_events(
    window: MainWindow, qtbot: QtBot
) -> None:
    write_note(window, qtbot, 2, "one\ntwo")
    mark(window, qtbot, 6)
    shown = page(window)
    qtbot.waitUntil(lambda: len(window.models.marks.seen) == 2)
    texts = [[shown.rows.index(r, c).data() for c in (0, 1, 2, 3, 5)] for r in (0, 1)]
    assert texts == [["a", "3", "Counted", "kim", "one"], ["a", "7", "Counted", "kim", ""]]
    shown.view.selectRow(0)
    assert shown.note.toPlainText() == "one\ntwo"
    shown.go_button.click()
    assert window.pages.front is None
    qtbot.waitUntil(lambda: window.replay.cursor == 2)


def test_a_mark_is_removed_on_the_page_and_brought_back(window: MainWindow, qtbot: QtBot) -> None:
    write_note(window, qtbot, 2, "one")
    shown = page(window)
    shown.view.selectRow(0)
    shown.remove_button.click()
    qtbot.waitUntil(lambda: not window.models.marks.marks)
    next(b for b in shown.banner.findChildren(QPushButton) if b.text()).click()
    qtbot.waitUntil(lambda: [m.note for m in window.models.marks.marks] == ["one"])


def test_an_event_that_is_gone_is_said_and_its_note_stays(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    write_note(window, qtbot, 8, "look here")
    with closing(sqlite3.connect(store)) as database, database:
        database.execute("DELETE FROM stored_events WHERE originator_version = 9")
    window.open_again()
    seen = window.models.marks.seen
    qtbot.waitUntil(lambda: [s.found for s in window.models.marks.seen.values()] == [Found.GONE])
    assert seen is not window.models.marks.seen
    shown = page(window)
    assert "no longer in the store" in shown.note.toPlainText()
    assert "look here" in shown.note.toPlainText()
    shown.go_button.click()
    assert shown.banner.isVisible()
    assert window.pages.front is shown


def test_a_case_file_is_saved_and_its_marks_are_merged_elsewhere(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, theme: Theme, store: Path
) -> None:
    write_note(window, qtbot, 2, "from kim")
    file = tmp_path / "shared.ehcase"
    window.marks.save(file)
    qtbot.waitUntil(file.exists)
    copy = tmp_path / "copy.db"
    copy.write_bytes(store.read_bytes())
    other = new_window(theme, qtbot, tmp_path / "other")
    other.models.marks.folder = tmp_path / "cases of lee"
    other.open_path(str(file))
    qtbot.waitUntil(other.notice.isVisible)
    assert other.store.phase is not Phase.OPEN
    open_store(other, qtbot, copy)
    qtbot.waitUntil(lambda: [m.note for m in other.models.marks.marks] == ["from kim"])
    assert isinstance(other.pages.front, MarksPage)
    other.models.store.close()
    other.open_path(str(file))
    qtbot.waitUntil(lambda: other.store.phase is Phase.OPEN)
    qtbot.waitUntil(lambda: "0 marks added" in said(other))
    other.close()


def test_another_store_s_case_is_refused(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "other.ehcase"
    write_case(Case("e" + "0" * 24), file)
    window.open_path(str(file))
    qtbot.waitUntil(window.notice.isVisible)
    other = write_store(tmp_path / "other.db", stream_rows("z", 1, 2))
    window.notice.hide()
    open_store(window, qtbot, other)
    qtbot.waitUntil(window.notice.isVisible)
    assert not window.models.marks.marks


def test_a_damaged_case_is_said_once_and_never_written_over(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    mark(window, qtbot, 2)
    (file,) = (tmp_path / "cases").iterdir()
    file.write_text("damaged", encoding="utf-8")
    window.open_again()
    qtbot.waitUntil(lambda: window.models.marks.error is not None)
    assert window.notice.isVisible()
    qtbot.waitUntil(lambda: window.replay.step is not None)
    plain(window, qtbot, Key.Key_M)
    shown = page(window)
    assert "cannot be used" in shown.empty_page.accessibleName() + str(window.models.marks.error)
    assert file.read_text(encoding="utf-8") == "damaged"
