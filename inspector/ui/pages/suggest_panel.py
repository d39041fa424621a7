"""*Suggest*: rules that the store's own data point to, each line with its evidence, to accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from inspector.core.suggesting.proposals import Confidence, Part, rules_text
from inspector.core.texts import counted, thousands, tr
from inspector.services.suggesting import SuggestScan
from inspector.ui.models.long_scan import LongScan, ScanPhase
from inspector.ui.theme import FontRole, Role
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text
from inspector.ui.widgets.scan_line import ScanLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inspector.core.suggesting.proposals import Place, Proposal
    from inspector.services.suggesting import Suggestion
    from inspector.ui.models.window_models import WindowModels
    from inspector.ui.theme import Theme

ROW: Final = 24
PROPOSAL: Final = int(Qt.ItemDataRole.UserRole)
_ROLES: Final = {
    Confidence.AGREES: Role.SUCCESS,
    Confidence.LIKELY: Role.INFO,
    Confidence.GUESS: Role.WARNING,
}
_STAGES: Final = {
    "events": "Looking at events…",
    "snapshots": "Reading streams with snapshots…",
    "rules": "Comparing what events would do with the snapshots…",
}


class SuggestPanel(QWidget):
    """Runs the search, lists proposals by table, and hands over what was accepted.

    Signals:
        accepted(object): proposals that the user wants in the text.
        event_asked(object, object): name of a stream and version that a proposal does not fit.
    """

    accepted = Signal(object)
    event_asked = Signal(object, object)

    def __init__(self, theme: Theme, models: WindowModels) -> None:
        super().__init__()
        self._theme, self._models = theme, models
        self._shown: Suggestion | None = None
        self.scan = LongScan("rules-suggest", self)
        self.scan.changed.connect(self.show_state)
        self.button = QPushButton(tr("Look for rules"))
        self.button.clicked.connect(self.start)
        self.words = PlainLabel(wrap=True)
        self.hint = muted(PlainLabel(wrap=True))
        self.progress = ScanLine(theme, self.scan.stop)
        self.tree = QTreeWidget()
        self.line = PlainLabel(wrap=True)
        self.evidence = muted(PlainLabel(wrap=True))
        self.against: list[QToolButton] = []
        self._against = QHBoxLayout()
        self.all_button = QPushButton(tr("Check all that agree"))
        self.all_button.clicked.connect(self.check_agreeing)
        self.likely_button = QPushButton(tr("And the likely ones"))
        self.likely_button.clicked.connect(lambda: self.check_agreeing(likely=True))
        self.accept_button = QPushButton(tr("Put into the text"))
        self.accept_button.clicked.connect(self._accept)
        self._prepare_tree()
        self._lay_out()
        theme.changed.connect(self._colour)
        self.show_state()

    # -- building -------------------------------------------------------------------------------

    def _prepare_tree(self) -> None:
        tree = self.tree
        tree.setAccessibleName(tr("Proposals"))
        tree.setHeaderLabels([tr("Proposal"), tr("How sure")])
        tree.setFrameShape(QTreeWidget.Shape.NoFrame)
        tree.setIndentation(16)
        tree.setUniformRowHeights(True)
        tree.setAlternatingRowColors(True)
        tree.setEditTriggers(QTreeWidget.EditTrigger.NoEditTriggers)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        tree.currentItemChanged.connect(self._show_evidence)
        tree.itemChanged.connect(lambda _item, _column: self._count())

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        head = QVBoxLayout()
        head.setContentsMargins(12, 12, 12, 8)
        head.setSpacing(8)
        head.addLayout(row)
        head.addWidget(self.hint)
        self.below = QWidget()
        below = QVBoxLayout(self.below)
        below.setContentsMargins(12, 8, 12, 12)
        below.setSpacing(8)
        self._theme.set_font(self.line, FontRole.MONO)
        below.addWidget(self.line)
        below.addWidget(self.evidence)
        self._against.setSpacing(4)
        below.addLayout(self._against)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.all_button)
        buttons.addWidget(self.likely_button)
        buttons.addStretch()
        buttons.addWidget(self.accept_button)
        below.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.progress)
        column.addWidget(self.tree, 1)
        column.addWidget(self.below)
        column.addStretch()

    # -- what the user does -----------------------------------------------------------------------

    def start(self) -> None:
        """Look at samples of events and snapshots."""
        self.scan.start(self._models.store.lanes, SuggestScan())

    def forget(self) -> None:
        """Another store: nothing that was found holds."""
        self.scan.forget()
        self._shown = None
        self.tree.clear()
        self.show_state()

    def check_agreeing(self, *, likely: bool = False) -> None:
        """Check what agrees with every snapshot, perhaps what is likely, and nothing else."""
        wanted = {Confidence.AGREES, *((Confidence.LIKELY,) if likely else ())}
        for item in self._items():
            agrees = item.data(0, PROPOSAL).confidence in wanted
            item.setCheckState(0, Qt.CheckState.Checked if agrees else Qt.CheckState.Unchecked)

    def _accept(self) -> None:
        chosen = self.chosen()
        if chosen:
            self.accepted.emit(chosen)

    def chosen(self) -> list[Proposal]:
        """What is checked."""
        checked = Qt.CheckState.Checked
        return [item.data(0, PROPOSAL) for item in self._items() if item.checkState(0) is checked]

    def _items(self) -> Iterator[QTreeWidgetItem]:
        for number in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(number)
            for inner in range(0 if top is None else top.childCount()):
                child = None if top is None else top.child(inner)
                if child is not None:
                    yield child

    # -- faces ------------------------------------------------------------------------------------

    def show_state(self) -> None:
        """What can be done, and what came out."""
        scan, scanner = self.scan, self.scan.scanner
        self.button.setEnabled(not scan.running)
        self._show_progress()
        found = scanner.result if isinstance(scanner, SuggestScan) else None
        if found is not None and found is not self._shown:
            self._shown = found
            self._fill(found)
        shown = self._shown is not None and bool(self._shown.proposals)
        self.tree.setVisible(shown)
        self.below.setVisible(shown)
        words, hint = _words(self._shown)
        self.words.setText(words)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self._count()

    def _show_progress(self) -> None:
        scan, scanner = self.scan, self.scan.scanner
        if scan.running and isinstance(scanner, SuggestScan):
            self.progress.show_running(tr(_STAGES[scanner.stage]), scanner.done, scanner.total)
        elif scan.phase is ScanPhase.STOPPED:
            words = tr("Stopped before the end; nothing is proposed.")
            self.progress.show_partial(words, self.start, tr("Look again"))
        elif scan.phase is ScanPhase.FAILED and scan.error is not None:
            words = tr("Stopped by an error: {error}", error=scan.error.message)
            self.progress.show_partial(words, self.start, tr("Look again"))
        else:
            self.progress.hide()

    def _fill(self, found: Suggestion) -> None:
        self.tree.clear()
        places: dict[Place, QTreeWidgetItem] = {}
        for one in sorted(found.proposals, key=lambda one: one.place.part):
            top = places.get(one.place)
            if top is None:
                top = places[one.place] = QTreeWidgetItem([_title(one.place)])
                top.setSizeHint(0, QSize(0, self._theme.px(ROW)))
                top.setToolTip(0, tooltip_text(one.place.header))
                self.tree.addTopLevelItem(top)
                self.tree.setFirstColumnSpanned(
                    self.tree.topLevelItemCount() - 1, self.tree.rootIndex(), True
                )
            top.addChild(self._item(one))
        self.tree.expandAll()
        self._colour()
        self._show_evidence(None, None)

    def _item(self, one: Proposal) -> QTreeWidgetItem:
        text = visible_text(shortened(one.line or one.title))
        item = QTreeWidgetItem([text, tr(one.confidence.value)])
        item.setData(0, PROPOSAL, one)
        item.setToolTip(0, tooltip_text(one.title))
        item.setToolTip(1, tooltip_text(one.evidence))
        item.setSizeHint(0, QSize(0, self._theme.px(ROW)))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, Qt.CheckState.Unchecked)
        return item

    def _colour(self) -> None:
        tokens = self._theme.tokens
        for item in self._items():
            role = _ROLES[item.data(0, PROPOSAL).confidence]
            item.setForeground(1, QBrush(QColor(tokens[role])))
        for number in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(number)
            if top is not None:
                top.setFont(0, self._theme.fonts[FontRole.HEADING])

    def _show_evidence(self, now: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        one: Any = None if now is None else now.data(0, PROPOSAL)
        for button in self.against:
            self._against.removeWidget(button)
            button.deleteLater()
        self.against = []
        text = "" if one is None else rules_text([one], "", head=False).strip()
        self.line.setText("\n".join(ln for ln in text.split("\n") if not ln.startswith("#")))
        words = tr("Choose a line to see its evidence.") if one is None else _evidence(one)
        self.evidence.setText(words)
        for case in () if one is None else one.against:
            self._add_case(case.stream, case.version)
        self._against.addStretch()

    def _add_case(self, stream: str, version: int | None) -> None:
        button = QToolButton()
        place = "" if version is None else f" · {thousands(version)}"
        button.setText(visible_text(shortened(stream, 24)) + place)
        button.setToolTip(tooltip_text(tr("A snapshot that does not fit: {stream}", stream=stream)))
        button.clicked.connect(lambda: self.event_asked.emit(stream, version))
        self._against.insertWidget(len(self.against), button)
        self.against.append(button)

    def _count(self) -> None:
        count = len(self.chosen())
        self.accept_button.setEnabled(count > 0)
        words = counted(count, "Put one line into the text", "Put {n} lines into the text")
        self.accept_button.setText(words if count else tr("Put into the text"))


def _title(place: Place) -> str:
    """What a table is about."""
    lines = place.header.split("\n")
    if place.part is Part.TYPES:
        return visible_text(" · ".join(lines[1:2]))
    if place.part is Part.HOPS:
        values = [line.partition(" = ")[2].strip("\"'") for line in lines[1:4]]
        return visible_text(f"{values[0]}: {values[1]} → {values[2]}")
    return visible_text(lines[0])


def _evidence(one: Proposal) -> str:
    words = [one.title, f"{tr(one.confidence.value)}: {one.evidence}"]
    if one.against:
        words.append(tr("Does not fit:"))
    return "\n".join(words)


def _words(found: Suggestion | None) -> tuple[str, str]:
    """What came out, and what nothing was found for."""
    if found is None:
        return (
            tr("Proposes rules from the store's own events and snapshots."),
            tr("Every line is a guess with its evidence; what you check goes into the text."),
        )
    looked = counted(found.events, "one event", "{n} events")
    looked = (
        tr("all {events}", events=looked) if found.whole else tr("{events} sampled", events=looked)
    )
    seen = counted(found.snapshots, "one snapshot", "{n} snapshots")
    words = tr("From {events} and {snapshots}:", events=looked, snapshots=seen)
    hints: Sequence[str] = [
        *found.notes,
        *(
            tr("Nothing found for {name}: {fields}.", name=name, fields=", ".join(fields))
            for name, fields in found.unexplained
        ),
    ]
    if not found.proposals:
        hints = [tr("Nothing could be proposed."), *hints]
    return words, "\n".join(hints)
