"""*Try*: what the text in the editor would do to the events of the store, beside what is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.paths import path_text
from inspector.core.texts import counted, thousands, tr
from inspector.services.trying_rules import TrialScan
from inspector.ui.models.long_scan import LongScan, ScanPhase
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.list_table import ListTable
from inspector.ui.widgets.plain_text import shortened, visible_text
from inspector.ui.widgets.rows_model import ITEM_ROLE, RowsModel
from inspector.ui.widgets.scan_line import ScanLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.services.trying_rules import Difference, Trial
    from inspector.ui.models.rules_bench import RulesBench
    from inspector.ui.models.window_models import WindowModels
    from inspector.ui.theme import Theme


class TrialPanel(QWidget):
    """Chooses events, runs both rule sets over them, and shows what differs.

    Signals:
        event_asked(object, object): name of a stream and version of a difference.
    """

    event_asked = Signal(object, object)

    def __init__(self, theme: Theme, models: WindowModels, bench: RulesBench) -> None:
        super().__init__()
        self._models, self._bench = models, bench
        self.scan = LongScan("rules-try", self)
        self.scan.changed.connect(self.show_state)
        self.types = QComboBox()
        self.types.setAccessibleName(tr("Events to try"))
        self.types.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.types.setMinimumContentsLength(16)
        self.types.addItem(tr("Events of all types"), None)
        self.failing = QCheckBox(tr("Only those that fail now"))
        self.button = QPushButton(tr("Try"))
        self.button.clicked.connect(self.start)
        self.progress = ScanLine(theme, self.scan.stop)
        self.words = PlainLabel(wrap=True)
        self.hint = muted(PlainLabel(wrap=True))
        self.model = RowsModel((tr("Event"), tr("Before"), tr("After")), self)
        self.view = ListTable(theme, tr("First differences"))
        self.view.setModel(self.model)
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.view.clicked.connect(self._go)
        self.view.activated.connect(self._go)
        self._lay_out()
        self.show_state()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.types, 1)
        row.addWidget(self.button)
        head = QVBoxLayout()
        head.setContentsMargins(12, 12, 12, 8)
        head.setSpacing(8)
        head.addLayout(row)
        head.addWidget(self.failing)
        head.addWidget(self.words)
        head.addWidget(self.hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.progress)
        column.addWidget(self.view, 1)
        column.addStretch()

    def show_types(self, types: Sequence[str]) -> None:
        """Offer these types."""
        chosen = self.types.currentData()
        self.types.clear()
        self.types.addItem(tr("Events of all types"), None)
        for name in types:
            self.types.addItem(visible_text(shortened(name)), name)
        self.types.setCurrentIndex(max(self.types.findData(chosen), 0))

    def start(self) -> None:
        """Lead the chosen events through the rules in use and through the text."""
        after = self._bench.checked
        if after is None:
            return
        loaded, chosen = self._models.rules.loaded, self.types.currentData()
        before = None if loaded is None else loaded.rules
        scanner = TrialScan(
            before,
            after.rules,
            types=None if chosen is None else frozenset((chosen,)),
            only_failing=self.failing.isChecked() and before is not None,
        )
        self.scan.start(self._models.store.lanes, scanner)

    def forget(self) -> None:
        """Another store: nothing that was found holds."""
        self.scan.forget()
        self.show_types(())
        self.show_state()

    def show_state(self) -> None:
        """What can be done, and what came out."""
        ready = self._bench.checked is not None
        before = self._models.rules.loaded is not None
        self.button.setEnabled(ready and not self.scan.running)
        self.failing.setEnabled(before)
        self._show_progress()
        scanner = self.scan.scanner
        if not isinstance(scanner, TrialScan):
            words = (
                tr("Nothing was tried yet. Trying changes nothing, neither the store nor a file.")
                if ready
                else tr("A text with mistakes cannot be tried.")
            )
            self._say("", words)
            self.model.show_rows(())
            self.view.hide()
            return
        self._show_trial(scanner, with_before=before)

    def _show_trial(self, scanner: TrialScan, *, with_before: bool) -> None:
        shown = len(scanner.trial.differences)
        more = scanner.trial.differing > shown
        hint = tr("The first {n} differences are listed.", n=shown) if more else ""
        self._say(trial_words(scanner.trial, with_before=with_before), hint)
        if self.model.rowCount() != shown or not shown:
            self.model.show_rows([(one, _texts(one)) for one in scanner.trial.differences])
        self.view.setVisible(shown > 0)

    def _say(self, words: str, hint: str) -> None:
        for label, text in ((self.words, words), (self.hint, hint)):
            label.setText(text)
            label.setVisible(bool(text))

    def _show_progress(self) -> None:
        scan = self.scan
        looked = thousands(scan.scanner.done if scan.scanner is not None else 0)
        if scan.running and scan.scanner is not None:
            words = tr("{n} events looked at", n=looked)
            self.progress.show_running(words, scan.scanner.done, scan.scanner.total)
        elif scan.phase is ScanPhase.STOPPED:
            words = tr("Partial: stopped after {n} events", n=looked)
            self.progress.show_partial(words, self.start, tr("Try again"))
        elif scan.phase is ScanPhase.FAILED and scan.error is not None:
            words = tr("Stopped by an error: {error}", error=scan.error.message)
            self.progress.show_partial(words, self.start, tr("Try again"))
        elif scan.phase is ScanPhase.COMPLETE:
            self.progress.show_note(tr("All {n} events were looked at", n=looked))
        else:
            self.progress.hide()

    def _go(self, index: QModelIndex) -> None:
        found = index.data(ITEM_ROLE)
        if found is not None:
            self.event_asked.emit(found.stream, found.version)


def trial_words(trial: Trial, *, with_before: bool) -> str:
    """What a trial came to, in lines."""
    lines = [counted(trial.tried, "One event was tried.", "{n} events were tried.")]
    if with_before:
        failed, now = thousands(trial.failed_before), thousands(trial.failed_after)
        lines.append(tr("Failing: {before} before, {after} after.", before=failed, after=now))
        if trial.repaired or trial.broken:
            lines.append(
                tr("{good} mended, {bad} broken.", good=thousands(trial.repaired),
                   bad=thousands(trial.broken))
            )  # fmt: skip
        words = tr("Another newest form: {n}.", n=thousands(trial.differing))
        lines.append(words if trial.differing else tr("No newest form differs."))
    else:
        lines.append(tr("Failing with these rules: {n}.", n=thousands(trial.failed_after)))
    return "\n".join(lines)


def _texts(one: Difference) -> tuple[str, str, str]:
    version = "" if one.version is None else f" · {thousands(one.version)}"
    before = "" if one.before is None else one.before.message
    after = "" if one.after is None else one.after.message
    if one.changes:
        first = one.changes[0]
        more = len(one.changes) - 1
        words = f"{path_text(first.path)}: {first.before!r} → {first.after!r}"
        after = f"{words} (+{more})" if more else words
    if not before and not after:
        after = tr("read now") if one.before is None else ""
    return f"{one.stream}{version} · {one.type}", before or tr("works"), after or tr("works")
