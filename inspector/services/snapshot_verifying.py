"""Checking stored snapshots against a replay of the history.

A stream is folded once, whatever number of snapshots it has. A snapshot in an older schema
version is first led through the rules' hops, as the application does when it loads one. Nothing
is called wrong that was not replayed exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

from inspector.core.events import Event, EventRef
from inspector.core.folding import Folder, Frame, Truth
from inspector.core.paths import path_text
from inspector.core.payloads import Undecoded
from inspector.core.snapshot_checks import (
    Cause,
    SnapshotCheck,
    Verdict,
    are_sealed,
    cause_of,
    compare,
)
from inspector.core.texts import tr
from inspector.services.event_ranges import EventQuery, read_events
from inspector.services.snapshot_listing import by_stream, require_snapshots

if TYPE_CHECKING:
    from inspector.core.events import Snapshot, StreamId
    from inspector.core.payloads import Value
    from inspector.core.upcasting import UpcasterChain
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

NEAR: Final = 16
"""Events around a snapshot's position at whose states a wrong one is looked for, too."""

LEFT_OUT: Final = 400
"""In streams up to this length each event is left out once, to find one that came later."""


@dataclass(frozen=True)
class Judge:
    """What snapshots are checked with.

    Attributes:
        folder_of: who replays a stream; ``None`` when only the generic reducer could.
        chain: leads an older snapshot to the current version; ``None`` without rules.
        newest: newest schema version that the snapshots of a type have, by type.
    """

    folder_of: Callable[[StreamId], Folder[Event] | None]
    chain: UpcasterChain | None = None
    newest: dict[str | None, str | int] | None = None


def verify_snapshots(
    reader: StoreReader, streams: Sequence[StreamId] | None, judge: Judge, work: Work
) -> Iterator[SnapshotCheck]:
    """Check the snapshots of some streams, or of the whole store, in the store's order.

    Raises:
        InputInvalid: this store keeps no snapshots where its layout knows to look.
    """
    require_snapshots(reader)
    if judge.newest is None:
        judge = replace(judge, newest=newest_versions(reader, work))
    done = 0
    for stored in by_stream(reader, streams):
        work.check()
        yield from verify_stream(reader, stored, judge, work)
        done += len(stored)
        work.report(done, None, tr("snapshots"))


def newest_versions(reader: StoreReader, work: Work) -> dict[str | None, str | int]:
    """The newest schema version of each type of snapshot; texts but numbers have no order."""
    newest: dict[str | None, str | int] = {}
    for page in reader.snapshots.pages():
        work.check()
        for snapshot in page:
            note_version(newest, snapshot)
    return newest


def note_version(newest: dict[str | None, str | int], snapshot: Snapshot) -> None:
    """Take one more snapshot into account."""
    version = ordered_version(snapshot)
    if version is not None:
        known = newest.get(snapshot.type)
        newest[snapshot.type] = max(version, known if isinstance(known, int) else version)


def verify_stream(
    reader: StoreReader, stored: Sequence[Snapshot], judge: Judge, work: Work
) -> Iterator[SnapshotCheck]:
    """Check all snapshots of one stream."""
    stream = stored[0].stream
    history = _History(reader, stream, work)
    folder = judge.folder_of(stream) if stream.key else None
    by_position = sorted(
        (s for s in stored if s.position is not None), key=lambda s: s.position or 0
    )
    frames = history.frames(folder, [s.position for s in by_position if s.position is not None])
    for snapshot in stored:
        frame = None if snapshot.position is None else frames.get(snapshot.position)
        check = _verdict(snapshot, frame, folder, history, judge)
        since = None
        if history.last is not None and snapshot.position is not None:
            since = history.last - snapshot.position
        yield replace(check, last=history.last, events_since=since)


class _History:
    """The events of a stream, folded once."""

    def __init__(self, reader: StoreReader, stream: StreamId, work: Work) -> None:
        self._reader = reader
        self._work = work
        self.stream = stream
        self.bookkeeping = reader.source.snapshot_bookkeeping
        self.sealed = reader.source.sealed
        summary = reader.streams.summary(stream) if stream.key else None
        has_events = summary is not None and summary.events.value > 0
        self.first = summary.first_position if summary is not None and has_events else None
        self.last = summary.last_position if summary is not None and has_events else None

    def events(self, last: int | None = None) -> Iterator[Event]:
        """Its events up to a position, oldest first."""
        query = EventQuery(self.stream, last=last)
        for page in read_events(self._reader, query, self._work):
            yield from page

    def frames(self, folder: Folder[Event] | None, positions: Sequence[int]) -> dict[int, Frame]:
        """The state at each of some positions (ascending) that the stream has."""
        if folder is None or self.last is None or not positions:
            return {}
        fold = folder.begin()
        wanted = iter(sorted(set(positions)))
        target = next(wanted)
        found: dict[int, Frame] = {}
        for event in self.events(min(max(positions), self.last)):
            while event.position is not None and event.position > target:
                found[target] = fold.frame()
                following = next(wanted, None)
                if following is None:
                    return found
                target = following
            fold.feed((event,))
        if target <= self.last:
            found[target] = fold.frame()
        return found


