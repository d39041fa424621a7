"""Where the next row of one kind is: a changed value, another schema version, the same request.

Every search goes away from the cursor and ends at what it looks for, so that what is near is
found at once and nothing of a long stream is kept. A search over the versions of types has to
know what came before; it begins at the first row once, and remembers what it passed.

Imports no Qt. Belongs to the scanning lane: every function can be stopped.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inspector.core.errors import StreamUnknown
from inspector.core.rules import RulesChain, UpcastStopped
from inspector.core.texts import tr
from inspector.services.event_ranges import PAGE, PAGE_WITHOUT_INDEX
from inspector.services.value_history import differs
from inspector.storage.statements import Range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from inspector.core.events import Event, PageKey
    from inspector.core.paths import Path
    from inspector.core.rules import RuleSet
    from inspector.services.replaying import StreamReplay
    from inspector.services.stream_rows import StreamRows
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

Versions = tuple[str | int | None, int | None]
"""As stored or as the rules tell it, and as the name of the type says."""

_NAMED: Final = re.compile(r"(?P<name>.*?[^._:-])[._:-]?[vV](?P<version>\d{1,9})", re.ASCII)
"""A type whose name ends in its version: ``Placed.v2``, ``PlacedV2``."""


# -- values ---------------------------------------------------------------------------------------


def next_change(  # noqa: PLR0913, PLR0917 - the parts of a question
    replay: StreamReplay,
    reader: StoreReader,
    work: Work,
    paths: Sequence[Path],
    index: int,
    direction: int,
) -> int | None:
    """The nearest row after (1) or before (-1) a row at which one of the values became another.

    Going there and back again leads to the same row. ``None``: there is none in what is loaded.
    """
    size, rows = replay.history.segment, len(replay)
    last = (rows - 1) // size
    here = index // size
    segments = range(here, last + 1) if direction > 0 else range(here, -1, -1)
    for number, segment in enumerate(segments):
        work.check()
        work.report(number * size, len(segments) * size, tr("events"))
        found = _changes(replay, reader, paths, segment)
        at = bisect_right(found, index) if direction > 0 else bisect_left(found, index) - 1
        if 0 <= at < len(found):
            return found[at]
    return None


def _changes(
    replay: StreamReplay, reader: StoreReader, paths: Sequence[Path], segment: int
) -> list[int]:
    found: list[int] = []
    frames = replay.frames(reader, segment)
    before = next(frames)
    for row, after in enumerate(frames, segment * replay.history.segment):
        if any(differs(before, after, path) for path in paths):
            found.append(row)
        before = after
    return found


# -- rows of a stream as events -------------------------------------------------------------------


def event_at(reader: StoreReader, rows: StreamRows, index: int) -> Event:
    """The event of a loaded row.

    Raises:
        StreamUnknown: the row is no longer there.
    """
    key, rest = rows.key_before(index)
    page = reader.events.page(rows.stream, after=key, limit=rest + 1)
    if len(page.rows) <= rest:
        raise StreamUnknown(
            tr("This event is no longer in the store."), hint=tr("Read the store again.")
        )
    return page.rows[rest]


def rows_after(
    reader: StoreReader, rows: StreamRows, index: int, work: Work
) -> Iterator[tuple[int, Event]]:
    """Loaded rows beyond one (-1: all of them), with their events."""
    total = len(rows)
    key, rest = rows.key_before(index + 1)
    row = index + 1 - rest
    while row < total:
        work.check()
        page = reader.events.page(rows.stream, after=key, limit=PAGE)
        for event in page.rows:
            if index < row < total:
                yield row, event
            row += 1
        work.report(row, total, tr("events"))
        if not page.more:
            return
        key = page.after


def rows_before(
    reader: StoreReader, rows: StreamRows, index: int, work: Work
) -> Iterator[tuple[int, Event]]:
    """Rows before one, the nearest first, with their events."""
    first, rest = divmod(index, rows.segment)
    for number in range(first, -1, -1):
        work.check()
        start = number * rows.segment
        limit = rest if number == first else rows.segment
        if limit:
            key, _ = rows.key_before(start)
            page = reader.events.page(rows.stream, after=key, limit=limit)
            yield from reversed(list(enumerate(page.rows, start)))
        work.report(index - start, index, tr("events"))


# -- schema versions ------------------------------------------------------------------------------


class VersionWalk:
    """Rows of a stream whose type has another schema version than the row of that type before.

    Args:
        rows: the stream.
        rules: what events are called and which versions they have; without them as stored, or
            as the type's own name says.

    Attributes:
        rows: rows that were looked at, from the first.
        versions: whether any event that was looked at has a version at all.
    """

    def __init__(self, history: StreamRows, rules: RuleSet | None) -> None:
        self.rows = 0
        self.versions = False
        self._history = history
        self._chain = None if rules is None else RulesChain(rules)
        self._last: dict[str, Versions] = {}
        self._found = array("q")

    def find(self, reader: StoreReader, work: Work, index: int, direction: int) -> int | None:
        """The nearest such row after (1) or before (-1) a row; ``None``: there is none."""
        if direction < 0:
            self._look(reader, work, lambda: self.rows < index)
            at = bisect_left(self._found, index) - 1
        else:
            found = self._found
            self._look(reader, work, lambda: not found or found[-1] <= index)
            at = bisect_right(found, index)
        return self._found[at] if 0 <= at < len(self._found) else None

    def _look(self, reader: StoreReader, work: Work, wanted: Callable[[], bool]) -> None:
        if not wanted():
            return
        for row, event in rows_after(reader, self._history, self.rows - 1, work):
            name, version = versioned(event, self._chain)
            self.versions = self.versions or version != (None, None)
            if name in self._last and self._last[name] != version:
                self._found.append(row)
            self._last[name] = version
            self.rows = row + 1
            if not wanted():
                return


def versioned(event: Event, chain: RulesChain | None = None) -> tuple[str, Versions]:
    """What an event is called, and the schema versions that are named for it.

    Without rules there may be two: the one that is stored, and one in the type's own name.
    """
    if chain is not None:
        try:
            form = chain.stored(event)
        except UpcastStopped as stopped:
            return stopped.form.name, (None, None)
        return form.name, (form.version, None)
    named = _NAMED.fullmatch(event.type)
    if named is None:
        return event.type, (event.schema_version, None)
    return named["name"], (event.schema_version, int(named["version"]))


# -- the same request -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An event that was found among all events of the store.

    Attributes:
        offset: rows of the global order between it and the event one came from.
    """

    event: Event
    offset: int


