"""The state at the cursor: what the event changed, how far it can be trusted, pins, search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QToolButton, QVBoxLayout, QWidget

from inspector.core.folding import Truth
from inspector.core.jsontext import to_json
from inspector.core.paths import path_text
from inspector.core.texts import counted, thousands, tr
from inspector.ui.health import told_above
from inspector.ui.panels.why_panel import WhyPanel
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.truth_look import LEGEND, TRUTH_TEXTS, TRUTH_WORDS
from inspector.ui.widgets.banner import Banner, Tone
from inspector.ui.widgets.chip import ChipButton, ChipLook
from inspector.ui.widgets.empty_page import EmptyPage, PageContent
from inspector.ui.widgets.json_content import TreeContent, content_of
from inspector.ui.widgets.json_find import FindBar
from inspector.ui.widgets.json_menu import TreeMenu
from inspector.ui.widgets.json_tree import JsonTree
from inspector.ui.widgets.labels import ElidedLabel, muted
from inspector.ui.widgets.legend import Legend
from inspector.ui.widgets.pinned_values import PinnedValues
from inspector.ui.widgets.plain_text import tooltip_text
from inspector.ui.widgets.truth_legend import TruthLegend

if TYPE_CHECKING:
    from inspector.core.errors import InspectorError
    from inspector.core.paths import Path
    from inspector.core.replaying import Step
    from inspector.ui.models.replay_model import EarlyCheck, ReplayModel
    from inspector.ui.models.why_model import WhyModel
    from inspector.ui.theme import Theme

_WORTH = 60
"""Characters of a value that differs."""


class StatePage(QWidget):
    """The state with its heading, pins and legend.

    Signals:
        chart_requested(object): the user wants the number at this path as a chart.
    """

    chart_requested = Signal(object)

    def __init__(self, theme: Theme, replay: ReplayModel, why: WhyModel) -> None:
        super().__init__()
        self._theme, self._replay = theme, replay
        self._truth = Truth.INFERRED
        self._front, self._due = True, False
        self._doubt: tuple[str, str] | None = None
        self._head = ElidedLabel()
        theme.set_font(self._head, FontRole.HEADING)
        self._detail = muted(ElidedLabel())
        theme.set_font(self._detail, FontRole.SMALL)
        self.truth_chip = ChipButton(theme, tr("inferred"), Role.WARNING)
        self.truth_chip.clicked.connect(self._explain_truth)
        self._banner = Banner(theme)
        self._banner.closed.connect(self._doubt_read)
        self._explanation = Banner(theme)
        self.tree = JsonTree(theme, tr("State"))
        self.find_bar = FindBar(theme, self.tree)
        self.pinned = PinnedValues(theme, self.tree)
        self._legend = Legend(theme)
        self._page = EmptyPage(theme)
        self.menu = TreeMenu(
            self.tree, self.pinned.toggle, self.is_pinned, self.chart_requested.emit, why.ask
        )
        self.why = WhyPanel(theme, why)
        self.tree.find_asked.connect(self.find_bar.open_bar)
        self.tree.find_next_asked.connect(self.find_bar.go)
        self._content = self._lay_out(theme)
        replay.stream_changed.connect(self._stream_changed)
        replay.step_changed.connect(self._show)
        replay.snapshot_checked.connect(self._snapshot_checked)
        replay.failed.connect(self._failed)
        self._stream_changed()

    def is_pinned(self, path: Path) -> bool:
        """Whether a value is pinned above the tree."""
        return path in self.pinned.paths

    def ask_why(self) -> None:
        """Ask what made the value in the tree's current row."""
        path = self.tree.current_path()
        if path:
            self.why.ask(path)
            # The answer takes room away from the tree; the value that is asked about stays in view.
            QTimer.singleShot(0, self.tree, lambda: self.tree.show_path(path))

    def show_path(self, path: Path) -> bool:
        """Open what is above a value and go to it; whether there is such a value."""
        return self.tree.show_path(path)

    def _lay_out(self, theme: Theme) -> QWidget:
        search = QToolButton()
        theme.set_icon(search, Icon.SEARCH, Role.TEXT_MUTED)
        search.setAccessibleName(tr("Find in the state"))
        search.setToolTip(tooltip_text(tr("Find in the state (Ctrl+F in the tree)")))
        search.clicked.connect(self.find_bar.open_bar)
        self.legend_button = QToolButton()
        theme.set_icon(self.legend_button, Icon.HELP, Role.TEXT_MUTED)
        self.legend_button.setAccessibleName(tr("What the marks of trust mean"))
        self.legend_button.setToolTip(tooltip_text(tr("What the marks of trust mean")))
        self.legend_button.clicked.connect(self._show_legend)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._head)
        words.addWidget(self._detail)
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 8, 6)
        head.setSpacing(4)
        head.addLayout(words, 1)
        head.addWidget(self.truth_chip)
        head.addWidget(self.legend_button)
        head.addWidget(search)
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addLayout(head)
        for widget in (self._explanation, self._banner, self.find_bar, self.pinned):
            inside.addWidget(widget)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(6)
        for number, part in enumerate((self.tree, self.why)):
            parts.addWidget(part)
            parts.setStretchFactor(number, 1)
        inside.addWidget(parts, 1)
        inside.addWidget(self._legend)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(content)
        column.addWidget(self._page)
        return content

    def set_front(self, *, front: bool) -> None:
        """Whether the page can be seen; behind another tab it does nothing until it can."""
        self._front = front
        if front:
            self._catch_up()

    def _catch_up(self) -> None:
        """Show the step that came while nobody could see it."""
        if self._due and self._replay.step is not None:
            self._show_step(self._replay.step)

    # -- faces --------------------------------------------------------------------------------

    def _stream_changed(self) -> None:
        self._due, self._doubt = False, None
        self._banner.hide()
        self._explanation.hide()
        self.tree.forget_opened()
        self.tree.set_content(TreeContent({}))
        if self._replay.stream is None:
            text = tr("Choose a stream to see its state.")
            hint = tr("Double-click an event, or pick a stream on the left.")
            self._show_page(PageContent(Icon.HISTORY, text, hint))
        else:
            self._show_page(PageContent(Icon.HOURGLASS, tr("Replaying the stream…")))

    def _show_page(self, content: PageContent) -> None:
        self._content.setVisible(False)
        self._page.setVisible(True)
        self._page.show_content(content)

    def _failed(self, error: InspectorError) -> None:
        """What was shown stays, with a word that it is not of this moment."""
        self._catch_up()
        step = self._replay.step
        if step is None:
            self._show_page(told_above())
        elif step.index != self._replay.cursor:
            stale = tr("The state at the cursor could not be computed; this is an older one.")
            self._banner.show_message(Tone.ERROR, stale, error.message, closable=False)

    # -- a step -------------------------------------------------------------------------------

    def _show(self, step: Step) -> None:
        if self._front:
            self._show_step(step)
        else:
            self._due = True

    def _show_step(self, step: Step) -> None:
        self._due = False
        self._page.setVisible(False)
        self._content.setVisible(True)
        self._head.setText(self._title(step))
        self._detail.setText(_what_happened(step))
        self._show_truth(Truth.MIXED if step.marks else step.truth)
        marks = step.truth if step.marks else None
        self.tree.set_content(content_of(step.state, step.changes, marks, step.marks))
        self._show_findings(step)

    def _title(self, step: Step) -> str:
        """A version is a stored fact; a row that was only counted is not called one."""
        replay = self._replay.replay
        counted_only = replay is not None and replay.history.counted
        if step.position is None or counted_only:
            return tr("State after event {n}", n=thousands(step.index + 1))
        return tr("State after version {n}", n=thousands(step.position))

    def _show_truth(self, truth: Truth) -> None:
        self._truth = truth
        word, role = TRUTH_WORDS[truth]
        self.truth_chip.show_look(ChipLook(tr(word), role))
        self.truth_chip.setToolTip(tr(TRUTH_TEXTS[truth]))
        if self._explanation.isVisible():
            self._tell_truth()

    def _show_legend(self) -> None:
        entries = [(*TRUTH_WORDS[truth], TRUTH_TEXTS[truth]) for truth in LEGEND]
        note = tr("Press W on a value to see which events and rules made it so.")
        TruthLegend(self._theme, entries, note, self).show_under(self.legend_button)

    def _explain_truth(self) -> None:
        if self._explanation.isVisible():
            self._explanation.hide()
        else:
            self._tell_truth()

    def _tell_truth(self) -> None:
        title, _, rest = tr(TRUTH_TEXTS[self._truth]).partition(": ")
        self._explanation.show_message(Tone.INFO, title, rest[:1].upper() + rest[1:])

    def _show_findings(self, step: Step) -> None:
        serious = [f for f in step.findings if f.severity != "info"]
        notes = [f for f in step.findings if f.severity == "info"]
        if serious:
            tone = Tone.ERROR if serious[0].severity == "error" else Tone.WARNING
            self._banner.show_message(
                tone, serious[0].message, tr(serious[0].remedy), closable=False
            )
        elif notes:
            self._banner.show_message(Tone.INFO, notes[0].message, "", closable=False)
        elif self._doubt:
            self._banner.show_message(Tone.WARNING, *self._doubt)
        else:
            self._banner.hide()

    def _snapshot_checked(self, check: EarlyCheck) -> None:
        """The history was replayed; what does it say about the snapshot that was shown first?"""
        self._doubt = _doubt(check)
        if self._doubt and not self._banner.isVisible():
            self._banner.show_message(Tone.WARNING, *self._doubt)

    def _doubt_read(self) -> None:
        self._doubt = None


def _doubt(check: EarlyCheck) -> tuple[str, str] | None:
    """What is wrong with the snapshot, and where; ``None`` when it is right."""
    n = thousands(check.position)
    if check.changes is None:
        return (
            tr("Snapshot {n} could not be verified.", n=n),
            tr("The history up to it could not be replayed exactly."),
        )
    if not check.changes:
        return None
    first = check.changes[0]
    values = {"a": to_json(first.before)[:_WORTH], "b": to_json(first.after)[:_WORTH]}
    where = path_text(first.path) or tr("(all)")
    return (
        tr("Snapshot {n}, which was shown first, is not what the history gives.", n=n),
        tr("{path}: snapshot {a}, replay {b}", path=where, **values),
    )


def _what_happened(step: Step) -> str:
    if step.origin.kind == "snapshot":
        n = thousands(step.origin.position or 0)
        return tr("From snapshot {n}, not yet verified", n=n)
    applied = counted(step.applied, "{n} event applied", "{n} events applied")
    if not step.changes:
        return f"{applied} · {tr('nothing changed here')}"
    return f"{applied} · {counted(len(step.changes), '{n} change here', '{n} changes here')}"
