"""Events and streams as the inspector speaks of them.

One meaning per word; what each library calls it stands in the manual's page of its layout.
Values are frozen and compared by value. Numbers keep the store's own counting: a stream's
first position may be 0 or 1.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, fields, make_dataclass
from typing import TYPE_CHECKING, Any

from inspector.core.findings import Finding
from inspector.core.instants import Instant
from inspector.core.payloads import EMPTY, Payload, Value

Scalar = Any
"""A database value used as part of a key: text, bytes, int, UUID, bool."""

PageKey = tuple[Scalar, ...]
"""Values of the ordering columns of one row: where a page begins or ends."""


class StreamKind(enum.StrEnum):
    """What a stream is for."""

    PRIMARY = "primary"
    LINKS = "links"
    SYSTEM = "system"
    SNAPSHOTS = "snapshots"


@dataclass(frozen=True, slots=True)
class StreamId:
    """A stream: what people call it, and how to find its rows.

    Attributes:
        name: the id as the library's own API spells it.
        category: the kind of thing the stream is about, where the store knows it.
        key: values of the layout's stream key columns, exactly as the database holds them.
        kind: what the stream is for.
    """

    name: str
    category: str | None = None
    key: tuple[Scalar, ...] = ()
    kind: StreamKind = StreamKind.PRIMARY


@dataclass(frozen=True, slots=True)
class EventRef:
    """How to read one row again: the values of its ordering columns in the whole store."""

    key: PageKey


@dataclass(frozen=True, slots=True)
class Event:
    """One recorded fact.

    Attributes:
        ref: how to read the row again.
        stream: the stream it is shown in.
        position: place in its stream, as stored (``None`` when the row has none).
        type: stored type name, never rewritten.
        data: business payload, the library's own envelope taken off.
        payload: the stored payload cell.
        metadata: the stored metadata cell.
        meta: decoded metadata, from the cell or from the payload's envelope.
        global_position: place in the whole store; may have gaps.
        id: the event's own id, where the store has one.
        schema_version: version of the payload's shape as stored, in the store's words.
        recorded_at: when it was stored; ``valid_at``: when it happened, if that differs.
        kind: ``event``, ``command``, ``snapshot``, ``tombstone`` or ``link``.
        tags: the tags of a store without streams.
        archived: the library reads over it when it loads the stream.
        origin: for a linked event, the stream and position where it was first written.
    """

    ref: EventRef
    stream: StreamId
    position: int | None
    type: str
    data: Value = None
    payload: Payload = EMPTY
    metadata: Payload = EMPTY
    meta: Value = None
    global_position: int | str | None = None
    id: str | None = None
    schema_version: str | int | None = None
    recorded_at: Instant | None = None
    valid_at: Instant | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    actor: str | None = None
    tenant: str | None = None
    kind: str = "event"
    tags: tuple[str, ...] = ()
    origin: tuple[str, int | None] | None = None
    archived: bool = False
    findings: tuple[Finding, ...] = ()


if TYPE_CHECKING:
    EventDraft = Event
else:
    EventDraft = make_dataclass(
        "EventDraft",
        [(f.name, f.type, field(default=f.default)) for f in fields(Event)],
        slots=True,
        eq=False,
    )
    EventDraft.__doc__ = "An event that is being made, with the fields of :class:`Event`."


def sealed(draft: EventDraft) -> Event:
    """The draft itself as an event, never to be changed any more.

    A frozen class sets each of its many fields by a detour. Making a draft and sealing it takes a
    third of the time, which counts for every row that is read.
    """
    draft.__class__ = Event
    return draft


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are: exactly, or at least so many."""

    value: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class StreamSummary:
    """A stream in a list.

    Attributes:
        events: number of rows in the stream (``exact`` only when all were counted).
        first_position, last_position: as stored.
        first_time, last_time: of the first and the last row by position.
        archived: hidden by the library; ``deleted``: marked as deleted but still readable.
        tenant: as the first event says.
    """

    stream: StreamId
    events: Count
    first_position: int | None = None
    last_position: int | None = None
    first_time: Instant | None = None
    last_time: Instant | None = None
    archived: bool = False
    deleted: bool = False
    tenant: str | None = None
    findings: tuple[Finding, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class StreamTally:
    """What an order of streams needs to know of one, where that is less than its summary.

    Attributes:
        events: number of rows in the stream, all counted.
        last_time: of the last row by position; ``None`` also where nobody asked for it.
    """

    stream: StreamId
    events: Count
    last_time: Instant | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """State that the application stored, not replayed by us.

    Attributes:
        stream: the stream it belongs to; ``key`` may be empty when the stream is unknown.
        position: the position of the last event that is contained in it.
        type, schema_version: as stored.
        state: the decoded state, or ``None``.
        meta: decoded metadata of the snapshot itself, or ``None``.
        of_stream: it is made from one stream. A process manager's is not.
    """

    stream: StreamId
    position: int | None
    type: str | None
    schema_version: str | int | None
    taken_at: Instant | None
    state: Value
    payload: Payload
    table: str
    row_key: str
    findings: tuple[Finding, ...] = ()
    meta: Value = None
    of_stream: bool = True
