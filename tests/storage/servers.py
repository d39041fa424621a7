"""Stores on servers for the tests of connections, and how they are read."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import make_conninfo

from inspector.services.open_store import OpenedStore, OpenRequest, open_store
from inspector.services.tasks import Work
from inspector.storage.opening import OpenOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = """
CREATE TABLE {table} (originator_id uuid NOT NULL, originator_version bigint NOT NULL,
  topic text, state bytea, notification_id bigserial,
  PRIMARY KEY (originator_id, originator_version));
CREATE UNIQUE INDEX ON {table} (notification_id);
INSERT INTO {table} (originator_id, originator_version, topic, state)
SELECT ('00000000-0000-4000-8000-' || lpad((n % 7)::text, 12, '0'))::uuid, n / 7 + 1,
  'shop:Order.Counted', convert_to('{{"n":' || n || '}}', 'UTF8')
FROM generate_series(0, {events} - 1) n;
"""
"""A store of the Python library ``eventsourcing`` with seven streams."""


def run(conninfo: str, *statements: str) -> None:
    """Run statements as whoever the connection string names, each committed."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def fill(conninfo: str, table: str = "shop_events", events: int = 700) -> None:
    """Make a store in an empty database."""
    run(conninfo, EVENTS.format(table=table, events=events))


def changed(conninfo: str, **parameters: str) -> str:
    """The connection string with other parameters."""
    return make_conninfo(conninfo, **parameters)


@contextmanager
def opened(address: str, options: OpenOptions | None = None, **asked: Any) -> Iterator[OpenedStore]:
    """A store, open for the length of a ``with`` block."""
    request = OpenRequest(address, options=options or OpenOptions(), **asked)
    with closing(open_store(request, Work())) as store:
        yield store


def open_and_close(address: str, options: OpenOptions | None = None) -> None:
    """For a store that cannot be opened."""
    with opened(address, options):
        pass


def asks(store: OpenedStore, question: str) -> Any:
    """What the server answers to one expression, inside a read of ours."""
    read = store.connection.read_sql  # type: ignore[attr-defined]
    return read(f"SELECT {question} WHERE %(always)s::boolean", {"always": True})[0][0]


def codes(store: OpenedStore) -> list[str]:
    """What opening found, as codes."""
    return [finding.code for finding in store.findings]
