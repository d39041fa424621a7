"""Whole-window paths counted in interactions, hostile stores, names of controls, and leaks."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QThread, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTextBrowser,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from inspector.core.errors import InspectorError
from inspector.services.sample import sample_store
from inspector.ui.dialogs.open_dialog import OpenDialog
from inspector.ui.main_window import MainWindow
from inspector.ui.models.store_model import Phase
from inspector.ui.recent import RecentStores
from tests.ui.panel_stores import hostile_messages, hostile_store
from tests.ui.windows import WALLET, ini, new_window, open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.theme import Theme

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    return new_window(theme, qtbot, tmp_path)


class Person:
    """Somebody with a keyboard; one interaction is a key chord, or a field filled and Enter."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self._window, self._qtbot = window, qtbot
        self.interactions = 0

    def press(self, key: Key, how: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self._target(), key, how)
        self.interactions += 1

    def fill(self, text: str, ready: object = None) -> None:
        """Type into what has the focus, and Enter when what was expected is offered."""
        QTest.keyClicks(self._target(), text)
        if callable(ready):
            self._qtbot.waitUntil(ready)
        QTest.keyClick(self._target(), Key.Key_Return)
        self.interactions += 1

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self._window


def dialog_of(window: MainWindow) -> OpenDialog:
    return next(d for d in window.findChildren(OpenDialog) if d.isVisible())


def back_in_the_window(window: MainWindow, qtbot: QtBot) -> None:
    """The dialog went by itself; a window manager would make the window the active one."""
    qtbot.waitUntil(lambda: window.events.count.exact)
    qtbot.waitUntil(lambda: not window.findChildren(OpenDialog))
    assert window.focusWidget() is window.events_panel.view
    window.activateWindow()
    qtbot.waitUntil(window.events_panel.view.hasFocus)


def labels(widget: QWidget) -> str:
    return "\n".join(x.text() for x in widget.findChildren(QLabel) if x.isVisible())


def test_job_1_an_unknown_store_tells_what_happened_last_in_three_interactions(
    window: MainWindow, qtbot: QtBot
) -> None:
    person = Person(window, qtbot)
    person.press(Key.Key_O, CTRL)
    qtbot.waitUntil(dialog_of(window).file_form.path.hasFocus)
    person.fill(str(sample_store()))
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN)
    back_in_the_window(window, qtbot)
    assert "certain" in " ".join(b.accessibleName() for b in buttons(window.bar))
    assert "4\u2009464 events" in labels(window.status)
    person.press(Key.Key_End)
    qtbot.waitUntil(lambda: window.events_panel.current_event() is not None)
    last = window.events_panel.current_event()
    assert last is not None
    assert last.global_position == 4464
    shown = labels(window.details.event_page)
    assert last.stream.name in shown
    assert last.type in shown
    assert person.interactions <= 3


