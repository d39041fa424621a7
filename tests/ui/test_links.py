"""Copying a link to what is looked at, coming to exactly that place by it, or hearing why not."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from inspector.core.links import Link, format_link, parse_link
from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_store
from inspector.ui.dialogs.open_dialog import OpenDialog
from inspector.ui.models.comparison_model import Side
from inspector.ui.models.store_model import Phase
from tests.helpers.stores import stream_rows, write_store
from tests.ui.windows import WALLET, new_window, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    QGuiApplication.clipboard().clear()
    return new_window(theme, qtbot, tmp_path)


def known(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(window.links.fingerprint))


def at_version(window: MainWindow, qtbot: QtBot, version: int) -> None:
    qtbot.waitUntil(
        lambda: window.replay.step is not None and window.replay.step.position == version
    )


def copied(window: MainWindow, qtbot: QtBot) -> str:
    QGuiApplication.clipboard().clear()
    window.actions_by_name["copy-link"].trigger()
    qtbot.waitUntil(lambda: bool(QGuiApplication.clipboard().text()))
    return QGuiApplication.clipboard().text()


def notice(window: MainWindow) -> str:
    return window.notice.accessibleName() if window.notice.isVisible() else ""


def push(window: MainWindow) -> None:
    buttons = [b for b in window.notice.findChildren(QPushButton) if b.isVisible()]
    assert len(buttons) == 1
    buttons[0].click()


def test_a_link_leads_back_to_stream_version_pins_and_panel(
    window: MainWindow, qtbot: QtBot
) -> None:
    open_store(window, qtbot, stream=WALLET)
    for row, side in ((11, Side.A), (20, Side.B)):
        window.replay.move_to(row)
        at_version(window, qtbot, row + 1)
        window.models.comparison.pin(side)
    window.details.show_tab("raw")
    text = copied(window, qtbot)
    link = parse_link(text)
    assert (link.stream, link.at, link.panel, link.pins) == (WALLET, 21, "raw", (12, 21))
    for part in (str(sample_store()), sample_store().name):
        assert part not in text

    window.models.comparison.clear(Side.A)
    window.details.show_tab("state")
    window.conductor.show_all_events()
    window.links.open_text(text)
    at_version(window, qtbot, 21)
    qtbot.waitUntil(lambda: window.models.comparison.pinned_here == (12, 21))
    assert window.details.tab == "raw"
    assert not notice(window)


def test_a_link_leads_to_a_row_of_all_events_and_to_a_page(
    window: MainWindow, qtbot: QtBot
) -> None:
    open_store(window, qtbot)
    window.events_panel.view.selectRow(400)
    window.actions_by_name["page-all-versions"].trigger()
    link = parse_link(copied(window, qtbot))
    assert (link.stream, link.row, link.panel) == ("", 400, "all-versions")
    window.pages.leave()
    window.events_panel.view.selectRow(3)
    window.links.follow(link)
    qtbot.waitUntil(lambda: window.events_panel.view.currentIndex().row() == 400)
    assert window.pages.front_name == "all-versions"
    qtbot.waitUntil(lambda: window.pages.front is not None and not window.pages.front.busy)


def test_a_store_that_was_opened_before_is_opened_for_its_link(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_store(window, qtbot, stream=WALLET)
    text = copied(window, qtbot)
    other = write_store(tmp_path / "other.db", stream_rows("order-1", 1, 3))
    open_store(window, qtbot, other, "order-1")
    known(window, qtbot)
    window.links.open_text(text)
    qtbot.waitUntil(lambda: window.replay.stream is not None and window.replay.step is not None)
    assert window.replay.stream is not None
    assert window.replay.stream.name == WALLET
    assert window.store.store is not None
    assert window.store.store.name == sample_store().name


def test_an_unknown_store_is_asked_for_and_then_checked(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_store(window, qtbot)
    known(window, qtbot)
    right = write_store(tmp_path / "right.db", stream_rows("order-1", 1, 3))
    open_store(window, qtbot, right)
    known(window, qtbot)
    link = Link(window.links.fingerprint, "order-1", at=2)
    window.actions_by_name["forget"].trigger()
    window.links.follow(link)
    assert "not opened here before" in notice(window)
    assert window.store.phase is Phase.NOTHING
    push(window)
    dialog = window.findChildren(OpenDialog)[0]
    dialog.ask_for(OpenRequest(str(right)))
    at_version(window, qtbot, 2)
    assert not notice(window)
    assert not window.findChildren(OpenDialog) or not dialog.isVisible()


def test_another_store_is_not_taken_for_the_one_that_is_meant(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    other = write_store(tmp_path / "other.db", stream_rows("order-2", 1, 3))
    window.links.follow(Link("e" + "0" * 24, "order-2", at=2))
    push(window)
    dialog = window.findChildren(OpenDialog)[0]
    dialog.ask_for(OpenRequest(str(other)))
    qtbot.waitUntil(lambda: "another store" in notice(window))
    assert window.replay.stream is None
    push(window)
    at_version(window, qtbot, 2)


def test_who_chooses_no_store_is_not_sent_anywhere_later(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.links.follow(Link("e" + "0" * 24, "order-2", at=2))
    push(window)
    window.findChildren(OpenDialog)[0].reject()
    other = write_store(tmp_path / "other.db", stream_rows("order-2", 1, 3))
    open_store(window, qtbot, other)
    known(window, qtbot)
    assert window.replay.stream is None
    assert not notice(window)


def test_what_is_not_there_is_said(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    store = write_store(tmp_path / "small.db", stream_rows("order-1", 1, 3))
    open_store(window, qtbot, store)
    known(window, qtbot)
    link = Link(window.links.fingerprint, "order-1", at=40, pins=(2, 99))
    window.links.follow(link)
    qtbot.waitUntil(lambda: "no version 40" in notice(window))
    at_version(window, qtbot, 3)
    window.links.follow(replace(link, at=2))
    qtbot.waitUntil(lambda: "no version 99" in notice(window))
    window.links.follow(Link(link.store, row=77))
    qtbot.waitUntil(lambda: "only 3 events" in notice(window))
    window.links.follow(replace(link, stream="order-\x00<b>\u202e\udcff", at=1))
    qtbot.waitUntil(lambda: "no stream" in window.place.banner.accessibleName())
    window.links.follow(replace(link, panel="attic", at=1, pins=(None, None)))
    at_version(window, qtbot, 1)
    assert "attic" in window.status.counts.text()


def test_the_filter_comes_with_the_link(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    store = write_store(tmp_path / "small.db", stream_rows("order-1", 1, 9))
    open_store(window, qtbot, store, "order-1")
    known(window, qtbot)
    found = window.models.filter
    found.put("version > 2")
    found.add("version < 6")
    link = parse_link(copied(window, qtbot))
    assert "filter" in window.status.counts.text()
    found.clear()
    window.links.follow(link)
    qtbot.waitUntil(lambda: found.known == 3 and not found.scan.running)
    assert found.text == link.filter
    window.links.follow(replace(link, filter=""))
    assert not found.active
    assert found.parts, "what was filtered for is switched off, not lost"
    for hostile in ("version >", "(" * 9000, "\x00", "'" + "x" * 9000):
        window.links.follow(replace(link, filter=hostile, at=4))
        at_version(window, qtbot, 4)
        assert notice(window) or found.text == hostile
    found.clear()


@pytest.mark.parametrize(
    "text", ["", "ehi:", "ehi:1?store=%00", "ehi:9?x", "ehi:" + "y" * 3_000_000, "<b>\x00\ud800"]
)
def test_a_text_that_is_no_link_changes_nothing(
    window: MainWindow, qtbot: QtBot, text: str
) -> None:
    open_store(window, qtbot, stream=WALLET)
    window.links.open_text(text)
    assert notice(window)
    assert window.replay.stream is not None
    assert window.replay.stream.name == WALLET


def test_a_file_that_was_replaced_is_noticed(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_store(tmp_path / "one.db", stream_rows("order-1", 1, 3))
    open_store(window, qtbot, path)
    known(window, qtbot)
    link = Link(window.links.fingerprint, "order-1", at=2)
    window.actions_by_name["close"].trigger()
    other = write_store(tmp_path / "two.db", stream_rows("order-9", 1, 3))
    shutil.copyfile(other, path)
    window.links.follow(link)
    qtbot.waitUntil(lambda: "another store" in notice(window))
    assert window.replay.stream is None


def test_a_link_that_comes_while_a_store_is_being_opened_waits_for_it(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_store(tmp_path / "one.db", stream_rows("order-1", 1, 3))
    open_store(window, qtbot, path)
    known(window, qtbot)
    link = Link(window.links.fingerprint, "order-1", at=2)
    window.actions_by_name["close"].trigger()
    window.open_path(str(path))
    assert window.store.phase is Phase.OPENING
    window.links.follow(link)
    at_version(window, qtbot, 2)


def test_an_empty_store_gets_no_link(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.open_path(str(write_store(tmp_path / "empty.db", [])))
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN and window.events.count.exact)
    window.actions_by_name["copy-link"].trigger()
    qtbot.waitUntil(lambda: "no events yet" in notice(window))
    assert not QGuiApplication.clipboard().text()


def test_a_private_window_remembers_no_fingerprint(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    from inspector.ui.session import Session  # noqa: PLC0415 - for one test

    window = new_window(theme, qtbot, tmp_path, Session(private=True))
    open_store(window, qtbot)
    known(window, qtbot)
    assert not window.recent.stores


def test_go_to_and_open_link_say_what_a_link_says_before_it_is_followed(
    window: MainWindow, qtbot: QtBot
) -> None:
    open_store(window, qtbot)
    known(window, qtbot)
    text = format_link(Link(window.links.fingerprint, WALLET, at=7))
    QGuiApplication.clipboard().setText(text)
    window.actions_by_name["open-link"].trigger()
    assert window.quick.field.text() == text
    offer = window.quick.model.offer(0)
    assert offer is not None
    assert offer.detail == f"{WALLET}, version 7"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    at_version(window, qtbot, 7)

    window.actions_by_name["quick-open"].trigger()
    window.quick.field.setText(format_link(Link(window.links.fingerprint, WALLET, at=9)))
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    at_version(window, qtbot, 9)

    window.actions_by_name["quick-open"].trigger()
    window.quick.field.setText(text[:-1])
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert "damaged" in window.quick.status_text
    window.quick.put_away()
