"""The events of a benchmark store, in the order an application would have recorded them.

A few hundred streams are busy at any moment and an event goes to one of them at random, so that
the events of one stream lie scattered over the file as they do in real life, and not side by
side as a naive generator would leave them. The same shape and seed give the same bytes.
May import the standard library and `payloads`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random
from uuid import UUID

from tests.benchmarks.payloads import Stream, next_event

LONG_STREAM = UUID("10000000-0000-4000-8000-000000100000")
"""The stream of 100,000 events, in every store that has one."""
MEDIUM_STREAM = UUID("10000000-0000-4000-8000-000000010000")
"""The stream of 10,000 events, in every store that has one."""
SEED = 20_260_401
_BUSY_STREAMS = 500
_DAYS = 300

Row = tuple[str, int, str, bytes]
"""originator_id as 32 hex digits, originator_version, topic, state."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a store is. `long_streams` maps an id to its number of events.

    With `is_wide`, the stream of 10,000 events sets 200 attributes again and again, so that its
    state is a map of 200 keys.
    """

    events: int
    streams: int
    long_streams: tuple[tuple[UUID, int], ...] = ()
    is_wide: bool = False


def standard_shape(scale: int = 1, *, is_wide: bool = False) -> Shape:
    """R1 (`scale` 1): a million events in 20,000 streams. The long streams do not scale."""
    long_streams = ((MEDIUM_STREAM, 10_000), (LONG_STREAM, 100_000))
    return Shape(1_000_000 * scale, 20_000 * scale, long_streams, is_wide)


def many_streams_shape(streams: int = 2_000_000) -> Shape:
    """A store whose streams are many and short: 1.2 events each."""
    return Shape(streams * 6 // 5, streams)


def rows(shape: Shape, seed: int = SEED) -> Iterator[Row]:
    """Yield every event of the store in global order, `shape.events` in all."""
    rng = Random(seed)  # noqa: S311 - the same rows every time is the point
    waiting = _short_streams(shape, rng)
    busy = list(islice(waiting, _BUSY_STREAMS))
    long_ones = [_long_stream(shape, item) for item in shape.long_streams]
    gap = _DAYS * 86_400_000_000 / shape.events
    clock = 0.0
    for position in range(shape.events):
        # With nothing else left, the long streams share the last places out of turn.
        turn = position if busy else shape.events
        stream = _due_long_stream(long_ones, turn, shape.events)
        if stream is None:
            stream = _busy_stream(busy, waiting, rng)
        clock += rng.random() * 2 * gap
        topic, state = next_event(stream, int(clock), rng)
        yield stream.hex_id, stream.version, topic, state


def _long_stream(shape: Shape, item: tuple[UUID, int]) -> Stream:
    identity, length = item
    return Stream(identity.hex, length, False, shape.is_wide and identity == MEDIUM_STREAM)


def _due_long_stream(long_ones: list[Stream], position: int, events: int) -> Stream | None:
    """The long stream that lags behind an even spread of its events, if any.

    Two long streams lagging at once are served one after the other.
    """
    for stream in long_ones:
        left = stream.length - stream.version
        if left and stream.length * (position + 1) >= (stream.version + 1) * events:
            return stream
    return None


def _busy_stream(busy: list[Stream], waiting: Iterator[Stream], rng: Random) -> Stream:
    """A random busy stream. A stream writing its last event gives its place to the next one."""
    index = int(rng.random() * len(busy))
    stream = busy[index]
    if stream.version + 1 == stream.length:
        following = next(waiting, None)
        if following is not None:
            busy[index] = following
        else:
            busy[index] = busy[-1]
            busy.pop()
    return stream


def _short_streams(shape: Shape, rng: Random) -> Iterator[Stream]:
    long_events = sum(length for _, length in shape.long_streams)
    lengths = _lengths(shape.streams - len(shape.long_streams), shape.events - long_events, rng)
    for length in lengths:
        identity = UUID(int=rng.getrandbits(128), version=4)
        yield Stream(identity.hex, length, is_order=rng.random() < 0.6)


def _lengths(streams: int, events: int, rng: Random) -> list[int]:
    """Skewed lengths (most streams short, a few twenty times the mean) with an exact sum."""
    weights = [rng.lognormvariate(0.0, 0.9) for _ in range(streams)]
    spare = events - streams
    scale = spare / sum(weights)
    lengths = [1 + int(weight * scale) for weight in weights]
    missing = events - sum(lengths)
    for index in rng.sample(range(streams), missing):
        lengths[index] += 1
    return lengths
