"""Naming columns: drafts of map files, proposals, and previews of real tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.core.errors import InputInvalid, OutputFailed, StoreUnavailable
from inspector.services.map_draft import (
    FactValue,
    MapDraft,
    TableView,
    read_draft,
    save_map_file,
)
from inspector.services.map_guessing import guessed, likeliest
from inspector.services.mapping import cell_text, mapped_request, open_mapping
from inspector.services.open_store import OpenRequest, open_stores
from inspector.services.sample import sample_store
from inspector.services.tasks import Work

if TYPE_CHECKING:
    from pathlib import Path

SQL = """
CREATE TABLE "주문 'log' <b>" (No INTEGER PRIMARY KEY, order_ref TEXT, ver INTEGER, what TEXT,
    body TEXT, at TEXT, head TEXT);
INSERT INTO "주문 'log' <b>" VALUES
    (1, 'A-1', 1, 'Placed', '{"total": 12.50, "by": {"id": 7}}', '2026-01-02T03:04:05Z', NULL),
    (2, 'A-1', 2, 'Paid', '{"total": 12.50}', '2026-01-02T03:05:05Z', '{"user": "mia"}');
CREATE TABLE other (x BLOB);
INSERT INTO other VALUES (x'00ff'), (NULL), (x'414243'), (zeroblob(70000));
CREATE VIEW seen AS SELECT * FROM other;
"""
FACTS: dict[str, FactValue] = {
    "stream": ("order_ref",),
    "position": "ver",
    "order": ("No",),
    "type": "what",
    "payload": "body",
    "recorded_at": "at",
    "metadata": "head",
    "actor": {"metadata": "user"},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "legacy.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(SQL)
    return path


def _table(tables: tuple[TableView, ...], start: str) -> TableView:
    return next(table for table in tables if table.name.startswith(start))


def test_a_database_is_surveyed_whatever_it_holds(file: Path) -> None:
    session = open_mapping(OpenRequest(str(file)), Work())
    survey = session.survey()
    session.close()
    assert [table.name for table in survey.tables] == ["other", "주문 'log' <b>"]
    assert survey.skipped_views == ("seen",)
    assert survey.place == str(file)
    assert "Python eventsourcing 9" in survey.looked_for
    assert dict(_table(survey.tables, "주문").columns)["order_ref"] == "text"


def test_the_survey_of_a_known_store_tells_its_runners_up(tmp_path: Path) -> None:
    copy = tmp_path / "shop.db"
    copy.write_bytes(sample_store().read_bytes())
    session = open_mapping(OpenRequest(str(copy)), Work())
    titles = [miss.title for miss in session.survey().near_misses]
    session.close()
    assert "Python eventsourcing with SQLAlchemy" in titles


def test_first_rows_are_short_texts(file: Path) -> None:
    session = open_mapping(OpenRequest(str(file)), Work())
    rows = session.first_rows("other")
    unknown = session.first_rows("no such table")
    session.close()
    assert rows == (("0x00ff",), (None,), ("ABC",), (None,))
    assert unknown == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, None), (7, "7"), ("x" * 999, "x" * 200), (b"\xff" * 999, "0x" + "ff" * 99)],
)
def test_cells_are_cut(value: object, text: str | None) -> None:
    assert cell_text(value) == text


def test_a_preview_shows_what_the_map_gives(file: Path) -> None:
    session = open_mapping(OpenRequest(str(file)), Work())
    draft = MapDraft.for_table(_table(session.survey().tables, "주문"), FACTS)
    first, second = session.preview(draft.text)
    session.close()
    assert (first.stream.name, first.position, first.type) == ("A-1", 1, "Placed")
    assert str(first.data["total"]) == "12.50"
    assert first.recorded_at is not None
    assert first.recorded_at.text == "2026-01-02T03:04:05Z"
    assert second.actor == "mia"


def test_the_draft_opens_the_store(file: Path) -> None:
    session = open_mapping(OpenRequest(str(file)), Work())
    draft = MapDraft.for_table(_table(session.survey().tables, "주문"), FACTS)
    session.close()
    request = mapped_request(OpenRequest(str(file), layout="emmett", choice="x"), draft.text)
    [store] = open_stores(request, Work())
    page = store.reader.events.page(None)
    store.close()
    assert [event.type for event in page.rows] == ["Placed", "Paid"]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"stream": ("nothing",), "position": "ver", "type": "what", "payload": "body"}, "nothing"),
        ({"stream": ("order_ref",), "position": "ver", "type": "what"}, "payload"),
    ],
)
def test_a_map_that_does_not_fit_is_refused(
    file: Path, facts: dict[str, FactValue], told: str
) -> None:
    session = open_mapping(OpenRequest(str(file)), Work())
    draft = MapDraft.for_table(_table(session.survey().tables, "주문"), facts)
    with pytest.raises(InputInvalid, match=told):
        session.preview(draft.text)
    session.close()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        open_mapping(OpenRequest(str(tmp_path / "gone.db")), Work())


# -- drafts --------------------------------------------------------------------------------------

FILE = """
[events]
table = "audit.orders"
stream = ["tenant", "id"]
category = "tenant"
order = "no"
type = { payload = ["a", "b.c"] }
payload = "body"

