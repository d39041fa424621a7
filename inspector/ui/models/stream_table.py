"""Streams of the store for a list of any length, read a page at a time.

Browsing reads pages in the interactive lane as the list is scrolled; searching by a part of the
id looks at all ids in the scanning lane and shows what it found so far.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from inspector.core.events import StreamKind, StreamSummary
from inspector.core.texts import thousands, tr
from inspector.services.stream_listing import StreamPage, StreamQuery, next_streams
from inspector.services.tasks import Done, Failed
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.errors import InspectorError
    from inspector.core.events import PageKey, StreamId
    from inspector.services.tasks import Outcome, Progress
    from inspector.ui.lanes import StoreLanes

Index = QModelIndex | QPersistentModelIndex
SUMMARY_ROLE = int(Qt.ItemDataRole.UserRole)
PAGE = 256

KINDS: dict[StreamKind | None, str] = {
    StreamKind.PRIMARY: "Streams",
    StreamKind.LINKS: "Links and tags",
    StreamKind.SYSTEM: "Commands and system",
    StreamKind.SNAPSHOTS: "Snapshot streams",
    None: "All kinds",
}


class StreamColumn(enum.IntEnum):
    """Columns of the stream list."""

    NAME = 0
    EVENTS = 1


class StreamTableModel(QAbstractTableModel):
    """Rows of the stream list.

    Attributes:
        text, kind: what is looked for.
        complete: the list was read to its end.
        searching: a search goes on; ``looked_at`` streams so far.

    Signals:
        state_changed(): rows, completeness, search or error are others now.
    """

    state_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: StoreLanes | None = None
        self._rows: list[StreamSummary] = []
        self._row_of: dict[StreamId, int] = {}
        self._after: PageKey | None = None
        self._generation = 0
        self.text = ""
        self.kind: StreamKind | None = StreamKind.PRIMARY
        self.complete = False
        self.loading = False
        self.searching = False
        self.looked_at = 0
        self.error: InspectorError | None = None

    def show(self, lanes: StoreLanes | None) -> None:
        """Show another store's streams, or none."""
        self._lanes = lanes
        self._begin()

    def look_for(self, text: str, kind: StreamKind | None) -> None:
        """Show only streams of a kind with this text in their id."""
        if (text, kind) != (self.text, self.kind):
            self.text, self.kind = text, kind
            self._begin()

    def again(self) -> None:
        """Read from the beginning."""
        self._begin()

    def row_of(self, stream: StreamId) -> int:
        """Row of a stream, or -1 when it is not among those read so far."""
        return self._row_of.get(stream, -1)

    # -- Qt's model -----------------------------------------------------------------------

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
                return tr("Stream") if section == StreamColumn.NAME else tr("Events")
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text of a cell."""
        if not index.isValid():
            return None
        summary = self._rows[index.row()]
        if role == SUMMARY_ROLE:
            return summary
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_text(_tip(summary))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _cell(summary, index.column())
        return None

    def canFetchMore(self, parent: Index) -> bool:
        """Whether streams follow."""
        idle = not (self.loading or self.searching)
        return not parent.isValid() and idle and not self.complete and self._lanes is not None

    def fetchMore(self, parent: Index) -> None:
        """Read the next page; the rows arrive later."""
        if not parent.isValid():
            self._read()

    # -- reading --------------------------------------------------------------------------

    def _begin(self) -> None:
        self._generation += 1
        if self._lanes is not None:
            self._lanes.cancel("streams")
        self.beginResetModel()
        self._rows, self._row_of, self._after = [], {}, None
        self.complete, self.loading, self.searching = False, False, False
        self.looked_at, self.error = 0, None
        self.endResetModel()
        if self._lanes is not None:
            self._read()
        self.state_changed.emit()

    def _read(self) -> None:
        lanes = self._lanes
        if lanes is None or self.loading:
            return
        query, after = StreamQuery(self.text, None, self.kind), self._after
        self.loading, self.searching = True, query.is_search
        done, progress = self._arrived(self._generation), self._looked(self._generation)
        submit = lanes.scan if query.is_search else lanes.ask
        submit(
            "streams",
            lambda reader, work: next_streams(reader, query, after, PAGE, work),
            done,
            progress,
        )
        self.state_changed.emit()

    def _looked(self, generation: int) -> Callable[[Progress], None]:
        base = self.looked_at

        def progress(value: Progress) -> None:
            if generation == self._generation:
                self.looked_at = base + value.done
                self.state_changed.emit()

        return progress

    def _arrived(self, generation: int) -> Callable[[Outcome[StreamPage]], None]:
        base = self.looked_at

        def done(outcome: Outcome[StreamPage]) -> None:
            if generation != self._generation:
                return
            self.loading = self.searching = False
            if isinstance(outcome, Failed):
                self.error = outcome.error
            elif isinstance(outcome, Done):
                self._append(outcome.value.rows)
                self._after = outcome.value.after
                self.complete = self._after is None
                self.looked_at = base + outcome.value.looked_at
            self.state_changed.emit()

        return done

    def _append(self, rows: tuple[StreamSummary, ...]) -> None:
        if not rows:
            return
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
        self._rows.extend(rows)
        self._row_of.update((r.stream, first + i) for i, r in enumerate(rows))
        self.endInsertRows()


def _alignment(column: int) -> Qt.AlignmentFlag:
    right = column == StreamColumn.EVENTS
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _cell(summary: StreamSummary, column: int) -> str:
    if column == StreamColumn.EVENTS:
        return thousands(summary.events.value) + ("" if summary.events.exact else "+")
    name = visible_text(shortened(summary.stream.name, 200))
    words = [
        word
        for word, shown in ((tr("archived"), summary.archived), (tr("deleted"), summary.deleted))
        if shown
    ]
    return f"{name} ({', '.join(words)})" if words else name


def _tip(summary: StreamSummary) -> str:
    lines = [summary.stream.name]
    if summary.stream.category is not None:
        lines.append(tr("Category: {name}", name=summary.stream.category))
    if summary.first_time is not None and summary.last_time is not None:
        lines.append(f"{summary.first_time.text} – {summary.last_time.text}")
    if summary.archived:
        lines.append(tr("Archived: the library no longer shows it."))
    if summary.deleted:
        lines.append(tr("Marked as deleted; the events are still there."))
    return "\n".join(lines)
