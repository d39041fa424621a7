"""Problems of the store so far: what is wrong, where, and what one can do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QPushButton,
    QStackedLayout,
    QStyle,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from inspector.core.findings import Severity
from inspector.core.texts import counted, thousands, tr
from inspector.ui.models.long_scan import ScanPhase
from inspector.ui.models.problems_model import (
    KIND_ROLE,
    PROBLEM_ROLE,
    ProblemColumn,
    ProblemsModel,
    where,
)
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.list_table import ROW_HEIGHT, CellDelegate, CellLook, Index
from inspector.ui.widgets.plain_text import visible_text
from inspector.ui.widgets.scan_line import ScanLine

if TYPE_CHECKING:
    from inspector.ui.theme import Theme

SEVERITY_LOOK = {
    Severity.ERROR: (Icon.CIRCLE_X, Role.DANGER, "error"),
    Severity.WARNING: (Icon.TRIANGLE_ALERT, Role.WARNING, "warning"),
    Severity.INFO: (Icon.INFO, Role.INFO, "remark"),
}


class ProblemDelegate(CellDelegate):
    """A kind has the picture of its severity; a place is text."""

    def look(self, index: Index) -> CellLook:
        """Places are monospaced and give way in the middle."""
        if index.data(PROBLEM_ROLE) is None:
            heading = index.column() == ProblemColumn.WHAT
            return CellLook(
                FontRole.HEADING if heading else FontRole.UI,
                Role.TEXT if heading else Role.TEXT_MUTED,
            )
        if index.column() == ProblemColumn.WHERE:
            return CellLook(FontRole.MONO, Role.ACCENT, Qt.TextElideMode.ElideMiddle)
        return CellLook()

    def ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Selection, then the picture of a kind."""
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(self.theme.tokens[Role.SELECTION]))

    def content(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Picture, then text."""
        kind = index.data(KIND_ROLE)
        if index.column() == ProblemColumn.WHAT and index.data(PROBLEM_ROLE) is None:
            icon, role, _word = SEVERITY_LOOK[kind.severity]
            colour = self.theme.tokens[role]
            density = painter.device().devicePixelRatio()
            rect = option.rect
            picture = self.theme.icons.pixmap(icon, colour, 16, density)
            painter.drawPixmap(rect.left() + 2, rect.top() + (rect.height() - 16) // 2, picture)
            option.rect = rect.adjusted(18, 0, 0, 0)
        super().content(painter, option, index)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every row is equally high."""
        size = super().sizeHint(option, index)
        size.setHeight(self.theme.px(ROW_HEIGHT))
        return size


class ProblemsPage(QWidget):
    """The tree of problems with what can be done, and the look through the whole store.

    Signals:
        place_chosen(object): a :class:`Problem` whose event the user wants to see.
    """

    place_chosen = Signal(object)

    def __init__(self, theme: Theme, model: ProblemsModel) -> None:
        super().__init__()
        self._theme, self._model = theme, model
        self._open: set[str] = set()
        self._current: tuple[str, int] | None = None
        self.view = QTreeView()
        self._summary = muted(PlainLabel())
        theme.set_font(self._summary, FontRole.SMALL)
        self.look_button = QPushButton(tr("Look through the whole store"))
        self.look_button.clicked.connect(self.look_through)
        self.progress = ScanLine(theme, model.scan.stop)
        self._advice = PlainLabel(wrap=True)
        self._advice.setContentsMargins(12, 8, 12, 10)
        self._advice.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.empty_page = EmptyPage(theme)
        self._stack = QStackedLayout()
        self._prepare_view()
        self._lay_out()
        model.modelAboutToBeReset.connect(self._note_place)
        model.modelReset.connect(self._restore_place)
        model.scan.changed.connect(self._show_state)
        self._show_state()

    def look_through(self) -> None:
        """Look through all events of the store."""
        self._model.look_through()

    # -- building -----------------------------------------------------------------------------

    def _prepare_view(self) -> None:
        view = self.view
        view.setModel(self._model)
        view.setItemDelegate(ProblemDelegate(self._theme, view))
        view.setAccessibleName(tr("Problems"))
        view.setFrameShape(QTreeView.Shape.NoFrame)
        view.setUniformRowHeights(True)
        view.setIndentation(16)
        view.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = view.header()
        header.setStretchLastSection(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(ProblemColumn.WHAT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(ProblemColumn.WHERE, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(ProblemColumn.WHERE, self._theme.px(150))
        view.selectionModel().currentChanged.connect(self._show_advice)
        view.clicked.connect(self._go)
        view.activated.connect(self._go)
        view.installEventFilter(self)

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(12, 8, 8, 8)
        head.setSpacing(8)
        head.addWidget(self._summary)
        head.addWidget(self.look_button, 0, Qt.AlignmentFlag.AlignLeft)
        list_page = QWidget()
        inside = QVBoxLayout(list_page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.view, 1)
        inside.addWidget(self._advice)
        self._stack.addWidget(list_page)
        self._stack.addWidget(self.empty_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.progress)
        column.addLayout(self._stack, 1)

    # -- what the user does -------------------------------------------------------------------

    def _go(self, index: QModelIndex) -> None:
        problem = self._model.problem_at(index)
        if problem is not None and problem.stream is not None and problem.stream.key:
            self.place_chosen.emit(problem)

    def _show_advice(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not current.isValid():
            self._advice.hide()
            return
        kind, problem = self._model.kind_at(current), self._model.problem_at(current)
        lines = [] if problem is None else [problem.finding.message, where(problem)]
        lines.append(tr("What you can do: {advice}", advice=tr(kind.remedy)))
        if problem is None and kind.count > len(kind.problems):
            shown = thousands(len(kind.problems))
            lines.append(tr("The first {n} are listed.", n=shown))
        self._advice.setText("\n".join(lines))
        self._advice.show()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Ctrl+C copies message and place."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.matches(QKeySequence.StandardKey.Copy)
            and self.view.currentIndex().isValid()
        ):
            problem = self._model.problem_at(self.view.currentIndex())
            if problem is not None:
                text = f"{problem.finding.code}\t{where(problem)}\t{problem.finding.message}"
                QGuiApplication.clipboard().setText(visible_text(text, keep="\t"))
            return True
        return False

    # -- keeping the place --------------------------------------------------------------------

    def _note_place(self) -> None:
        model, view = self._model, self.view
        self._open = {
            model.kind_at(index).code
            for row in range(model.rowCount())
            if view.isExpanded(index := model.index(row, 0))
        }
        index = view.currentIndex()
        self._current = None
        if index.isValid():
            row = index.row() if model.problem_at(index) is not None else -1
            self._current = (model.kind_at(index).code, row)

    def _restore_place(self) -> None:
        model, view = self._model, self.view
        only = model.rowCount() == 1
        for row in range(model.rowCount()):
            index = model.index(row, 0)
            code = model.kind_at(index).code
            if code in self._open or only:
                view.expand(index)
            if self._current is not None and self._current[0] == code:
                place = self._current[1]
                view.setCurrentIndex(index if place < 0 else model.index(place, 0, index))
        if not view.currentIndex().isValid():
            self._advice.hide()
        self._show_state()

    # -- faces --------------------------------------------------------------------------------

    def _show_state(self) -> None:
        self._summary.setText(self._words())
        scan = self._model.scan
        asked_below = not self._model.rowCount() and scan.phase is not ScanPhase.COMPLETE
        self.look_button.setVisible(not scan.running and not asked_below)
        self._show_progress()
        if self._model.rowCount():
            self._stack.setCurrentIndex(0)
            return
        self.empty_page.show_content(self._face())
        self._stack.setCurrentIndex(1)

    def _words(self) -> str:
        model = self._model
        if not model.rowCount():
            return ""
        text = counted(model.count, "{n} problem", "{n} problems")
        whole = model.scan.phase is ScanPhase.COMPLETE
        return text if whole else tr("{problems} in what was read so far", problems=text)

    def _show_progress(self) -> None:
        scan = self._model.scan
        scanner = scan.scanner
        looked = thousands(scanner.done if scanner is not None else 0)
        if scan.phase is ScanPhase.RUNNING and scanner is not None:
            words = tr("{n} events looked at", n=looked)
            self.progress.show_running(words, scanner.done, scanner.total)
        elif scan.phase is ScanPhase.STOPPED:
            words = tr("Partial: stopped after {n} events", n=looked)
            self.progress.show_partial(words, self.look_through, tr("Look through again"))
        elif scan.phase is ScanPhase.FAILED and scan.error is not None:
            words = tr("Stopped by an error: {error}", error=scan.error.message)
            self.progress.show_partial(words, self.look_through, tr("Try again"))
        elif scan.phase is ScanPhase.COMPLETE:
            self.progress.show_note(tr("All {n} events were looked at", n=looked))
        else:
            self.progress.hide()

    def _face(self) -> PageContent:
        phase = self._model.scan.phase
        if phase is ScanPhase.COMPLETE:
            hint = tr("Every event of the store was read.")
            return PageContent(Icon.SHIELD_CHECK, tr("No problem found."), hint, (), Role.SUCCESS)
        if phase is ScanPhase.RUNNING:
            return PageContent(Icon.HOURGLASS, tr("Looking through the store…"))
        text = tr("No problem in what was read so far.")
        hint = tr("Only what was shown has been read. The whole store can be looked through.")
        look = NextStep(tr("Look through the whole store"), self.look_through)
        return PageContent(Icon.SHIELD_CHECK, text, hint, (look,))
