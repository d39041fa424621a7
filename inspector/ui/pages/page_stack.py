"""Which page about the whole store is in front, and how one comes and goes.

A new page is one line in ``PAGES``, an action ``page-<name>`` in the action table, and its name
among the panels of the command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from inspector.ui.models.store_model import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QStackedWidget, QWidget

    from inspector.core.events import StreamId
    from inspector.ui.main_window import MainWindow
    from inspector.ui.pages.store_page import StorePage


def _rules(window: MainWindow) -> StorePage:
    from inspector.ui.pages.rules_page import RulesPage  # noqa: PLC0415 - built when asked for

    return RulesPage(window)


def _all_versions(window: MainWindow) -> StorePage:
    from inspector.ui.pages.versions_page import AllVersionsPage  # noqa: PLC0415 - as above

    return AllVersionsPage(window)


def _marks(window: MainWindow) -> StorePage:
    from inspector.ui.pages.marks_page import MarksPage  # noqa: PLC0415 - as above

    return MarksPage(window)


def _all_snapshots(window: MainWindow) -> StorePage:
    from inspector.ui.pages.all_snapshots import AllSnapshotsPage  # noqa: PLC0415 - as above

    return AllSnapshotsPage(window)


PAGES: Final[Mapping[str, Callable[[MainWindow], StorePage]]] = {
    "all-versions": _all_versions,
    "all-snapshots": _all_snapshots,
    "marks": _marks,
    "rules": _rules,
}
"""How each page is built; a function imports what it needs when it is called."""


class PageStack(QObject):
    """The pages of one window, built when they are first asked for."""

    def __init__(
        self,
        window: MainWindow,
        stack: QStackedWidget,
        builders: Mapping[str, Callable[[MainWindow], StorePage]] = PAGES,
    ) -> None:
        super().__init__(window)
        self._window, self._stack, self._builders = window, stack, builders
        self._pages: dict[str, StorePage] = {}
        self._focus: QWidget | None = None
        window.models.store.changed.connect(self._store_changed)
        window.models.rules.changed.connect(self._rules_changed)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all pages."""
        return tuple(self._builders)

    @property
    def front(self) -> StorePage | None:
        """The page that is in front, or ``None`` while events are."""
        shown = self._stack.currentWidget()
        return next((page for page in self._pages.values() if page is shown), None)

    @property
    def front_name(self) -> str:
        """The name of the page that is in front; empty while events are."""
        shown = self._stack.currentWidget()
        return next((name for name, page in self._pages.items() if page is shown), "")

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What to do, by the action's name."""

        def shown(name: str) -> Callable[[], object]:
            return lambda: self.show(name)

        return {f"page-{name}": shown(name) for name in self._builders}

    def show(self, name: str) -> StorePage | None:
        """Bring a page to the front; ``None`` while no store is open."""
        if self._window.models.store.phase is not Phase.OPEN:
            return None
        if self.front is None:
            self._focus = self._window.focusWidget()
        page = self._pages.get(name) or self._build(name)
        self._stack.setCurrentWidget(page)
        page.setFocus()
        page.begin()
        return page

    def leave(self) -> bool:
        """Go back to the events; returns whether a page was in front."""
        if self.front is None:
            return False
        self._stack.setCurrentWidget(self._window.place)
        (self._focus or self._window.events_panel.view).setFocus()
        return True

    def stop(self) -> bool:
        """Stop what the page in front is doing; returns whether anything was."""
        return self.front is not None and self.front.stop()

    def _build(self, name: str) -> StorePage:
        page = self._pages[name] = self._builders[name](self._window)
        self._stack.addWidget(page)
        page.left.connect(self.leave)
        page.stream_asked.connect(self._show_stream)
        page.name_asked.connect(self._show_named)
        return page

    def _show_stream(self, stream: StreamId, position: int | None) -> None:
        self.leave()
        self._window.conductor.note_visit()
        self._window.conductor.show_stream(stream, position)
        self._window.events_panel.view.setFocus()

    def _show_named(self, name: str, position: int | None) -> None:
        self.leave()
        self._window.conductor.note_visit()
        self._window.conductor.find_and_show(name, None, position)
        self._window.events_panel.view.setFocus()

    def _rules_changed(self) -> None:
        for page in self._pages.values():
            page.store_changed()
        if self.front is not None:
            self.front.begin()

    def _store_changed(self) -> None:
        self._focus = None
        for page in self._pages.values():
            page.store_changed()
