"""What a window does about rules: choosing a file, saying what is wrong, showing what follows.

Dialogs are loaded when they are asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox

from inspector.core.texts import tr
from inspector.services.replayer_consent import ConsentMemory
from inspector.services.rules_drafts import DraftMemory
from inspector.services.rules_memory import RulesMemory
from inspector.ui.models.rules_bench import RulesBench
from inspector.ui.widgets.banner import BannerAction, Tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.errors import InspectorError
    from inspector.ui.main_window import MainWindow
    from inspector.ui.pages.rules_page import RulesPage

FILE: str = "rules.json"
"""Where rules of stores are remembered, beside the window's settings."""


CONSENTS: str = "replayers.json"
"""Where replayers that the user has allowed are remembered, beside it."""

DRAFTS: str = "rules-drafts"
"""The folder of texts that were not saved, beside it."""


class RulesDesk(QObject):
    """Rules in one window.

    Attributes:
        bench: the text that is being written.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._rules = window.models.rules
        self.bench = RulesBench(window.models.store, window.models.rules, self)

    def connect_all(self) -> None:
        """Join the model with the window; the window is complete now."""
        if not self._window.session.private:
            settings = Path(self._window.look.settings.fileName())
            self._rules.memory = RulesMemory(settings.with_name(FILE))
            self._window.dialogs.consents = ConsentMemory(settings.with_name(CONSENTS))
            self.bench.drafts = DraftMemory(settings.with_name(DRAFTS))
        self._rules.changed.connect(self._rules_changed)
        self._rules.failed.connect(self._failed)
        self._rules.outdated.connect(self._outdated)
        self._window.bar.rules_asked.connect(self.show_menu)
        self._window.details.state.why.rule_asked.connect(self.show_place)
        versions = self._window.details.versions
        versions.rule_asked.connect(self.show_place)
        versions.rules_asked.connect(self.ask_for_file)
        versions.writing_asked.connect(lambda: self._window.show_panel("rules"))

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What to do, by the action's name."""
        return {
            "rules-file": self.ask_for_file,
            "rules-again": self._rules.again,
            "rules-none": lambda: self._rules.put(None),
            "rules-try": self._on_page(lambda page: page.start_trial()),
            "rules-suggest": self._on_page(lambda page: page.start_suggesting()),
            "rules-mistake": self._on_page(lambda page: page.next_mistake()),
            "rules-save": self._on_page(lambda page: page.save()),
            "rules-use": self._on_page(lambda page: page.bench.use()),
        }

    def show_menu(self) -> None:
        """What can be done about rules, under the chip that names them."""
        actions = self._window.actions_by_name
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in ("page-rules", "rules-file", "rules-again", "rules-none"):
            menu.addAction(actions[name])
        chip = self._window.bar.rules
        menu.popup(chip.mapToGlobal(chip.rect().bottomLeft()))

    def show_place(self, file: str, line: int) -> None:
        """Show a line of the rules in use in the editor."""
        page = self._page()
        if page is not None:
            page.show_place(file, line)

    def may_close(self) -> bool:
        """Whether the window may close: unsaved texts are kept, or the user lets them go."""
        if not self.bench.unsaved_anywhere:
            return True
        asked = QMessageBox(self._window)
        asked.setIcon(QMessageBox.Icon.Question)
        asked.setTextFormat(Qt.TextFormat.PlainText)
        asked.setText(tr("The rules that you wrote are not saved."))
        asked.setInformativeText(tr("A private session keeps nothing."))
        asked.setStandardButtons(
            QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel
        )
        return asked.exec() == QMessageBox.StandardButton.Discard

    def _page(self) -> RulesPage | None:
        from inspector.ui.pages.rules_page import RulesPage  # noqa: PLC0415 - built when asked for

        page = self._window.pages.front
        if not isinstance(page, RulesPage):
            page = self._window.pages.show("rules")
        return page if isinstance(page, RulesPage) else None

    def _on_page(self, run: Callable[[RulesPage], object]) -> Callable[[], object]:
        def act() -> None:
            page = self._page()
            if page is not None:
                run(page)

        return act

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
