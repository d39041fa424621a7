"""Snapshots of the stream that is shown: the list, checks, and the one that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import counted, tr
from inspector.services.snapshot_viewing import LISTED
from inspector.ui.dialogs.state_file import ask_state_file
from inspector.ui.models.snapshot_rows import (
    LINE_ROLE,
    SPECS,
    SnapshotColumn,
    SnapshotRows,
    found_words,
)
from inspector.ui.models.stream_snapshots import ListState
from inspector.ui.panels.snapshot_delegate import SnapshotDelegate
from inspector.ui.panels.snapshot_view import SnapshotPane
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.labels import ElidedLabel, muted
from inspector.ui.widgets.list_table import ROW_HEIGHT, ListTable
from inspector.ui.widgets.plain_text import visible_text
from inspector.ui.widgets.scan_line import ScanLine
from inspector.ui.widgets.table_columns import TableColumns

if TYPE_CHECKING:
    from inspector.core.errors import InspectorError
    from inspector.services.snapshot_lines import SnapshotKey, SnapshotLine
    from inspector.ui.models.stream_snapshots import StreamSnapshots
    from inspector.ui.models.times import TimeChoice
    from inspector.ui.theme import Theme

SEEN = 6
"""Rows of the list that are seen without scrolling, where there are as many."""


class SnapshotsPage(QWidget):
    """The tab.

    Signals:
        version_chosen(object): the version of a snapshot that the user went to.
        create_asked(): the user wants a snapshot at the cursor.
        trigger_asked(): the application shall take one.
    """

    version_chosen = Signal(object)
    create_asked = Signal()
    trigger_asked = Signal()

    def __init__(self, theme: Theme, model: StreamSnapshots, times: TimeChoice) -> None:
        super().__init__()
        self._theme, self._model = theme, model
        self.rows = SnapshotRows(model.book, times, self)
        self.view = ListTable(theme, tr("Snapshots of this stream"))
        self._silent = False
        self.summary = muted(ElidedLabel())
        theme.set_font(self.summary, FontRole.SMALL)
        self.verify_button = QPushButton(tr("Verify all"))
        self.verify_button.clicked.connect(self._verify)
        self.create_button = QPushButton(tr("Create…"))
        self.create_button.setAccessibleName(tr("Create a snapshot at the cursor"))
        self.create_button.clicked.connect(self.create_asked)
        self.progress = ScanLine(theme, model.stop)
        self.pane = SnapshotPane(theme, model)
        self.empty_page = EmptyPage(theme)
        self._stack = QStackedLayout()
        self._prepare_view()
        self._lay_out()
        self.pane.correct_asked.connect(self._save_correct)
        model.filed.connect(self._filed)
        model.listed.connect(self._show)
        model.viewed.connect(self._keep_chosen)
        model.verified.connect(self._show_head)
        model.book.changed.connect(self._show_head)
        self._show()

    # -- building -----------------------------------------------------------------------------

    def _prepare_view(self) -> None:
        view = self.view
        view.setModel(self.rows)
        view.setItemDelegate(SnapshotDelegate(self._theme, view))
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.columns = TableColumns(self._theme, view, SPECS)
        self.columns.silence(SnapshotColumn.STREAM, silent=True)
        view.selectionModel().currentRowChanged.connect(self._row_changed)
        view.selectionModel().selectionChanged.connect(lambda *_: self._show_head())
        view.activated.connect(self._go)
        view.clicked.connect(self._go)
        view.viewport().installEventFilter(self)
        view.copy_asked.connect(self._copy)
        view.menu_asked.connect(self._show_menu)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 8, 6)
        head.setSpacing(8)
        head.addWidget(self.summary, 1)
        head.addWidget(self.verify_button)
        head.addWidget(self.create_button)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.view)
        parts.addWidget(self.pane)
        parts.setSizes([170, 330])
        parts.setStretchFactor(1, 1)
        self._parts = parts
        self._stack.addWidget(parts)
        self._stack.addWidget(self.empty_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.progress)
        column.addLayout(self._stack, 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Columns take their roomy width where there is room."""
        if event.type() is QEvent.Type.Resize:
            self.columns.fit(self.view.viewport().width())
        return super().eventFilter(watched, event)

    # -- what the user does -------------------------------------------------------------------

    def selected(self) -> list[SnapshotKey]:
        """The snapshots that are selected."""
        rows = self.view.selectionModel().selectedRows()
        return [index.data(LINE_ROLE).key for index in rows]

    def _row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        line = current.data(LINE_ROLE) if current.isValid() else None
        if line is not None and not self._silent:
            self._model.choose(line.key)

    def _go(self, index: QModelIndex) -> None:
        """Show it, and move the cursor of the replay there."""
        line: SnapshotLine = index.data(LINE_ROLE)
        self._model.choose(line.key)
        if line.version is not None and line.last is not None and line.version <= line.last:
            self.version_chosen.emit(line.version)

    def _verify(self) -> None:
        """What the button says: the selected ones, or all."""
        if len(self.selected()) > 1:
            self._verify_selected()
        else:
            self._model.verify()

    def _verify_selected(self) -> None:
        self._model.verify(frozenset(self.selected()))

    def _save_correct(self, version: int) -> None:
        stream = self._model.stream
        file = None if stream is None else ask_state_file(self, stream, version)
        if file is not None:
            self._model.save_correct(version, file)

    def _filed(self, error: InspectorError | None) -> None:
        words = tr("The correct state was saved as a file.")
        if error is not None:
            words = f"{error.message} {error.hint}".strip()
        self.progress.show_note(words)

    def _copy(self) -> None:
        cells = (self.view.currentIndex().siblingAtColumn(column) for column in SnapshotColumn)
        text = "\t".join(str(index.data() or "") for index in cells)
        QGuiApplication.clipboard().setText(visible_text(text, keep="\t"))

    def _show_menu(self, index: QModelIndex, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Go to this version"), lambda: self._go(index))
        number = len(self.selected())
        words = counted(number, "Verify this one", "Verify the {n} selected")
        menu.addAction(words, self._verify_selected)
        menu.addAction(tr("Let the application take one…"), self.trigger_asked.emit)
        menu.addAction(tr("Copy line"), self._copy).setShortcut("Ctrl+C")
        menu.popup(place)

    # -- faces --------------------------------------------------------------------------------

    def _show(self) -> None:
        model = self._model
        self._silent = True
        self.rows.show(model.lines)
        self._silent = False
        self._show_head()
        if model.lines:
            self._give_room(len(model.lines))
            self._stack.setCurrentWidget(self._parts)
            self._keep_chosen()
            return
        self.empty_page.show_content(self._face())
        self._stack.setCurrentWidget(self.empty_page)

    def _give_room(self, rows: int) -> None:
        """A short list leaves its room to the snapshot that is chosen."""
        height = self._theme.px(ROW_HEIGHT) * (min(rows, SEEN) + 1) + self._theme.px(24)
        self._parts.setSizes([height, max(self._parts.height() - height, height)])

    def _keep_chosen(self) -> None:
        """The snapshot that is looked at stays lit, whoever asked for it."""
        chosen = self._model.chosen
        row = next((n for n, line in enumerate(self.rows.lines) if line.key == chosen), -1)
        if row >= 0 and row != self.view.currentIndex().row():
            self._silent = True
            self.view.go_to_row(row)
            self._silent = False

    def _show_head(self) -> None:
        model = self._model
        self.summary.setText(self._words())
        self.verify_button.setVisible(bool(model.lines) and not model.verifying)
        number = len(self.selected())
        self.create_button.setVisible(model.state in (ListState.READ, ListState.NO_PLACE))
        self.verify_button.setText(
            tr("Verify {n} selected", n=number) if number > 1 else tr("Verify all")
        )
        self._show_progress()

    def _show_progress(self) -> None:
        model = self._model
        if model.verifying:
            self.progress.show_running(tr("Comparing with a replay…"))
        elif model.stopped:
            words = tr("Stopped: not all snapshots were checked")
            self.progress.show_partial(words, model.verify, tr("Verify again"))
        elif model.check_error is not None and model.chosen is None:
            words = tr("Stopped by an error: {error}", error=model.check_error.message)
            self.progress.show_partial(words, model.verify, tr("Try again"))
        else:
            self.progress.hide()

    def _words(self) -> str:
        model = self._model
        if not model.lines:
            return ""
        text = counted(len(model.lines), "{n} snapshot", "{n} snapshots")
        if len(model.lines) >= LISTED:
            text = tr("the first {snapshots}", snapshots=text)
        checked = [c for line in model.lines if (c := self.rows.checked(line)) is not None]
        if not checked:
            return text
        return f"{text} · {found_words(checked)}"

    def _face(self) -> PageContent:
        model = self._model
        take = NextStep(tr("Let the application take one…"), self.trigger_asked.emit)
        if model.state is ListState.NO_STREAM:
            text = tr("Choose a stream to see its snapshots.")
            return PageContent(Icon.CAMERA, text, tr("All snapshots of the store have a page."))
        if model.state is ListState.NO_PLACE:
            text = tr("This store has no place for snapshots that its layout knows.")
            hint = tr("The library may keep them in another database, or not at all.")
            return PageContent(Icon.CAMERA, text, hint, (take,))
        if model.state is ListState.FAILED and model.error is not None:
            again = NextStep(tr("Try again"), model.read)
            error = model.error
            return PageContent(Icon.CIRCLE_X, error.message, error.hint, (again,), Role.DANGER)
        if model.state is ListState.READING:
            return PageContent(Icon.HOURGLASS, tr("Reading snapshots…"))
        text = tr("This stream has no snapshot.")
        hint = tr("The application replays it from the start each time it is loaded.")
        create = NextStep(tr("Create…"), self.create_asked.emit)
        return PageContent(Icon.CAMERA, text, hint, (create, take))
