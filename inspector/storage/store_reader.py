"""One matched store, open through one connection: its events, streams and snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from inspector import codecs
from inspector.storage.outline_reading import OutlineReader
from inspector.storage.reading import EventReader
from inspector.storage.shaping import Shaper
from inspector.storage.snapshot_reading import SnapshotReader
from inspector.storage.statements import Statements
from inspector.storage.stream_reading import StreamReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from inspector.codecs._api import Key
    from inspector.core.events import PageKey
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


@dataclass(frozen=True)
class Opened:
    """What the readers share: connection, layout, and everything derived from the match."""

    connection: Reads
    layout: Layout
    match: Match
    source: Source
    statements: Statements
    shaper: Shaper
    payloads: codecs.ColumnDecoder
    states: codecs.ColumnDecoder

    def possible_keys(self, name: str, category: str | None) -> Sequence[PageKey]:
        """Keys that a stream of this name could have."""
        return self.layout.stream_keys(name, category, self.match)


class StoreReader:
    """Reads one matched store through one connection; one thread at a time.

    Attributes:
        opened: what the parts share.
        events, outline, streams, snapshots: the parts.
    """

    def __init__(
        self, connection: Reads, layout: Layout, match: Match, keys: tuple[Key, ...] = ()
    ) -> None:
        source = layout.source(match, connection.dialect)
        payloads = codecs.decoder(source.payload.codecs, source.payload.refine, keys)
        metadatas = codecs.decoder(source.metadata.codecs, source.metadata.refine, keys)
        encoding = source.snapshot_payload or source.payload
        states = codecs.decoder(encoding.codecs, encoding.refine, keys)
        shaper = Shaper(layout, match, source, payloads, metadatas)
        statements = Statements(source, connection.dialect)
        self.opened = Opened(
            connection, layout, match, source, statements, shaper, payloads, states
        )
        self.events = EventReader(self.opened)
        self.outline = OutlineReader(self.opened, self.events)
        self.streams = StreamReader(self.opened)
        self.snapshots = SnapshotReader(self.opened)

    @property
    def source(self) -> Source:
        """The layout's description of the store."""
        return self.opened.source
