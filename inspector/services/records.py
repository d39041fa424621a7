"""Events, streams, matches and states as plain maps: the keys of the command line's JSON.

The keys are a contract: adding one is fine, renaming or removing one breaks scripts. Exports
and the command line share these functions, so that they cannot disagree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inspector.core.folding import Truth
from inspector.core.instants import Instant
from inspector.core.jsontext import undecoded
from inspector.core.paths import path_text
from inspector.core.payloads import Payload, Undecoded
from inspector.services.ladders import Ladder, Rung, ladder_of

if TYPE_CHECKING:
    from inspector.core.diffing import Change
    from inspector.core.events import Event, StreamSummary
    from inspector.core.findings import Finding
    from inspector.core.replaying import Step
    from inspector.core.rules import RuleSet
    from inspector.core.upcasting import Form
    from inspector.services.counting import StoreCounts
    from inspector.services.open_store import OpenedStore
    from inspector.services.version_matrix import Cell

Record = dict[str, Any]


def time_record(moment: Instant | None) -> Any:
    """ISO text in UTC; as stored, with ``zone``, when the zone is not known."""
    if moment is None:
        return None
    if moment.zone == "utc":
        return moment.text
    return {"time": moment.text, "zone": "unknown" if moment.zone == "unknown" else moment.zone}


def finding_record(finding: Finding) -> Record:
    """A finding with its severity."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "place": finding.place,
    }


def undecoded_record(payload: Payload) -> Record:
    """What can be said about a cell that was not decoded."""
    content = payload.content
    if not isinstance(content, Undecoded):
        content = Undecoded("", payload.size)
    record: Record = undecoded(content, payload.raw)
    return record


def event_record(event: Event) -> Record:
    """One event."""
    failed = isinstance(event.payload.content, Undecoded)
    meta_failed = isinstance(event.metadata.content, Undecoded)
    return {
        "stream": event.stream.name,
        "version": event.position,
        "global_position": event.global_position,
        "id": event.id,
        "type": event.type,
        "schema_version": event.schema_version,
        "recorded_at": time_record(event.recorded_at),
        "valid_at": time_record(event.valid_at),
        "data": undecoded_record(event.payload) if failed else event.data,
        "metadata": undecoded_record(event.metadata) if meta_failed else event.meta,
        "correlation_id": event.correlation_id,
        "causation_id": event.causation_id,
        "actor": event.actor,
        "tenant": event.tenant,
        "codec": event.payload.codec,
        "category": event.stream.category,
        "kind": event.kind,
        "tags": list(event.tags),
        "origin": None
        if event.origin is None
        else {"stream": event.origin[0], "version": event.origin[1]},
        "archived": event.archived,
        "findings": [finding_record(f) for f in event.findings],
    }


def upcast_record(event: Event, rules: RuleSet) -> Record:
    """What rules add to an event: its name, its newest form, and what went wrong on the way."""
    ladder = ladder_of(event, rules)
    final = ladder.trace.final
    return {
        "name": ladder.name,
        "upcast": form_record(final[0]) if len(final) == 1 else None,
        "upcasts": [form_record(form) for form in final] if len(final) > 1 else [],
        "findings": [finding_record(f) for f in (*event.findings, *ladder.trace.findings)],
    }


def form_record(form: Form) -> Record:
    """An event in one of its schema versions."""
    return {"type": form.type, "schema_version": form.schema_version, "data": form.value}


def ladder_record(ladder: Ladder) -> Record:
    """The whole way of one event; ``final`` is null where it fails, is dropped or split."""
    event, trace = ladder.event, ladder.trace
    return {
        "stream": event.stream.name,
        "version": event.position,
        "name": ladder.name,
        "stored": form_record(trace.stored),
        "hops": [_hop_record(rung) for rung in ladder.rungs],
        "final": form_record(trace.final[0]) if len(trace.final) == 1 else None,
        "finals": [form_record(form) for form in trace.final],
        "findings": [finding_record(f) for f in trace.findings],
    }


