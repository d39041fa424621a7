"""Snapshots as lines of a list, without their states, and the long passes that fill one.

A line is small: a list of a whole store keeps thousands. What a line shows in full is read
again when somebody looks at it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from inspector.core.snapshot_checks import BAD, Verdict
from inspector.services.snapshot_listing import snapshots_of
from inspector.services.snapshot_reports import CheckedLine, line_of
from inspector.services.snapshot_scan import scan_snapshots
from inspector.services.tasks import Work

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from inspector.core.events import StreamId
    from inspector.core.instants import Instant
    from inspector.core.snapshot_checks import SnapshotCheck
    from inspector.services.open_store import OpenedStore
    from inspector.services.snapshot_listing import SnapshotRow
    from inspector.storage.store_reader import StoreReader

KEPT: Final = 20_000
"""Lines that a list of a whole store keeps, the worst ones; more than anybody walks through."""

SnapshotKey = tuple[str, str | None, int | None, str]


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """One stored snapshot.

    Attributes:
        size: bytes of the stored state.
        last: position of the stream's last event; ``None`` when the stream has no events.
        last_time: when that was stored, as far as it was read.
        events_since: positions between the snapshot and the stream's end, or ``None``.
        newest: whether the stream has no newer snapshot; only that one is loaded.
        unread: why it could not be decoded; empty when it could.
    """

    stream: StreamId
    version: int | None
    row_key: str
    type: str | None
    schema_version: str | int | None
    size: int
    taken_at: Instant | None
    last: int | None = None
    last_time: Instant | None = None
    events_since: int | None = None
    newest: bool = True
    unread: str = ""

    @property
    def key(self) -> SnapshotKey:
        """What tells it from every other snapshot of the store."""
        return (self.stream.name, self.stream.category, self.version, self.row_key)

    @property
    def seconds_since(self) -> float | None:
        """From the snapshot to the stream's last event, where both have a time; 0 if it is of
        the last one, however much later it was taken."""
        if self.events_since == 0:
            return 0.0
        if self.taken_at is None or self.last_time is None:
            return None
        taken, last = self.taken_at.nanoseconds, self.last_time.nanoseconds
        return None if taken is None or last is None else (last - taken) / 1e9


def listed(row: SnapshotRow) -> SnapshotLine:
    """The line of a row of the list."""
    snapshot = row.snapshot
    return SnapshotLine(
        snapshot.stream, snapshot.position, snapshot.row_key, snapshot.type,
        snapshot.schema_version, snapshot.payload.size, snapshot.taken_at, row.last,
        row.last_time, row.events_since, row.newest,
        snapshot.findings[0].message if snapshot.findings else "",
    )  # fmt: skip


def of_check(check: SnapshotCheck) -> SnapshotLine:
    """The line of a snapshot that was checked before it was listed."""
    snapshot = check.snapshot
    return SnapshotLine(
        snapshot.stream, snapshot.position, snapshot.row_key, snapshot.type,
        snapshot.schema_version, snapshot.payload.size, snapshot.taken_at, check.last,
        events_since=check.events_since,
        unread=snapshot.findings[0].message if snapshot.findings else "",
    )  # fmt: skip


def key_of(line: CheckedLine) -> SnapshotKey:
    """The key of the snapshot that a check is about."""
    return (line.stream.name, line.stream.category, line.version, line.row_key)


def badness(line: SnapshotLine, checked: CheckedLine | None) -> tuple[int, bool, int, str]:
    """What the worst first order goes by: what a check found, then the events since."""
    rank = 0 if line.unread else 2
    if checked is not None:
        rank = 0 if checked.verdict in BAD else 3 if checked.verdict is Verdict.MATCHES else 1
    return (rank, not line.newest, -(line.events_since or 0), line.stream.name)


class RelayedWork(Work):
    """The work handle of a pass that goes on from one slice to the next."""

    __slots__ = ("now",)

    def __init__(self) -> None:
        super().__init__()
        self.now = Work()

    def check(self) -> None:
        """Stop when the slice of this moment is to stop."""
        self.now.check()


class ListScan:
    """Lists every snapshot of the store, a few at a time; keeps the worst lines.

    Attributes:
        done: snapshots listed; ``total`` is not known before the end.
        cut: whether some were left out because there are too many.
    """

    def __init__(self) -> None:
        self.done = 0
        self.total: int | None = None
        self.cut = False
        self._lines: list[SnapshotLine] = []
        self._work = RelayedWork()
        self._rows: Iterator[SnapshotRow] | None = None

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Take the next snapshot.

        Raises:
            InputInvalid: this store keeps no snapshots where its layout knows to look.
        """
        self._work.now = work
        if self._rows is None:
            self._rows = snapshots_of(reader, None, self._work)
        row = next(self._rows, None)
        if row is None:
            self.total = self.done
            return False
        self._lines.append(listed(row))
        self.done += 1
        if len(self._lines) > 2 * KEPT:
            self._keep_worst()
        return True

    def lines(self) -> list[SnapshotLine]:
        """What was listed so far, the most events since first."""
        return sorted(self._lines, key=lambda line: badness(line, None))[:KEPT]

    def _keep_worst(self) -> None:
        self._lines = self.lines()
        self.cut = True


class VerifyScan:
    """Checks every snapshot of the store, on as many cores as the command line would.

    Attributes:
        done: snapshots checked; ``total`` as far as it was counted before.
        checked: what was found, without the states, in the store's order.
    """

    def __init__(
        self, store: OpenedStore, total: int | None = None, processes: int | None = None
    ) -> None:
        self.done = 0
        self.total = total
        self.checked: list[CheckedLine] = []
        self.lines: list[SnapshotLine] = []
        self._store, self._processes = store, processes
        self._work = RelayedWork()
        self._checks: Generator[SnapshotCheck] | None = None

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Take the next check.

        Raises:
            InputInvalid: this store keeps no snapshots where its layout knows to look.
            InspectorError: a process that checks died.
        """
        self._work.now = work
        if self._checks is None:
            store = replace(self._store, reader=reader)
            self._checks = scan_snapshots(store, self._work, processes=self._processes)  # type: ignore[assignment]
        check = next(self._checks, None)  # type: ignore[arg-type]
        if check is None:
            self.total = self.done
            return False
        self.checked.append(line_of(check))
        self.lines.append(of_check(check))
        self.done += 1
        return True

    def close(self) -> None:
        """End the processes of a pass that will not go on."""
        checks, self._checks = self._checks, None
        if checks is not None:
            checks.close()
