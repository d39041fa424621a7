"""What makes the application of a store take a snapshot, to be edited, kept or forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from inspector.core.errors import InputInvalid, InspectorError
from inspector.core.texts import tr
from inspector.services.snapshot_triggers import (
    LONGEST,
    SECONDS,
    Call,
    Trigger,
    command_trigger,
    request_trigger,
)
from inspector.ui.dialogs.field_message import FieldMessage
from inspector.ui.dialogs.form_rows import field_label, form_grid, small
from inspector.ui.theme import Icon
from inspector.ui.widgets.banner import Tone

if TYPE_CHECKING:
    from inspector.services.open_store import OpenedStore
    from inspector.services.trigger_memory import TriggerMemory
    from inspector.ui.theme import Theme

EXAMPLES: Final = (
    "/app/bin/console snapshot --of={stream} --version={version}",
    "POST https://shop.internal/snapshots/{stream}",
    '{"version": "{version}"}',
)
"""A command, a request and its body, shown where nothing is entered."""


class TriggerForm(QWidget):
    """A command or a request, its time limit, and whether that is kept for the store.

    Attributes:
        trigger: what the fields say; ``None`` when they say nothing that could run.

    Signals:
        changed(): the fields say something else.
    """

    changed = Signal()

    def __init__(self, theme: Theme, memory: TriggerMemory, store: OpenedStore) -> None:
        super().__init__()
        self._memory, self._store = memory, store
        self.kept = memory.of(store)
        self.trigger: Trigger | None = None
        self.command_choice = QRadioButton(tr("Co&mmand"))
        self.request_choice = QRadioButton(tr("&HTTP request"))
        self.command, self.request, self.body = (QLineEdit() for _ in EXAMPLES)
        for line, example in zip((self.command, self.request, self.body), EXAMPLES, strict=True):
            line.setPlaceholderText(example)
            line.textChanged.connect(self._read)
        self.seconds = QSpinBox()
        self.seconds.setRange(1, int(LONGEST))
        self.seconds.setSuffix(tr(" s"))
        self.seconds.valueChanged.connect(self._read)
        self.keep_button = QPushButton(tr("&Keep for this store"))
        theme.set_icon(self.keep_button, Icon.SAVE)
        self.keep_button.clicked.connect(self._keep)
        self.forget_button = QPushButton(tr("&Forget"))
        self.forget_button.clicked.connect(self._forget)
        for button in (self.keep_button, self.forget_button):
            button.setAutoDefault(False)
        self.message = FieldMessage(theme)
        self._lay_out(theme)
        self.command_choice.toggled.connect(self._choose)
        self._fill(self.kept)

    def _lay_out(self, theme: Theme) -> None:
        choices = QHBoxLayout()
        choices.setSpacing(16)
        choices.addWidget(self.command_choice)
        choices.addWidget(self.request_choice)
        choices.addStretch(1)
        self._labels = (
            field_label(tr("Comman&d line"), self.command),
            field_label(tr("Re&quest"), self.request),
            field_label(tr("&Body (JSON)"), self.body),
        )
        last = QHBoxLayout()
        last.setSpacing(8)
        last.addWidget(self.seconds)
        last.addStretch(1)
        last.addWidget(self.forget_button)
        last.addWidget(self.keep_button)
        grid = form_grid()
        grid.addLayout(choices, 0, 1)
        fields = (self.command, self.request, self.body)
        for row, (label, field) in enumerate(zip(self._labels, fields, strict=True), 1):
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        words = tr("{places} are filled in. No shell sees it. Passwords have no place here: let "
                   "the program read them from where they are.",
                   places="{stream}, {version}, {category}")  # fmt: skip
        grid.addWidget(small(theme, words), 4, 1)
        grid.addWidget(field_label(tr("&Time limit"), self.seconds), 5, 0)
        grid.addLayout(last, 5, 1)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(grid)
        column.addWidget(self.message)

    # -- what the user does -------------------------------------------------------------------

    def _fill(self, trigger: Trigger | None) -> None:
        said = Trigger(seconds=SECONDS) if trigger is None else trigger
        shown = Call(said).shown
        self.seconds.setValue(max(1, round(said.seconds)))
        if trigger is not None and trigger.is_command:
            self.command.setText(shown[0])
        elif trigger is not None:
            self.request.setText(shown[0])
            self.body.setText(trigger.body)
        is_request = trigger is not None and not trigger.is_command
        (self.request_choice if is_request else self.command_choice).setChecked(True)
        self._choose()

    def _choose(self) -> None:
        is_command = self.command_choice.isChecked()
        for label, field, shown in zip(
            self._labels,
            (self.command, self.request, self.body),
            (is_command, not is_command, not is_command),
            strict=True,
        ):
            label.setVisible(shown)
            field.setVisible(shown)
        self._read()

    def _keep(self) -> None:
        self._remember(self.trigger)

    def _forget(self) -> None:
        self._remember(None)

    def _remember(self, trigger: Trigger | None) -> None:
        try:
            self._memory.remember(self._store, trigger)
        except InspectorError as error:
            self.message.say(Tone.ERROR, error.message, error.hint)
            return
        self.kept = trigger
        self._read()

    # -- what it says -------------------------------------------------------------------------

    def _read(self) -> None:
        is_command = self.command_choice.isChecked()
        text = (self.command if is_command else self.request).text().strip()
        self.trigger = None
        try:
            if text:
                self.trigger = self._said(text, is_command=is_command)
            self._tell()
        except InputInvalid as error:
            self.message.say(Tone.ERROR, error.message, error.hint)
        new = self.trigger is not None and self.trigger != self.kept
        self.keep_button.setEnabled(new)
        self.forget_button.setEnabled(self.kept is not None)
        self.changed.emit()

    def _said(self, text: str, *, is_command: bool) -> Trigger:
        seconds = float(self.seconds.value())
        if is_command:
            return command_trigger(text, seconds)
        return request_trigger(text, self.body.text().strip(), seconds)

    def _tell(self) -> None:
        if self.trigger is None:
            words = tr("Say what makes the application take a snapshot.")
        elif self.trigger == self.kept:
            words = tr("Kept for this store.")
        elif self.kept is None:
            words = tr("Not kept: it is gone when this dialog is closed.")
        else:
            words = tr("Changed, and not kept: what was kept stays.")
        self.message.say(Tone.INFO, words)