def next_correlated(
    reader: StoreReader, rows: StreamRows, work: Work, index: int, direction: int
) -> int | Elsewhere | None:
    """The nearest event with the same correlation: in the stream, then in the whole store.

    Returns:
        A row of the stream; or an event elsewhere, once none is left in the stream in this
        direction; or ``None``: there is none, as far as the whole store's order tells.

    Raises:
        StreamUnknown: the event at the row has no correlation, or the store has no order over
            all streams in which one could look on.
    """
    here = event_at(reader, rows, index)
    wanted = _correlation(here)
    walk = rows_after if direction > 0 else rows_before
    for row, event in walk(reader, rows, index, work):
        if event.correlation_id == wanted:
            return row
    return correlated_elsewhere(reader, here, work, direction)


def correlated_elsewhere(
    reader: StoreReader, here: Event, work: Work, direction: int
) -> Elsewhere | None:
    """The nearest event with the same correlation in the order of the whole store.

    Raises:
        StreamUnknown: as :func:`next_correlated`.
    """
    wanted = _correlation(here)
    for offset, event in enumerate(_all_from(reader, here, work, direction), 1):
        if event.correlation_id == wanted:
            return Elsewhere(event, offset)
    return None


def _correlation(event: Event) -> str:
    if event.correlation_id:
        return event.correlation_id
    raise StreamUnknown(
        tr("This event has no correlation id."),
        hint=tr("Its metadata names no request that it belongs to."),
    )


def _all_from(reader: StoreReader, here: Event, work: Work, direction: int) -> Iterator[Event]:
    order, key = reader.source.order_key, here.ref.key
    if not order or len(key) != len(order):
        raise StreamUnknown(
            tr("None is left in this stream, and this store keeps no order over all streams."),
            hint=tr("Other streams cannot be searched for what came next."),
        )
    after: PageKey | None = key
    looked = 0
    size = PAGE if reader.source.order_indexed else PAGE_WITHOUT_INDEX
    while True:
        work.check()
        where = Range(reverse=direction < 0)
        page = reader.events.page(None, after=after, limit=size, where=where)
        yield from page.rows if direction > 0 else page.rows[::-1]
        looked += len(page.rows)
        work.report(looked, None, tr("events"))
        if not page.more:
            return
        after = page.after if direction > 0 else page.before
