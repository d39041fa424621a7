"""Tables of events that applications made for themselves: what is proposed, and read by it.

The shapes are those of home-made stores in use; rows are made here, two streams of two events.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from inspector.services.map_draft import TableView
from inspector.services.map_guessing import proposal_text, proposed
from inspector.services.mapping import mapped_request, open_mapping
from inspector.services.open_store import OpenRequest, open_stores
from inspector.services.tasks import Work

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inspector.services.map_guessing import Proposal

SHAPES: dict[str, str] = {
    "number of the store, kind and id": "seq INTEGER PRIMARY KEY, event_id TEXT UNIQUE,"
    " event_type TEXT, ts TEXT, correlation_id TEXT, entity_kind TEXT, entity_id TEXT,"
    " payload_json TEXT",
    "the usual one": "id INTEGER PRIMARY KEY, event_id UUID UNIQUE, aggregate_id VARCHAR(255),"
    " aggregate_type VARCHAR(100), event_type VARCHAR(100), event_data JSONB, metadata JSONB,"
    " version BIGINT, timestamp TEXT, UNIQUE (aggregate_id, version)",
    "three columns in the key": "tenant_id TEXT, stream_type TEXT, stream_id TEXT, version INT,"
    " name TEXT, data TEXT, created_at TEXT, PRIMARY KEY (tenant_id, stream_type, stream_id,"
    " version)",
    "no key at all": "sequence INT, stream_type VARCHAR, stream_id VARCHAR, stream_version INT,"
    " event_class VARCHAR, event_metadata VARCHAR, event_payload VARCHAR, event_time VARCHAR",
    "a topic as type": "id INTEGER PRIMARY KEY, topic TEXT, aggregate_type TEXT, aggregate_id TEXT,"
    " payload TEXT, metadata TEXT, created_at TEXT",
    "ids that are texts, no numbers": "id CHAR(36) PRIMARY KEY, aggregate_id CHAR(36),"
    " name VARCHAR(255), body JSON, occurred_on TEXT",
    "two numbers": "sequence_number INTEGER PRIMARY KEY, event_id VARCHAR(36) UNIQUE,"
    " event_type VARCHAR(50), aggregate_id INTEGER, aggregate_type VARCHAR(50),"
    " aggregate_version INTEGER, timestamp TEXT, user_id VARCHAR(100), payload TEXT",
    "a version called event_version": "event_id UUID PRIMARY KEY, stream_id UUID,"
    " stream_type VARCHAR(50), event_type VARCHAR(100), event_version INTEGER, payload JSONB,"
    " recorded_at TEXT, UNIQUE (stream_id, event_version)",
    "names without underscores": "eventIdentifier bigint PRIMARY KEY, aggregateIdentifier"
    " varchar(255), eventSequenceNumber bigint, payload text, payload_type varchar(255),"
    " time_stamp varchar(255)",
    "names in capitals": "Id UUID PRIMARY KEY, StreamId UUID, StreamVersion INT, EventType TEXT,"
    " EventData TEXT, CreatedAtUtc TEXT, SequenceNumber BIGINT UNIQUE,"
    " UNIQUE (StreamId, StreamVersion)",
    "the type within the payload": "id INTEGER PRIMARY KEY, stream VARCHAR(36), data TEXT",
    "a version of the schema": "id UUID PRIMARY KEY, event_type TEXT, aggregate_type TEXT,"
    " aggregate_id UUID, payload JSONB, event_version INT DEFAULT 1, created_at TEXT",
    "numbers as times": "id INTEGER PRIMARY KEY, entity_id TEXT, revision INTEGER, kind TEXT,"
    " body TEXT, created INTEGER, UNIQUE (entity_id, revision)",
    "a key of its own words": "no INTEGER PRIMARY KEY, order_ref TEXT, ver INTEGER,"
    " event_name TEXT, body TEXT, at TEXT, UNIQUE (order_ref, ver)",
    "a snapshot beside it": "position INTEGER PRIMARY KEY, stream_name TEXT, stream_version INT,"
    " type TEXT, data TEXT, UNIQUE (stream_name, stream_version)",
    "a time in the middle of numbers": "id INTEGER PRIMARY KEY, stream_id UUID, event_type TEXT,"
    " event_data JSONB, sequence TIMESTAMP, created_at TEXT",
}

IDS = ("aggregate_id", "entity_id", "stream_id", "StreamId", "aggregateIdentifier", "stream_name",
       "stream", "order_ref")  # fmt: skip
TYPES = ("event_type", "EventType", "event_class", "event_name", "payload_type", "topic", "name",
         "type", "kind")  # fmt: skip
PAYLOADS = ("payload", "payload_json", "event_data", "EventData", "event_payload", "body", "data")


def cell(name: str, place: int, names: list[str], declared: str) -> Any:
    """What an application would have put there: two events of one stream, then two of another."""
    stream, number = divmod(place, 2)
    if name == next(n for n in IDS if n in names):
        return stream + 7 if "INT" in declared else f"00000000-0000-4000-8000-00000000000{stream}"
    if name == next((n for n in TYPES if n in names), None):
        return ("Opened", "Closed")[number]
    if name == next(n for n in PAYLOADS if n in names):
        return json.dumps({"type": ("Opened", "Closed")[number], "n": place})
    if name in ("version", "stream_version", "StreamVersion", "aggregate_version", "revision",
                "ver", "eventSequenceNumber"):  # fmt: skip
        return number + 1
    if name == "event_version":
        return 1 if "aggregate_type" in names else number + 1
    return _other(name, place, declared)


def _other(name: str, place: int, declared: str) -> Any:
    if name in ("aggregate_type", "entity_kind", "stream_type", "tenant_id"):
        return "Account"
    if name == "created" and "INT" in declared:
        return 1_700_000_000 + place
    if any(word in name.lower() for word in ("time", "_at", "_on", "atutc", "ts")) or name == "at":
        return f"2025-01-01T00:00:0{place}Z"
    if "INT" in declared.upper():
        return place + 1
    return None if "metadata" in name else f"{name}-{place}"


@pytest.fixture
def shop(tmp_path: Path) -> Callable[[str], Path]:
    """A database with one home-made table of events."""

    def make(shape: str) -> Path:
        path = tmp_path / "shop.db"
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(f"CREATE TABLE domain_events ({SHAPES[shape]})")
            columns = database.execute("PRAGMA table_info(domain_events)").fetchall()
            names = [column[1] for column in columns]
            for place in range(4):
                values = [cell(column[1], place, names, column[2]) for column in columns]
                marks = ", ".join("?" * len(values))
                database.execute(f"INSERT INTO domain_events VALUES ({marks})", values)
            database.execute(
                "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, data TEXT)"
            )
            if shape == "a snapshot beside it":
                database.execute(
                    "CREATE TABLE snapshots (stream_name TEXT, version INTEGER, state TEXT)"
                )
        return path

    return make


def proposal_of(path: Path) -> Proposal:
    session = open_mapping(OpenRequest(str(path)), Work())
    with closing(session):
        tables = session.survey().tables
        return session.proposal("domain_events", tables)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_table_of_one_s_own_is_read_by_what_is_proposed(
    shape: str, shop: Callable[[str], Path]
) -> None:
    path = shop(shape)
    proposal = proposal_of(path)
    assert proposal.whole
    assert not proposal.doubts
    stores = open_stores(mapped_request(OpenRequest(str(path)), proposal_text(proposal)), Work())
    [store] = stores
    with closing(store):
        streams = store.reader.streams.page().rows
        assert [row.events.value for row in streams] == [2, 2]
        for row in streams:
            events = store.reader.events.page(row.stream).rows
            assert [event.type for event in events] == ["Opened", "Closed"]
            assert [event.position for event in events] == [1, 2]
            assert all(isinstance(event.data, dict) for event in events)
        if "aggregate_type" in SHAPES[shape] or "_kind" in SHAPES[shape]:
            assert {row.stream.category for row in streams} == {"Account"}
        if store.reader.source.order_key:
            world = store.reader.events.page(None).rows
            assert [event.data["n"] for event in world] == [0, 1, 2, 3]  # type: ignore[index,call-overload]
        assert all(event.recorded_at is None or event.recorded_at.zone == "utc" for event in events)
        assert (store.reader.source.snapshots is not None) == (shape == "a snapshot beside it")


def test_every_guess_has_a_reason_and_is_called_one(shop: Callable[[str], Path]) -> None:
    proposal = proposal_of(shop("the usual one"))
    lines = proposal_text(proposal).splitlines()
    assert lines[0].startswith("# This map was guessed")
    for i, line in enumerate(lines):
        if " = " in line and not line.startswith(("table", "schema", "#")):
            assert lines[i - 1].startswith("# "), line
    assert proposal.draft.sections["events"]["category"] == "aggregate_type"


def test_a_number_that_repeats_within_a_stream_is_no_position(shop: Callable[[str], Path]) -> None:
    facts = proposal_of(shop("a version of the schema")).draft.facts
    assert "position" not in facts
    assert facts["schema_version"] == "event_version"
    assert facts["order"] == ("created_at", "id")  # equal times must not lose events


def test_an_outbox_is_proposed_with_a_doubt() -> None:
    columns = "id aggregate_type aggregate_id event_type payload created_at processed_at attempts"
    table = TableView("outbox", None, "outbox", tuple((c, "text") for c in columns.split()))
    [doubt] = proposed(table).doubts
    assert "processed_at" in doubt
    assert doubt in proposal_text(proposed(table))


def test_a_table_without_streams_says_so() -> None:
    table = TableView("log", None, "log", (("id", "integer"), ("topic", "text"), ("body", "text")),
                      unique=(("id",),))  # fmt: skip
    found = proposed(table)
    assert not found.whole
    assert found.draft.missing == ("stream",)
    assert found.doubts == ("No column tells which stream an event belongs to.",)


def test_names_that_a_terminal_would_obey_are_written_as_escapes() -> None:
    name = "stream\x1b[31m_id\u202e"
    table = TableView("t\n", None, "t\n", ((name, "text"), ("version", "int")), True,
                      ((name, "version"),))  # fmt: skip
    text = proposal_text(proposed(table))
    assert all(c.isprintable() or c == "\n" for c in text)


def test_no_rows_and_odd_rows_are_no_fault() -> None:
    columns = (("id", "integer"), ("stream_id", "text"), ("version", "int"), ("data", "blob"),
               ("created", "bigint"))  # fmt: skip
    table = TableView("t", None, "t", columns, True, (("id",),))
    assert "type" not in proposed(table).draft.facts
    rows = [(1, "a", 1, b"\xff\xfe", None), (2, "a", 2, None, 1), (3, None, None, "[]", "x")]
    assert "type" not in proposed(table, rows).draft.facts
