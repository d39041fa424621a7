"""Below the state: which events made a value what it is, the latest first, and by which rules.

A row leads to its event; the rule beside it to its line in the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QToolButton, QVBoxLayout

from inspector.core.folding import Truth
from inspector.core.paths import path_text
from inspector.core.texts import counted, thousands, tr
from inspector.services.value_history import NOTHING
from inspector.ui.models.event_table import short_type
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.json_text import value_text
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, muted
from inspector.ui.widgets.list_table import CellDelegate, CellLook, Index, ListTable
from inspector.ui.widgets.plain_text import tooltip_text
from inspector.ui.widgets.rows_model import ITEM_ROLE, RowsModel

if TYPE_CHECKING:
    from inspector.core.paths import Path
    from inspector.core.payloads import Value
    from inspector.services.value_origins import ValueChange, ValueStory
    from inspector.ui.models.why_model import WhyModel
    from inspector.ui.theme import Theme

_WHERE, _EVENT, _VALUE, _RULE = range(4)
_LONGEST: Final = 200


class WhyDelegate(CellDelegate):
    """The rule is a link; what is not known is said in its colour."""

    def look(self, index: Index) -> CellLook:
        """Values and places are monospaced."""
        change: ValueChange = index.data(ITEM_ROLE)
        if index.column() == _EVENT:
            return CellLook()
        if index.column() == _RULE:
            return CellLook(FontRole.MONO, Role.ACCENT if change.rules else Role.TEXT_MUTED)
        if index.column() == _VALUE and not change.known:
            return CellLook(FontRole.UI, Role.DANGER)
        return CellLook(FontRole.MONO)


class WhyPanel(QFrame):
    """The story of one value.

    Signals:
        row_asked(int): the user wants to go to this row of the stream.
        rule_asked(str, int): the user wants to see this line of this rules file.
    """

    row_asked = Signal(int)
    rule_asked = Signal(str, int)

    def __init__(self, theme: Theme, model: WhyModel) -> None:
        super().__init__()
        self._model = model
        self.title = ElidedLabel()
        theme.set_font(self.title, FontRole.HEADING)
        self.words = muted(PlainLabel(wrap=True))
        self.words.setContentsMargins(12, 0, 12, 6)
        self.rule_words = PlainLabel(wrap=True)
        theme.set_font(self.rule_words, FontRole.SMALL)
        self.rule_words.setContentsMargins(12, 4, 12, 8)
        self.rule_words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.stop_button = QToolButton()
        self.stop_button.setText(tr("Stop"))
        theme.set_icon(self.stop_button, Icon.CIRCLE_STOP, Role.TEXT_MUTED)
        self.stop_button.clicked.connect(model.stop)
        self.close_button = QToolButton()
        self.close_button.setAccessibleName(tr("Put away"))
        self.close_button.setToolTip(tooltip_text(tr("Put away")))
        theme.set_icon(self.close_button, Icon.X, Role.TEXT_MUTED)
        self.close_button.clicked.connect(model.forget)
        self.rows = RowsModel((tr("At"), tr("Event"), tr("Value"), tr("Rule")), self)
        self.view = ListTable(theme, tr("Events that made the value"))
        self.view.setModel(self.rows)
        self.view.setItemDelegate(WhyDelegate(theme, self.view))
        self.view.clicked.connect(self._clicked)
        self.view.activated.connect(self._go)
        self.view.selectionModel().currentRowChanged.connect(self._show_rules)
        self._lay_out(theme)
        model.changed.connect(self._show)
        self._show()

    def ask(self, path: Path) -> None:
        """Ask about the value at a path."""
        self._model.ask(path)

    def _lay_out(self, theme: Theme) -> None:
        header = self.view.horizontalHeader()
        for column, width in ((_WHERE, 48), (_EVENT, 112), (_RULE, 72)):
            header.resizeSection(column, theme.px(width))
        header.setSectionResizeMode(_VALUE, QHeaderView.ResizeMode.Stretch)
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 8, 4)
        row.setSpacing(8)
        row.addWidget(self.title, 1)
        row.addWidget(self.stop_button)
        row.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(row)
        whole.addWidget(self.words)
        whole.addWidget(self.view, 1)
        whole.addWidget(self.rule_words)
        self.setMinimumHeight(theme.px(208))

    def _show(self) -> None:
        model = self._model
        self.setVisible(model.path is not None)
        if model.path is None:
            return
        self.title.setText(tr("Why is {path} so?", path=path_text(model.path)))
        self.stop_button.setVisible(model.running)
        story = model.story
        self.view.setVisible(story is not None)
        self.words.setText(_words(model))
        changes = () if story is None else story.changes[::-1]
        self.rows.show_rows([(change, _texts(change)) for change in changes])
        self.rule_words.setVisible(bool(changes))
        if changes:
            self.view.go_to_row(0)

    def _show_rules(self, current: QModelIndex, _before: QModelIndex) -> None:
        change = current.data(ITEM_ROLE)
        self.rule_words.setText("" if change is None else _told(change))

    def _clicked(self, index: QModelIndex) -> None:
        """The rule leads to its line, the rest of the row to its event."""
        change: ValueChange = index.data(ITEM_ROLE)
        if index.column() == _RULE and change.rules:
            rule = change.rules[-1]
            self.rule_asked.emit(rule.file, rule.line)
        else:
            self._go(index)

    def _go(self, index: QModelIndex) -> None:
        change: ValueChange = index.data(ITEM_ROLE)
        if change.index >= 0:
            self.row_asked.emit(change.index)


def _words(model: WhyModel) -> str:
    story = model.story
    if model.error is not None:
        return f"{model.error.message} {model.error.hint}".strip()
    if model.stopped:
        return tr("Stopped before it was known.")
    if story is None:
        return tr("Walking the stream from its first event…")
    if not story.changes:
        return tr("It has no value here and never had one.")
    words = counted(story.count, "{n} change, the latest first.", "{n} changes, the latest first.")
    if story.count > len(story.changes):
        shown = thousands(len(story.changes))
        words = tr("{words} The latest {n} are listed.", words=words, n=shown)
    return f"{words} {_trust(story)}"


def _trust(story: ValueStory) -> str:
    """Who says so, and how far that can be trusted."""
    if story.truth is Truth.EXACT:
        return tr("Exact, by {name}.", name=story.told_by)
    return tr("Inferred: the last value that an event wrote to a field of this name.")


def _texts(change: ValueChange) -> tuple[str, str, str, str]:
    if change.index < 0:
        where, event = "–", tr("beginning")
    else:
        where = thousands(change.index + 1 if change.position is None else change.position)
        event = short_type(change.type)
    if change.known:
        value = f"{_value(change.before)} → {_value(change.after)}"
    else:
        value = tr("not known from here on")
    line = tr("line {n}", n=change.rules[-1].line) if change.rules else ""
    return where, event, value, line


def _told(change: ValueChange) -> str:
    """The reason, or the rules of one event: a line each, the one that wrote the value last."""
    if not change.known:
        return change.reason
    if not change.rules:
        return tr("No rule says so.")
    return "\n".join(f"{rule.file}:{rule.line}  {rule.text}" for rule in change.rules)


def _value(value: Value) -> str:
    return "·" if value is NOTHING else value_text(value, _LONGEST)
