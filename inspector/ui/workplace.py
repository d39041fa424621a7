"""Where one works: banner, tabs, timeline, and the three columns below it.

Holds the panels and their places; what happens between them is the conductor's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.ui.panels.details_panel import DetailsPanel
from inspector.ui.panels.events_panel import EventsPanel
from inspector.ui.panels.streams_panel import StreamsPanel
from inspector.ui.panels.timeline_panel import TimelinePanel
from inspector.ui.widgets.banner import Banner
from inspector.ui.widgets.columns import Columns
from inspector.ui.widgets.place_bar import PlaceBar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction

    from inspector.ui.models.window_models import WindowModels
    from inspector.ui.theme import Theme


class Workplace(QWidget):
    """Banner, tabs, timeline and columns."""

    def __init__(self, theme: Theme, models: WindowModels, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.banner = Banner(theme)
        self.timeline = TimelinePanel(theme, models.replay, models.events, actions)
        self.streams = StreamsPanel(theme, models.streams)
        self.events = EventsPanel(theme, models.events, models.filter)
        self.details = DetailsPanel(theme, models)
        self.columns = Columns(theme, (self.streams, self.events, self.details))
        self.splitter = self.columns.splitter
        self.tabs = PlaceBar(theme, actions)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.banner)
        column.addWidget(self.tabs)
        column.addWidget(self.timeline)
        column.addWidget(self.columns, 1)

    def show_panel(self, name: str) -> None:
        """Bring a panel or a tab to the front by its name."""
        if name == "streams":
            self.streams.view.setFocus()
        else:
            self.details.show_tab(name)
            self.columns.show_details()
