"""One stored snapshot: what a check found, what differs, and the state with that lit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from inspector.core.diffing import Op
from inspector.core.snapshot_checks import BAD, Verdict
from inspector.core.texts import counted, thousands, tr
from inspector.ui.models.change_table import CHANGE_ROLE, ChangeColumn, ChangeTableModel
from inspector.ui.models.snapshot_rows import CAUSE_WORDS, VERDICT_LOOK
from inspector.ui.panels.diff_page import ChangeDelegate
from inspector.ui.theme import Icon, Role
from inspector.ui.widgets.banner import Banner, BannerAction, Tone
from inspector.ui.widgets.empty_page import EmptyPage, PageContent
from inspector.ui.widgets.json_content import NOTHING, Mark, TreeContent, content_of
from inspector.ui.widgets.json_text import value_text
from inspector.ui.widgets.json_tree import JsonTree
from inspector.ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from inspector.core.snapshot_checks import SnapshotCheck
    from inspector.services.snapshot_viewing import SnapshotView
    from inspector.ui.models.stream_snapshots import StreamSnapshots
    from inspector.ui.theme import Theme

ROWS = 4
"""Differences that are seen without scrolling."""


class SnapshotDifferences(ChangeTableModel):
    """What differs, with its sides called by name."""

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Snapshot and replay stand for before and after."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("", tr("Field"), tr("Snapshot"), tr("Replay"))[section]
        return super().headerData(section, orientation, role)


class SnapshotPane(QWidget):
    """The snapshot that is chosen in a list.

    Signals:
        correct_asked(object): the user wants what the history gives at this version as a file.
    """

    correct_asked = Signal(object)

    def __init__(self, theme: Theme, model: StreamSnapshots) -> None:
        super().__init__()
        self._theme, self._model = theme, model
        self.verdict = Banner(theme)
        self.rows = SnapshotDifferences(self)
        self.differences = ListTable(theme, tr("Differences between snapshot and replay"))
        self.tree = JsonTree(theme, tr("State of the snapshot"))
        self.empty_page = EmptyPage(theme)
        self._stack = QStackedLayout(self)
        self._prepare_differences()
        self._lay_out()
        model.viewed.connect(self._show)
        self._show()

    def _prepare_differences(self) -> None:
        view = self.differences
        view.setModel(self.rows)
        view.setItemDelegate(ChangeDelegate(self._theme, view))
        columns = view.horizontalHeader()
        columns.setMinimumSectionSize(24)
        columns.setSectionResizeMode(ChangeColumn.GLYPH, QHeaderView.ResizeMode.Fixed)
        columns.resizeSection(ChangeColumn.GLYPH, self._theme.px(26))
        for column in (ChangeColumn.PATH, ChangeColumn.BEFORE, ChangeColumn.AFTER):
            columns.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.selectionModel().currentRowChanged.connect(self._light)

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.verdict)
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.setChildrenCollapsible(False)
        self._parts.addWidget(self.differences)
        self._parts.addWidget(self.tree)
        self._parts.setStretchFactor(1, 1)
        column.addWidget(self._parts, 1)
        self._stack.addWidget(content)
        self._stack.addWidget(self.empty_page)

    def _light(self, current: QModelIndex, _previous: QModelIndex) -> None:
        """The field of a difference is lit in the state."""
        change = current.data(CHANGE_ROLE) if current.isValid() else None
        if change is not None:
            gone = change.op is Op.ADD  # only the replay has it: its map is shown
            self.tree.show_path(change.path[:-1] if gone else change.path)

    # -- faces --------------------------------------------------------------------------------

    def _show(self) -> None:
        view = self._model.view
        if view is None:
            self.empty_page.show_content(self._face())
            self._stack.setCurrentIndex(1)
            return
        self._stack.setCurrentIndex(0)
        tone, title, detail = words_of(view)
        self.verdict.show_message(tone, title, detail, self._steps(view), closable=False)
        changes = view.check.changes
        self.tree.forget_opened()
        self.tree.set_content(lit_content(view))
        self.tree.setVisible(view.check.verdict is not Verdict.UNDECODABLE)
        self.rows.show(changes)
        self.differences.setVisible(bool(changes))
        if changes:
            height = self._theme.px(24) * (min(len(changes), ROWS) + 1) + 4
            self._parts.setSizes([height, max(self.height() - height, height)])
            self.differences.go_to_row(0)

    def _steps(self, view: SnapshotView) -> tuple[BannerAction, ...]:
        """Where the history is known to say something else, that can be kept."""
        check = view.check
        version = check.snapshot.position
        if check.verdict not in (Verdict.DIFFERS, Verdict.UNDECODABLE) or version is None:
            return ()
        save = tr("Save the correct state…")
        return (BannerAction(save, lambda: self.correct_asked.emit(version)),)

    def _face(self) -> PageContent:
        model = self._model
        self.tree.set_content(TreeContent({}))
        if model.check_error is not None:
            error = model.check_error
            return PageContent(Icon.CIRCLE_X, error.message, error.hint, (), Role.DANGER)
        if model.chosen is not None:
            return PageContent(Icon.HOURGLASS, tr("Comparing with a replay…"))
        return PageContent(Icon.CAMERA, tr("Choose a snapshot to see its state."))


def lit_content(view: SnapshotView) -> TreeContent:
    """The stored state, with what a replay says beside each value that differs."""
    content = content_of(view.state, view.lit)
    marks = {
        path: replace(mark, before=NOTHING, note=_replayed(mark)) if mark.note == "" else mark
        for path, mark in content.marks.items()
    }
    return replace(content, marks=marks)


def _replayed(mark: Mark) -> str:
    if mark.before is NOTHING:
        return tr("not in a replay")
    return tr("replay: {value}", value=value_text(mark.before, 60))


def words_of(view: SnapshotView) -> tuple[Tone, str, str]:
    """What a check found, for people: tone, sentence, and what more there is to say."""
    check = view.check
    verdict = check.verdict
    title = tr(VERDICT_LOOK[verdict][2])
    if check.cause:
        title = f"{title}: {tr(CAUSE_WORDS[check.cause])}"
    title = title[:1].upper() + title[1:]
    if check.snapshot.position is not None:
        title = tr("Version {n}: {words}", n=thousands(check.snapshot.position), words=title)
    return _tone(verdict), title, " ".join(text for text in _details(check, led=view.led) if text)


def _details(check: SnapshotCheck, *, led: bool) -> tuple[str, ...]:
    found = ""
    if check.verdict is Verdict.MATCHES:
        found = tr("It says what a replay of the history says.")
    elif check.changes:
        found = counted(len(check.changes), "{n} field differs from a replay.",
                        "{n} fields differ from a replay.")  # fmt: skip
    hops = tr("Led to the newest shape by the rules.") if led else ""
    return found, check.reason, hops


def _tone(verdict: Verdict) -> Tone:
    if verdict is Verdict.MATCHES:
        return Tone.SUCCESS
    return Tone.ERROR if verdict in BAD else Tone.WARNING