def _verdict(
    snapshot: Snapshot,
    frame: Frame | None,
    folder: Folder[Event] | None,
    history: _History,
    judge: Judge,
) -> SnapshotCheck:
    unfounded = _without_replay(snapshot, history)
    if unfounded is not None:
        return unfounded
    if folder is None or folder.truth is not Truth.EXACT:
        needed = tr("Needed: rules or a replayer that know how this stream's events change it.")
        return SnapshotCheck(snapshot, Verdict.UNVERIFIABLE, reason=needed)
    if frame is None or frame.unknown or frame.failed_at is not None:
        reason = tr("An event before this version could not be applied exactly.")
        return SnapshotCheck(snapshot, Verdict.UNVERIFIABLE, reason=reason)
    return _compared(snapshot, frame, folder, history, judge)


def _without_replay(snapshot: Snapshot, history: _History) -> SnapshotCheck | None:
    """What can be said about a snapshot before anything is replayed."""
    content = snapshot.payload.content
    if isinstance(content, Undecoded) or snapshot.findings:
        reason = content.reason if isinstance(content, Undecoded) else snapshot.findings[0].message
        return SnapshotCheck(snapshot, Verdict.UNDECODABLE, reason=reason)
    if not snapshot.of_stream:
        reason = tr("It is the state of a process, which no single stream tells.")
        return SnapshotCheck(snapshot, Verdict.UNVERIFIABLE, reason=reason)
    if history.last is None or history.first is None:
        reason = tr("The store has no events of this stream.")
        return SnapshotCheck(snapshot, Verdict.ORPHAN, reason=reason)
    return _misplaced(snapshot, history.first, history.last)


def _misplaced(snapshot: Snapshot, first: int, last: int) -> SnapshotCheck | None:
    """What its version alone tells, in a stream from ``first`` to ``last``."""
    if snapshot.position is None:
        reason = tr("The snapshot does not say which version it belongs to.")
        return SnapshotCheck(snapshot, Verdict.UNVERIFIABLE, reason=reason)
    if snapshot.position > last:
        reason = tr("It claims version {n}; the stream ends at {last}.",
                    n=snapshot.position, last=last)  # fmt: skip
        return SnapshotCheck(snapshot, Verdict.AHEAD, reason=reason)
    if snapshot.position < first or first > 1:
        reason = tr("The stream's history begins at version {n} only.", n=first)
        return SnapshotCheck(snapshot, Verdict.BEHIND, reason=reason)
    return None


def _compared(
    snapshot: Snapshot, frame: Frame, folder: Folder[Event], history: _History, judge: Judge
) -> SnapshotCheck:
    bookkeeping = history.bookkeeping
    state, is_led, hop_failed = current_state(snapshot, judge.chain)
    changes = compare(state, frame.state, bookkeeping)
    if not changes:
        return SnapshotCheck(snapshot, Verdict.MATCHES)
    if are_sealed(changes, history.sealed):
        path = path_text(changes[0].path)
        reason = tr("Encrypted by the application, so it cannot be compared: {path}", path=path)
        return SnapshotCheck(snapshot, Verdict.UNVERIFIABLE, Cause.ENCRYPTED, reason=reason)
    cause = cause_of(changes, old_schema=False if is_led else _is_old(snapshot, judge))
    if cause is Cause.OLD_SCHEMA and judge.chain is None:
        needed = tr("It has an older shape. Needed: rules that lead such a snapshot on.")
        return SnapshotCheck(snapshot, Verdict.UNVERIFIABLE, reason=needed)
    reason = hop_failed
    if cause in (Cause.OTHER, Cause.FIELD_ADDED, Cause.ROUNDED):
        changed = _events_changed(snapshot, state, folder, history)
        if changed:
            cause, reason = Cause.EVENTS_CHANGED, changed
    return SnapshotCheck(snapshot, Verdict.DIFFERS, cause, changes, reason)


