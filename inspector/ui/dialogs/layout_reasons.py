"""Why a store was recognised as what it is: evidence, doubts, tables, runners-up, opening."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from inspector.core.texts import tr
from inspector.ui.dialogs.form_rows import fit_screen
from inspector.ui.dialogs.report_view import ReportView
from inspector.ui.theme import FontRole, Icon, Role, TintRole
from inspector.ui.widgets.chip import Chip
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, muted

if TYPE_CHECKING:
    from inspector.services.open_store import OpenedStore
    from inspector.ui.dialogs.report_view import ReportView as Report
    from inspector.ui.theme import Theme

SIZE: Final = (640, 560)

ROLES: Final = {
    "events": "Events",
    "streams": "Streams",
    "snapshots": "Snapshots",
    "links": "Links",
    "tags": "Tags",
    "tracking": "Tracking",
}
"""What a layout calls its tables, for people; another role is shown as it is."""


class LayoutReasons(QDialog):
    """Opens from the layout's chip.

    Signals:
        another_asked(): the user thinks that another layout, or the own columns, fit better.
    """

    another_asked = Signal()

    def __init__(self, theme: Theme, store: OpenedStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Why this layout?"))
        self._theme = theme
        self.report = ReportView(theme, tr("Reasons"))
        fill_report(self.report, store)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(self._head(store))
        column.addWidget(self.report, 1)
        column.addLayout(self._buttons())
        fit_screen(self, theme, SIZE)
        self.report.setFocus()

    def _head(self, store: OpenedStore) -> QVBoxLayout:
        title = PlainLabel(store.match.title, wrap=True)
        self._theme.set_font(title, FontRole.TITLE)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(title, 1)
        row.addWidget(certainty_chip(self._theme, store), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(
            muted(ElidedLabel(store.address.display, mode=Qt.TextElideMode.ElideMiddle))
        )
        return column

    def _buttons(self) -> QHBoxLayout:
        copy = QPushButton(tr("&Copy as text"))
        copy.setAutoDefault(False)
        self._theme.set_icon(copy, Icon.COPY)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report.text))
        another = QPushButton(tr("Another &layout…"))
        another.setAutoDefault(False)
        another.clicked.connect(self._ask_another)
        close = QPushButton(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(copy)
        row.addWidget(another)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def _ask_another(self) -> None:
        self.accept()
        self.another_asked.emit()


def certainty_chip(theme: Theme, store: OpenedStore) -> Chip:
    """How sure the recognition is, in words and with its score."""
    score = store.match.score
    if store.certain:
        text = tr("certain · {score} of 100", score=score)
        return Chip(theme, text, TintRole.SNAPSHOT, Icon.CIRCLE_CHECK)
    if store.request.layout or store.request.map_text is not None:
        return Chip(theme, tr("chosen by you"), TintRole.CHANGED, Icon.FINGERPRINT)
    text = tr("not certain · {score} of 100", score=score)
    return Chip(theme, text, TintRole.CHANGED, Icon.TRIANGLE_ALERT)


def fill_report(report: Report, store: OpenedStore) -> None:
    """Write everything that is known about the recognition and the opening of a store."""
    match = store.match
    report.heading(tr("What speaks for it"))
    for sentence in match.evidence:
        report.line(Icon.CIRCLE_CHECK, Role.SUCCESS, sentence)
    if match.doubts:
        report.heading(tr("What is odd"))
        for sentence in match.doubts:
            report.line(Icon.TRIANGLE_ALERT, Role.WARNING, sentence)
    report.heading(tr("Tables"))
    for role, table in match.tables.items():
        kind = "" if table.kind == "table" else f"  ({tr(table.kind)})"
        report.fact(tr(ROLES.get(role, role)), f"{table.full_name}{kind}", mono=True)
    report.heading(tr("Runners-up"))
    _fill_rivals(report, store)
    _fill_opening(report, store)


def _fill_rivals(report: Report, store: OpenedStore) -> None:
    for miss in store.alternatives:
        why = "\n".join(miss.why_not)
        title = tr("{layout} · {score} of 100", layout=miss.title, score=miss.score)
        report.line(Icon.CIRCLE_X, Role.TEXT_MUTED, title, why)
    if not store.alternatives:
        report.line(Icon.INFO, Role.TEXT_MUTED, tr("No other layout came close."))


def _fill_opening(report: Report, store: OpenedStore) -> None:
    opened = store.connection.report
    report.heading(tr("How it was opened"))
    facts = [(tr("Protection"), opened.how), (tr("Database"), opened.server)]
    if opened.user:
        facts.append((tr("Role"), opened.user))
    if opened.encrypted is not None:
        words = tr("encrypted") if opened.encrypted else tr("not encrypted")
        facts.append((tr("Connection"), words))
    for name, value in facts:
        if value:
            report.fact(name, value)
    for finding in store.findings:
        report.finding(finding, tr(finding.remedy))
