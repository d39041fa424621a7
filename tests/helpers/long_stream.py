"""A stream that is long enough to begin at its snapshot, with rules for it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from inspector.services.open_store import OpenRequest
from tests.helpers.stores import state, stream_rows, write_store

if TYPE_CHECKING:
    from pathlib import Path

NAME = "5a3c0f2e-8b7d-4c1a-9e6f-0d2b4a6c8e10"

RULES = r"""
format = 1
name = "Counter"

[[type]]
match = '^shop:Order\.(?<event>\w+)$'

[aggregate.order]
type = "shop:Order.*"
[aggregate.order.on.Placed.set]
total = 1
seen = "{}"
[aggregate.order.on.Counted]
set.total = "state.total + data.n"
set."seen.last" = "data.n"
"""

SNAPSHOTS = """CREATE TABLE stored_snapshots (originator_id TEXT, originator_version INTEGER,
topic TEXT, state BLOB, PRIMARY KEY (originator_id, originator_version)) WITHOUT ROWID"""


def long_stream(folder: Path, events: int, snapshots: dict[int, object]) -> OpenRequest:
    """A store with one stream.

    Args:
        snapshots: the total that the snapshot of a version holds.
    """
    rules = folder / "counter.rules.toml"
    rules.write_text(RULES, encoding="utf-8")
    path = write_store(folder / "long.sqlite", stream_rows(NAME, 1, events))
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(SNAPSHOTS)
        for at, total in snapshots.items():
            kept = {"total": total, "seen": {"last": at}}
            cell = state(at, topic="shop:Order", state=kept)
            row = (NAME, at, "eventsourcing.domain:Snapshot", cell)
            file.execute("INSERT INTO stored_snapshots VALUES (?, ?, ?, ?)", row)
    return OpenRequest(str(path), rules=(str(rules),))


def total(version: int) -> int:
    """What the rules make of the stream up to a version."""
    return version * (version + 1) // 2
