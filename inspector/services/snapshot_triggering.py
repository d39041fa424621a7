"""Letting the application of a store take a snapshot, and looking whether it has.

The store is never written to from here; but what runs makes the application write, so the store
has to be unlocked, what runs was shown before, and it goes into the local record (how it was
asked and how it ended, and nothing of the command or the request themselves).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from inspector.core.errors import Cancelled, InputInvalid, InspectorError, WriteRefused
from inspector.core.texts import tr
from inspector.services import write_log
from inspector.services.finding_streams import shown_name
from inspector.services.open_store import open_lane
from inspector.services.snapshot_scan import verify
from inspector.services.snapshot_triggers import Call, Trigger, call_of
from inspector.services.trigger_running import Ran, run

if TYPE_CHECKING:
    from inspector.core.events import StreamId
    from inspector.core.snapshot_checks import SnapshotCheck
    from inspector.services.open_store import OpenedStore
    from inspector.services.tasks import Work
    from inspector.services.write_log import WriteLog
    from inspector.services.write_unlock import Unlock


@dataclass(frozen=True)
class Standing:
    """Where a stream stands before anything runs.

    Attributes:
        version: that a snapshot is wanted of.
        before: versions of the snapshots that the stream has.
    """

    version: int
    before: tuple[int, ...]


@dataclass(frozen=True)
class Prepared:
    """What would run for a stream, to be shown before it does.

    Attributes:
        version: that the snapshot is wanted of.
        before: versions of the snapshots that the stream has.
    """

    stream: StreamId
    version: int
    call: Call
    before: tuple[int, ...]


@dataclass(frozen=True)
class Triggered:
    """How it ended, and what is in the store since.

    Attributes:
        ran: output and status.
        made: versions of snapshots that were not there before.
        check: what a check says of the newest of them; ``None``: there is none, or it could
            not be looked at; ``reason`` says why.
    """

    prepared: Prepared
    ran: Ran
    made: tuple[int, ...]
    check: SnapshotCheck | None = None
    reason: str = ""


def prepare(store: OpenedStore, trigger: Trigger, stream: StreamId, at: int | None) -> Prepared:
    """What a trigger would run for a stream; nothing runs.

    Args:
        at: the version; the last one by default.

    Raises:
        InputInvalid: the stream has no such version.
        WriteRefused: a name out of the store cannot be handed on.
    """
    standing = standing_of(store, stream, at)
    call = call_of(trigger, stream, standing.version)
    return Prepared(stream, standing.version, call, standing.before)


def standing_of(store: OpenedStore, stream: StreamId, at: int | None) -> Standing:
    """Where a stream stands, whatever would run.

    Raises:
        InputInvalid: the stream has no such version.
    """
    summary = store.reader.streams.summary(stream)
    first, last = summary.first_position, summary.last_position
    version = last if at is None else at
    if version is None or last is None or not (first or 0) <= version <= last:
        raise InputInvalid(
            tr("The stream “{name}” has no version {n}.", name=shown_name(stream.name), n=at)
        )
    return Standing(version, store.reader.snapshots.positions(stream))


def trigger_snapshot(
    store: OpenedStore,
    prepared: Prepared,
    unlocked: Unlock,
    work: Work,
    log: WriteLog | None = None,
) -> Triggered:
    """Run what was shown, and look at the store again.

    Raises:
        WriteRefused: another store was unlocked, or the record cannot be kept.
        Cancelled: it was stopped; what the application did until then, only a new look tells.
        InputInvalid, StoreUnavailable: it could not be run.
    """
    if not unlocked.is_for(store):
        raise WriteRefused(
            tr("Another store was unlocked than this one."),
            hint=tr("Unlock {name} to write to it.", name=store.name),
        )
    log = write_log.default_log() if log is None else log
    kind = "command" if prepared.call.trigger.is_command else "request"
    facts: dict[str, Any] = {
        "store": store.address.display, "stream": shown_name(prepared.stream.name),
        "version": prepared.version, "trigger": kind,
    }  # fmt: skip
    log.add(write_log.BEGUN, facts)
    try:
        ran = run(prepared.call, work)
    except (Cancelled, InspectorError):
        log.add(write_log.UNKNOWN, facts)
        raise
    log.add(write_log.TRIGGERED, {**facts, "status": ran.status})
    return _looked_at(store, prepared, ran, work)


def _looked_at(store: OpenedStore, prepared: Prepared, ran: Ran, work: Work) -> Triggered:
    if not store.reader.snapshots.available:
        reason = tr("This store has no place for snapshots that its layout knows.")
        return Triggered(prepared, ran, (), reason=reason)
    try:
        lane = open_lane(store)
    except InspectorError as error:
        return Triggered(prepared, ran, (), reason=error.message)
    try:
        there = lane.reader.snapshots.positions(prepared.stream)
        made = tuple(at for at in there if at not in prepared.before)
        if not made:
            return Triggered(prepared, ran, (), reason=tr("There is no new snapshot."))
        checks = list(verify(lane, [prepared.stream], work))
        found = next((c for c in checks if c.snapshot.position == made[-1]), None)
        return Triggered(prepared, ran, made, found)
    except InspectorError as error:
        return Triggered(prepared, ran, (), reason=error.message)
    finally:
        lane.close()
