"""One matched store, open through one connection: its events, streams and snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector import codecs
from inspector.storage.opened import Decoders, Opened, Reads, Rows, described
from inspector.storage.outline_reading import OutlineReader
from inspector.storage.parted_outline import PartedOutlineReader
from inspector.storage.parted_reading import PartedEventReader, PartedStreamReader, PartReaders
from inspector.storage.reading import EventReader
from inspector.storage.sealed_values import key_ring
from inspector.storage.snapshot_reading import SnapshotReader
from inspector.storage.stream_reading import StreamReader

if TYPE_CHECKING:
    from inspector.codecs._api import Key
    from inspector.codecs._schemas import Schemas
    from inspector.layouts._api import Layout, Match, Source

__all__ = ["Opened", "Reads", "Rows", "StoreReader"]


class StoreReader:
    """Reads one matched store through one connection; one thread at a time.

    Args:
        keys: the user's decryption keys.
        schemas: the user's schemas of payloads and of snapshots' states.
        use_stored_keys: keys that the store itself keeps may be used.

    Attributes:
        opened: what the parts share.
        events, outline, streams, snapshots: the parts.
    """

    def __init__(  # noqa: PLR0913 - what the user said about the store
        self,
        connection: Reads,
        layout: Layout,
        match: Match,
        keys: tuple[Key, ...] = (),
        schemas: Schemas | None = None,
        *,
        use_stored_keys: bool = False,
    ) -> None:
        source = layout.source(match, connection.dialect)
        cell = source.payload
        payloads = codecs.decoder(cell.codecs, cell.refine, keys, schemas=schemas)
        metadatas = codecs.decoder(source.metadata.codecs, source.metadata.refine, keys)
        encoding = source.snapshot_payload or source.payload
        states = codecs.decoder(encoding.codecs, encoding.refine, keys, schemas=schemas)
        ring = key_ring(connection, source, keys, use_stored=use_stored_keys)
        self.opened = described(
            connection, layout, match, source, Decoders(payloads, metadatas, states, ring)
        )
        self.events = EventReader(self.opened)
        self.outline = OutlineReader(self.opened, self.events)
        self.streams = StreamReader(self.opened)
        self.snapshots = SnapshotReader(self.opened)
        if source.parts is not None:
            parts = PartReaders(self.opened, source.parts)
            self.events = PartedEventReader(self.opened, parts)
            self.outline = PartedOutlineReader(self.opened, self.events, parts)
            self.streams = PartedStreamReader(self.opened, parts)

    @property
    def source(self) -> Source:
        """The layout's description of the store."""
        return self.opened.source