[values]
payload = ["zlib", "json"]
times_are_utc = true
schema_version_default = 1

[snapshots]
table = "snaps"
stream = ["tenant", "id"]
position = "version"
payload = "state"
"""


def test_what_a_file_says_beyond_the_dialog_is_kept() -> None:
    draft = read_draft(FILE)
    assert draft.facts["stream"] == ("tenant", "id")
    assert draft.facts["order"] == ("no",)
    changed = read_draft(draft.with_facts({**draft.facts, "payload": "other"}).text)
    assert changed.facts["payload"] == "other"
    assert changed.facts["type"] == {"payload": ["a", "b.c"]}
    assert changed.sections["values"] == draft.sections["values"]
    assert changed.sections["snapshots"] == draft.sections["snapshots"]
    assert changed.sections["events"]["category"] == "tenant"


def test_a_category_that_is_no_part_of_the_stream_goes() -> None:
    draft = read_draft(FILE)
    changed = draft.with_facts({**draft.facts, "stream": ("id",)})
    assert "category" not in changed.sections["events"]
    beside = read_draft(FILE.replace('category = "tenant"', 'category = "kind"'))
    assert beside.with_facts(beside.facts).sections["events"]["category"] == "kind"


def test_a_wrong_file_is_refused_with_its_line() -> None:
    with pytest.raises(InputInvalid, match=r"mine\.toml, line 2"):
        read_draft("[events]\ntabel = 'x'\n", "mine.toml")


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({}, ("stream", "position", "type", "payload")),
        ({"stream": ("a",), "order": ("b",), "type": "c", "payload": "d"}, ()),
        ({"stream": ("a",), "position": "b", "type": "c"}, ("payload",)),
        ({"type": "c", "payload": "d", "position": "x"}, ("stream",)),
        ({"stream": ("a",), "type": "c", "payload": "d"}, ("position",)),
    ],
)
def test_what_is_missing_is_named(facts: dict[str, FactValue], missing: tuple[str, ...]) -> None:
    draft = MapDraft.for_table(TableView("t", None, "t", ()), facts)
    assert draft.missing == missing


def test_the_table_is_found_again() -> None:
    tables = (
        TableView("audit.orders", "audit", "orders", ()),
        TableView("public.orders", "public", "orders", ()),
    )
    assert read_draft(FILE).table_in(tables) is tables[0]
    assert MapDraft.for_table(tables[1], {}).table_in(tables) is tables[1]
    assert MapDraft({"events": {"table": "gone"}}).table_in(tables) is None


_name = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@given(table=_name, schema=st.none() | _name, columns=st.lists(_name, min_size=5, max_size=5))
def test_any_name_survives_the_file(table: str, schema: str | None, columns: list[str]) -> None:
    view = TableView(table, schema, table, ())
    stream, order, kind, payload, key = columns
    facts: dict[str, FactValue] = {
        "stream": (stream,),
        "order": (order,),
        "type": {"payload": [key]},
        "payload": payload,
        "actor": kind,
    }
    draft = MapDraft.for_table(view, facts)
    assert read_draft(draft.text).sections == draft.sections


def test_usual_names_are_proposed() -> None:
    table = TableView("events", None, "events", tuple((name, kind) for name, kind in (
        ("id", "bigint"), ("AggregateId", "uuid"), ("aggregate_version", "int"),
        ("event_type", "text"), ("payload", "jsonb"), ("created_at", "timestamp"),
        ("user_id", "int"), ("note", "text"),
    )))  # fmt: skip
    assert guessed(table) == {
        "order": ("id",), "stream": ("AggregateId",), "position": "aggregate_version",
        "type": "event_type", "payload": "payload", "recorded_at": "created_at",
        "actor": "user_id",
    }  # fmt: skip
    text_id = TableView("x", None, "x", (("id", "uuid"), ("note", "text")))
    assert guessed(text_id) == {"id": "id"}
    unreadable = TableView("y", None, "y", table.columns, readable=False)
    assert likeliest((text_id, unreadable, table)) is table
    assert likeliest(()) is None


def test_a_map_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "지도.toml"
    save_map_file(str(target), FILE)
    assert read_draft(target.read_text(encoding="utf-8")) == read_draft(FILE)
    with pytest.raises(OutputFailed, match="could not be written"):
        save_map_file(str(target), "\ud800")
    with pytest.raises(OutputFailed, match="could not be written"):
        save_map_file(str(tmp_path / "no folder" / "x.toml"), FILE)
    assert target.read_text(encoding="utf-8") == FILE
    assert [path.name for path in tmp_path.iterdir()] == ["지도.toml"]
