"""Loading one stream and going to places in it, with what the inspector itself needs for that.

    python -m tests.benchmarks.one_stream STORE STREAM

As a process of its own it tells, as JSON, the raw bytes of the stream and the memory of the
process (resident and peak, in bytes) with the stream at hand. May import the inspector's
services and `measuring`: a peer's libraries would be counted as ours.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from inspector.services.finding_streams import the_stream
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.replaying import StreamReplay
from inspector.services.tasks import Work
from tests.benchmarks.measuring import Reading, timed

if TYPE_CHECKING:
    from inspector.services.open_store import OpenedStore


def loaded(store: OpenedStore, stream: str) -> StreamReplay:
    """The whole stream, ready to be looked at in any place."""
    replay = StreamReplay(store.reader, the_stream(store.reader, stream))
    replay.load(store.reader, Work())
    return replay


def seeks(store: OpenedStore, replay: StreamReplay, count: int) -> list[Reading]:
    """Going to each of `count` random places: the step there, with its changes."""
    rng, times = Random(11), []  # noqa: S311
    for _ in range(count):
        index = rng.randrange(len(replay))
        times.append(timed(partial(replay.step, store.reader, index)))
    return times


def memory_of_process() -> dict[str, int]:
    """Bytes of memory that this process holds now, and at most held; Linux only."""
    names = {"VmRSS": "resident", "VmHWM": "peak"}
    found = {}
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        name, _, rest = line.partition(":")
        if name in names:
            found[names[name]] = int(rest.split()[0]) * 1024
    return found


def main() -> None:
    """Load, go to some places, and tell the memory."""
    address, stream = sys.argv[1:]
    with closing(open_store(OpenRequest(address), Work())) as store:
        replay = loaded(store, stream)
        seeks(store, replay, 500)
        print(json.dumps({"raw": replay.history._held, **memory_of_process()}))


if __name__ == "__main__":
    main()