def _hop_record(rung: Rung) -> Record:
    hop = rung.hop
    after = hop.after[0] if len(hop.after) == 1 else None
    return {
        "from": hop.before.schema_version,
        "to": None if after is None else after.schema_version,
        "type": None if after is None else after.type,
        "data": None if after is None else after.value,
        "changes": [change_record(change) for change in rung.changes],
        "rule": hop.rule,
        "made": [form_record(form) for form in hop.after] if after is None else [],
        "failed": None if hop.finding is None else hop.finding.message,
    }


def cell_record(cell: Cell) -> Record:
    """Events of one type in one schema version."""
    failure = cell.first_failure
    return {
        "type": cell.type,
        "name": cell.name,
        "schema_version": cell.schema_version,
        "events": cell.events,
        "first_time": time_record(cell.first_time),
        "last_time": time_record(cell.last_time),
        "current": cell.current,
        "upcastable": cell.upcastable,
        "reducer": cell.reducer,
        "failed": cell.failed,
        "first_failure": None
        if failure is None
        else {
            "stream": failure.stream.name,
            "version": failure.version,
            "hop": failure.hop,
            "code": failure.code,
            "message": failure.message,
        },
    }


def stream_record(summary: StreamSummary) -> Record:
    """One stream of the list; ``events_exact`` tells whether all events were counted."""
    return {
        "stream": summary.stream.name,
        "category": summary.stream.category,
        "kind": summary.stream.kind.value,
        "events": summary.events.value,
        "events_exact": summary.events.exact,
        "first_version": summary.first_position,
        "last_version": summary.last_position,
        "first_time": time_record(summary.first_time),
        "last_time": time_record(summary.last_time),
        "archived": summary.archived,
        "deleted": summary.deleted,
        "tenant": summary.tenant,
        "findings": [finding_record(f) for f in summary.findings],
    }


def change_record(change: Change) -> Record:
    """One difference between two states."""
    return {
        "path": path_text(change.path),
        "op": str(change.op),
        "before": change.before,
        "after": change.after,
    }


def state_record(stream: str, step: Step, *, changes: bool = False) -> Record:
    """The state after one event."""
    marks = {path_text(path): truth.value for path, truth in step.marks.items()}
    truth = Truth.MIXED if marks else step.truth
    record: Record = {
        "stream": stream,
        "version": step.position,
        "events_applied": step.applied,
        "state": step.state,
        "truth": truth.value,
        "marks": marks,
        "origin": str(step.origin),
        "findings": [finding_record(f) for f in step.findings],
    }
    if changes:
        record["changes"] = [change_record(c) for c in step.changes]
    return record


def match_record(store: OpenedStore, counts: StoreCounts | None = None) -> Record:
    """What was recognised, and why; with ``counts``, how much is in it."""
    match, source = store.match, store.reader.source
    record: Record = {
        "layout": match.layout,
        "title": match.title,
        "score": match.score,
        "certain": store.certain,
        "audit_trail": match.trail,
        "evidence": list(match.evidence),
        "doubts": list(match.doubts),
        "schema": match.schema,
        "tables": {role: table.name for role, table in match.tables.items()},
        "capabilities": {
            "global_order": source.ordered,
            "timestamps": store.has_times,
            "schema_versions": source.schema_versions,
            "snapshots": "native" if source.snapshots is not None else "none",
            "snapshot_write": source.snapshot_write,
        },
        "alternatives": [
            {"layout": n.layout, "title": n.title, "score": n.score, "why_not": list(n.why_not)}
            for n in store.alternatives
        ],
        "opened": _opened_record(store),
        "findings": [finding_record(f) for f in store.findings],
    }
    if counts is not None:
        record["counts"] = {
            "streams": counts.streams,
            "events": counts.events,
            "exact": counts.exact,
        }
    return record


def _opened_record(store: OpenedStore) -> Record:
    """Where the store is, and how it was opened; never with a password."""
    report = store.connection.report
    return {
        "store": store.address.display,
        "how": report.how,
        "server": report.server,
        "user": report.user,
        "encrypted": report.encrypted,
    }
