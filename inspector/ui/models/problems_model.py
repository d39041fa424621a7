"""Problems of the store so far, for a tree of kinds and the places they were found at.

Fed by every page, list and replay that passes, and by a look through the whole store that can
be asked for. What is shown is brought up to date a few times a second at most.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt, QTimer, Signal

from inspector.core.findings import Severity, code_words
from inspector.core.texts import thousands, tr
from inspector.services.problems import (
    BROKEN,
    Problem,
    ProblemBook,
    ProblemKind,
    of_events,
    of_step,
    of_streams,
)
from inspector.services.rule_problems import StoreCheck, StreamScan
from inspector.ui.models.long_scan import LongScan
from inspector.ui.models.store_model import Phase
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text
from inspector.ui.widgets.timeline_data import MARKS_KEPT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QPersistentModelIndex

    from inspector.core.events import Count, StreamId
    from inspector.core.replaying import Step
    from inspector.ui.models.event_table import EventTableModel
    from inspector.ui.models.replay_model import ReplayModel
    from inspector.ui.models.store_model import StoreModel
    from inspector.ui.models.stream_table import StreamTableModel

    Index = QModelIndex | QPersistentModelIndex

PROBLEM_ROLE = int(Qt.ItemDataRole.UserRole)
"""Gives the :class:`Problem` of a row, or ``None`` for a kind."""

KIND_ROLE = PROBLEM_ROLE + 1
"""Gives the :class:`ProblemKind` that a row is, or belongs to."""

CALM = 250
"""Milliseconds between two updates of what is shown."""


class ProblemColumn(enum.IntEnum):
    """Columns of the tree."""

    WHAT = 0
    WHERE = 1


class ProblemsModel(QAbstractItemModel):
    """Kinds of problems, the serious ones first, and below each the places.

    Attributes:
        scan: the look through the whole store.
        here: what is to be said about rows of the stream that is shown, by position.
        broken: what rules say, where it begins not to hold in that stream, by position.

    Signals:
        count_changed(): the number of problems is another one.
        here_changed(): more is to be said about the stream that is shown, or another one is.
    """

    count_changed = Signal()
    here_changed = Signal()

    def __init__(self, store: StoreModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._book = ProblemBook()
        self._shown: list[tuple[ProblemKind, int]] = []
        self._total: int | None = None
        self.scan = LongScan("problems", self)
        self.scan.changed.connect(self._scanned)
        self.here: dict[int, tuple[str, ...]] = {}
        self.broken: dict[int, tuple[str, ...]] = {}
        self._stream: StreamId | None = None
        self._stream_scan = LongScan("stream-problems", self)
        self._stream_scan.changed.connect(self._stream_scanned)
        self._calm = QTimer(self, singleShot=True, interval=CALM)
        self._calm.timeout.connect(self._show)
        store.changed.connect(self._store_changed)

    @property
    def count(self) -> int:
        """Problems that are more than a remark, as far as they were met."""
        return self._book.count

    @property
    def exact(self) -> bool:
        """Whether all that were met could be counted."""
        return self._book.exact

    @property
    def worst_is_error(self) -> bool:
        """Whether the most serious problem is an error."""
        kinds = self._book.kinds
        return bool(kinds) and kinds[0].severity == "error"

    # -- being fed ----------------------------------------------------------------------------

    def watch(
        self, events: EventTableModel, streams: StreamTableModel, replay: ReplayModel
    ) -> None:
        """Hear of everything that is read."""
        events.events_read.connect(lambda rows: self.add(of_events(rows)))
        streams.streams_read.connect(lambda rows: self.add(of_streams(rows)))
        replay.step_changed.connect(lambda step: self._add_step(replay, step))
        replay.stream_changed.connect(lambda: self._stream_changed(replay))
        replay.loaded_changed.connect(lambda: self._stream_loaded(replay))
        events.count_changed.connect(lambda count: self._counted(events, count))

    def add(self, problems: Iterable[Problem]) -> None:
        """Take problems, each once."""
        taken = list(problems)
        self._add_here(taken)
        if self._book.add(taken):
            self.count_changed.emit()
            if not self._calm.isActive():
                self._calm.start()

    def look_through(self) -> None:
        """Look through all events of the store."""
        if self._store.phase is Phase.OPEN and not self.scan.running:
            store = self._store.store
            rules = None if store is None else store.rule_set
            self.scan.start(self._store.lanes, StoreCheck(self._total, rules))

    # -- the stream that is shown -------------------------------------------------------------

    def _stream_changed(self, replay: ReplayModel) -> None:
        self._stream_scan.forget()
        self._stream = replay.stream
        self.here, self.broken = {}, {}
        self._add_here(self._book.of_stream(replay.stream) if replay.stream else [])
        self.here_changed.emit()

    def _stream_loaded(self, replay: ReplayModel) -> None:
        """With rules, more can be told than the rows show: they are walked through once."""
        store, stream = self._store.store, replay.stream
        if store is None or stream is None or store.rule_set is None or not replay.complete:
            return
        scan = self._stream_scan
        known = scan.scanner
        if not (isinstance(known, StreamScan) and known.total == replay.count):
            scan.start(self._store.lanes, StreamScan(stream, store.rule_set, replay.count))

    def _stream_scanned(self) -> None:
        scanner = self._stream_scan.scanner
        if isinstance(scanner, StreamScan):
            self.add(scanner.fetch())

    def _add_here(self, problems: list[Problem]) -> None:
        """Note what is said about rows of the stream that is shown."""
        own = [problem for problem in problems if problem.stream == self._stream]
        if not own:
            return
        here, broken = dict(self.here), dict(self.broken)
        for problem in own:
            place, finding = problem.position, problem.finding
            marks = broken if finding.code == BROKEN else here
            if place is None or len(marks) >= MARKS_KEPT:
                continue
            said = marks.get(place, ())
            if finding.severity is not Severity.INFO and finding.message not in said:
                marks[place] = (*said, finding.message)
        if (here, broken) != (self.here, self.broken):
            self.here, self.broken = here, broken
            self.here_changed.emit()

    def _counted(self, events: EventTableModel, count: Count) -> None:
        """How many events there are in all, once the table of all of them knows."""
        if events.stream is None and count.exact:
            self._total = count.value

    def _add_step(self, replay: ReplayModel, step: Step) -> None:
        if replay.stream is not None:
            self.add(of_step(replay.stream, step))

    def rules_changed(self) -> None:
        """What was found under other rules holds no longer; what is shown is read anew."""
        if self._store.phase is Phase.OPEN:
            self._forget()
            self._store_changed()

    def _scanned(self) -> None:
        scanner = self.scan.scanner
        if isinstance(scanner, StoreCheck):
            self.add(scanner.fetch())
            if not self.scan.running:
                self._show()

    def _store_changed(self) -> None:
        if self._store.phase is Phase.OPEN:
            store = self._store.store
            found = () if store is None else store.findings
            self.add(Problem(finding) for finding in found)
            return
        self._total = None
        self._forget()

    def _forget(self) -> None:
        self.scan.forget()
        self._calm.stop()
        self._book = ProblemBook()
        self._show()
        self.count_changed.emit()

    def _show(self) -> None:
        self._calm.stop()
        self.beginResetModel()
        self._shown = [(kind, len(kind.problems)) for kind in self._book.kinds]
        self.endResetModel()

    # -- Qt's model ---------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Kinds have the number 0; a place has the number of its kind, from 1."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index = QModelIndex()) -> Any:  # noqa: B008 - Qt overloads parent()
        """The kind that a place belongs to."""
        number = index.internalId() if index.isValid() else 0
        return self.createIndex(number - 1, 0, 0) if number else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Kinds, or places of a kind."""
        if not parent.isValid():
            return len(self._shown)
        if parent.internalId() or parent.column() > 0:
            return 0
        return self._shown[parent.row()][1]

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """What, and where."""
        return len(ProblemColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Problem"), tr("Where"))[section]
        return None

    def kind_at(self, index: Index) -> ProblemKind:
        """The kind that a row is, or belongs to."""
        number = index.internalId()
        return self._shown[number - 1 if number else index.row()][0]

    def problem_at(self, index: Index) -> Problem | None:
        """The problem of a row; ``None`` for a kind."""
        if not index.isValid() or not index.internalId():
            return None
        return self.kind_at(index).problems[index.row()]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts of a row."""
        if not index.isValid():
            return None
        kind, problem = self.kind_at(index), self.problem_at(index)
        if role == PROBLEM_ROLE:
            return problem
        if role == KIND_ROLE:
            return kind
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _cell(kind, problem, ProblemColumn(index.column()))
        return tooltip_text(_tip(kind, problem)) if role == Qt.ItemDataRole.ToolTipRole else None


def _cell(kind: ProblemKind, problem: Problem | None, column: ProblemColumn) -> str:
    what = column is ProblemColumn.WHAT
    if problem is None:
        return kind_title(kind) if what else count_text(kind)
    return visible_text(shortened(problem.finding.message if what else where(problem)))


def kind_title(kind: ProblemKind) -> str:
    """What kind of problem it is, in words: the code itself, with spaces."""
    return tr(code_words(kind.code))


def count_text(kind: ProblemKind) -> str:
    """How many there are."""
    return thousands(kind.count) + ("" if kind.exact else "+")


def where(problem: Problem) -> str:
    """Stream and version, or the place that the finding names."""
    if problem.stream is None:
        return problem.finding.place
    if problem.position is None:
        return problem.stream.name
    return f"{problem.stream.name} · {thousands(problem.position)}"


def _tip(kind: ProblemKind, problem: Problem | None) -> str:
    if problem is None:
        return f"{kind_title(kind)}: {count_text(kind)}\n{tr(kind.remedy)}"
    lines = [problem.finding.message, where(problem), problem.event_type, tr(kind.remedy)]
    return "\n".join(line for line in lines if line)
