"""What is known of the snapshots that a store holds already: whether the rules reproduce them.

A new snapshot may only be written where every stored one of its kind is what a replay gives.
The check is made once for each kind, and its snapshots are kept to learn from.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from inspector import codecs
from inspector.core.payloads import Decoded
from inspector.core.snapshot_checks import Cause, SnapshotCheck, Verdict
from inspector.core.snapshot_drafts import KnownKind, Sample
from inspector.core.texts import tr
from inspector.services.snapshot_listing import by_stream
from inspector.services.snapshot_verifying import note_version, verify_stream

if TYPE_CHECKING:
    from inspector.core.events import Snapshot
    from inspector.services.open_store import OpenedStore
    from inspector.services.snapshot_verifying import Judge
    from inspector.services.tasks import Work

LEARNT: Final = 2000
"""Snapshots of a kind, the newest versions of it first, that fields are learnt from."""

_GONE: Final = ""
"""The kind of a snapshot whose stream has no events any more."""

_NO_FAULT: Final = frozenset({Verdict.MATCHES, Verdict.ORPHAN, Verdict.BEHIND})
"""What no rules could reproduce, because the history is not there, says nothing about rules."""


@dataclass(frozen=True)
class Proof:
    """All snapshots of one kind, checked.

    Attributes:
        samples: those that match; ``failing`` those that the rules do not reproduce.
        checked: how many there are.
    """

    samples: tuple[Sample, ...]
    failing: tuple[SnapshotCheck, ...]
    checked: int


@dataclass
class Prover:
    """Checks each kind of snapshot of a store once."""

    store: OpenedStore
    judge: Judge
    _kinds: frozenset[KnownKind] | None = None
    _unknown: list[Snapshot] = field(default_factory=list)
    _proofs: dict[str, Proof] = field(default_factory=dict)
    _newest: dict[str | None, str | int] = field(default_factory=dict)
    _by_events: dict[str, str | None] = field(default_factory=dict)

    def kinds(self, work: Work) -> frozenset[KnownKind]:
        """Every kind of snapshot there is, with the category of its stream."""
        if self._kinds is None:
            found: set[KnownKind] = set()
            unknown: list[Snapshot] = []
            for page in self.store.reader.snapshots.pages():
                work.check()
                for snapshot in page:
                    note_version(self._newest, snapshot)
                    kind = self._kind(snapshot)
                    if kind is not None:
                        found.add((kind, snapshot.stream.category))
                    elif snapshot.of_stream:
                        unknown.append(snapshot)
            self._unknown = unknown
            self._kinds = frozenset(found)
        return self._kinds

    def proof(self, kind: str, work: Work) -> Proof:
        """Whether the rules reproduce the stored snapshots of a kind."""
        known = self._proofs.get(kind)
        if known is None:
            known = self._proofs[kind] = self._proved(kind, work)
        return known

    def _proved(self, kind: str, work: Work) -> Proof:
        self.kinds(work)
        reader = self.store.reader
        judge = replace(self.judge, newest=self._newest)
        samples: list[Sample] = []
        failing = [_of_unknown_kind(snapshot) for snapshot in self._unknown]
        done = 0
        for run in by_stream(reader, None):
            work.check()
            mine = [snapshot for snapshot in run if self._kind(snapshot) == kind]
            if not mine:
                continue
            for check in verify_stream(reader, mine, judge, work):
                sample = None
                if check.verdict is Verdict.MATCHES:
                    sample = self._sample(check.snapshot)
                if sample is not None:
                    samples.append(sample)
                elif not self._says_nothing(check):
                    failing.append(check)
            done += len(mine)
            if len(samples) > 2 * LEARNT:
                samples = _newest(samples)
            work.report(done, None, tr("snapshots"))
        return Proof(tuple(_newest(samples)), tuple(failing), done)

    def _says_nothing(self, check: SnapshotCheck) -> bool:
        """Whether it tells nothing about the rules that it is no match."""
        if check.verdict in _NO_FAULT or check.cause is Cause.ENCRYPTED:
            return True
        unread = self.store.reader.source.old_snapshots_unread
        return unread and check.cause is Cause.OLD_SCHEMA

    def _kind(self, snapshot: Snapshot) -> str | None:
        if not snapshot.of_stream:
            return None
        if not self.store.reader.source.kinds_by_events:
            return self.store.layout.snapshot_kind(snapshot)
        name = snapshot.stream.name
        if name not in self._by_events:
            self._by_events[name] = self._kind_by_events(snapshot)
        return self._by_events[name]

    def _kind_by_events(self, snapshot: Snapshot) -> str | None:
        """What the first event of its stream says; nothing of a stream that is gone."""
        page = self.store.reader.events.page(snapshot.stream, limit=1)
        first = next(iter(page.rows), None)
        return _GONE if first is None else self.store.layout.stream_kind(first, frozenset())

    def _sample(self, snapshot: Snapshot) -> Sample | None:
        """The snapshot with its stored value as it is, marks and all."""
        raw, source = snapshot.payload.raw, self.store.reader.source
        if raw is None:
            return None
        encoding = source.snapshot_payload or source.payload
        found = codecs.decode(raw, hints=encoding.codecs, keys=self.store.request.keys)
        if not isinstance(found, Decoded):
            return None
        return Sample(snapshot, found.value, tuple(found.codec.split("+")))


def _of_unknown_kind(snapshot: Snapshot) -> SnapshotCheck:
    reason = tr("It does not say what it is of, so it may be of this kind.")
    return SnapshotCheck(snapshot, Verdict.UNDECODABLE, reason=reason)


def _newest(samples: list[Sample]) -> list[Sample]:
    def version(sample: Sample) -> int:
        found = sample.snapshot.schema_version
        return found if isinstance(found, int) else 0

    return sorted(samples, key=version, reverse=True)[:LEARNT]
