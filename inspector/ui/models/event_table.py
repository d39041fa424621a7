"""Events of a stream, or of the whole store, for a table of any length.

Rows are asked for by number and read by key, a page at a time, in the interactive lane;
a cell whose page is not here yet shows an ellipsis. How many rows there are is learned by the
scanning lane; until then the table is as long as what is known.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import groupby
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from inspector.core.events import Count, Event
from inspector.core.texts import thousands, tr
from inspector.services.event_pages import PAGE, EventPages
from inspector.services.replaying import fold_rules
from inspector.services.tasks import Done, Failed
from inspector.ui.models.event_columns import (
    EventColumn,
    alignment,
    more_title,
)
from inspector.ui.models.event_texts import (
    cell_of,
    has_trouble,
    short_type,
    summary_text,
    tip_of,
    told_by_rules,
)
from inspector.ui.models.hit_rows import HitRows
from inspector.ui.models.marks_model import words_of
from inspector.ui.models.times import TimeChoice
from inspector.ui.widgets.plain_text import tooltip_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from inspector.core.cases import Mark
    from inspector.core.errors import InspectorError
    from inspector.core.events import PageKey, StreamId
    from inspector.core.instants import Instant
    from inspector.services.filtering import FilterScan
    from inspector.services.open_store import StoreReader
    from inspector.services.rising import Rise
    from inspector.services.tasks import Outcome, Progress, Work
    from inspector.ui.lanes import StoreLanes

Index = QModelIndex | QPersistentModelIndex
Pages = dict[int, tuple[Event, ...]]

__all__ = [
    "EVENT_ROLE", "EventColumn", "EventTableModel", "has_trouble", "short_type", "summary_text",
]  # fmt: skip

EVENT_ROLE = int(Qt.ItemDataRole.UserRole)
"""Gives the :class:`Event` of a row, or ``None`` while it is being read."""


_EVENT_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    EVENT_ROLE,
)


class EventTableModel(QAbstractTableModel):
    """Rows of the event table.

    Attributes:
        stopped: counting was stopped before its end.
        envelope: payload fields that the library adds to every event and that say nothing.
        marks_on: gives the bookmarks and notes on an event.

    Signals:
        count_changed(object): a :class:`Count`: rows known so far.
        page_arrived(): rows that were asked for can be seen.
        events_read(object): a tuple of events that were just read.
        failed(object): an :class:`InspectorError`; what was shown stays.
        shown(): another stream, or the whole store, is shown, or nothing.
    """

    shown = Signal()
    count_changed = Signal(object)
    page_arrived = Signal()
    events_read = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None, times: TimeChoice | None = None) -> None:
        super().__init__(parent)
        self._times = times or TimeChoice(self)
        self._times.changed.connect(self._zone_changed)
        self._lanes: StoreLanes | None = None
        self._pages = EventPages(None)
        self._rows = 0
        self._exact = False
        self._wanted: set[int] = set()
        self._reading: frozenset[int] = frozenset()
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask)
        self.loading = False
        self.stopped = False
        self.error: InspectorError | None = None
        self.envelope: frozenset[str] = frozenset()
        self.marks_on: Callable[[Event], Sequence[Mark]] = lambda _event: ()
        self._hits: HitRows | None = None

    # -- what is shown --------------------------------------------------------------------

    @property
    def stream(self) -> StreamId | None:
        """The stream that is shown, or ``None`` for the whole store."""
        return self._pages.stream

    @property
    def lanes(self) -> StoreLanes | None:
        """Of the store that is shown."""
        return self._lanes

    @property
    def count(self) -> Count:
        """Rows known so far, whether all of them are shown or hits alone."""
        return Count(self._rows, exact=self._exact)

    def show(self, lanes: StoreLanes, stream: StreamId | None) -> None:
        """Show another stream, or the whole store in global order."""
        self.beginResetModel()
        self._lanes = lanes
        if lanes.store is not None:
            self.envelope = fold_rules(lanes.store.reader.source).skipped_keys
        rules = None if lanes.store is None else lanes.store.rule_set
        self._pages = EventPages(stream, rules)
        self._rows, self._exact, self._hits = 0, False, None
        self._wanted.clear()
        self._reading = frozenset()
        self.loading, self.error = True, None
        self.endResetModel()
        self.stopped = False
        pages = self._pages
        lanes.ask("events", lambda reader, _work: _begin(reader, pages), self._begun(pages))
        self.shown.emit()

    def read_on(self) -> None:
        """Look for rows that were added since; those that are shown stay where they are."""
        lanes, pages, known = self._lanes, self._pages, self._rows
        if lanes is None or self.loading:
            return
        self.stopped = False

        def job(reader: StoreReader, work: Work) -> tuple[Count, tuple[Event, ...]]:
            pages.map.grown(reader.events)
            count = pages.map.learn_all(reader.events, work)
            return count, pages.read(reader.events, known // PAGE)

        def done(outcome: Outcome[tuple[Count, tuple[Event, ...]]]) -> None:
            if pages is not self._pages:
                return
            if isinstance(outcome, Failed):
                self._fail(outcome.error)
            elif isinstance(outcome, Done) and outcome.value[0].value < known:
                self.show(lanes, pages.stream)  # rows were taken away: nothing here is certain
            elif isinstance(outcome, Done):
                count, rows = outcome.value
                pages.forget(known)
                pages.keep(known // PAGE, rows)
                self._exact = count.exact
                self._grow(count.value)
                self.page_arrived.emit()
            else:
                self._stop()

        lanes.scan("count", job, done)

    def last_key(self, reader: StoreReader) -> PageKey | None:
        """The key of the last known row; to be called in a lane."""
        return self._pages.end(reader.events)

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._lanes = None
        self._reading = frozenset()
        self._pages = EventPages(None)
        self._rows, self._exact, self._hits = 0, False, None
        self.loading, self.error = False, None
        self.endResetModel()
        self.shown.emit()

    # -- hits alone -----------------------------------------------------------------------

    @property
    def shows_hits(self) -> bool:
        """Whether the table shows the hits of a filter, and not every row."""
        return self._hits is not None

    def show_hits(self, scan: FilterScan | None) -> None:
        """Show the hits of a pass alone, or every row again."""
        lanes = self._lanes
        if (None if self._hits is None else self._hits.scan) is scan:
            return
        self.beginResetModel()
        self._hits = None
        if scan is not None and lanes is not None:
            self._hits = HitRows(lanes, self.stream, scan, self._hits_came, self._fail)
        self.endResetModel()

    def show_more_hits(self, count: int) -> None:
        """So many hits are known by now."""
        hits = self._hits
        if hits is not None and count > hits.count:
            self.beginInsertRows(QModelIndex(), hits.count, count - 1)
            hits.count = count
            self.endInsertRows()

    def _hits_came(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(EventColumn) - 1))
        self.page_arrived.emit()

    def row_of(self, line: int) -> int:
        """The row, among all, of a line of the table; -1 for none."""
        if self._hits is None or line < 0:
            return line
        return self._hits.row(line) if line < self._hits.count else -1

    def line_of(self, row: int) -> int:
        """The line of the table that a row stands in; -1 where it is no hit."""
        if self._hits is None or row < 0:
            return row
        rows, count = self._hits.scan.rows, self._hits.count
        line = bisect_left(rows, row, 0, count)
        return line if line < count and rows[line] == row else -1

    def event_in(self, line: int) -> Event | None:
        """The event in a line of the table; asked for when it is not here."""
        if self._hits is None:
            return self.event_at(line)
        return self._hits.event(line) if 0 <= line < self._hits.count else None

    def rise_in(self, line: int) -> Rise | None:
        """What the rules make of the event in a line, as far as it is here."""
        return self.rise_at(line) if self._hits is None else self._hits.rise(line)

    # -- rows -----------------------------------------------------------------------------

    def event_at(self, row: int) -> Event | None:
        """The event of a row; asked for when it is not here."""
        if not 0 <= row < self._rows:
            return None
        found = self._pages.cached(row)
        if found is None:
            self._want(row // PAGE)
        return found

    def peek(self, row: int) -> Event | None:
        """The event of a row if it is here; nothing is asked for."""
        return self._pages.cached(row) if 0 <= row < self._rows else None

    # -- Qt's model -----------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Lines of the table: rows known so far, or hits."""
        if parent.isValid():
            return 0
        return self._rows if self._hits is None else self._hits.count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Columns of the table; the view hides those that say nothing here."""
        return 0 if parent.isValid() else len(EventColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(EventColumn(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(EventColumn(section))
        if role == Qt.ItemDataRole.ToolTipRole and section == EventColumn.POSITION:
            return self._what_is_numbered()
        return None

    def _what_is_numbered(self) -> str:
        """Which of the many numbers of an event stands in the first column."""
        if self.stream is None:
            return tr(
                "Position in the whole store, as stored; "
                "where positions have gaps, the timeline counts rows"
            )
        store = None if self._lanes is None else self._lanes.store
        if store is not None and store.reader.source.counted_positions:
            return tr("Counted from 1: this store keeps no versions")
        return tr("Version in the stream, as stored")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text of a cell; an ellipsis while its page is being read."""
        if not index.isValid():
            return None
        column = EventColumn(index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(column)
        event = self.event_in(index.row()) if role in _EVENT_ROLES else None
        if role == EVENT_ROLE:
            return event
        if event is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        rise = self.rise_in(index.row())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_text(self._tip(event, column, rise))
        spoken = role == Qt.ItemDataRole.AccessibleTextRole and column is EventColumn.SUMMARY
        marks = self.marks_on(event) if spoken else ()
        return "\n".join((*map(words_of, marks), self.cell_text(event, column, rise)))

    def rise_at(self, row: int) -> Rise | None:
        """What the rules make of the event of a row, as far as it is here."""
        return self._pages.rise(row)

    def cell_text(self, event: Event, column: EventColumn, rise: Rise | None = None) -> str:
        """Text of a cell of an event that is here, and of what the rules make of it."""
        told = None if rise is None else told_by_rules(event, column, rise)
        if told is not None:
            return told
        if column is EventColumn.POSITION and self.stream is None:
            place = event.global_position
            return thousands(place) if isinstance(place, int) else place or ""
        if column is EventColumn.HAPPENED:
            return self._time_text(event.valid_at)
        if column is EventColumn.TIME:
            return self._time_text(event.recorded_at)
        if column is EventColumn.SUMMARY:
            return summary_text(event, self.envelope)
        return cell_of(event, column)

    def _time_text(self, moment: Instant | None) -> str:
        return "" if moment is None else self._times.format(moment)

    def _tip(self, event: Event, column: EventColumn, rise: Rise | None = None) -> str:
        if column is EventColumn.VERSION and rise is not None:
            return rise.tip
        if column is EventColumn.TIME and event.recorded_at is not None:
            return self._times.forms(event.recorded_at)
        if column is EventColumn.SUMMARY:
            return "\n".join((*map(words_of, self.marks_on(event)), tip_of(event, column)))
        return tip_of(event, column)

    def _zone_changed(self) -> None:
        """The same times, written in another zone."""
        last = len(EventColumn) - 1
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, last))

    def _title(self, column: EventColumn) -> str:
        return {
            EventColumn.POSITION: "#",
            EventColumn.TIME: tr("Time ({zone})", zone=self._times.title),
            EventColumn.STREAM: tr("Stream"),
            EventColumn.TYPE: tr("Type"),
            EventColumn.VERSION: tr("Version"),
            EventColumn.SUMMARY: tr("Summary"),
        }.get(column) or more_title(column)

    # -- reading --------------------------------------------------------------------------

    def _begun(self, pages: EventPages) -> Callable[[Outcome[tuple[Event, ...]]], None]:
        def done(outcome: Outcome[tuple[Event, ...]]) -> None:
            if pages is not self._pages:
                return
            self.loading = False
            if isinstance(outcome, Failed):
                self._fail(outcome.error)
            elif isinstance(outcome, Done):
                pages.keep(0, outcome.value)
                self.events_read.emit(outcome.value)
                known = pages.map.count
                self._exact = known.exact
                self._grow(max(known.value, len(outcome.value)))
                self.page_arrived.emit()
                if not known.exact:
                    self._count(pages)

        return done

    def _count(self, pages: EventPages) -> None:
        """Learn the rest of the row numbers in the scanning lane."""
        lanes = self._lanes
        if lanes is None:
            return

        def progress(value: Progress) -> None:
            if pages is self._pages:
                self._grow(value.done)

        def done(outcome: Outcome[Count]) -> None:
            if pages is not self._pages:
                return
            if isinstance(outcome, Failed):
                self._fail(outcome.error)
            elif isinstance(outcome, Done):
                self._exact = outcome.value.exact
                self._grow(outcome.value.value)
            else:
                self._stop()

        lanes.scan(
            "count",
            lambda reader, work: pages.map.learn_all(reader.events, work),
            done,
            progress,
        )

    def _stop(self) -> None:
        """Counting was stopped: what is known stays, and is said to be a part."""
        self.stopped = True
        self.count_changed.emit(self.count)

    def _grow(self, rows: int) -> None:
        if rows > self._rows and self._hits is not None:
            self._rows = rows
        elif rows > self._rows:
            self.beginInsertRows(QModelIndex(), self._rows, rows - 1)
            self._rows = rows
            self.endInsertRows()
        self.count_changed.emit(self.count)

    def _want(self, page: int) -> None:
        if page in self._reading:
            return  # asked for again it would begin again
        self._wanted.add(page)
        if not self._asking.isActive():
            self._asking.start()

    def _ask(self) -> None:
        """Ask for the pages that were looked at since; a newer look replaces an older one."""
        lanes, pages = self._lanes, self._pages
        if lanes is None or not self._wanted:
            return
        beside = {n for n in self._reading if {n - 1, n + 1} & self._wanted}
        wanted = sorted(self._wanted | beside)[-4:]
        self._wanted.clear()
        self._reading = frozenset(wanted)

        def job(reader: StoreReader, work: Work) -> Pages:
            read: Pages = {}
            for first, count in _runs(wanted):
                work.check()
                read |= pages.read_run(reader.events, first, count)
            return read

        lanes.ask("events", job, lambda outcome: self._arrived(pages, outcome))

    def _arrived(self, pages: EventPages, outcome: Outcome[Pages]) -> None:
        if pages is not self._pages:
            return
        self._reading = frozenset()
        if isinstance(outcome, Failed):
            self._fail(outcome.error)
        elif isinstance(outcome, Done):
            for number, rows in outcome.value.items():
                pages.keep(number, rows)
                self.events_read.emit(rows)
                first = number * PAGE
                last = min(first + len(rows), self._rows) - 1
                if last >= first and self._hits is None:
                    self.dataChanged.emit(
                        self.index(first, 0), self.index(last, len(EventColumn) - 1)
                    )
            self.page_arrived.emit()

    def _fail(self, error: InspectorError) -> None:
        self.error = error
        self.failed.emit(error)


def _runs(pages: list[int]) -> Iterator[tuple[int, int]]:
    """Pages in rising order as runs: the first page of each, and how many follow each other."""
    for _gap, run in groupby(enumerate(pages), lambda item: item[1] - item[0]):
        numbers = [number for _place, number in run]
        yield numbers[0], len(numbers)


def _begin(reader: StoreReader, pages: EventPages) -> tuple[Event, ...]:
    """The first page, and as much of the row numbers as one stride tells."""
    rows = pages.read(reader.events, 0)
    pages.map.learn(reader.events)
    return rows
