"""What the readers of one matched store share.

A store is described once: its statements, its shaper and its decoders. A store of several
tables is described once more for each table that is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from inspector.core.texts import is_text
from inspector.storage.address import POSTGRESQL
from inspector.storage.byte_keys import settle
from inspector.storage.commit_reads import CommitReads
from inspector.storage.shaping import Shaper
from inspector.storage.statements import ITEM, Statements

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from inspector.codecs import ColumnDecoder
    from inspector.codecs._key_ring import KeyRing
    from inspector.core.events import PageKey
    from inspector.core.findings import Finding
    from inspector.layouts._api import Layout, Match, Source
    from inspector.storage.statements import Parameters

Rows = list[tuple[Any, ...]]


class Reads(Protocol):
    """What reading needs of an open connection."""

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""

    def read(self, statement: sa.Executable, parameters: Parameters) -> Rows:
        """All rows of one short read."""

    def note(self, finding: Finding) -> None:
        """Keep something worth knowing about the store."""


@dataclass(frozen=True)
class Decoders:
    """Decoders of the cells of one store: payloads, metadata, and states of snapshots.

    Attributes:
        ring: keys of values inside of them.
    """

    payloads: ColumnDecoder
    metadata: ColumnDecoder
    states: ColumnDecoder
    ring: KeyRing


@dataclass(frozen=True)
class Opened:
    """Connection, layout, and everything derived from the match."""

    connection: Reads
    layout: Layout
    match: Match
    source: Source
    statements: Statements
    shaper: Shaper
    decoders: Decoders

    @property
    def payloads(self) -> ColumnDecoder:
        """Decoder of payloads."""
        return self.decoders.payloads

    @property
    def states(self) -> ColumnDecoder:
        """Decoder of the states of snapshots."""
        return self.decoders.states

    def possible_keys(self, name: str, category: str | None) -> Sequence[PageKey]:
        """Keys that a stream of this name could have; none for what a server cannot hold."""
        on_server = self.connection.dialect == POSTGRESQL
        if on_server and not all(_server_holds(text) for text in (name, category or "")):
            return ()
        return self.layout.stream_keys(name, category, self.match)

    def part(self, name: str, source: Source) -> Opened:
        """The same for one part of the store."""
        return described(
            self.connection, self.layout, self.match, source, self.decoders, part=(name,)
        )


def _server_holds(text: str) -> bool:
    return "\x00" not in text and is_text(text)


def described(  # noqa: PLR0913 - a store is described by all of them
    connection: Reads,
    layout: Layout,
    match: Match,
    source: Source,
    decoders: Decoders,
    *,
    part: PageKey = (),
) -> Opened:
    """Statements and shaper for a source.

    Args:
        part: the name that every key begins with, when the source is a part of a store.
    """
    settled = settle(source, connection)
    source = settled.source
    shaper = Shaper(
        layout, match, source, decoders.payloads, decoders.metadata, part, ring=decoders.ring
    )
    statements = Statements(source, connection.dialect, both_classes=settled.both)
    if ITEM in source.stream_order and not isinstance(connection, CommitReads):
        connection = CommitReads(connection)
    return Opened(connection, layout, match, source, statements, shaper, decoders)
