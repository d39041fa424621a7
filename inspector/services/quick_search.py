"""Finding a place by what somebody pasted or typed: a stream's id, a part of it, an event's id.

Each function is one short piece of work for the lane in which somebody waits: a search through
all ids goes on from where the last piece ended, so that nothing else has to wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inspector.core.events import StreamKind
from inspector.services.stream_listing import BLOCK

if TYPE_CHECKING:
    from inspector.core.events import Event, PageKey, StreamId
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

BLOCKS: Final = 4
"""Blocks of ids looked at in one piece of work."""


@dataclass(frozen=True, slots=True)
class StreamHits:
    """What one piece of a search found.

    Attributes:
        streams: with the text in their ids, in the store's order; first those that begin with
            it, and primary streams before others.
        after: where to go on; ``None`` when all ids were looked at.
        looked_at: ids looked at for this piece.
    """

    streams: tuple[StreamId, ...]
    after: PageKey | None
    looked_at: int


def streams_called(reader: StoreReader, name: str) -> tuple[StreamId, ...]:
    """Streams of exactly this name; a search in the index."""
    return reader.streams.find(name)


def streams_with(reader: StoreReader, text: str, after: PageKey | None, work: Work) -> StreamHits:
    """The next streams that have a text in their ids, whatever its case."""
    wanted = text.casefold()
    hits: list[StreamId] = []
    looked = 0
    for _ in range(BLOCKS):
        work.check()
        found, last = reader.streams.keys(after, BLOCK)
        looked += len(found)
        hits.extend(stream for stream, _ in found if wanted in stream.name.casefold())
        after = last if len(found) == BLOCK else None
        if after is None:
            break
    hits.sort(key=lambda s: (not s.name.casefold().startswith(wanted), not _is_primary(s)))
    return StreamHits(tuple(hits), after, looked)


def _is_primary(stream: StreamId) -> bool:
    return stream.kind is StreamKind.PRIMARY


def events_called(reader: StoreReader, event_id: str, work: Work) -> tuple[Event, ...]:
    """Events with exactly this id; none where the store's events have no ids.

    Fast where the store has an index of ids; elsewhere a pass over all rows, so it belongs
    into the lane of long passes.
    """
    work.check()
    return reader.events.with_id(event_id)
