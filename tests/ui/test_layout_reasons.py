"""The layout's reasons: everything recognition found is said, and nothing of it is markup."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from inspector.services.open_store import OpenedStore, OpenRequest, open_stores
from inspector.services.sample import sample_store
from inspector.services.tasks import Work
from inspector.storage.opening import OpenOptions
from inspector.ui.dialogs.layout_reasons import LayoutReasons

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.theme import Theme

    Show = Callable[[OpenRequest], LayoutReasons]

EVIL = "<img src='file:x'>주문"


@pytest.fixture
def show(theme: Theme, qtbot: QtBot) -> Iterator[Show]:
    opened: list[OpenedStore] = []

    def made(request: OpenRequest) -> LayoutReasons:
        stores = open_stores(request, Work())
        opened.append(stores[0])
        dialog = LayoutReasons(theme, stores[0])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    yield made
    for store in opened:
        store.close()


def _like_the_sample(file: Path, table: str) -> Path:
    """An empty store of the sample's layout in a table of any name."""
    quoted = table.replace('"', '""')
    with closing(sqlite3.connect(file)) as database:
        database.execute(
            f'CREATE TABLE "{quoted}" (originator_id TEXT, originator_version INTEGER, '
            "topic TEXT, state BLOB, PRIMARY KEY (originator_id, originator_version))"
        )
    return file


def test_evidence_tables_runners_up_and_opening_are_said(show: Show, tmp_path: Path) -> None:
    copy = tmp_path / "shop.db"
    copy.write_bytes(sample_store().read_bytes())
    dialog = show(OpenRequest(str(copy), options=OpenOptions(touch_nothing=True)))
    text = dialog.report.text
    assert "stored_events has originator_id, originator_version, topic, state" in text
    assert "- Events: stored_events" in text
    assert "- Snapshots: stored_snapshots" in text
    assert "Python eventsourcing with SQLAlchemy" in text
    assert "no column id" in text
    assert "private copy" in text
    assert "does not follow the original" in text
    words = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("certain" in word for word in words)
    assert str(copy) in words


def test_names_from_the_store_are_shown_literally(show: Show, tmp_path: Path) -> None:
    dialog = show(OpenRequest(str(_like_the_sample(tmp_path / "x.db", EVIL))))
    shown = [label for label in dialog.findChildren(QLabel) if label.text()]
    assert any(EVIL in label.text() for label in shown)
    assert {label.textFormat() for label in shown} == {Qt.TextFormat.PlainText}
    assert EVIL in dialog.report.text


def test_the_text_can_be_copied(show: Show, tmp_path: Path) -> None:
    dialog = show(OpenRequest(str(_like_the_sample(tmp_path / "x.db", "events"))))
    [copy] = [b for b in dialog.findChildren(QPushButton) if "Copy" in b.text()]
    copy.click()
    assert QGuiApplication.clipboard().text() == dialog.report.text
    assert dialog.isVisible()


def test_without_runners_up_that_is_said(show: Show, tmp_path: Path) -> None:
    file = _like_the_sample(tmp_path / "x.db", "events")
    dialog = show(OpenRequest(str(file), layout="pyeventsourcing"))
    assert "No other layout came close." in dialog.report.text


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_return_and_escape_close_it(show: Show, tmp_path: Path, key: Qt.Key) -> None:
    dialog = show(OpenRequest(str(_like_the_sample(tmp_path / "x.db", "events"))))
    QTest.keyClick(dialog, key)
    assert not dialog.isVisible()


def test_another_layout_can_be_asked_for(show: Show, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = show(OpenRequest(str(_like_the_sample(tmp_path / "x.db", "events"))))
    [another] = [b for b in dialog.findChildren(QPushButton) if "nother" in b.text()]
    with qtbot.waitSignal(dialog.another_asked):
        another.click()
    assert not dialog.isVisible()
