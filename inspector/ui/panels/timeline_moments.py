"""The moment under the mouse: a card with what is known at once, and more when it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint

from inspector.ui.models.hover_model import HoverModel
from inspector.ui.panels.timeline_content import card_lines
from inspector.ui.widgets.timeline_hover import HoverCard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inspector.core.instants import Instant
    from inspector.services.moment_facts import MomentFacts
    from inspector.ui.models.replay_model import ReplayModel
    from inspector.ui.models.store_outline import StoreOutline
    from inspector.ui.theme import Theme
    from inspector.ui.widgets.timeline_view import TimelineView


class Moments(QObject):
    """Shows the card of the row under the mouse of one timeline.

    Args:
        time_forms: a time in the forms that the card shows.

    Attributes:
        card: the card; made when there is first something to show.
    """

    def __init__(
        self,
        theme: Theme,
        view: TimelineView,
        sources: tuple[ReplayModel, StoreOutline],
        time_forms: Callable[[Instant], Sequence[str]],
    ) -> None:
        super().__init__(view)
        self._theme, self._view, self._time_forms = theme, view, time_forms
        self._replay, self._outline = sources
        self._model = HoverModel(self)
        self.card: HoverCard | None = None
        view.hovered.connect(self.hovered)
        self._model.arrived.connect(self._facts_came)

    def leave(self) -> None:
        """What may still come is not wanted."""
        self._model.leave()

    def hide(self) -> None:
        """Take the card away."""
        if self.card is not None:
            self.card.hide()

    def hovered(self, index: int) -> None:
        """The mouse is at this row; -1: elsewhere."""
        if index < 0 or index >= self._view.data.count:
            self.leave()
            self.hide()
            return
        self._show_card(index, None)
        replay, outline = self._replay, self._outline
        if replay.replay is not None and replay.lanes is not None:
            self._model.in_stream(replay.lanes, replay.replay, index)
        elif outline.density is not None and outline.lanes is not None:
            self._model.in_store(outline.lanes, outline.density, index)

    def _facts_came(self, facts: MomentFacts) -> None:
        if facts.index < self._view.data.count:
            self._show_card(facts.index, facts)

    def _show_card(self, index: int, facts: MomentFacts | None) -> None:
        plot = self._view.plot
        if plot is None:
            return
        if self.card is None:
            self.card = HoverCard(self._theme, self._view.window())
        data, shared = self._view.data, plot.count_at(index)
        lines = card_lines(data, index, shared, self._time_forms, facts)
        place = QPoint(round(plot.x_of(index)), plot.height() + 6)
        self.card.show_lines(lines, plot.mapTo(self._view.window(), place))
