"""Making a snapshot, up to the moment before it is written: the gate and the exact row.

Every reason for not writing is a :class:`WriteRefused` that says what is missing. What passes is
a :class:`Plan`: the row as the library itself would write it, proved by reading it back through
the very decoders and hops that a stored snapshot goes through.
"""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic_ns
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from inspector.codecs._api import CodecError
from inspector.codecs.writing import encode
from inspector.codecs.writing_alike import encode_alike
from inspector.core.errors import SnapshotConflict, WriteRefused
from inspector.core.events import Event, Snapshot
from inspector.core.folding import Truth
from inspector.core.jsontext import to_json
from inspector.core.payloads import Payload, Value
from inspector.core.snapshot_checks import compare, sealed_path
from inspector.core.snapshot_drafts import (
    Encoded,
    EncodedAlike,
    RowDraft,
    SnapshotDraft,
    Uncertain,
)
from inspector.core.texts import counted, tr
from inspector.services.finding_streams import shown_name
from inspector.services.replaying import Told
from inspector.services.snapshot_proving import Proof, Prover
from inspector.services.snapshot_scan import judge_of
from inspector.services.snapshot_verifying import current_state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from inspector.core.events import Scalar, StreamId
    from inspector.core.folding import Frame
    from inspector.layouts._api import Table
    from inspector.services.open_store import OpenedStore
    from inspector.services.tasks import Work

_NAMED: Final = 5
"""Failing snapshots that a refusal names."""


@dataclass(frozen=True)
class Plan:
    """A snapshot that could be written.

    Attributes:
        row: the row, with values to be encoded; ``columns`` its cells, by stored column name.
        last: the stream's last position.
        rows: rows of the stream up to the position.
        state_sha256: digest of the state as JSON with sorted names.
        checked: snapshots of this kind that were compared with a replay.
    """

    stream: StreamId
    position: int
    kind: str
    state: Value
    row: RowDraft
    columns: Mapping[str, Scalar]
    table: Table
    last: int
    rows: int
    state_sha256: str
    checked: int


@dataclass(frozen=True)
class Replayed:
    """A stream up to a position."""

    frame: Frame
    first: Event
    last: Event
    end: int


class Step(enum.StrEnum):
    """The checks before a snapshot may be written, in the order in which they are made."""

    PLACE = "place"
    EXACT = "exact"
    FREE = "free"
    PROVEN = "proven"
    ROW = "row"
    SAME = "same"
    STILL = "still"


