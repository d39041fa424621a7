"""Naming columns in the dialog: proposals, live preview, map files, hostile names."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton

from inspector.services.map_draft import read_draft
from inspector.services.open_store import OpenRequest, open_stores
from inspector.services.tasks import Work
from inspector.ui.dialogs.fact_fields import ColumnsField, FactField
from inspector.ui.dialogs.map_columns import MapColumns
from inspector.ui.widgets.banner import Tone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.theme import Theme

    Show = Callable[[OpenRequest], MapColumns]

EVIL = "<b>&열</b>"
SQL = f"""
CREATE TABLE other (x);
CREATE TABLE order_log (no INTEGER PRIMARY KEY, tenant TEXT, order_ref TEXT, version INTEGER,
    what TEXT, body TEXT, created_at TEXT, headers TEXT, "{EVIL}" BLOB);
INSERT INTO order_log VALUES
 (1, 'acme', 'A-1', 1, 'Placed', '{{"total": 12.50}}', '2026-01-02T03:04:05Z', NULL, x'00ff'),
 (2, 'acme', 'A-1', 2, '결제됨', '{{"who": "김민지"}}', '2026-01-02T03:05:05Z',
  '{{"by": {{"user": "mia"}}}}', NULL);
CREATE TABLE nothing_in_it (stream_id TEXT, version INTEGER, type TEXT, payload TEXT);
"""


@pytest.fixture
def request_(tmp_path: Path) -> OpenRequest:
    file = tmp_path / "legacy.db"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(SQL)
    return OpenRequest(str(file))


@pytest.fixture
def show(theme: Theme, qtbot: QtBot) -> Show:
    def made(request: OpenRequest) -> MapColumns:
        dialog = MapColumns(theme, request)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog, before_close_func=lambda widget: widget.reject())
        dialog.show()
        return dialog

    return made


def _take_table(dialog: MapColumns, name: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: dialog.table_box.count() > 0, timeout=10_000)
    index = dialog.table_box.findText(name)
    dialog.table_box.setCurrentIndex(index)
    dialog.table_box.activated.emit(index)


def _choose(dialog: MapColumns, fact: str, *names: str) -> None:
    field = dialog.facts.fields[fact]
    boxes = field.boxes if isinstance(field, ColumnsField) else (field.box,)
    for box, name in zip(boxes, names, strict=False):
        box.setCurrentIndex(box.findText(name))


@pytest.fixture
def dialog(show: Show, request_: OpenRequest, qtbot: QtBot) -> MapColumns:
    made = show(request_)
    _take_table(made, "order_log", qtbot)
    qtbot.waitUntil(lambda: len(made.stored.content.rows) == 2, timeout=10_000)
    return made


def _complete(dialog: MapColumns, qtbot: QtBot) -> None:
    _choose(dialog, "stream", "order_ref")
    _choose(dialog, "type", "what")
    qtbot.waitUntil(lambda: len(dialog.events.content.rows) == 2, timeout=10_000)


def test_usual_names_are_proposed_and_the_rest_is_asked_for(dialog: MapColumns) -> None:
    facts = dialog.facts.facts
    assert facts["position"] == "version"
    assert facts["payload"] == "body"
    assert "stream" not in facts
    assert dialog.message.text == "Still needed: Stream, Event type."
    assert not dialog.open_button.isEnabled()
    assert not dialog.save_button.isEnabled()


def test_the_stored_rows_say_which_columns_mean_something(dialog: MapColumns) -> None:
    content = dialog.stored.content
    assert "body → Payload" in content.headers
    assert "order_ref" in content.headers
    assert content.rows[0][-1] == "0x00ff"
    assert content.rows[0][7] is None
    assert dialog.stored.model().index(0, 7).data() == "NULL"
    _choose(dialog, "stream", "order_ref")
    assert "order_ref → Stream" in dialog.stored.content.headers


def test_the_preview_shows_events_as_soon_as_it_can(dialog: MapColumns, qtbot: QtBot) -> None:
    _complete(dialog, qtbot)
    first, second = dialog.events.content.rows
    assert first[:4] == ["A-1", "1", "2026-01-02T03:04:05Z", "Placed"]
    assert first[4] is not None
    assert "12.50" in first[4]
    assert second[3] == "결제됨"
    assert dialog.message.text == ""
    assert dialog.open_button.isEnabled()


def test_several_columns_can_name_a_stream(dialog: MapColumns, qtbot: QtBot) -> None:
    field = dialog.facts.fields["stream"]
    assert isinstance(field, ColumnsField)
    assert not field.boxes[1].isVisible()
    _complete(dialog, qtbot)
    assert field.boxes[1].isVisible()
    _choose(dialog, "stream", "order_ref", "tenant")
    qtbot.waitUntil(lambda: dialog.events.content.rows[0][0] == "A-1/acme", timeout=10_000)
    assert field.boxes[2].isVisible()


def test_a_fact_may_stand_inside_a_cell(dialog: MapColumns, qtbot: QtBot) -> None:
    _complete(dialog, qtbot)
    field = dialog.facts.fields["actor"]
    assert isinstance(field, FactField)
    assert not field.path.isVisible()
    _choose(dialog, "actor", "Inside the metadata…")
    assert field.path.isVisible()
    assert field.value is None
    QTest.keyClicks(field.path, "by.user")
    assert dialog.draft.facts["actor"] == {"metadata": "by.user"}


def test_accepting_gives_a_request_that_opens(dialog: MapColumns, qtbot: QtBot) -> None:
    _complete(dialog, qtbot)
    with qtbot.waitSignal(dialog.accepted_request) as signal:
        dialog.open_button.click()
    assert not dialog.isVisible()
    [store] = open_stores(signal.args[0], Work())
    found = store.reader.streams.find("A-1")
    store.close()
    assert [stream.name for stream in found] == ["A-1"]


def test_an_empty_table_is_no_error(dialog: MapColumns, qtbot: QtBot) -> None:
    _take_table(dialog, "nothing_in_it", qtbot)
    qtbot.waitUntil(lambda: dialog.message.text == "The table is empty.", timeout=10_000)
    assert dialog.open_button.isEnabled()


def test_another_table_starts_anew(dialog: MapColumns, qtbot: QtBot) -> None:
    _complete(dialog, qtbot)
    _take_table(dialog, "other", qtbot)
    assert dialog.facts.facts == {}
    qtbot.waitUntil(lambda: dialog.stored.content.headers == ["x"], timeout=10_000)
    assert dialog.events.content.rows == ()
    assert not dialog.open_button.isEnabled()


# -- map files -----------------------------------------------------------------------------------


def test_a_map_is_saved_and_loaded_again(
    dialog: MapColumns, show: Show, request_: OpenRequest, tmp_path: Path, qtbot: QtBot
) -> None:
    _complete(dialog, qtbot)
    file = tmp_path / "열.toml"
    dialog.save_file(str(file))
    assert dialog.message.tone is Tone.SUCCESS
    saved = dialog.draft
    assert read_draft(file.read_text(encoding="utf-8")) == saved
    dialog.reject()
    other = show(request_)
    qtbot.waitUntil(lambda: other.table_box.count() > 0, timeout=10_000)
    other.load_file(str(file))
    assert other.draft.facts == saved.facts
    assert other.table_box.currentText() == "order_log"
    qtbot.waitUntil(lambda: len(other.events.content.rows) == 2, timeout=10_000)
    with qtbot.waitSignal(other.accepted_request) as signal:
        other.open_button.click()
    assert signal.args[0].map_file == str(file)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[events]\ntabel = 'x'\n", "line 2"),
        (
            "[events]\ntable = 'gone'\nstream = 'a'\norder = 'b'\ntype = 'c'\npayload = 'd'\n",
            "gone",
        ),
        ("no toml", "line 1"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_the_reason(
    dialog: MapColumns, tmp_path: Path, text: str, told: str
) -> None:
    before = dialog.draft
    file = tmp_path / "wrong.toml"
    file.write_text(text, encoding="utf-8")
    dialog.load_file(str(file))
    assert dialog.message.tone is Tone.ERROR
    assert told in dialog.message.text
    assert dialog.draft == before


def test_files_that_cannot_be_read_or_written_are_told(
    dialog: MapColumns, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog.load_file(str(tmp_path / "gone.toml"))
    assert "gone.toml" in dialog.message.text
    _complete(dialog, qtbot)
    dialog.save_file(str(tmp_path / "no folder" / "x.toml"))
    assert dialog.message.tone is Tone.ERROR


def test_a_map_of_the_request_is_shown_first(
    show: Show, request_: OpenRequest, qtbot: QtBot
) -> None:
    text = (
        '[events]\ntable = "order_log"\nstream = "order_ref"\nposition = "version"\n'
        'type = "what"\npayload = "body"\n'
    )
    dialog = show(OpenRequest(request_.address, map_text=text))
    qtbot.waitUntil(lambda: len(dialog.events.content.rows) == 2, timeout=10_000)
    assert dialog.draft.facts["stream"] == ("order_ref",)


# -- what can go wrong, and who can use it -------------------------------------------------------


def test_a_database_that_cannot_be_opened_is_told_and_tried_again(
    show: Show, request_: OpenRequest, tmp_path: Path, qtbot: QtBot
) -> None:
    late = tmp_path / "late.db"
    dialog = show(OpenRequest(str(late)))
    qtbot.waitUntil(lambda: any("late.db" in t for t in _texts(dialog)), timeout=10_000)
    late.write_bytes((tmp_path / "legacy.db").read_bytes())
    [again] = [b for b in dialog.findChildren(QPushButton) if b.text() == "Try again"]
    again.click()
    qtbot.waitUntil(lambda: dialog.table_box.count() == 3, timeout=10_000)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_database_without_tables_is_told(show: Show, tmp_path: Path, qtbot: QtBot) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    dialog = show(OpenRequest(str(empty)))
    qtbot.waitUntil(lambda: any("holds no table" in t for t in _texts(dialog)), timeout=10_000)


def _texts(dialog: MapColumns) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel)]


def test_names_from_the_store_are_no_markup(dialog: MapColumns) -> None:
    field = dialog.facts.fields["payload"]
    assert isinstance(field, FactField)
    assert field.box.findText(EVIL) > 0
    assert EVIL in dialog.stored.content.headers
    shown = [label for label in dialog.findChildren(QLabel) if label.text()]
    assert {label.textFormat() for label in shown} == {Qt.TextFormat.PlainText}
    tip = dialog.stored.model().index(1, 5).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == '{"who": "김민지"}'


def test_every_field_has_a_name(dialog: MapColumns) -> None:
    fields = [*dialog.findChildren(QComboBox), *dialog.findChildren(QLineEdit)]
    assert len(fields) > 20
    assert [field for field in fields if not field.accessibleName()] == []
    assert dialog.stored.accessibleName() != dialog.events.accessibleName()


def test_very_many_columns_do_not_hold_it_up(show: Show, tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "wide.db"
    columns = ", ".join(f"c{number}" for number in range(1900))
    with closing(sqlite3.connect(file)) as database:
        database.execute(f"CREATE TABLE wide ({columns})")
        database.execute("INSERT INTO wide (c0) VALUES ('x')")
        database.commit()
    dialog = show(OpenRequest(str(file)))
    qtbot.waitUntil(lambda: len(dialog.stored.content.rows) == 1, timeout=20_000)
    assert len(dialog.stored.content.headers) == 1900


def test_a_whole_proposal_is_called_a_guess_until_somebody_changes_it(
    show: Show, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "own.db"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(
            """
            CREATE TABLE event_store (id INTEGER PRIMARY KEY, aggregate_id TEXT,
                aggregate_type TEXT, version INTEGER, event_type TEXT, payload TEXT,
                occurred_at TEXT, UNIQUE (aggregate_id, version));
            INSERT INTO event_store VALUES
                (1, 'a', 'Cart', 1, 'Opened', '{"n": 1}', '2025-01-01T00:00:00Z');
            """
        )
    dialog = show(OpenRequest(str(file)))
    qtbot.waitUntil(dialog.open_button.isEnabled, timeout=10_000)
    assert "guessed" in dialog.message.text
    assert dialog.draft.sections["events"]["category"] == "aggregate_type"
    dialog.load_text(dialog.draft.text)
    qtbot.waitUntil(dialog.open_button.isEnabled, timeout=10_000)
    qtbot.waitUntil(lambda: "guessed" not in dialog.message.text, timeout=10_000)
