"""Tabs about the moment the cursor stands at: state, event, difference, versions, and more.

The state says of itself how far it can be trusted; the event shows payload and metadata as they
were decoded, and the stored bytes are one key away. A further tab is one line in ``_tabs``.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QTabWidget, QVBoxLayout, QWidget

from inspector.core.texts import thousands, tr
from inspector.services.tasks import Done, Failed
from inspector.services.whole_payload import read_whole, save_exactly
from inspector.ui.panels.diff_page import DiffPage
from inspector.ui.panels.event_page import EventPage
from inspector.ui.panels.filter_menu import add_filter_menu, value_condition
from inspector.ui.panels.problems_page import ProblemsPage
from inspector.ui.panels.snapshots_page import SnapshotsPage
from inspector.ui.panels.state_page import StatePage
from inspector.ui.panels.versions_page import VersionsPage
from inspector.ui.theme import Icon, Role
from inspector.ui.widgets.raw_text import RawView

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from inspector.core.events import Event
    from inspector.core.paths import Path as ValuePath
    from inspector.core.payloads import Value
    from inspector.services.comparing import Moment
    from inspector.services.problems import Problem
    from inspector.services.tasks import Outcome
    from inspector.ui.models.filter_model import FilterModel
    from inspector.ui.models.window_models import WindowModels
    from inspector.ui.theme import Theme


class DetailsPanel(QFrame):
    """Tabs about the moment at the cursor.

    Signals:
        event_asked(object, object): a stream and a version that the user wants to see.
        chart_requested(object): the user wants the number at this path as a chart.
        failed(object): an :class:`InspectorError` of something asked for here.
    """

    event_asked = Signal(object, object)
    chart_requested = Signal(object)
    failed = Signal(object)

    def __init__(self, theme: Theme, models: WindowModels) -> None:
        super().__init__()
        self.setProperty("panel", "true")
        self._theme, self._store = theme, models.store
        self._problems = models.problems
        self._event: Event | None = None
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(tr("What is shown of the moment"))
        self.tabs.setUsesScrollButtons(True)
        self.state = StatePage(theme, models.replay, models.why)
        self.event_page = EventPage(theme, models.times)
        for root, menu in (
            ("state", self.state.menu),
            ("data", self.event_page.payload.menu),
            ("meta", self.event_page.metadata.menu),
        ):
            menu.more = partial(_offer_filter, models.filter, root)
        self.diff = DiffPage(theme, models.comparison)
        self.versions = VersionsPage(theme, models.ladder)
        self.raw = RawView(theme)
        self.snapshots = SnapshotsPage(theme, models.snapshots, models.times)
        self._snapshots = models.snapshots
        self.problems = ProblemsPage(theme, models.problems)
        self._shown: Event | None = None
        self._due: set[str] = set()
        self._names: list[str] = []
        for name, page, title in self._tabs():
            self.add_tab(name, page, title)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self.tabs)
        self._connect()
        self._show_badge()

    def _tabs(self) -> tuple[tuple[str, QWidget, str], ...]:
        """Name, page and title of every tab, in order."""
        return (
            ("state", self.state, tr("State")),
            ("event", self.event_page, tr("Event")),
            ("diff", self.diff, tr("Diff")),
            ("versions", self.versions, tr("Versions")),
            ("raw", self.raw, tr("Raw")),
            ("snapshots", self.snapshots, tr("Snapshots")),
            ("problems", self.problems, tr("Problems")),
        )

    def add_tab(self, name: str, page: QWidget, title: str, before: str | None = None) -> None:
        """Add a tab at the end, or before another one."""
        place = len(self._names) if before is None else self._names.index(before)
        self._names.insert(place, name)
        self.tabs.insertTab(place, page, title)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._tab_changed)
        self.state.chart_requested.connect(self.chart_requested)
        self.event_page.whole_asked.connect(self._read_whole)
        self.raw.whole_asked.connect(self._read_whole)
        self.raw.save_asked.connect(self._ask_file)
        self.diff.path_chosen.connect(self._show_in_state)
        self.diff.moment_chosen.connect(self._go_to_moment)
        self.snapshots.version_chosen.connect(self._go_to_snapshot)
        self.problems.place_chosen.connect(self._go_to_problem)
        self._problems.count_changed.connect(self._show_badge)
        self._theme.changed.connect(self._show_badge)

    # -- what can be asked of the panel -------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all tabs."""
        return tuple(self._names)

    @property
    def tab(self) -> str:
        """The name of the tab that is in front."""
        return self._names[self.tabs.currentIndex()]

    def show_tab(self, name: str) -> None:
        """Bring a tab to the front by its name."""
        if name in self._names:
            self.tabs.setCurrentIndex(self._names.index(name))

    def show_event(self, event: Event | None) -> None:
        """Show another event in its tabs; the same one again changes nothing."""
        if event is not None and event is self._event:
            return
        self._event = event
        self._show(event)

    def _show(self, event: Event | None) -> None:
        self._shown = event
        self._due = {"event", "raw", "versions"}
        if event is None:  # nothing of it stays anywhere
            for name in tuple(self._due):
                self._fill(name)
        self._tab_changed()

    def _tab_changed(self) -> None:
        """A tab behind another does nothing until it is looked at."""
        self.state.set_front(front=self.tab == "state")
        self._snapshots.set_front(front=self.tab == "snapshots")
        self._fill(self.tab)

    def _fill(self, name: str) -> None:
        """Show the event in a tab that does not show it yet."""
        if name not in self._due:
            return
        self._due.discard(name)
        event = self._shown
        if name == "event":
            self.event_page.show_event(event)
        elif name == "versions":
            self.versions.show_event(event)
        else:
            self.raw.show_payload(None if event is None else event.payload)

    # -- whole payloads -----------------------------------------------------------------------

    def _read_whole(self) -> None:
        """Read the payload that was too large for its page."""
        event = self._event
        if event is None or self._store.store is None:
            return

        def done(outcome: Outcome[Event]) -> None:
            if event is not self._event:
                return
            if isinstance(outcome, Failed):
                self.failed.emit(outcome.error)
            elif isinstance(outcome, Done):
                self._show(outcome.value)

        self.raw.show_reading()
        self._store.lanes.ask("whole", lambda reader, work: read_whole(reader, event, work), done)

    def _ask_file(self, data: bytes) -> None:
        title = tr("Save the stored bytes exactly")
        name, _kind = QFileDialog.getSaveFileName(self, title, self._file_name())
        if name:
            self.save_bytes(data, Path(name))

    def save_bytes(self, data: bytes, file: Path) -> None:
        """Write the stored bytes exactly to a file, not in the window's thread."""

        def done(outcome: Outcome[None]) -> None:
            if isinstance(outcome, Failed):
                self.failed.emit(outcome.error)
            elif isinstance(outcome, Done):
                self.raw.show_saved(file.name)

        self._store.lanes.ask("save", lambda _reader, _work: save_exactly(data, file), done)

    def _file_name(self) -> str:
        event = self._event
        if event is None:
            return "payload.bin"
        words = [*event.stream.name[:60], "-", str(event.position or 0)]
        name = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in words)
        return f"{name.lstrip('.')}.bin"

    # -- between the tabs ---------------------------------------------------------------------

    def _show_in_state(self, path: object) -> None:
        self.show_tab("state")
        self.state.show_path(path)  # type: ignore[arg-type]
        self.state.tree.setFocus()

    def _go_to_moment(self, moment: Moment) -> None:
        self.event_asked.emit(moment.stream, moment.step.position)

    def _go_to_snapshot(self, version: int) -> None:
        stream = self._snapshots.stream
        if stream is not None:
            self.event_asked.emit(stream, version)

    def _go_to_problem(self, problem: Problem) -> None:
        self.event_asked.emit(problem.stream, problem.position)

    def _show_badge(self) -> None:
        """The number of problems in the tab's title, with a picture when there are any."""
        place, count = self._names.index("problems"), self._problems.count
        title = tr("Problems")
        if count:
            title = f"{title} {thousands(count)}{'' if self._problems.exact else '+'}"
        self.tabs.setTabText(place, title)
        role = Role.DANGER if self._problems.worst_is_error else Role.WARNING
        icons = self._theme.icons
        icon = icons.icon(Icon.TRIANGLE_ALERT, role) if count else icons.icon(Icon.SHIELD_CHECK)
        self.tabs.setTabIcon(place, icon if count else type(icon)())


def _offer_filter(
    found: FilterModel, root: str, menu: QMenu, path: ValuePath, value: Value
) -> None:
    add_filter_menu(menu, found, value_condition(root, path, value))