class Planner:
    """Plans snapshots of one store; what was proved once is not proved again.

    Attributes:
        passed: checks that the newest plan has passed so far.
    """

    def __init__(self, store: OpenedStore) -> None:
        self.store = store
        self.judge = judge_of(store)
        self.passed: list[Step] = []
        self._prover = Prover(store, self.judge)

    def plan(self, stream: StreamId, at: int | None, work: Work) -> Plan:
        """The snapshot of a stream at a position; the last one by default.

        Raises:
            WriteRefused: it must not be written; the message says why.
            SnapshotConflict: there is such a snapshot already.
        """
        passed = self.passed = []
        table = self._writable_table()
        passed.append(Step.PLACE)
        replayed = exact_replay(self.store, stream, at, work, whole=True)
        passed.append(Step.EXACT)
        position = replayed.last.position or 0
        self._require_none_there(stream, position)
        passed.append(Step.FREE)
        kind = self.store.layout.stream_kind(replayed.first, self._prover.kinds(work))
        proof = _require_proof(kind, None if kind is None else self._prover.proof(kind, work))
        passed.append(Step.PROVEN)
        draft = SnapshotDraft(
            stream, position, replayed.frame.state, replayed.first, replayed.last,
            datetime.now(UTC).isoformat(timespec="microseconds"), proof.samples,
            self.store.reader.snapshots.positions(stream), (str(uuid4()), str(uuid4())),
            monotonic_ns(),
        )  # fmt: skip
        row, cells = self._row(draft)
        passed.append(Step.ROW)
        self._require_same_when_read(draft, row, cells)
        passed.append(Step.SAME)
        return Plan(
            stream, position, kind or "", draft.state, row, stored_names(cells, table), table,
            replayed.end, replayed.frame.count, digest_of(draft.state), proof.checked,
        )  # fmt: skip

    # -- the gate ------------------------------------------------------------------------------

    def _writable_table(self) -> Table:
        """The snapshots table, where something may be written into it at all."""
        store = self.store
        table = store.match.tables.get(store.reader.source.snapshot_role)
        if store.reader.source.snapshot_write != "native" or table is None:
            raise WriteRefused(
                tr("It is not known how {title} writes snapshots into this store.",
                   title=store.match.title),
                hint=tr("Let the application itself take the snapshot."),
            )  # fmt: skip
        if store.connection.report.copied:
            raise WriteRefused(
                tr("What is open is a private or an unchanging copy of the store."),
                hint=tr("Open the store itself, where it may be written to."),
            )
        if table.kind not in ("table", "partitioned") or table.filtered:
            raise WriteRefused(
                tr("{table} is a view, or rows of it may be hidden.", table=table.full_name)
            )
        rules = store.rules
        if rules is None and store.replayer is not None:
            raise WriteRefused(
                tr("Snapshots are written from rules only, and a replayer computes this state."),
                hint=tr("Rules can be told by a digest: use --rules instead of --replayer."),
            )
        if rules is None:
            raise WriteRefused(
                tr("The state is not exact: there are no rules for this store."),
                hint=tr("Give the rules of the application (--rules FILE)."),
            )
        if rules.changed():
            raise WriteRefused(
                tr("A rules file has changed since it was read."), hint=tr("Open the store again.")
            )
        return table

    def _require_none_there(self, stream: StreamId, position: int) -> None:
        there = self.store.reader.snapshots.positions(stream)
        if position in there:
            raise SnapshotConflict(
                tr("There is a snapshot of version {n} already.", n=position),
                hint=tr("Choose another version; verify tells whether that snapshot is right."),
            )

    # -- the row -------------------------------------------------------------------------------

    def _row(self, draft: SnapshotDraft) -> tuple[RowDraft, dict[str, Scalar]]:
        """The row and its encoded cells."""
        store = self.store
        try:
            row = store.layout.snapshot_row(draft, store.match)
            cells = {name: self._cell(value) for name, value in row.columns.items()}
        except Uncertain as error:
            raise _uncertain(str(error)) from error
        except CodecError as error:
            raise _uncertain(tr("It cannot be encoded: {reason}.", reason=error)) from error
        if not row.repeats:
            _require_unique(store.match.tables[store.reader.source.snapshot_role], row)
        if (row.replaces or row.newest_wins) and max(draft.there, default=0) > draft.position:
            raise SnapshotConflict(
                tr("The stream has a newer snapshot, of version {n}.", n=max(draft.there)),
                hint=tr("This library takes the one that was written last; choose a later version.")
                if row.newest_wins
                else tr("This library keeps one for each stream; choose a later version."),
            )
        return row, cells

    def _cell(self, value: Scalar | Encoded | EncodedAlike) -> Scalar:
        if isinstance(value, EncodedAlike):
            return encode_alike(value.value, value.notation, value.samples, dict(value.facts))
        if not isinstance(value, Encoded):
            return value
        return encode(
            value.value, value.chain, self.store.request.keys, value.like, spaced=value.spaced
        )

    def _require_same_when_read(
        self, draft: SnapshotDraft, row: RowDraft, cells: Mapping[str, Any]
    ) -> None:
        """Read the row as a stored one is read, hops and all: it must be the state again."""
        opened = self.store.reader.opened
        payload = opened.states(cells[row.state])
        meta = opened.states(cells[row.metadata]) if row.metadata else None
        value = getattr(payload, "value", None)
        made = self.store.layout.adjust_snapshot(
            Snapshot(
                draft.stream, draft.position, None if row.type is None else cells[row.type],
                cells.get(row.schema_version or ""), None, value,
                Payload(cells[row.state], payload, len(cells[row.state])), "", "",
                meta=getattr(meta, "value", None),
            )
        )  # fmt: skip
        state, _, _ = current_state(made, self.judge.chain)
        if compare(state, draft.state, self.store.reader.source.snapshot_bookkeeping):
            raise _uncertain(
                tr("Read back, and led through the rules' hops, it would be another state.")
            )


def exact_replay(  # noqa: PLR0913 - what is replayed, how far, and who watches
    store: OpenedStore,
    stream: StreamId,
    at: int | None,
    work: Work,
    seen: Callable[[Event], object] = lambda _: None,
    *,
    whole: bool = False,
) -> Replayed:
    """The state of a stream at a version (the last one by default), exact and complete.

    Args:
        seen: is told every event that the state is made of, in order.
        whole: whether the events after the version have to be applied without a failure, too.

    Raises:
        WriteRefused: the state is not exact, or there is no such version.
    """
    reader = store.reader
    told = Told(reader, stream, store.rule_set, keep=False)
    fold = told.folder.begin()
    first: Event | None = None
    last: Event | None = None
    end: int | None = None
    there: Frame | None = None
    for event in told.entries(reader, work):
        end = event.position
        if end is not None and at is not None and end > at and whole:
            there = there or fold.frame()
            fold.feed((event,))
        if end is None or (at is not None and end > at):
            continue
        if last is not None and end != (last.position or 0) + 1:
            raise WriteRefused(tr("The stream has no version {n}.", n=(last.position or 0) + 1))
        first, last = first or event, event
        seen(event)
        fold.feed((event,))
    name = shown_name(stream.name)
    if first is None or last is None or end is None or (at is not None and last.position != at):
        raise WriteRefused(tr("The stream “{name}” has no version {n}.", name=name, n=at))
    if (first.position or 0) > 1:
        raise WriteRefused(tr("The stream's history begins at version {n} only.", n=first.position))
    frame = there or fold.frame()
    _require_exact(frame, told.folder.truth, name)
    if there is not None:
        _require_rest(fold.frame())
    _require_legible(store, frame)
    return Replayed(frame, first, last, end)


