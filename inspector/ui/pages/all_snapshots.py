"""*All snapshots*: which of the store's snapshots lie, in what way, and where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import counted, thousands, tr
from inspector.ui.models.all_snapshots import AllSnapshots, Group, total_words
from inspector.ui.models.long_scan import ScanPhase
from inspector.ui.models.snapshot_rows import (
    CAUSE_WORDS,
    LINE_ROLE,
    SPECS,
    VERDICT_LOOK,
    SnapshotRows,
    first_difference,
    found_words,
    verdict_words,
)
from inspector.ui.pages.store_page import StorePage
from inspector.ui.panels.snapshot_delegate import SnapshotDelegate
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.banner import Banner, BannerAction, Tone
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, muted
from inspector.ui.widgets.list_table import CellDelegate, CellLook, Index, ListTable
from inspector.ui.widgets.rows_model import ITEM_ROLE, RowsModel
from inspector.ui.widgets.scan_line import ScanLine
from inspector.ui.widgets.table_columns import TableColumns

if TYPE_CHECKING:
    from inspector.core.errors import InspectorError
    from inspector.services.snapshot_lines import SnapshotLine
    from inspector.ui.main_window import MainWindow

GROUPS_WIDTH = 248
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
FORMATS = ("html", "csv", "jsonl")


class GroupRows(RowsModel):
    """Verdicts and causes; their numbers stand below each other."""

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The title of numbers stands above them."""
        if section == 1 and role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT
        return super().headerData(section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts; numbers at the right."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if index.column() == 1 else None
        return super().data(index, role)


class GroupDelegate(CellDelegate):
    """Verdicts in their colour; causes and numbers quiet."""

    def look(self, index: Index) -> CellLook:
        """A verdict has its own colour, what belongs to it does not."""
        group = index.model().index(index.row(), 0).data(ITEM_ROLE)
        if index.column() or group is None:
            return CellLook(FontRole.MONO, Role.TEXT_MUTED)
        if group.cause or group.verdict is None:
            return CellLook(FontRole.UI, Role.TEXT_MUTED if group.cause else Role.TEXT)
        return CellLook(FontRole.UI, VERDICT_LOOK[group.verdict][1])


class AllSnapshotsPage(StorePage):
    """The page of one window."""

    def __init__(self, window: MainWindow) -> None:
        about = tr("Checked against a replay of the history; the worst come first.")
        super().__init__(window.theme, tr("Snapshots"), about)
        self._window = window
        self.model = AllSnapshots(window.models.store, window.models.verdicts, self)
        self.rows = SnapshotRows(window.models.verdicts, window.models.times, self)
        self._shown_groups: list[tuple[Group, tuple[str, str]]] = []
        self.groups = GroupRows((tr("Group"), tr("Snapshots")), self)
        self.group_list = ListTable(self.theme, tr("Verdicts and causes"))
        self.view = ListTable(self.theme, tr("All snapshots"))
        self.progress = ScanLine(self.theme, self.model.stop)
        self.notice = Banner(self.theme)
        self.empty_page = EmptyPage(self.theme)
        self._advice = PlainLabel(wrap=True)
        self._verified = False
        self.summary = muted(ElidedLabel())
        self._stack = QStackedLayout()
        self._make_tools()
        self._prepare_views()
        self._lay_out()
        self.model.changed.connect(self._show)
        window.writing.written.connect(self.model.list_again)
        self._show()

    # -- building -----------------------------------------------------------------------------

    def _make_tools(self) -> None:
        self.verify_button = QPushButton(tr("Verify all"))
        self.verify_button.setDefault(True)
        self.verify_button.clicked.connect(self._verify)
        self.save_button = QPushButton(tr("Save report…"))
        self.theme.set_icon(self.save_button, Icon.SAVE)
        self.save_button.clicked.connect(self._ask_file)
        self.add_tools(self.save_button, self.verify_button)

    def _prepare_views(self) -> None:
        view = self.view
        view.setModel(self.rows)
        view.setItemDelegate(SnapshotDelegate(self.theme, view))
        self.columns = TableColumns(self.theme, view, SPECS)
        view.selectionModel().currentRowChanged.connect(self._show_advice)
        view.activated.connect(self._go)
        view.clicked.connect(self._go)
        view.viewport().installEventFilter(self)
        groups = self.group_list
        groups.setModel(self.groups)
        groups.setItemDelegate(GroupDelegate(self.theme, groups))
        groups.setAlternatingRowColors(False)
        header = groups.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(1, self.theme.px(88))
        groups.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        groups.selectionModel().currentRowChanged.connect(self._group_chosen)

    def _lay_out(self) -> None:
        self._advice.setContentsMargins(12, 8, 12, 10)
        self._advice.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self._advice)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.group_list)
        parts.addWidget(right)
        parts.setSizes([self.theme.px(GROUPS_WIDTH), 4 * self.theme.px(GROUPS_WIDTH)])
        parts.setStretchFactor(1, 1)
        self._parts = parts
        self._stack.addWidget(parts)
        self._stack.addWidget(self.empty_page)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 4)
        head.addWidget(self.summary, 1)
        self.body.addLayout(head)
        self.body.addWidget(self.notice)
        self.body.addWidget(self.progress)
        self.body.addLayout(self._stack, 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Columns take their roomy width where there is room."""
        if event.type() is QEvent.Type.Resize:
            self.columns.fit(self.view.viewport().width())
        return super().eventFilter(watched, event)

    # -- as a page ----------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """The list is still being read."""
        return self.model.listing.running

    def begin(self) -> None:
        """List what there is."""
        self.model.begin()
        self._show()
        self.verify_button.setFocus()

    def store_changed(self) -> None:
        """Verdicts and lines were of another store, or of other rules."""
        self.model.forget()

    def stop(self) -> bool:
        """Stop listing or checking."""
        return self.model.stop()

    # -- what the user does -------------------------------------------------------------------

    def _verify(self) -> None:
        self.model.verify()
        self.view.setFocus()

    def _group_chosen(self, current: QModelIndex, _previous: QModelIndex) -> None:
        group = current.siblingAtColumn(0).data(ITEM_ROLE) if current.isValid() else None
        if group is not None and group != self.model.group:
            self.model.show_group(group)

    def _go(self, index: QModelIndex) -> None:
        """To the event, and to the tab with the difference."""
        line: SnapshotLine = index.data(LINE_ROLE)
        if line.last is None or not line.stream.key:
            return
        version = line.version
        if version is not None and version > line.last:
            version = line.last
        self.stream_asked.emit(line.stream, version)
        self._window.show_panel("snapshots")
        self._window.models.snapshots.wish_for(line.key)

    def _show_advice(self, current: QModelIndex, _previous: QModelIndex) -> None:
        line = current.data(LINE_ROLE) if current.isValid() else None
        checked = None if line is None else self.rows.checked(line)
        parts = [] if line is None else [verdict_words(line, checked)]
        if checked is not None:
            parts += [str(checked.record["reason"] or ""), first_difference(checked)]
            more = int(checked.record["differences"]) - 1
            if more > 0:
                parts.append(counted(more, "and one difference more", "and {n} differences more"))
        elif line is not None and line.unread:
            parts.append(line.unread)
        text = " · ".join(part for part in parts if part)
        self._advice.setText(text[:1].upper() + text[1:])
        self._advice.setVisible(bool(text))

    def _ask_file(self) -> None:
        store = self._window.models.store.store
        name = "snapshots" if store is None else f"snapshots of {store.name}"
        filters = ";;".join(f"{ending.upper()} (*.{ending})" for ending in FORMATS)
        title = tr("Save the report")
        chosen, kind = QFileDialog.getSaveFileName(self, title, f"{name}.html", filters)
        if chosen:
            file = Path(chosen)
            ending = kind.split(" ")[0].lower()
            if not file.suffix and ending in FORMATS:
                file = file.with_name(f"{file.name}.{ending}")
            self.save(file)

    def save(self, file: Path) -> None:
        """Write what was found to a file."""

        def done(error: InspectorError | None) -> None:
            if error is None:
                self.notice.show_message(Tone.SUCCESS, tr("Saved as {file}.", file=file.name))
            else:
                self.notice.show_message(Tone.ERROR, error.message, error.hint)

        self.model.save(file, done)

    # -- faces --------------------------------------------------------------------------------

    def _show(self) -> None:
        model = self.model
        self._show_groups()
        self._show_lines()
        self.summary.setText(self._words())
        running = model.verifying.running
        self.verify_button.setVisible(model.available and not running)
        self.save_button.setVisible(bool(model.checked) and not running)
        self._show_progress()
        self._show_need()
        if model.groups and model.groups[0][1]:
            self._stack.setCurrentWidget(self._parts)
        else:
            self.empty_page.show_content(self._face())
            self._stack.setCurrentWidget(self.empty_page)

    def _show_groups(self) -> None:
        chosen = self.model.group
        rows = [(g, (group_words(g), thousands(n))) for g, n in self.model.groups]
        if rows == self._shown_groups:
            return
        self._shown_groups = rows
        self.groups.show_rows(rows)
        row = next((i for i, (g, _cells) in enumerate(rows) if g == chosen), 0)
        self.group_list.go_to_row(row)

    def _show_lines(self) -> None:
        current = self.view.currentIndex()
        key = current.data(LINE_ROLE).key if current.isValid() else None
        self.rows.show(self.model.shown)
        keys = (n for n, line in enumerate(self.model.shown) if line.key == key)
        worst = self.model.verifying.phase in (ScanPhase.COMPLETE, ScanPhase.STOPPED)
        if self.model.shown:  # what a check found worst is where one goes on
            self.view.go_to_row(0 if worst and not self._verified else next(keys, 0))
        self._verified = worst

    def _show_need(self) -> None:
        """Without rules every verdict is the same; said before somebody waits for it."""
        store = self._window.models.store.store
        if store is not None and self.model.available and store.application is None:
            ask = BannerAction(tr("Use a rules file…"), self._window.rules_desk.ask_for_file)
            text = tr("There are no rules for this store, so no snapshot can be verified.")
            self.notice.show_message(Tone.INFO, text, "", (ask,), closable=False)
        elif self.notice.isVisible() and not self.model.checked:
            self.notice.hide()

    def _words(self) -> str:
        model = self.model
        if not model.total:
            return ""
        text = total_words(model)
        checked = model.checked
        if not checked:
            return text
        return f"{text} · {found_words(checked)}"

    def _show_progress(self) -> None:
        verifying, listing = self.model.verifying, self.model.listing
        done = thousands(len(self.model.checked))
        scanner = verifying.scanner
        if verifying.running and scanner is not None:
            words = tr("{n} snapshots checked", n=done)
            self.progress.show_running(words, scanner.done, scanner.total)
        elif listing.running and listing.scanner is not None:
            words = tr("{n} snapshots listed", n=thousands(listing.scanner.done))
            self.progress.show_running(words)
        elif verifying.phase is ScanPhase.STOPPED:
            words = tr("Partial: stopped after {n} snapshots", n=done)
            self.progress.show_partial(words, self.model.verify, tr("Verify again"))
        elif verifying.phase is ScanPhase.FAILED and verifying.error is not None:
            words = tr("Stopped by an error: {error}", error=verifying.error.message)
            self.progress.show_partial(words, self.model.verify, tr("Try again"))
        elif listing.phase is ScanPhase.STOPPED:
            words = tr("Partial: the list was stopped")
            self.progress.show_partial(words, self.model.list_again, tr("List again"))
        else:
            self.progress.hide()

    def _face(self) -> PageContent:
        listing = self.model.listing
        if not self.model.available:
            text = tr("This store has no place for snapshots that its layout knows.")
            hint = tr("The library may keep them in another database, or not at all.")
            return PageContent(Icon.CAMERA, text, hint)
        if listing.phase is ScanPhase.FAILED and listing.error is not None:
            again = NextStep(tr("Try again"), self.model.list_again)
            error = listing.error
            return PageContent(Icon.CIRCLE_X, error.message, error.hint, (again,), Role.DANGER)
        if listing.phase is ScanPhase.COMPLETE:
            text = tr("The store holds no snapshots.")
            return PageContent(Icon.CAMERA, text, tr("Its table is there, and it is empty."))
        if listing.phase is ScanPhase.STOPPED:
            again = NextStep(tr("List again"), self.model.list_again)
            text = tr("No snapshot was found before the list was stopped.")
            return PageContent(Icon.CIRCLE_STOP, text, "", (again,))
        return PageContent(Icon.HOURGLASS, tr("Listing snapshots…"))


def group_words(group: Group) -> str:
    """What a group is called; a cause stands below its verdict."""
    if not group.checked:
        return tr("not checked")
    if group.verdict is None:
        return tr("All")
    if group.cause:
        return f"    {tr(CAUSE_WORDS[group.cause])}"
    return tr(VERDICT_LOOK[group.verdict][2])
