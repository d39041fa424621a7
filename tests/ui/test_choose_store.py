"""Several stores in one database, stores that are not certain, and databases nobody knows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from inspector.core.errors import LayoutUnknown
from inspector.services.open_store import OpenRequest, open_stores
from inspector.services.tasks import Work
from inspector.ui.dialogs.choose_store import COUNT_LIMIT, ChooseStore
from inspector.ui.dialogs.unknown_store import UnknownStore
from inspector.ui.models.store_model import Phase, StoreModel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.theme import Theme

EVIL = "<img src='file:x'>주문"


def _events_table(database: sqlite3.Connection, name: str, rows: int, key: str = "") -> None:
    quoted = name.replace('"', '""')
    database.execute(
        f'CREATE TABLE "{quoted}" (originator_id TEXT, originator_version INTEGER, '
        f"topic TEXT, state BLOB{key})"
    )
    database.executemany(
        f'INSERT INTO "{quoted}" VALUES (?, ?, ?, ?)',
        ((f"{i // 10}", i % 10, "shop:Order.Placed", b"{}") for i in range(rows)),
    )
    database.commit()


KEY = ", PRIMARY KEY (originator_id, originator_version)"


@pytest.fixture
def model() -> Iterator[StoreModel]:
    made = StoreModel()
    yield made
    made.close()


def _opened(model: StoreModel, file: Path, qtbot: QtBot) -> None:
    model.open(OpenRequest(str(file)))
    qtbot.waitUntil(lambda: model.phase is Phase.CHOOSING, timeout=10_000)


def _dialog(theme: Theme, model: StoreModel, qtbot: QtBot) -> ChooseStore:
    dialog = ChooseStore(theme, model.stores, lanes=model.lanes)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.chosen.connect(model.choose)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.fixture
def several(model: StoreModel, tmp_path: Path, theme: Theme, qtbot: QtBot) -> ChooseStore:
    file = tmp_path / "several.db"
    with closing(sqlite3.connect(file)) as database:
        _events_table(database, "a_large_one", COUNT_LIMIT + 5, KEY)
        _events_table(database, EVIL, 12, KEY)
        _events_table(database, "without_key", 3)
    _opened(model, file, qtbot)
    return _dialog(theme, model, qtbot)


def _spoken(dialog: ChooseStore) -> list[str]:
    model = dialog.list.model()
    rows = range(model.rowCount())
    return [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in rows]


def test_every_store_is_listed_with_table_certainty_and_size(
    several: ChooseStore, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: all("event" in text.split(" · ")[-1] for text in _spoken(several)))
    spoken = {text.split(", ")[1]: text for text in _spoken(several)}
    assert set(spoken) == {"a_large_one", EVIL, "without_key"}
    assert "certain · 85 of 100 · at least 10\u2009000 events" in spoken["a_large_one"]
    assert "· 12 events" in spoken[EVIL]
    assert "not certain" in spoken["without_key"]
    titles = [label.text() for label in several.findChildren(QLabel)]
    assert "This database holds 2 event stores." in titles
    assert not several.grab().isNull()


def test_the_reasons_follow_the_selection(several: ChooseStore) -> None:
    assert several.list.hasFocus() or several.focusWidget() is several.list
    QTest.keyClick(several.list, Qt.Key.Key_End)
    assert several.store is not None
    assert several.store.table == "without_key"
    assert several.reasons.currentIndex() == 2
    assert several.open_button.text() == "Choose anyway"
    QTest.keyClick(several.list, Qt.Key.Key_Home)
    assert several.open_button.text() == "Open"
    shown = [label for label in several.findChildren(QLabel) if label.text()]
    assert any(EVIL in label.text() for label in shown)
    assert {label.textFormat() for label in shown} == {Qt.TextFormat.PlainText}


def test_return_opens_the_selected_store(several: ChooseStore, model: StoreModel) -> None:
    QTest.keyClick(several.list, Qt.Key.Key_Down)
    chosen = several.store
    QTest.keyClick(several.list, Qt.Key.Key_Return)
    assert not several.isVisible()
    assert model.phase is Phase.OPEN
    assert model.store is chosen


def test_a_store_that_is_not_certain_can_be_chosen_anyway(
    model: StoreModel, tmp_path: Path, theme: Theme, qtbot: QtBot
) -> None:
    file = tmp_path / "doubtful.db"
    with closing(sqlite3.connect(file)) as database:
        _events_table(database, "events", 3)
    _opened(model, file, qtbot)
    dialog = _dialog(theme, model, qtbot)
    assert any("no index on" in label.text() for label in dialog.findChildren(QLabel))
    assert dialog.open_button.text() == "Choose anyway"
    dialog.open_button.click()
    assert model.phase is Phase.OPEN


def test_naming_the_columns_can_be_asked_for(several: ChooseStore, qtbot: QtBot) -> None:
    [button] = [b for b in several.findChildren(QPushButton) if "columns" in b.text()]
    with qtbot.waitSignal(several.map_asked), qtbot.assertNotEmitted(several.chosen):
        button.click()
    assert not several.isVisible()


# -- nobody knows it -------------------------------------------------------------------------------


@pytest.fixture
def unknown(tmp_path: Path) -> OpenRequest:
    file = tmp_path / "unknown.db"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(
            f"CREATE TABLE events (id INTEGER PRIMARY KEY, stream, version INTEGER, data);"
            f'CREATE TABLE "{EVIL}" (x); CREATE VIEW seen AS SELECT * FROM events;'
        )
    return OpenRequest(str(file))


def _explained(theme: Theme, request: OpenRequest, qtbot: QtBot) -> UnknownStore:
    with pytest.raises(LayoutUnknown) as caught:
        open_stores(request, Work())
    dialog = UnknownStore(theme, request, caught.value)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: "What was looked for" in dialog.report.text, timeout=10_000)
    return dialog


def test_what_was_looked_for_and_what_was_missing_is_said(
    theme: Theme, unknown: OpenRequest, qtbot: QtBot
) -> None:
    dialog = _explained(theme, unknown, qtbot)
    text = dialog.report.text
    assert "events: no columns" in text
    assert "Python eventsourcing 9" in text
    assert EVIL in text
    assert "- seen" in text
    assert "id, stream, version, data" in text
    shown = [label for label in dialog.findChildren(QLabel) if label.text()]
    assert {label.textFormat() for label in shown} == {Qt.TextFormat.PlainText}
    assert not dialog.message.isVisible()
    [copy] = [b for b in dialog.findChildren(QPushButton) if "Copy" in b.text()]
    copy.click()
    assert QGuiApplication.clipboard().text() == text
    dialog.reject()


def test_it_leads_on_to_naming_the_columns(
    theme: Theme, unknown: OpenRequest, qtbot: QtBot
) -> None:
    dialog = _explained(theme, unknown, qtbot)
    with qtbot.waitSignal(dialog.map_asked) as signal:
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert signal.args == [unknown]
    assert not dialog.isVisible()


def test_it_leads_on_to_the_views(theme: Theme, unknown: OpenRequest, qtbot: QtBot) -> None:
    dialog = _explained(theme, unknown, qtbot)
    assert dialog.views_button.isVisible()
    with qtbot.waitSignal(dialog.accepted_request) as signal:
        dialog.views_button.click()
    assert signal.args[0].options.allow_views
    assert signal.args[0].address == unknown.address


def test_an_empty_database_is_explained_too(theme: Theme, tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "empty.db"
    file.touch()
    dialog = _explained(theme, OpenRequest(str(file)), qtbot)
    assert "There is no table." in dialog.report.text
    assert "No table looks like part of an event store." in dialog.report.text
    assert not dialog.views_button.isVisible()
    dialog.reject()


def test_a_database_that_went_away_is_told(theme: Theme, tmp_path: Path, qtbot: QtBot) -> None:
    request = OpenRequest(str(tmp_path / "gone.db"))
    dialog = UnknownStore(theme, request, LayoutUnknown("No event store was found."))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: "gone.db" in dialog.message.text, timeout=10_000)
    dialog.reject()