def digest_of(state: Value) -> str:
    """SHA-256 of a state as JSON with sorted names, in hexadecimal."""
    return hashlib.sha256(to_json(_sorted(state)).encode()).hexdigest()


def _sorted(value: Value) -> Value:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value, key=str)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _require_exact(frame: Frame, truth: Truth, name: str) -> None:
    if truth is not Truth.EXACT:
        raise WriteRefused(
            tr("The state of “{name}” is not exact: the rules do not cover it.", name=name),
            hint=tr("Add an aggregate for this stream to the rules."),
        )
    if frame.failed_at is not None or frame.unknown:
        raise WriteRefused(
            tr("The state is not exact: an event up to this version could not be applied."),
            hint=tr(
                "The list of problems names it; complete the rules or choose a version before."
            ),
        )
    if not isinstance(frame.state, dict) or not frame.state:
        raise WriteRefused(tr("There is no state at this version: the aggregate is gone."))


def _require_legible(store: OpenedStore, frame: Frame) -> None:
    """Make sure that nothing in a state is what only the application can read.

    Raises:
        WriteRefused: something is.
    """
    sealed = sealed_path(frame.state, store.reader.source.sealed)
    if sealed is not None:
        raise WriteRefused(
            tr("The state holds what the application encrypted: {path}.", path=sealed),
            hint=tr("Let the application itself take the snapshot."),
        )
    request = store.request
    if store.reader.source.unseal is not None and (request.use_stored_keys or request.keys):
        raise WriteRefused(
            tr("Values were opened with keys, and a snapshot would keep them open."),
            hint=tr("Open the store without these keys, or let the application take the snapshot."),
        )


def _require_rest(frame: Frame) -> None:
    """Make sure that the application, which goes on from the snapshot, gets to the stream's end.

    Raises:
        WriteRefused: an event after the version could not be applied.
    """
    if frame.failed_at is not None or frame.unknown:
        raise WriteRefused(
            tr("An event after this version could not be applied."),
            hint=tr("The list of problems names it; complete the rules first."),
        )


def _require_proof(kind: str | None, proof: Proof | None) -> Proof:
    """The proof, when it allows writing another snapshot of its kind.

    Raises:
        WriteRefused: it does not; failing snapshots are named.
    """
    if kind is None or proof is None:
        raise _uncertain(tr("Which kind of aggregate this stream is cannot be told."))
    if proof.failing:
        lines = [
            f"{shown_name(c.snapshot.stream.name)} @ {c.snapshot.position}: {c.verdict.value}"
            for c in proof.failing[:_NAMED]
        ]
        more = len(proof.failing) - len(lines)
        if more:
            lines.append(counted(more, "one more", "{n} more"))
        raise WriteRefused(
            tr("The rules do not reproduce the snapshots of {kind} that are there: {list}.",
               kind=kind, list="; ".join(lines)),
            hint=tr("Verify the snapshots, and correct the rules or those snapshots first."),
        )  # fmt: skip
    if not proof.samples:
        raise _uncertain(tr("There is no snapshot of {kind} to learn from.", kind=kind))
    return proof


def _require_unique(table: Table, row: RowDraft) -> None:
    """Make sure that the database itself lets no second row in beside ours."""
    known = (*table.unique, table.primary_key)
    if not any({name.lower() for name in names} == set(row.key) for names in known):
        raise WriteRefused(
            tr("The table {table} could hold the same snapshot twice.", table=table.full_name),
            hint=tr("Its unique index is missing; ask who made the table."),
        )


def _uncertain(reason: str) -> WriteRefused:
    return WriteRefused(
        tr("How the library would write this snapshot is uncertain. {reason}", reason=reason),
        hint=tr("Let the application take one snapshot of this kind first."),
    )


def stored_names(cells: Mapping[str, Scalar], table: Table) -> dict[str, Scalar]:
    """Cells by the names that the columns really have.

    Raises:
        WriteRefused: the table has no such column.
    """
    named: dict[str, Scalar] = {}
    for name, value in cells.items():
        column = table.column(name)
        if column is None:
            raise _uncertain(tr("{table} has no column {name}.", table=table.full_name, name=name))
        named[column.name] = value
    return named
