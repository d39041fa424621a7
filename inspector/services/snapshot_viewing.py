"""One stream's snapshots: listed, checked, and one of them beside the replayed state.

A stream is folded once for all of its snapshots. The newest schema version of all snapshots of
the store is only looked for when something differs: it tells the cause and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from inspector.core.applying import apply_changes
from inspector.core.diffing import diff
from inspector.core.errors import InputInvalid
from inspector.core.snapshot_checks import Verdict
from inspector.core.texts import tr
from inspector.services.snapshot_lines import SnapshotLine, listed
from inspector.services.snapshot_listing import require_snapshots, rows_of_stream
from inspector.services.snapshot_scan import judge_of
from inspector.services.snapshot_verifying import current_state, newest_versions, verify_stream

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from inspector.core.diffing import Change
    from inspector.core.events import Snapshot, StreamId
    from inspector.core.payloads import Value
    from inspector.core.snapshot_checks import SnapshotCheck
    from inspector.services.open_store import OpenedStore
    from inspector.services.snapshot_lines import SnapshotKey
    from inspector.services.snapshot_verifying import Judge
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

LISTED: Final = 2_000
"""Snapshots of one stream that are listed."""


@dataclass(frozen=True)
class SnapshotView:
    """A snapshot, what a check found, and where its state is another one than the replayed.

    Attributes:
        state: the stored state, led to the newest shape where the rules have hops for that.
        led: whether hops did so.
        lit: from the replayed state to the stored one, so that it can be lit in the stored one.
    """

    check: SnapshotCheck
    state: Value
    led: bool
    lit: tuple[Change, ...]


def list_stream(reader: StoreReader, stream: StreamId) -> tuple[SnapshotLine, ...]:
    """The snapshots of a stream, the newest first.

    Raises:
        InputInvalid: this store keeps no snapshots where its layout knows to look.
    """
    require_snapshots(reader)
    stored = _of_stream(reader, stream)
    rows = list(rows_of_stream(reader, stored)) if stored else []
    lines = [listed(row) for row in rows]
    return tuple(sorted(lines, key=lambda line: -1 if line.version is None else -line.version))


class StreamChecker:
    """Checks snapshots of single streams of one store, in one thread."""

    def __init__(self) -> None:
        self._newest: dict[str | None, str | int] | None = None

    def check(
        self,
        store: OpenedStore,
        stream: StreamId,
        work: Work,
        only: Collection[SnapshotKey] | None = None,
    ) -> list[SnapshotCheck]:
        """Check the snapshots of a stream, all or some.

        Raises:
            InputInvalid: this store keeps no snapshots where its layout knows to look.
        """
        require_snapshots(store.reader)
        stored = _of_stream(store.reader, stream)
        if only is not None:
            stored = [s for s in stored if _key(s) in only]
        return self._checked(store, stored, judge_of(store), work) if stored else []

    def view(
        self, store: OpenedStore, stream: StreamId, key: SnapshotKey, work: Work
    ) -> SnapshotView:
        """One snapshot beside the replayed state.

        Raises:
            InputInvalid: it is no longer there.
        """
        found = self.check(store, stream, work, (key,))
        if not found:
            raise InputInvalid(
                tr("The snapshot is no longer there."), hint=tr("Read again to see what is.")
            )
        check = found[0]
        state, led, _ = current_state(check.snapshot, judge_of(store).chain)
        lit = diff(apply_changes(state, check.changes), state, forms=False) if check.changes else ()
        return SnapshotView(check, state, led, lit)

    def _checked(
        self, store: OpenedStore, stored: Sequence[Snapshot], judge: Judge, work: Work
    ) -> list[SnapshotCheck]:
        checks = list(verify_stream(store.reader, stored, replace(judge, newest={}), work))
        if all(check.verdict is not Verdict.DIFFERS for check in checks):
            return checks
        if self._newest is None:
            self._newest = newest_versions(store.reader, work)
        return list(verify_stream(store.reader, stored, replace(judge, newest=self._newest), work))


def _of_stream(reader: StoreReader, stream: StreamId) -> list[Snapshot]:
    return [replace(s, stream=stream) for s in reader.snapshots.page(stream, LISTED)]


def _key(snapshot: Snapshot) -> SnapshotKey:
    return (
        snapshot.stream.name,
        snapshot.stream.category,
        snapshot.position,
        snapshot.row_key,
    )
