"""Snapshots and checks of snapshots as plain maps: the keys of the command line's JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from inspector.core.paths import path_text
from inspector.core.payloads import Undecoded
from inspector.core.snapshot_checks import Cause, SnapshotCheck, Verdict
from inspector.core.texts import counted, tr
from inspector.services.records import Record, finding_record, time_record, undecoded_record

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.core.events import Snapshot
    from inspector.services.snapshot_files import SnapshotFile
    from inspector.services.snapshot_listing import SnapshotRow


class Checked(Protocol):
    """Whatever holds the outcome of a check."""

    @property
    def verdict(self) -> Verdict:
        """What was found."""

    @property
    def cause(self) -> Cause:
        """Why it differs."""


def snapshot_record(snapshot: Snapshot) -> Record:
    """One stored snapshot."""
    unread = isinstance(snapshot.payload.content, Undecoded)
    return {
        "stream": snapshot.stream.name,
        "category": snapshot.stream.category,
        "version": snapshot.position,
        "type": snapshot.type,
        "schema_version": snapshot.schema_version,
        "taken_at": time_record(snapshot.taken_at),
        "state": undecoded_record(snapshot.payload) if unread else snapshot.state,
        "size": snapshot.payload.size,
        "table": snapshot.table,
        "row_key": snapshot.row_key,
        "findings": [finding_record(finding) for finding in snapshot.findings],
    }


def listed_record(row: SnapshotRow) -> Record:
    """One snapshot of the list, with how far its stream has gone on since."""
    return {
        **snapshot_record(row.snapshot),
        "last_version": row.last,
        "last_time": time_record(row.last_time),
        "events_since": row.events_since,
        "newest": row.newest,
    }


def check_record(check: SnapshotCheck) -> Record:
    """One checked snapshot."""
    first = check.first_difference
    return {
        **snapshot_record(check.snapshot),
        "last_version": check.last,
        "events_since": check.events_since,
        "verdict": check.verdict.value,
        "cause": check.cause.value or None,
        "reason": check.reason or None,
        "differences": len(check.changes),
        "first_difference": None
        if first is None
        else {
            "path": path_text(first.path),
            "op": first.op.value,
            "snapshot": first.before,
            "replay": first.after,
        },
    }


def summary_of(checks: Sequence[Checked]) -> Iterator[str]:
    """What a whole check came to, a line for each verdict and cause; good ones first."""
    if not checks:
        yield tr("There are no snapshots.")
        return
    yield counted(len(checks), "One snapshot was checked.", "{n} snapshots were checked.")
    verdicts = Counter(check.verdict for check in checks)
    for verdict in Verdict:
        if verdicts[verdict]:
            yield f"  {verdict.value}: {verdicts[verdict]}"
    causes = Counter(check.cause for check in checks if check.cause)
    for cause, number in causes.most_common():
        yield tr("  cause {cause}: {n}", cause=cause.value, n=number)


def file_record(snapshot: SnapshotFile, file: Path) -> Record:
    """A snapshot that was written to a file; its state stays there."""
    return {
        "stream": snapshot.stream,
        "version": snapshot.position,
        "file": str(file),
        "events": snapshot.events,
        "events_sha256": snapshot.events_sha256,
        "rules_sha256": list(snapshot.rules_sha256),
        "state_sha256": snapshot.state_sha256,
    }
