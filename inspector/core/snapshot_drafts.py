"""What a snapshot that is to be written is made of, and the row that it becomes.

Imports ``inspector.core`` only. A layout turns a :class:`SnapshotDraft` into a
:class:`RowDraft`; nothing here is written anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspector.core.events import Event, Scalar, Snapshot, StreamId
    from inspector.core.payloads import Value

KnownKind = tuple[str, str | None]
"""What snapshots of a store are of, and the category of a stream that has one."""


class Uncertain(Exception):
    """How the library would write this is not known for certain; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A snapshot that the library wrote, to learn from.

    Attributes:
        stored: its decoded state with all marks of the library's encoding.
        chain: the codecs that were needed to decode it, outermost first.
    """

    snapshot: Snapshot
    stored: Value
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SnapshotDraft:
    """What is to be kept.

    Attributes:
        position: of the last event that the state contains.
        state: exact and complete.
        first, last: the stream's first event, and the one at the position.
        taken_at: the present time, ISO 8601 in UTC with microseconds.
        samples: snapshots of the same kind; all of them match a replay.
        there: positions of the stream's snapshots, in ascending order.
        new_ids: two ids that nobody has used.
        ticks: nanoseconds of a clock that only ever goes on.
    """

    stream: StreamId
    position: int
    state: Value
    first: Event
    last: Event
    taken_at: str
    samples: tuple[Sample, ...]
    there: tuple[int, ...] = ()
    new_ids: tuple[str, str] = ("", "")
    ticks: int = 0


@dataclass(frozen=True, slots=True)
class Encoded:
    """A value to be encoded for a cell.

    Attributes:
        chain: codecs, outermost first.
        like: a cell that was written in the same way, and with the same key.
        spaced: JSON as Python writes it by default: a blank after commas and colons, and
            characters beyond ASCII as escapes.
    """

    value: Value
    chain: tuple[str, ...]
    like: bytes | str
    spaced: bool = False


@dataclass(frozen=True, slots=True)
class EncodedAlike:
    """A value to be encoded as the library encoded others of its kind.

    Attributes:
        notation: one of ``codecs.writing_alike``.
        samples: cells that the library wrote, newest first.
        facts: what stands beside the value in the cell.
    """

    value: Value
    notation: str
    samples: tuple[bytes | str, ...]
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BesideDraft:
    """A row of another table that the library writes together with a snapshot.

    Attributes:
        role: of the table in the match.
        first: it is written before the snapshot's own row.
        key: columns that find a row to overwrite; empty: a new row.
        replaces: columns that are overwritten; ``raises`` those that keep the greater value.
    """

    role: str
    columns: Mapping[str, Scalar]
    first: bool = False
    key: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    raises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """What tells that somebody else wrote a snapshot of the stream meanwhile.

    Attributes:
        role: of a table in the match; ``where`` columns that choose rows of it.
        column: its values in those rows.
    """

    role: str
    where: Mapping[str, Scalar]
    column: str


@dataclass(frozen=True, slots=True)
class RowDraft:
    """A row of the snapshots table.

    Attributes:
        columns: value of each column, by the column's name in lower case.
        key: columns that make the row the only one of its kind.
        state: the column with the state; ``position``, ``type``, ``metadata`` and
            ``schema_version`` likewise, where there is one.
        replaces: columns that are overwritten when the library keeps one row for each stream
            and there is one already; empty where it keeps many.
        newest_wins: of many rows the library takes the one that was written last.
        repeats: no unique index keeps a second row of this version out; it does no harm.
        beside: rows of other tables that belong to it.
        watch: what is looked at right before writing, where ``position`` does not serve.
        identity: columns that tell this row from any other; key and position by default.
    """

    columns: Mapping[str, Scalar | Encoded | EncodedAlike]
    key: tuple[str, ...]
    state: str
    position: str | None = None
    type: str | None = None
    metadata: str | None = None
    schema_version: str | None = None
    replaces: tuple[str, ...] = ()
    newest_wins: bool = False
    repeats: bool = False
    beside: tuple[BesideDraft, ...] = ()
    watch: Watch | None = None
    identity: tuple[str, ...] = ()
