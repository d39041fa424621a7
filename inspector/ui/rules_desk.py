"""What a window does about rules: choosing a file, saying what is wrong, showing what follows.

Dialogs are loaded when they are asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMenu

from inspector.core.texts import tr
from inspector.services.rules_memory import RulesMemory
from inspector.ui.widgets.banner import BannerAction, Tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.errors import InspectorError
    from inspector.ui.main_window import MainWindow

FILE: str = "rules.json"
"""Where rules of stores are remembered, beside the window's settings."""


class RulesDesk(QObject):
    """Rules in one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._rules = window.models.rules

    def connect_all(self) -> None:
        """Join the model with the window; the window is complete now."""
        if not self._window.session.private:
            settings = Path(self._window.look.settings.fileName())
            self._rules.memory = RulesMemory(settings.with_name(FILE))
        self._rules.changed.connect(self._rules_changed)
        self._rules.failed.connect(self._failed)
        self._rules.outdated.connect(self._outdated)
        self._window.bar.rules_asked.connect(self.show_menu)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What to do, by the action's name."""
        return {
            "rules-file": self.ask_for_file,
            "rules-again": self._rules.again,
            "rules-none": lambda: self._rules.put(None),
        }

    def show_menu(self) -> None:
        """What can be done about rules, under the chip that names them."""
        actions = self._window.actions_by_name
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in self.handlers():
            menu.addAction(actions[name])
        chip = self._window.bar.rules
        menu.popup(chip.mapToGlobal(chip.rect().bottomLeft()))

    def ask_for_file(self) -> None:
        """Let the user choose rules files."""
        dialog = QFileDialog(self._window, tr("Choose rules for this store"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([tr("Rules files (*.toml)"), tr("All files (*)")])
        dialog.filesSelected.connect(self._rules.use)
        dialog.open()

    def _rules_changed(self) -> None:
        window = self._window
        window.notice.hide()
        window.conductor.show_anew()
        window.bar.show_rules()
        window.refresh_actions()

    def _failed(self, error: InspectorError) -> None:
        """Said once, with its place; what was in use stays."""
        other = BannerAction(tr("Use a rules file…"), self.ask_for_file)
        self._window.notice.show_message(Tone.ERROR, error.message, error.hint, (other,))

    def _outdated(self, paths: tuple[Path, ...]) -> None:
        names = ", ".join(path.name for path in paths)
        title = tr("The rules file {file} is no longer what it was.", file=names)
        if self._rules.loaded is None:
            detail = tr("It was changed since it was last used here. No rules are in use now.")
        else:
            detail = tr("The rules as they were read are still in use.")
        again = BannerAction(tr("Read it again"), self._rules.again)
        self._window.notice.show_message(Tone.WARNING, title, detail, (again,))