def test_find_a_stream_go_to_a_time_read_a_value_in_six_interactions_compare_in_ten(
    window: MainWindow, qtbot: QtBot
) -> None:
    person = Person(window, qtbot)
    person.press(Key.Key_O, CTRL)
    qtbot.waitUntil(dialog_of(window).file_form.path.hasFocus)
    person.fill(str(sample_store()))
    back_in_the_window(window, qtbot)
    person.press(Key.Key_K, CTRL)
    person.fill("be82-5e8a", lambda: window.quick.model.rowCount() == 1)
    qtbot.waitUntil(lambda: window.replay.complete and window.replay.cursor == 25)
    person.press(Key.Key_G, CTRL)
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    person.fill("2026-03-16 10:00:01")
    qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.step.index == 20)
    assert window.details.tab == "state"
    tree = window.details.state.tree
    rows = range(tree.model().rowCount())
    values = {tree.model().index(r, 1).data(): tree.model().index(r, 2).data() for r in rows}
    assert values["balance_after"].startswith("-25.00")
    assert person.interactions <= 6
    window.activateWindow()
    window.events_panel.view.setFocus()
    person.press(Key.Key_A)
    person.press(Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.step.index == 10)
    person.press(Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    comparison = window.models.comparison
    qtbot.waitUntil(lambda: comparison.both and comparison.comparison is not None)
    person.press(Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert window.details.tab == "diff"
    assert comparison.comparison is not None
    assert "balance_after" in {str(change.path[0]) for change in comparison.comparison.changes}
    assert person.interactions <= 10


def buttons(widget: QWidget) -> list[QAbstractButton]:
    return [b for b in widget.findChildren(QAbstractButton) if b.isVisible()]


@pytest.mark.parametrize("make", [hostile_store, hostile_messages])
def test_store_text_is_never_markup_a_link_or_a_file(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    open_store(window, qtbot, make(tmp_path / "<b>hostile<i>.db"))
    for row in range(window.events.rowCount()):
        window.events_panel.view.selectRow(row)
        qtbot.waitUntil(lambda: window.events_panel.current_event() is not None)
        event = window.events_panel.current_event()
        assert event is not None
        for tab in window.details.names:
            window.details.show_tab(tab)
            no_markup(window)
        window.events_panel.event_opened.emit(event)
        qtbot.waitUntil(lambda: window.replay.step is not None)
        no_markup(window)
        window.actions_by_name["quick-open"].trigger()
        QTest.keyClicks(QApplication.focusWidget(), "<")
        no_markup(window)
        window.quick.put_away()
        window.actions_by_name["back"].trigger()
        qtbot.waitUntil(lambda: window.events.stream is None and window.events.count.exact)
    window.streams_panel.search.setText("<img src='file:///x'>")
    qtbot.waitUntil(lambda: window.streams.complete)
    no_markup(window)


def no_markup(window: MainWindow) -> None:
    """No widget of the window would read its text as anything but text."""
    for widget in window.findChildren(QWidget):
        name = f"{type(widget).__name__} {widget.objectName()}"
        if isinstance(widget, QLabel):
            plain = widget.textFormat() is Qt.TextFormat.PlainText
            assert plain or not widget.text(), f"{name}: {widget.text()[:80]}"
            assert not widget.openExternalLinks(), name
        assert not isinstance(widget, QTextBrowser), name
        if isinstance(widget, QTextEdit):
            assert not widget.acceptRichText(), name
        for text in (widget.toolTip(), widget.whatsThis(), widget.statusTip()):
            markup = GuiQt.mightBeRichText(text)
            ours = text.startswith('<p style="white-space: pre-wrap">')
            assert not markup or (ours and text.count("<") == 2), f"{name}: {text[:120]}"
            assert "\x00" not in text, name


def test_every_control_has_a_name_a_role_and_a_value(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot, stream=WALLET)
    seen = 0
    for tab in window.details.names:
        window.details.show_tab(tab)
        for widget in window.findChildren(QWidget):
            if not widget.isVisible() or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                continue
            if widget.focusProxy() is not None:
                continue
            around = widget.parentWidget()
            if isinstance(around, QAbstractScrollArea) and widget is around.viewport():
                continue
            seen += 1
            told = QAccessible.queryAccessibleInterface(widget)
            name = told.text(QAccessible.Text.Name)
            where = f"{type(widget).__name__} in {type(widget.parent()).__name__}"
            assert name, where
            # Qt has no role for an area that scrolls; it is a place, and not a control.
            nameless = {QAccessible.Role.NoRole, QAccessible.Role.Client}
            assert isinstance(widget, QScrollArea) or told.role() not in nameless, where
            description = told.text(QAccessible.Text.Description)
            assert not GuiQt.mightBeRichText(description), f"{where}: {description}"
            if isinstance(widget, QComboBox):
                assert description, where
    assert seen > 20


def test_closing_leaves_no_thread_timer_or_connection(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    before = set(threading.enumerate())
    open_store(window, qtbot, stream=WALLET)
    lanes = window.store.lanes
    connections = [lanes.store, lanes._scan_store]
    assert all(store is not None for store in connections)
    window.actions_by_name["quick-open"].trigger()
    QTest.keyClicks(QApplication.focusWidget(), "be82")
    window.replay.play(50)
    qtbot.waitUntil(lambda: window.timeline.view.ready)
    window.close()
    qtbot.waitUntil(lambda: not [t for t in threading.enumerate() if t not in before])
    assert not [timer for timer in window.findChildren(QTimer) if timer.isActive()]
    assert not window.findChildren(QThread)
    for store in connections:
        assert store is not None
        with pytest.raises(InspectorError) as caught:
            store.reader.events.some(1)
        assert "closed" in caught.value.detail


def test_a_window_that_was_closed_is_gone_from_memory(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    parts = parts_of_a_closed_window(theme, qtbot, tmp_path)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert not [part for part in parts if part() is not None and isValid(part())]


def parts_of_a_closed_window(
    theme: Theme, qtbot: QtBot, folder: Path
) -> list[weakref.ref[QObject]]:
    window = MainWindow(theme, ini(folder / "w.ini"), RecentStores(ini(folder / "r.ini")))
    window.show()
    open_store(window, qtbot)
    qtbot.waitUntil(lambda: window.timeline.view.ready)
    window.close()
    window.deleteLater()
    parts = (window, window.models, window.conductor, window.quick)
    return [weakref.ref(part) for part in parts]
