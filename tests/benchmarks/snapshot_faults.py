"""R4: half a million events, five thousand snapshots, and thirty-seven of them are wrong.

One snapshot for each stream, in exactly the form in which the `eventsourcing` library stores it.
The plan says which are wrong and why; whoever checks the store has to find the same.
May import the standard library and the benchmark modules.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from tests.benchmarks.filling import fill_sqlite
from tests.benchmarks.payloads import ACCOUNT, ORDER
from tests.benchmarks.scenario import SEED, Row, Shape, rows

SHAPE = Shape(500_000, 5_000)
FAULTS = {
    "value": 8,
    "rounded": 7,
    "field-added": 6,
    "old-schema": 5,
    "events-changed": 4,
    "ahead": 4,
    "undecodable": 2,
    "orphan": 1,
}
"""Kinds of planted faults; 37 in all."""

VERDICTS = {
    "value": ("differs", "other"),
    "rounded": ("differs", "numbers-rounded"),
    "field-added": ("differs", "field-added-later"),
    "old-schema": ("differs", "old-schema-version"),
    "events-changed": ("differs", "events-changed-since"),
    "ahead": ("ahead-of-stream", ""),
    "undecodable": ("undecodable", ""),
    "orphan": ("orphan", ""),
}
"""What a check has to say of each kind: verdict and cause."""

_VERSION = 2
"""The aggregates' present class version; older snapshots have 1."""

State = dict[str, Any]
Snapshot = tuple[str, int, str, bytes]


@dataclass
class _Stream:
    """A stream as far as it was replayed, and the state when its snapshot was due."""

    state: State
    before: State
    version: int = 0
    due: int = 0
    moment: str = ""
    snapshot: State | None = None
    earlier: State | None = None


def write_store(path: Path, shape: Shape = SHAPE, seed: int = SEED) -> dict[str, str]:
    """Write the store; gives the plan: kind of fault by stream id in hexadecimal."""
    streams: dict[str, _Stream] = {}
    rng = Random(seed)  # noqa: S311 - the same store every time is the point
    fill_sqlite(path, _watched(rows(shape, seed), streams, rng))
    plan = _plan(streams, rng)
    with closing(sqlite3.connect(path)) as connection:
        _create(connection)
        connection.executemany(
            "INSERT INTO stored_snapshots VALUES (?,?,?,?)", _snapshots(streams, plan)
        )
        connection.commit()
    return plan


def _create(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS stored_snapshots (originator_id TEXT, "
        "originator_version INTEGER, topic TEXT, state BLOB, "
        "PRIMARY KEY (originator_id, originator_version)) WITHOUT ROWID"
    )


def _watched(source: Iterator[Row], streams: dict[str, _Stream], rng: Random) -> Iterator[Row]:
    """Let rows pass and replay them; a snapshot is due somewhere in the last half."""
    for row in source:
        stream_id, version, topic, state = row
        known = streams.get(stream_id)
        if known is None:
            known = streams[stream_id] = _Stream({}, {})
        event = json.loads(state)
        if version > 1 and known.snapshot is None and version > known.due:
            known.snapshot, known.earlier = dict(known.state), dict(known.before)
            known.due = version - 1
        known.before = dict(known.state)
        _apply(known.state, topic.rsplit(".", 1)[1], event)
        known.version, known.moment = version, event["timestamp"]["_data_"]
        if version == 1:
            known.due = 2 + int(rng.random() * 60)
        yield row


def _apply(state: State, event: str, data: dict[str, Any]) -> None:
    """What `shop_model` does, on the stored form of the values."""
    if event == "Opened":
        state.update(owner=data["owner"], currency=data["currency"], balance=data["balance_after"])
        state.update(limit=None, notes=0, attributes={})
    elif event in ("Deposited", "Withdrawn"):
        state["balance"] = data["balance_after"]
    elif event == "LimitChanged":
        state["limit"] = data["limit"]
    elif event == "NoteAdded":
        state["notes"] += 1
    elif event == "AttributesSet":
        more = {key: value for key, value in data.items() if key.startswith("attr_")}
        state["attributes"] = {**state["attributes"], **more}
    elif event == "Placed":
        state.update(customer=data["customer"], channel=data["channel"], lines=0, status="placed")
        state["total"] = data["total_after"]
    elif event == "LineAdded":
        state["total"] = data["total_after"]
        state["lines"] += 1
    elif event in ("Paid", "Shipped"):
        state["status"] = event.lower()


# -- faults ---------------------------------------------------------------------------------------


def _plan(streams: dict[str, _Stream], rng: Random) -> dict[str, str]:
    """Which snapshots are wrong; each kind among those where it shows."""
    left = sorted(streams)
    rng.shuffle(left)
    plan: dict[str, str] = {}
    for kind, count in FAULTS.items():
        fitting = [s for s in left if s not in plan and _fits(streams[s], kind)]
        plan.update(dict.fromkeys(fitting[:count], kind))
    if len(plan) != sum(FAULTS.values()):
        raise ValueError("The store is too small for all faults.")
    return plan


def _fits(stream: _Stream, kind: str) -> bool:
    state = stream.snapshot
    if state is None:
        return kind in ("ahead", "orphan") and stream.version > 2
    if kind == "rounded":
        return "balance" in state and not state["balance"]["_data_"].endswith("0")
    if kind in ("old-schema", "value"):
        return "owner" in state
    if kind == "events-changed":
        return stream.earlier is not None and stream.earlier != state and stream.due > 2
    return kind != "field-added" or "limit" in state


def _snapshots(streams: dict[str, _Stream], plan: dict[str, str]) -> Iterator[Snapshot]:
    for stream_id, stream in sorted(streams.items()):
        kind = plan.get(stream_id)
        state = stream.snapshot if stream.snapshot is not None else dict(stream.state)
        version = stream.due if stream.snapshot is not None else stream.version
        made = replace(stream, snapshot=state, due=version)
        yield _wrong(stream_id, made, kind) if kind else _stored(stream_id, version, state, made)


def _wrong(stream_id: str, stream: _Stream, kind: str) -> Snapshot:
    state = dict(stream.snapshot or {})
    version = stream.due
    if kind == "value":
        state["owner"] += " jr."
    elif kind == "rounded":
        exact = state["balance"]["_data_"]
        state["balance"] = {"_type_": "decimal_str", "_data_": f"{float(exact):.1f}"}
    elif kind == "field-added":
        del state["limit"]
    elif kind == "old-schema":
        state["owner_name"] = state.pop("owner")
        return _stored(stream_id, version, state, stream, class_version=1)
    elif kind == "events-changed":
        state = dict(stream.earlier or {})
    elif kind == "ahead":
        version = stream.version + 5
    elif kind == "undecodable":
        whole = _stored(stream_id, version, state, stream)
        return (*whole[:3], whole[3][:-7])
    elif kind == "orphan":
        stream_id = "dead" + stream_id[4:]
    return _stored(stream_id, version, state, stream)


def _stored(
    stream_id: str, version: int, state: State, stream: _Stream, class_version: int = _VERSION
) -> Snapshot:
    """The row that the library writes."""
    moment = {"_type_": "datetime_iso", "_data_": stream.moment}
    inner = {"class_version": class_version, "_created_on": moment, "_modified_on": moment, **state}
    topic = ACCOUNT if "currency" in state else ORDER
    value = {"timestamp": moment, "topic": topic, "state": inner}
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return stream_id, version, "eventsourcing.domain:Snapshot", text.encode()