def current_state(snapshot: Snapshot, chain: UpcasterChain | None) -> tuple[Value, bool, str]:
    """A snapshot's state in the newest version that the rules lead to.

    Returns:
        The state, whether hops have led it there, and why they could not.
    """
    if chain is None or snapshot.type is None:
        return snapshot.state, False, ""
    as_event = Event(
        EventRef(()), snapshot.stream, snapshot.position, snapshot.type, snapshot.state,
        schema_version=snapshot.schema_version, meta=snapshot.meta, kind="snapshot",
    )  # fmt: skip
    trace = chain.trace(as_event)
    if len(trace.final) == 1:
        return trace.final[0].value, bool(trace.hops), ""
    failed = [finding.message for finding in trace.findings]
    return snapshot.state, False, failed[0] if failed else ""


def _is_old(snapshot: Snapshot, judge: Judge) -> bool | None:
    """Whether snapshots of this type have newer schema versions; ``None``: they have none."""
    newest = (judge.newest or {}).get(snapshot.type)
    version = ordered_version(snapshot)
    if not isinstance(newest, int):
        return None if snapshot.schema_version is None else False
    return snapshot.schema_version is None or (version is not None and version < newest)


def ordered_version(snapshot: Snapshot) -> int | None:
    """Its schema version, where that is a number, or a text that is nothing but one."""
    version = snapshot.schema_version
    if isinstance(version, str) and version.isascii() and version.isdigit():
        return int(version[:18])
    return version if isinstance(version, int) else None


# -- what happened to the events -------------------------------------------------------------------


def _events_changed(
    snapshot: Snapshot, state: Value, folder: Folder[Event], history: _History
) -> str:
    """Whether the history is another one than the snapshot was made of; empty when it seems not."""
    position = snapshot.position or 0
    nearby = history.events(min(position + NEAR, history.last or 0))
    events = list(islice(nearby, LEFT_OUT + 1))
    until = [e for e in events if e.position is not None and e.position <= position]
    return (
        _gap(until)
        or _late(until, events, snapshot)
        or _elsewhere(state, events, folder, history, position)
        or (_one_too_many(state, until, folder, history) if len(events) <= LEFT_OUT else "")
    )


def _gap(events: Sequence[Event]) -> str:
    for before, after in pairwise(events):
        if before.position is not None and after.position is not None:
            missing = before.position + 1
            if after.position > missing:
                return tr("The stream has no version {n}; it was there once.", n=missing)
    return ""


def _late(until: Sequence[Event], events: Sequence[Event], snapshot: Snapshot) -> str:
    """An event that was stored after a later one of its stream, or after the snapshot."""
    highest: int | None = None
    for event in reversed(events):
        here = event.global_position
        if isinstance(here, int):
            if highest is not None and here > highest and event in until:
                return tr("Version {n} was stored after later versions.", n=event.position)
            highest = here if highest is None else min(highest, here)
    taken = None if snapshot.taken_at is None else snapshot.taken_at.nanoseconds
    times = [None if e.recorded_at is None else e.recorded_at.nanoseconds for e in until]
    if taken is None or not times or times[0] is None or times[0] > taken:
        return ""  # no clock, or two clocks: the whole history would be later than the snapshot
    for event, recorded in zip(until, times, strict=True):
        if recorded is not None and recorded > taken:
            return tr("Version {n} was stored after the snapshot.", n=event.position)
    return ""


def _elsewhere(
    state: Value, events: Sequence[Event], folder: Folder[Event], history: _History, position: int
) -> str:
    """Whether the snapshot is right, but for another version nearby."""
    fold = folder.begin()
    for event in events:
        fold.feed((event,))
        at = event.position
        if at is None or at == position or abs(at - position) > NEAR:
            continue
        if not compare(state, fold.frame().state, history.bookkeeping):
            return tr("It is the state of version {n}.", n=at)
    return ""


def _one_too_many(
    state: Value, until: Sequence[Event], folder: Folder[Event], history: _History
) -> str:
    """Whether the snapshot is right without one of the events."""
    before = folder.begin()
    for index, event in enumerate(until):
        fold = folder.begin(before.frame())
        fold.feed(until[index + 1 :])
        if not compare(state, fold.frame().state, history.bookkeeping):
            return tr("Without version {n} it would match.", n=event.position)
        before.feed((event,))
    return ""
