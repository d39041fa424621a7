"""Streams of the store for a list of any length, read a page at a time.

Browsing reads pages in the interactive lane as the list is scrolled. Searching by a part of the
id, and an order that no index knows, look at all streams in the scanning lane, a piece at a
time; what was found until a stop is shown and marked as partial.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from inspector.core.events import StreamKind, StreamSummary
from inspector.services.stream_listing import Sort, StreamPage, StreamQuery, next_streams
from inspector.services.stream_ranking import CategorySurvey, StreamRanking
from inspector.services.tasks import Done, Failed
from inspector.ui.models.long_scan import LongScan, ScanPhase
from inspector.ui.models.stream_texts import (
    StreamColumn,
    cell_alignment,
    cell_text,
    column_title,
    tip_text,
)
from inspector.ui.models.times import TimeChoice, to_the_minute
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtCore import QPersistentModelIndex

    from inspector.core.errors import InspectorError
    from inspector.core.events import PageKey, StreamId
    from inspector.services.tasks import Outcome
    from inspector.ui.lanes import StoreLanes

    Index = QModelIndex | QPersistentModelIndex

__all__ = ["KINDS", "SUMMARY_ROLE", "StreamColumn", "StreamTableModel"]

SUMMARY_ROLE = int(Qt.ItemDataRole.UserRole)
PAGE = 256

LOOKED_AT_ONCE = 16_384
"""Ids of one piece of a search; after it, other work in the lane has its turn."""

KINDS: dict[StreamKind | None, str] = {
    StreamKind.PRIMARY: "Streams",
    StreamKind.LINKS: "Links and tags",
    StreamKind.SYSTEM: "Commands and system",
    StreamKind.SNAPSHOTS: "Snapshot streams",
    None: "All kinds",
}

_TEXT_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


class StreamTableModel(QAbstractTableModel):
    """Rows of the stream list.

    Attributes:
        query: which streams are wanted; ``ordering``: their order, ``None`` for the store's own.
        complete: the list was read to its end.
        partial: reading was stopped before its end, and what is shown is only a part.
        cut: an order was asked for, and only its foremost streams are shown.
        searching: all streams are being looked at; ``looked_at`` so far.

    Signals:
        state_changed(): rows, completeness, search or error are others now.
        categories_changed(): categories were found.
        streams_read(object): summaries that were just read.
    """

    state_changed = Signal()
    streams_read = Signal(object)
    categories_changed = Signal()

    def __init__(self, parent: QObject | None = None, times: TimeChoice | None = None) -> None:
        super().__init__(parent)
        self._times = times or TimeChoice(self)
        self._times.changed.connect(self._zone_changed)
        self._lanes: StoreLanes | None = None
        self._rows: list[StreamSummary] = []
        self._row_of: dict[StreamId, int] = {}
        self._after: PageKey | None = None
        self._generation = 0
        self.query = StreamQuery(kind=StreamKind.PRIMARY)
        self.ordering: Sort | None = None
        self.complete = self.partial = self.cut = False
        self.loading = self.searching = False
        self.looked_at = 0
        self.error: InspectorError | None = None
        self._ranking = LongScan("stream-order", self)
        self._ranking.changed.connect(self._ranked)
        self._survey = LongScan("categories", self)
        self._survey.changed.connect(self._surveyed)
        self._known = CategorySurvey()

    # -- what is shown ------------------------------------------------------------------------

    def show(self, lanes: StoreLanes | None) -> None:
        """Show another store's streams, or none."""
        self._survey.forget()
        self._known = CategorySurvey()
        self._lanes = lanes
        self.query = StreamQuery(self.query.text, None, self.query.kind)
        self.categories_changed.emit()
        self._begin()

    def look_for(self, query: StreamQuery) -> None:
        """Show only the streams that somebody wants."""
        if query != self.query:
            self.query = query
            self._begin()

    def order_by(self, sort: Sort | None) -> None:
        """Show the streams in another order; ``None`` is the store's own, which costs nothing."""
        if sort is not self.ordering:
            self.ordering = sort
            self._begin(keep_rows=True)

    def again(self) -> None:
        """Read from the beginning."""
        self._begin()

    def stop(self) -> None:
        """Stop looking; what was found stays."""
        self._ranking.stop()
        self._survey.stop()
        if self._lanes is not None:
            self._lanes.cancel("streams")

    def row_of(self, stream: StreamId) -> int:
        """Row of a stream, or -1 when it is not among those read so far."""
        return self._row_of.get(stream, -1)

    # -- categories ---------------------------------------------------------------------------

    @property
    def categories(self) -> list[str]:
        """Categories found so far, in order."""
        return sorted(self._known.names)

    @property
    def surveying(self) -> bool:
        """Whether ids are being looked at for their categories."""
        return self._survey.running

    def survey(self) -> None:
        """Look for all categories, once, unless the list that was read names them all."""
        if self._lanes is None or self._survey.phase in (ScanPhase.RUNNING, ScanPhase.COMPLETE):
            return
        everything = self.complete and not self.query.is_search and self.query.kind is None
        if not everything:
            found = CategorySurvey()
            found.names = self._known.names
            self._known = found
            self._survey.start(self._lanes, found)

    def _surveyed(self) -> None:
        self.categories_changed.emit()

    # -- Qt's model ---------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Streams read so far."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Columns of the list."""
        return 0 if parent.isValid() else len(StreamColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return column_title(section)
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return cell_alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text of a cell."""
        if not index.isValid():
            return None
        summary = self._rows[index.row()]
        if role == SUMMARY_ROLE:
            return summary
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return cell_alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_text(tip_text(summary))
        return self._cell(summary, index.column(), role) if role in _TEXT_ROLES else None

    def _cell(self, summary: StreamSummary, column: int, role: int) -> str:
        if column != StreamColumn.LAST or summary.last_time is None:
            return cell_text(summary, column)
        text = visible_text(shortened(self._times.format(summary.last_time), 60))
        return to_the_minute(text) if role == Qt.ItemDataRole.DisplayRole else text

    def _zone_changed(self) -> None:
        """The same times, written in another zone."""
        if self._rows:
            last = self.index(len(self._rows) - 1, StreamColumn.LAST)
            self.dataChanged.emit(self.index(0, StreamColumn.LAST), last)

    def canFetchMore(self, parent: Index) -> bool:
        """Whether streams follow."""
        idle = not (self.loading or self.searching or self.partial)
        follows = self.ordering is None and not self.complete and self._lanes is not None
        return not parent.isValid() and idle and follows and self.error is None

    def fetchMore(self, parent: Index) -> None:
        """Read the next page; the rows arrive later."""
        if not parent.isValid():
            self._read(len(self._rows) + PAGE)

    # -- reading ------------------------------------------------------------------------------

    def _begin(self, *, keep_rows: bool = False) -> None:
        self._generation += 1
        self._ranking.forget()
        if self._lanes is not None:
            self._lanes.cancel("streams")
        if not keep_rows or self._lanes is None:
            self._show_rows(())
        self.complete = self.partial = self.cut = False
        self.loading = self.searching = False
        self._after, self.looked_at, self.error = None, 0, None
        if self._lanes is None:
            pass
        elif self.ordering is not None:
            self.searching = True
            self._ranking.start(self._lanes, StreamRanking(self.query, self.ordering))
        else:
            self._show_rows(())
            self._read(PAGE)
        self.state_changed.emit()

    def _show_rows(self, rows: Iterable[StreamSummary]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self._row_of = {row.stream: i for i, row in enumerate(self._rows)}
        self.endResetModel()

    def _read(self, wanted: int) -> None:
        """Read on until so many rows are there, or the list ends."""
        lanes = self._lanes
        if lanes is None or self.loading:
            return
        query, after = self.query, self._after
        self.loading, self.searching = True, query.is_search
        limit = max(1, min(wanted - len(self._rows), PAGE))
        submit = lanes.scan if query.is_search else lanes.ask
        submit(
            "streams",
            lambda reader, work: next_streams(
                reader, query, after, limit, work, most=LOOKED_AT_ONCE
            ),
            self._arrived(self._generation, wanted),
        )
        self.state_changed.emit()

    def _arrived(self, generation: int, wanted: int) -> Callable[[Outcome[StreamPage]], None]:
        def done(outcome: Outcome[StreamPage]) -> None:
            if generation != self._generation:
                return
            self.loading = self.searching = False
            if isinstance(outcome, Failed):
                self.error = outcome.error
            elif not isinstance(outcome, Done):
                self.partial = True
            else:
                self._take(outcome.value)
                if not self.complete and len(self._rows) < wanted:
                    self._read(wanted)
            self.state_changed.emit()

        return done

    def _take(self, page: StreamPage) -> None:
        self._after = page.after
        self.complete = page.after is None
        self.looked_at += page.looked_at
        if page.rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(page.rows) - 1)
            self._rows.extend(page.rows)
            self._row_of.update((r.stream, first + i) for i, r in enumerate(page.rows))
            self.endInsertRows()
            self._note(page.rows)

    def _note(self, rows: Sequence[StreamSummary]) -> None:
        """Tell what was read, and learn its categories."""
        self.streams_read.emit(rows)
        before = len(self._known.names)
        for row in rows:
            self._known.note(row.stream)
        if len(self._known.names) != before:
            self.categories_changed.emit()

    def _ranked(self) -> None:
        """The pass for another order is further, or ended."""
        scan, ranking = self._ranking, self._ranking.scanner
        if not isinstance(ranking, StreamRanking):
            return
        self.looked_at = ranking.done
        self.searching = scan.running
        if not scan.running:
            self.error = scan.error
            self.complete = scan.phase is ScanPhase.COMPLETE
            self.partial = scan.phase is ScanPhase.STOPPED
            self.cut = ranking.cut
            if self.error is None:
                rows = ranking.rows()
                self._show_rows(rows)
                self._note(rows)
        self.state_changed.emit()
