"""What came of asking the application: how it ended, the new snapshot, and what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from inspector.core.jsontext import to_json
from inspector.core.paths import path_text
from inspector.core.texts import thousands, tr
from inspector.services.snapshot_reports import line_of
from inspector.ui.dialogs.report_view import ReportView
from inspector.ui.models.snapshot_rows import VERDICT_LOOK, checked_words
from inspector.ui.theme import Icon, Role
from inspector.ui.widgets.plain_text import visible_text
from inspector.ui.widgets.raw_text import PlainTextView

if TYPE_CHECKING:
    from inspector.core.snapshot_checks import SnapshotCheck
    from inspector.services.snapshot_triggering import Triggered
    from inspector.services.trigger_running import Ran
    from inspector.ui.theme import Theme

REPORT: Final = 120
"""Pixels that the sentences get; what the application said gets the rest."""

LEAST: Final = 48
"""Pixels of the output where the screen is low."""

VALUE: Final = 40
"""Characters of a value that differs."""


class TriggerOutcome(QWidget):
    """Sentences above the output."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.report = ReportView(theme, tr("What came of it"))
        self.output = PlainTextView(theme, tr("What the application said"))
        self.output.set_wrap(wrap=True)
        self.output.setMinimumHeight(theme.px(LEAST))
        holder = QWidget()
        holder.setFixedHeight(theme.px(REPORT))
        self._place = QStackedLayout(holder)
        self._place.addWidget(self.report)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(holder)
        column.addWidget(self.output, 1)

    def tell(self, done: Triggered) -> None:
        """Show how it ended."""
        report = ReportView(self._theme, tr("What came of it"))
        report.heading(tr("What came of it"))
        _tell_end(report, done)
        _tell_snapshot(report, done)
        self._place.addWidget(report)
        self._place.setCurrentWidget(report)
        self._place.removeWidget(self.report)
        self.report.deleteLater()
        self.report = report
        said = visible_text(done.ran.output, keep="\n\t")
        if done.ran.is_cut:
            said += "\n" + tr("It said more than is kept.")
        self.output.show_block(said or tr("It said nothing."))


def _why(check: SnapshotCheck) -> str:
    """What was found, and the first field that differs."""
    first = check.first_difference
    if first is None:
        return check.reason
    values = {"a": to_json(first.before)[:VALUE], "b": to_json(first.after)[:VALUE]}
    where = path_text(first.path) or tr("(all)")
    return tr("{path}: snapshot {a}, replay {b}", path=where, **values)


def _tell_end(report: ReportView, done: Triggered) -> None:
    ran = done.ran
    took = tr("after {n} s", n=f"{ran.seconds:.1f}")
    if ran.succeeded:
        report.line(Icon.CIRCLE_CHECK, Role.SUCCESS, _status(done, ran), took)
    else:
        report.line(Icon.CIRCLE_X, Role.DANGER, _status(done, ran), took)


def _status(done: Triggered, ran: Ran) -> str:
    if ran.status is None:
        return tr("No end within the time limit; it was ended.")
    if not done.prepared.call.trigger.is_command:
        return tr("HTTP status {n}", n=ran.status)
    if ran.status < 0:
        return tr("Ended by signal {n}", n=-ran.status)
    return tr("Exit status {n}", n=ran.status)


def _tell_snapshot(report: ReportView, done: Triggered) -> None:
    if done.check is not None:
        icon, role, _word = VERDICT_LOOK[done.check.verdict]
        version, words = done.check.snapshot.position, checked_words(line_of(done.check))
        text = tr("New snapshot of version {n}: {verdict}", n=version, verdict=words)
        report.line(icon, role, text, _why(done.check))
    elif done.made:
        text = tr("New snapshot of version {n}", n=done.made[-1])
        report.line(Icon.HELP, Role.WARNING, text, done.reason)
    else:
        report.line(Icon.TRIANGLE_ALERT, Role.WARNING, done.reason)
    if len(done.made) > 1:
        versions = ", ".join(thousands(at) for at in done.made)
        report.fact(tr("New snapshots of versions"), versions)
