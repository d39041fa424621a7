"""Everything a person does with a store, in one function: what must leave it as it was."""

from __future__ import annotations

import hashlib
from contextlib import closing
from typing import TYPE_CHECKING

from inspector.services.open_store import OpenRequest, open_lane, open_store
from inspector.services.page_map import PageMap
from inspector.services.replaying import StreamReplay
from inspector.services.stream_listing import StreamQuery, next_streams
from inspector.services.tasks import Work
from inspector.storage.opening import OpenOptions

if TYPE_CHECKING:
    from pathlib import Path


def browse(address: str, *, touch_nothing: bool = False, choice: str | None = None) -> int:
    """Open, list, search, page, count, replay and close; gives the number of events seen."""
    options = OpenOptions(touch_nothing=touch_nothing)
    request = OpenRequest(address, choice=choice, options=options)
    with closing(open_store(request, Work())) as store, closing(open_lane(store)) as lane:
        reader = store.reader
        streams = next_streams(reader, StreamQuery(), None, 50, Work()).rows
        next_streams(reader, StreamQuery(text="a"), None, 50, Work())
        seen = len(reader.events.page(None).rows)
        PageMap(None).learn_all(lane.reader.events, Work())
        for summary in streams[:3]:
            replay = StreamReplay(lane.reader, summary.stream)
            replay.load(lane.reader, Work())
            if len(replay):
                replay.step(reader, len(replay) - 1)
            reader.snapshots.page(summary.stream)
        store.connection.change_marker()
        return seen


def digests(*paths: Path) -> dict[str, str]:
    """SHA-256 of files, by name; those that are not there are left out."""
    found = {}
    for path in paths:
        if path.exists():
            found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def with_log(path: Path) -> tuple[Path, Path, Path]:
    """A database file, its write-ahead log and its journal."""
    return path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-journal")
