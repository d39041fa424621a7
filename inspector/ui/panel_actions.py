"""What the actions about table and tabs do in a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.ui.models.comparison_model import Side
from inspector.ui.panels.event_delegate import Density

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.ui.main_window import MainWindow

TABS = ("state", "event", "diff", "versions", "raw", "snapshots", "problems")


def panel_handlers(window: MainWindow) -> dict[str, Callable[[], object]]:
    """What to do, by the action's name."""

    def show_tab(name: str) -> Callable[[], object]:
        return lambda: window.show_panel(name)

    def show_density(density: Density) -> Callable[[], object]:
        return lambda: window.place.events.set_density(density)

    def pin(side: Side) -> Callable[[], object]:
        return lambda: window.models.comparison.pin(side)

    return {
        **{f"tab-{name}": show_tab(name) for name in TABS},
        **{f"density-{d.name.lower()}": show_density(d) for d in Density},
        "open-all": lambda: _open_all(window),
        "stored-text": lambda: _stored_text(window),
        "find-value": lambda: _find_value(window),
        "why-value": lambda: _why(window),
        "pin-a": pin(Side.A),
        "pin-b": pin(Side.B),
        "swap-pins": window.models.comparison.swap,
        "look-through": lambda: _look_through(window),
    }


def _open_all(window: MainWindow) -> None:
    events = window.place.events
    full = events.density is Density.FULL
    events.set_density(Density.LIST if full else Density.FULL)


def _stored_text(window: MainWindow) -> None:
    """From fields to the stored text and back; from another tab, straight to the stored text."""
    page = window.details.event_page
    if window.details.tab == "event" or not page.stored:
        page.toggle_stored()
    window.show_panel("event")


def _find_value(window: MainWindow) -> None:
    window.show_panel("state")
    window.details.state.find_bar.open_bar()


def _why(window: MainWindow) -> None:
    window.show_panel("state")
    window.details.state.ask_why()


def _look_through(window: MainWindow) -> None:
    window.show_panel("problems")
    window.details.problems.look_through()
