"""Opens the manual at the page about what has the focus: panels, pages and dialogs.

``F1`` works in the window by its action; a dialog gets the key when it first has the focus. The
manual itself is loaded when it is first opened.
"""
# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from inspector.services.manual import Page
    from inspector.ui.main_window import MainWindow
    from inspector.ui.manual.viewer import ManualViewer

KEY: Final = "F1"

DIALOGS: Final[Mapping[str, str]] = {
    "ChooseStore": "panels/recognition",
    "ConsentQuestion": "replayers",
    "CreateMany": "panels/create-snapshot",
    "CreateSnapshot": "panels/create-snapshot",
    "DatabaseList": "panels/open",
    "FaultView": "panels/faults",
    "GrantView": "panels/open",
    "KeySheet": "panels/keys",
    "LayoutReasons": "panels/recognition",
    "MapColumns": "panels/map-columns",
    "NoteEditor": "panels/marks",
    "OpenDialog": "panels/open",
    "PasswordPrompt": "panels/open",
    "PrintDialog": "panels/print",
    "TriggerSnapshot": "panels/create-snapshot",
    "UnknownStore": "panels/recognition",
    "UnlockDialog": "panels/create-snapshot",
    "WriteLogView": "panels/create-snapshot",
}
"""The page of each dialog, by the name of its class."""

_HAS_KEY: Final = "manual-key"


class HelpDesk(QObject):
    """Knows which page is about what, and holds the manual's window.

    Attributes:
        commands: gives the pages of the command line's commands, which the window does not know.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._viewer: ManualViewer | None = None
        self.commands: Callable[[str], Iterable[Page]] | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_changed)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What to do, by the action's name."""
        return {"manual": self.explain, "tour": lambda: self.show("tour")}

    @property
    def viewer(self) -> ManualViewer | None:
        """The manual's window, once it was opened."""
        return self._viewer

    def explain(self) -> None:
        """Open the page about what has the focus."""
        self.show(self.page_about(QApplication.focusWidget()))

    def show(self, name: str) -> None:
        """Open the manual at a page."""
        viewer = self._viewer or self._open()
        viewer.open_page(name)
        viewer.show()
        viewer.raise_()
        viewer.activateWindow()
        viewer.browser.setFocus()

    def close(self) -> None:
        """Close the manual with its window."""
        if self._viewer is not None:
            self._viewer.close()
            self._viewer.deleteLater()
            self._viewer = None

    def page_about(self, widget: QWidget | None) -> str:
        """The name of the page about a widget: its dialog's, its panel's, or what is in front."""
        window = self._window
        top = None if widget is None else widget.window()
        if isinstance(top, QDialog):
            return dialog_page(top)
        if window.pages.front is not None:
            return f"panels/{window.pages.front_name}"
        if not window.place.isVisible():
            return "panels/start"
        panels = {
            window.bar: "panels/store-bar",
            window.timeline: "panels/timeline",
            window.streams_panel: "panels/streams",
            window.events_panel.filter: "panels/filter",
            window.details: f"panels/{window.details.tab}",
        }
        while widget is not None and widget is not window:
            if widget in panels:
                return panels[widget]
            widget = widget.parentWidget()
        return "panels/events"

    def _open(self) -> ManualViewer:
        from inspector.services.languages import current_language
        from inspector.services.manual import Manual
        from inspector.ui.manual.viewer import ManualViewer

        language = current_language()
        commands = () if self.commands is None else self.commands(language)
        manual = Manual(language, commands)
        self._viewer = ManualViewer(self._window.theme, self._window.look.settings, manual)
        return self._viewer

    def _focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Give a dialog of this window the key, once."""
        dialog = None if now is None else now.window()
        if not isinstance(dialog, QDialog) or dialog.property(_HAS_KEY):
            return
        above: QWidget | None = dialog
        while above is not None and above is not self._window:
            above = above.parentWidget()
        if above is None:  # of another window
            return
        dialog.setProperty(_HAS_KEY, True)
        QShortcut(QKeySequence(KEY), dialog, lambda: self.show(dialog_page(dialog)))


def dialog_page(dialog: QDialog) -> str:
    """The page about a dialog, by its class or the nearest it is made from."""
    for kind in type(dialog).__mro__:
        if kind.__name__ in DIALOGS:
            return DIALOGS[kind.__name__]
    return "index"
