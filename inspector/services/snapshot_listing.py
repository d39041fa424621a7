"""The snapshots of a stream or of a whole store, and how far each lies behind its stream."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inspector.core.events import Snapshot, StreamId
    from inspector.core.instants import Instant
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

EVERY = 100_000
"""Snapshots that one stream may have before the list says that it is too long."""


class Order(enum.StrEnum):
    """How a list of snapshots is ordered."""

    STORE = "store"
    BEHIND = "behind"
    """Most events since the newest snapshot of a stream first."""


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """One snapshot of the list.

    Attributes:
        snapshot: what is stored.
        last: position of the stream's last event; ``None`` when the stream has no events.
        last_time: when that was stored.
        events_since: positions between the snapshot and the stream's end, or ``None``.
        newest: whether the stream has no newer snapshot.
    """

    snapshot: Snapshot
    last: int | None
    last_time: Instant | None
    events_since: int | None
    newest: bool


def snapshots_of(
    reader: StoreReader, streams: Sequence[StreamId] | None, work: Work
) -> Iterator[SnapshotRow]:
    """The snapshots of some streams, or of the whole store, by stream and position.

    Raises:
        InputInvalid: this store keeps no snapshots where its layout knows to look.
    """
    require_snapshots(reader)
    done = 0
    for stored in by_stream(reader, streams):
        work.check()
        yield from rows_of_stream(reader, stored)
        done += len(stored)
        work.report(done, None, tr("snapshots"))


def require_snapshots(reader: StoreReader) -> None:
    """Make sure that there can be snapshots.

    Raises:
        InputInvalid: there cannot; the message is no "there are none".
    """
    if not reader.snapshots.available:
        raise InputInvalid(
            tr("This store has no place for snapshots that its layout knows."),
            hint=tr("The library may keep them in another database, or not at all."),
        )


def worst_first(rows: Iterable[SnapshotRow]) -> list[SnapshotRow]:
    """Newest snapshots only, the one with most events since then first."""
    newest = [row for row in rows if row.newest]
    return sorted(newest, key=lambda row: -1 if row.events_since is None else -row.events_since)


def rows_of_stream(reader: StoreReader, stored: Sequence[Snapshot]) -> Iterator[SnapshotRow]:
    """Snapshots of one stream beside what is known of its end."""
    stream = stored[0].stream
    summary = reader.streams.summary(stream) if stream.key else None
    has_events = summary is not None and summary.events.value > 0
    last = summary.last_position if summary is not None and has_events else None
    newest = max((s.position for s in stored if s.position is not None), default=None)
    for snapshot in stored:
        yield SnapshotRow(
            snapshot,
            last,
            summary.last_time if summary is not None and has_events else None,
            _distance(snapshot.position, last),
            snapshot.position == newest,
        )


def runs_of(reader: StoreReader, page: Sequence[Snapshot]) -> Iterator[Sequence[Snapshot]]:
    """A page of snapshots, a stream at a time."""
    for run in _runs(page):
        yield _with_stream(reader, run)


def by_stream(
    reader: StoreReader, streams: Sequence[StreamId] | None
) -> Iterator[Sequence[Snapshot]]:
    """The snapshots of some streams, or of all that have any, a stream at a time."""
    if streams is not None:
        for stream in streams:
            stored = reader.snapshots.page(stream, EVERY)
            if stored:
                yield [replace(snapshot, stream=stream) for snapshot in stored]
        return
    for page in reader.snapshots.pages():
        yield from runs_of(reader, page)


def _with_stream(reader: StoreReader, stored: list[Snapshot]) -> list[Snapshot]:
    """Snapshots that know where their stream's events are, if there is such a stream."""
    if stored[0].stream.key:
        return stored
    found = reader.streams.find(stored[0].stream.name)
    return [replace(snapshot, stream=found[0]) for snapshot in stored] if found else stored


def _runs(page: Sequence[Snapshot]) -> Iterator[list[Snapshot]]:
    run: list[Snapshot] = []
    for snapshot in page:
        if run and (run[0].stream.key, run[0].stream.name) != (
            snapshot.stream.key,
            snapshot.stream.name,
        ):
            yield run
            run = []
        run.append(snapshot)
    if run:
        yield run


def _distance(position: int | None, last: int | None) -> int | None:
    return None if position is None or last is None else last - position
