"""Tables of made-up rows in either database, and everything that both front ends do with them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg

from inspector.services.event_ranges import EventQuery, read_events
from inspector.services.open_store import OpenedStore, OpenRequest, open_store
from inspector.services.records import event_record, state_record
from inspector.services.replaying import StreamReplay
from inspector.services.stream_listing import Sort, StreamQuery, next_streams
from inspector.services.stream_ranking import sorted_streams
from inspector.services.tasks import Work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from inspector.core.events import Event, StreamSummary
    from inspector.core.replaying import Step

MAP = """
[events]
table = "log"
stream = "stream"
position = "version"
order = "id"
type = "type"
payload = "body"
metadata = "meta"
recorded_at = "at"
actor = "actor"
"""
NAMES = ("stream", "version", "type", "body", "meta", "at", "actor")
LITE = "id INTEGER PRIMARY KEY, stream, version, type, body, meta, at, actor"
BIG = """id bigserial PRIMARY KEY, stream text, version bigint, type text, body {body},
meta {body}, at {at}, actor text"""

Row = tuple[Any, ...]


def row(version: int, body: Any, **fields: Any) -> Row:
    """A row of the stream ``s``, with nothing special about it but what is given."""
    given = {"stream": "s", "version": version, "type": "Happened", "body": body}
    return tuple((given | fields).get(name) for name in NAMES)


@dataclass(frozen=True)
class Log:
    """A store that a map explains.

    Attributes:
        address: where it is.
        map_file: the file that names its columns.
    """

    address: str
    map_file: Path

    @property
    def request(self) -> OpenRequest:
        """How to open it."""
        return OpenRequest(self.address, map_text=self.map_file.read_text(encoding="utf-8"))

    @property
    def arguments(self) -> tuple[str, str, str]:
        """How the command line opens it."""
        return self.address, "--map", str(self.map_file)


def write_map(folder: Path) -> Path:
    """The map of a log, as a file."""
    file = folder / "log.toml"
    file.write_text(MAP, encoding="utf-8")
    return file


def lite_log(folder: Path, rows: Sequence[Row], columns: str = LITE) -> Log:
    """A log in an SQLite file; its columns have no types, so anything can be in them."""
    path = folder / "log.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE log ({columns})")
        connection.execute("CREATE INDEX log_by_stream ON log (stream, version)")
        places = ", ".join("?" * len(NAMES))
        connection.executemany(f"INSERT INTO log ({', '.join(NAMES)}) VALUES ({places})", rows)
    return Log(str(path), write_map(folder))


def big_log(
    folder: Path, conninfo: str, rows: Sequence[Row], body: str = "text", at: str = "timestamptz"
) -> Log:
    """A log in an empty PostgreSQL database."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE log ({BIG.format(body=body, at=at)})".encode())
        names, places = ", ".join(NAMES), ", ".join(["%s"] * len(NAMES))
        statement = f"INSERT INTO log ({names}) VALUES ({places})".encode()
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
    return Log(conninfo, write_map(folder))


@dataclass
class Look:
    """What a person saw who looked at everything."""

    streams: tuple[StreamSummary, ...]
    events: list[Event]
    steps: dict[str, list[Step]] = field(default_factory=dict)

    @property
    def codes(self) -> list[set[str]]:
        """Codes of the findings of each event, in order."""
        return [{f.code for f in event.findings} for event in self.events]

    @property
    def times(self) -> list[str | None]:
        """The time of each event, as shown."""
        return [None if e.recorded_at is None else e.recorded_at.text for e in self.events]


def look(request: OpenRequest, *, replay: bool = True) -> Look:
    """Open, list, search, sort, page in both directions and replay; all of it becomes JSON."""
    with closing(open_store(request, Work())) as store:
        return look_at(store, replay=replay)


def look_at(store: OpenedStore, *, replay: bool = True) -> Look:
    """As :func:`look`, at a store that is open."""
    reader = store.reader
    streams = next_streams(reader, StreamQuery(), None, 100, Work()).rows
    for summary in streams[:3]:
        text = summary.stream.name[:50]
        assert summary in next_streams(reader, StreamQuery(text=text), None, 100, Work()).rows
    for sort in Sort:
        assert len(sorted_streams(reader, StreamQuery(), sort, 100, Work())) == len(streams)
    pages = read_events(reader, EventQuery(), Work())
    seen = Look(streams, [event for page in pages for event in page])
    back = read_events(reader, EventQuery(reverse=True), Work())
    backwards = [event.ref for page in back for event in page]
    assert backwards == [event.ref for event in seen.events][::-1]
    for event in seen.events:
        json.dumps(event_record(event), default=str)
    if replay:
        for summary in streams:
            seen.steps[summary.stream.name] = steps_of(store, summary)
    return seen


def steps_of(store: OpenedStore, summary: StreamSummary) -> list[Step]:
    """Every step of a stream."""
    history = StreamReplay(store.reader, summary.stream)
    history.load(store.reader, Work())
    steps = [history.step(store.reader, index) for index in range(len(history))]
    for step in steps:
        json.dumps(state_record(summary.stream.name, step, changes=True), default=str)
    return steps
