"""The events of a filter's hits, for the table that shows them alone.

The newest of them are still in the memory of the pass; the others are read again by their keys, a
block at a time, in the interactive lane.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from inspector.services.filtering import read_hits
from inspector.services.rising import rises_of
from inspector.services.tasks import Done, Failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.errors import InspectorError
    from inspector.core.events import Event, StreamId
    from inspector.core.rules import RuleSet
    from inspector.services.filtering import FilterScan
    from inspector.services.open_store import StoreReader
    from inspector.services.rising import Rise
    from inspector.services.tasks import Outcome, Work
    from inspector.ui.lanes import StoreLanes

BLOCK: Final = 64
KEPT: Final = 4096

Found = dict[int, "Event | None"]


class HitRows:
    """Hits by number.

    Args:
        came: hits that were asked for are here now: number of the first and of the last.
        failed: they could not be read.

    Attributes:
        count: hits that are shown.
    """

    def __init__(
        self,
        lanes: StoreLanes,
        stream: StreamId | None,
        scan: FilterScan,
        came: Callable[[int, int], object],
        failed: Callable[[InspectorError], object],
    ) -> None:
        self._lanes, self._stream, self.scan = lanes, stream, scan
        self._came, self._failed = came, failed
        self._rules: RuleSet | None = None if lanes.store is None else lanes.store.rule_set
        self._read: OrderedDict[int, Event] = OrderedDict()
        self._rises: OrderedDict[int, tuple[Event, Rise]] = OrderedDict()
        self._reading: frozenset[int] = frozenset()
        self.count = 0

    def row(self, number: int) -> int:
        """The row of a hit among all rows."""
        return self.scan.rows[number]

    def event(self, number: int) -> Event | None:
        """The event of a hit; asked for when it is not here."""
        found = self.scan.event(number) or self._read.get(number)
        if found is None:
            self._ask(number // BLOCK)
        return found

    def rise(self, number: int) -> Rise | None:
        """What the rules make of a hit, if its event is here."""
        event = self.scan.event(number) or self._read.get(number)
        if event is None or self._rules is None:
            return None
        known = self._rises.get(number)
        if known is None or known[0] is not event:
            (rise,) = rises_of((event,), self._rules)
            known = self._rises[number] = (event, rise)
            if len(self._rises) > KEPT:
                self._rises.popitem(last=False)
        return known[1]

    def _ask(self, block: int) -> None:
        if self._lanes.closed or block in self._reading:
            return
        blocks = sorted({block, *(b for b in self._reading if abs(b - block) == 1)})
        self._reading = frozenset(blocks)
        numbers = [n for b in blocks for n in range(b * BLOCK, (b + 1) * BLOCK) if n < self.count]
        keys, stream = [self.scan.keys[n] for n in numbers], self._stream

        def job(reader: StoreReader, work: Work) -> Found:
            return dict(zip(numbers, read_hits(reader, stream, keys, work), strict=True))

        self._lanes.ask("hits", job, self._arrived)

    def _arrived(self, outcome: Outcome[Found]) -> None:
        self._reading = frozenset()
        if isinstance(outcome, Failed):
            self._failed(outcome.error)
        elif isinstance(outcome, Done) and outcome.value:
            for number, event in outcome.value.items():
                if event is not None:
                    self._read[number] = event
            while len(self._read) > KEPT:
                self._read.popitem(last=False)
            self._came(min(outcome.value), max(outcome.value))
