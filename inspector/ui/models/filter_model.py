"""The filter of one window: its parts, the pass that looks for hits, and what it has found.

A filter is made of parts that all have to hold; each can be switched off and on again. Whenever
what is asked or where it is asked changes, a new pass begins in the scanning lane; a stop keeps
what was found, marked as partial. Parts are remembered by store as long as the program runs, and
nowhere on disk: they may hold what a store holds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.core.expressions import Filter, joined, operand_text
from inspector.services.event_ranges import EventQuery
from inspector.services.filter_texts import read_filter, read_text
from inspector.services.filtering import FilterScan, Question
from inspector.ui.models.long_scan import LongScan, ScanPhase
from inspector.ui.models.store_model import Phase

if TYPE_CHECKING:
    from array import array

    from inspector.core.errors import InspectorError
    from inspector.core.events import StreamId
    from inspector.ui.lanes import StoreLanes
    from inspector.ui.models.event_table import EventTableModel
    from inspector.ui.models.store_model import StoreModel

CALM = 400
"""Milliseconds between two times that marks are brought up to date while a pass goes on."""


@dataclass(frozen=True, slots=True)
class FilterPart:
    """One condition, and whether it is switched on."""

    text: str
    on: bool = True


class FilterModel(QObject):
    """What is filtered for, and what was found.

    Attributes:
        parts: the conditions; all that are on have to hold.
        only_hits: the table shows hits alone; else it shows every event.
        scan: the pass; its scanner is a :class:`FilterScan`.

    Signals:
        parts_changed(): other parts, or others are on.
        begun(): hits are looked for anew, or no longer.
        found(): more hits are known, or the pass stands elsewhere.
        marks_changed(): as ``found``, a few times a second at most.
    """

    parts_changed = Signal()
    begun = Signal()
    found = Signal()
    marks_changed = Signal()

    def __init__(
        self, store: StoreModel, events: EventTableModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store, self._events = store, events
        self.parts: tuple[FilterPart, ...] = ()
        self.only_hits = True
        self.scan = LongScan("filter", self)
        self.scan.changed.connect(self._scanned)
        self.known = 0
        self._lanes: StoreLanes | None = None
        self._kept: dict[str, tuple[tuple[FilterPart, ...], bool]] = {}
        self._wish: tuple[int, int] | None = None
        self._calm = QTimer(self, singleShot=True, interval=CALM)
        self._calm.timeout.connect(self.marks_changed)
        events.shown.connect(self._begin)
        events.count_changed.connect(self._grown)
        store.changed.connect(self._store_changed)

    # -- what is asked ------------------------------------------------------------------------

    @property
    def lanes(self) -> StoreLanes | None:
        """Of the store that is shown."""
        return self._events.lanes

    @property
    def text(self) -> str:
        """All parts that are on, as one filter; empty where there is none."""
        filters = self._filters()
        return joined(filters) if filters else ""

    @property
    def active(self) -> bool:
        """Whether anything is filtered for."""
        return any(part.on for part in self.parts)

    @property
    def narrows(self) -> bool:
        """Whether the table shows hits alone."""
        return self.active and self.only_hits

    def _filters(self) -> tuple[Filter, ...]:
        return tuple(read_filter(part.text) for part in self.parts if part.on)

    def put(self, *texts: str) -> None:
        """Filter for these alone.

        Raises:
            FilterInvalid: one of them is no filter.
        """
        self._set(tuple(FilterPart(read_filter(text).text.strip()) for text in texts))

    def add(self, text: str) -> None:
        """Ask for this too. Errors as of :meth:`put`."""
        text = read_filter(text).text.strip()
        others = (part for part in self.parts if part.text != text)
        self._set((*others, FilterPart(text)))

    def join(self, text: str) -> None:
        """Let this be enough, too: what was asked, or this. Errors as of :meth:`put`."""
        both = (*(read_filter(t) for t in (self.text,) if t), read_filter(text))
        off = tuple(part for part in self.parts if not part.on)
        self._set((*off, FilterPart(joined(both, "or"))))

    def leave_out(self, text: str) -> None:
        """Ask for the opposite of this, too. Errors as of :meth:`put`."""
        self.add(f"not {operand_text(read_filter(text), 'not')}")

    def switch(self, number: int, *, on: bool) -> None:
        """Switch a part off, or on again."""
        parts = list(self.parts)
        parts[number] = replace(parts[number], on=on)
        self._set(tuple(parts))

    def switch_all(self, *, on: bool) -> None:
        """Switch all parts off, or on again."""
        self._set(tuple(replace(part, on=on) for part in self.parts))

    def remove(self, number: int) -> None:
        """Take a part away."""
        self._set((*self.parts[:number], *self.parts[number + 1 :]))

    def clear(self) -> None:
        """Take all parts away."""
        self._set(())

    def show_only_hits(self, wanted: bool) -> None:
        """Show hits alone, or every event."""
        if wanted != self.only_hits:
            self.only_hits = wanted
            self._keep()
            self.parts_changed.emit()
            self.begun.emit()

    def bring_back(self, parts: tuple[FilterPart, ...]) -> None:
        """Parts as they were; what is no filter any more is left out."""
        self._set(tuple(p for p in parts if isinstance(read_text(p.text), Filter)))

    def _set(self, parts: tuple[FilterPart, ...]) -> None:
        if parts == self.parts:
            return
        before, self.parts = self.text, parts
        self._keep()
        self.parts_changed.emit()
        if before != self.text:
            self._begin()

    # -- where it is asked --------------------------------------------------------------------

    def _keep(self) -> None:
        self._kept[self.store_name] = (self.parts, self.only_hits)

    @property
    def store_name(self) -> str:
        """What the open store is remembered by; empty where none is open."""
        store = self._store.store
        return (
            ""
            if store is None
            else f"{store.address.display}#{store.match.tables['events'].full_name}"
        )

    def _store_changed(self) -> None:
        """Another store has a filter of its own; the same one has its old one again."""
        if self._store.phase is not Phase.OPEN:
            self._forget()
            return
        parts, only = self._kept.get(self.store_name, ((), True))
        if (parts, only) != (self.parts, self.only_hits):
            self.parts, self.only_hits = parts, only
            self.parts_changed.emit()

    def _forget(self) -> None:
        self._lanes, self._wish = None, None
        self._calm.stop()
        self.scan.forget()
        self.known = 0
        if self.parts:
            self.parts = ()
            self.parts_changed.emit()
        self.begun.emit()

    # -- looking ------------------------------------------------------------------------------

    @property
    def scanner(self) -> FilterScan | None:
        """What was found so far."""
        scanner = self.scan.scanner
        return scanner if isinstance(scanner, FilterScan) else None

    @property
    def error(self) -> InspectorError | None:
        """Why nothing can be looked for."""
        return self.scan.error

    @property
    def rows(self) -> array[int] | tuple[int, ...]:
        """Rows of the hits that are known, ascending."""
        scanner = self.scanner
        return () if scanner is None else scanner.rows[: self.known]

    def _begin(self) -> None:
        """Look anew, at what the table shows now."""
        self._wish = None
        self.scan.forget()
        self.known = 0
        store, lanes = self._store.store, self._events.lanes
        if self.active and store is not None and lanes is not None and not lanes.closed:
            query = EventQuery(self._events.stream)
            question = Question(self._filters(), query, store.rule_set, store.replayer)
            count = self._events.count
            self._lanes = lanes
            self.scan.start(lanes, FilterScan(question, count.value if count.exact else None))
        self.begun.emit()
        self.marks_changed.emit()

    def stop(self) -> None:
        """Look no further; what was found stays."""
        self._wish = None
        self.scan.stop()

    def go_on(self) -> None:
        """Look on after a stop or a failure."""
        scanner, lanes = self.scanner, self._lanes
        if self.error is not None or scanner is None or lanes is None:
            self._begin()
        else:
            self.scan.start(lanes, scanner)

    def _grown(self) -> None:
        """More events are known: those that were added are looked at, too."""
        scanner, count = self.scanner, self._events.count
        if scanner is None or not count.exact:
            return
        scanner.total = count.value
        if self.scan.phase is ScanPhase.COMPLETE and count.value > scanner.done:
            if scanner.resumable:
                self.go_on()
            else:
                self._begin()

    def _scanned(self) -> None:
        scanner = self.scanner
        self.known = 0 if scanner is None else len(scanner)
        self.found.emit()
        if not self.scan.running:
            self._calm.stop()
            self.marks_changed.emit()
        elif not self._calm.isActive():
            self._calm.start()

    # -- from hit to hit ----------------------------------------------------------------------

    def next_hit(self, row: int, direction: int) -> int | None:
        """The nearest known hit after (1) or before (-1) a row."""
        rows = self.rows
        at = bisect_right(rows, row) if direction > 0 else bisect_left(rows, row) - 1
        return rows[at] if 0 <= at < len(rows) else None

    def is_hit(self, row: int) -> bool:
        """Whether a row is a hit that is known."""
        scanner = self.scanner
        if scanner is None:
            return False
        at = bisect_left(scanner.rows, row, 0, self.known)
        return at < self.known and scanner.rows[at] == row

    def is_looked_at(self, row: int, direction: int) -> bool:
        """Whether every hit beyond a row, in a direction, would be known."""
        if self.scan.phase is ScanPhase.COMPLETE:
            return True
        scanner = self.scanner
        return direction < 0 and scanner is not None and scanner.done > row

    def nearest(self, row: int) -> int:
        """Number of the last hit at or before a row; -1 where all are beyond it."""
        return bisect_right(self.rows, row) - 1

    @property
    def stream(self) -> StreamId | None:
        """The stream that is looked at; ``None`` is the whole store."""
        return self._events.stream
