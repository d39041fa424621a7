"""The snapshot rows of the Python eventsourcing library, as it writes them itself.

The state is ``{"timestamp", "topic", "state": {…}}``. The inner state holds the attributes of
the aggregate; some bases of aggregates leave ``_id``, ``_version`` and an empty list of pending
events in, the library's own does not. Everything that the columns do not tell is learnt from
the newest snapshot of the same class: topics, class version, which of those attributes are
kept, and the encoding.

Source: ``eventsourcing.domain.CanSnapshotAggregate.take`` and ``eventsourcing.persistence``,
releases 9.0 to 9.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inspector.core.payloads import Value
from inspector.core.snapshot_drafts import Encoded, RowDraft, Uncertain
from inspector.core.texts import tr
from inspector.layouts._written_forms import WrittenForms, require_fields

if TYPE_CHECKING:
    from collections.abc import Collection

    from inspector.core.events import Event, Snapshot
    from inspector.core.snapshot_drafts import KnownKind, Sample, SnapshotDraft

OWN: Final = frozenset(
    {"_id", "_version", "_created_on", "_modified_on", "_pending_events", "class_version"}
)
_CODECS: Final = frozenset({"json", "zlib", "aes-gcm"})


def topic_of(snapshot: Snapshot) -> str | None:
    """The class of the aggregate."""
    topic = snapshot.meta.get("topic") if isinstance(snapshot.meta, dict) else None
    return topic if isinstance(topic, str) else None


def topic_of_stream(first: Event, known: Collection[KnownKind]) -> str | None:
    """What the first event says, else the longest known topic that its own begins with."""
    value = first.payload.value
    named = value.get("originator_topic") if isinstance(value, dict) else None
    if isinstance(named, str):
        return named
    topics = {kind for kind, _ in known if first.type.startswith(f"{kind}.")}
    return max(topics, key=len, default=None)


def row(draft: SnapshotDraft, keys: tuple[str, ...]) -> RowDraft:
    """The row for a state.

    Args:
        keys: the columns of the stream's key.

    Raises:
        Uncertain: it is not known for certain how that row looks.
    """
    unique = (*keys, "originator_version")
    newest = max(draft.samples, key=_age)
    chain = newest.chain
    if any(sample.chain != chain for sample in draft.samples):
        raise Uncertain(tr("The snapshots that are there are encoded in different ways."))
    if any(_chain(event) != chain for event in (draft.first, draft.last)):
        raise Uncertain(tr("Events and snapshots are encoded in different ways."))
    state = Encoded(_state(draft, newest.stored), chain, newest.snapshot.payload.raw or b"")
    return RowDraft(
        columns={
            **dict(zip(keys, draft.stream.key, strict=True)),
            "originator_version": draft.position,
            "topic": newest.snapshot.type,
            "state": state,
        },
        key=unique,
        position="originator_version",
        type="topic",
        state="state",
    )


def _state(draft: SnapshotDraft, newest: Value) -> Value:
    """The cell's value: names in the order of the newest snapshot."""
    if not isinstance(newest, dict) or not _is_time(newest.get("timestamp")):
        raise Uncertain(tr("The snapshots that are there are not written by the usual mapper."))
    if newest.keys() != {"timestamp", "topic", "state"}:
        raise Uncertain(tr("The snapshots that are there hold more than the library's own."))
    inner = newest["state"]
    require_fields(draft.state, inner, OWN)
    forms = WrittenForms(
        {k: v for k, v in sample.stored["state"].items() if k not in OWN}
        for sample in sorted(draft.samples, key=_age, reverse=True)
    )
    fields: dict[str, Value] = {**forms.written(draft.state), **_own(draft, inner)}
    made = {"timestamp": _time(draft.taken_at), "topic": newest["topic"]}
    made["state"] = {name: fields[name] for name in inner}
    return {name: made[name] for name in newest}


def _own(draft: SnapshotDraft, inner: dict[str, Value]) -> dict[str, Value]:
    """What the library keeps for itself, as far as the newest snapshot has it."""
    own: dict[str, Value] = {"_id": draft.stream.key[-1], "_version": draft.position}
    own["_pending_events"] = []
    own["class_version"] = inner.get("class_version")
    for name, event in (("_created_on", draft.first), ("_modified_on", draft.last)):
        if name in inner:
            own[name] = _stored_time(event)
            if not _is_time(inner[name]):
                raise Uncertain(tr("The field {name} is not written in the usual way.", name=name))
    if "_id" in inner and not isinstance(inner["_id"], str):
        raise Uncertain(tr("The field {name} is not written in the usual way.", name="_id"))
    if inner.get("_pending_events", []) != []:
        raise Uncertain(tr("The newest snapshot holds events that were not saved."))
    return {name: value for name, value in own.items() if name in inner}


def _stored_time(event: Event) -> Value:
    value = event.payload.value
    text = value.get("timestamp") if isinstance(value, dict) else None
    if not isinstance(text, str):
        raise Uncertain(tr("Version {n} has no time.", n=event.position))
    return _time(text)


def _time(text: str) -> Value:
    return {"_type_": "datetime_iso", "_data_": text}


def _is_time(value: Value) -> bool:
    return isinstance(value, dict) and value.get("_type_") == "datetime_iso"


def _age(sample: Sample) -> tuple[int, int]:
    """By class version, then by the time at which it was taken."""
    version, taken = sample.snapshot.schema_version, sample.snapshot.taken_at
    return (
        version if isinstance(version, int) else 0,
        0 if taken is None else taken.nanoseconds or 0,
    )


def _chain(event: Event) -> tuple[str, ...]:
    codecs = (event.payload.codec or "").split("+")
    return tuple(name for name in codecs if name in _CODECS)
