"""What a snapshot that is to be written is made of, and the row that it becomes.

Imports ``inspector.core`` only. A layout turns a :class:`SnapshotDraft` into a
:class:`RowDraft`; nothing here is written anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
    """

    stream: StreamId
    position: int
    state: Value
    first: Event
    last: Event
    taken_at: str
    samples: tuple[Sample, ...]


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
class RowDraft:
    """A row of the snapshots table.

    Attributes:
        columns: value of each column, by the column's name in lower case.
        key: columns that make the row the only one of its kind.
        position: the column with the position; ``type``, ``state``, ``metadata`` and
            ``schema_version`` likewise.
        replaces: columns that are overwritten when the library keeps one row for each stream
            and there is one already; empty where it keeps many.
    """

    columns: Mapping[str, Scalar | Encoded]
    key: tuple[str, ...]
    position: str
    type: str
    state: str
    metadata: str | None = None
    schema_version: str | None = None
    replaces: tuple[str, ...] = ()
