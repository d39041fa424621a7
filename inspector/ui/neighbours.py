"""What a window may ask of the other windows, without knowing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from inspector.core.links import Link
    from inspector.services.workspace import Workspace
    from inspector.ui.main_window import MainWindow


class Neighbours(Protocol):
    """The other windows of the program."""

    def open_window(self, near: MainWindow, place: Workspace | None) -> object:
        """Open another window, at a place or with nothing open."""

    def follow(self, link: Link, asked: MainWindow) -> bool:
        """Let the window follow a link whose store is open there; ``False``: there is none."""

    def open_for(self, link: Link, asked: MainWindow) -> bool:
        """Let a new window follow a link; ``False``: there are no other windows."""

    def quit(self, asked: MainWindow) -> object:
        """Close all windows."""


class Alone:
    """A window that nobody holds together with others: pictures, tests."""

    def open_window(self, near: MainWindow, place: Workspace | None) -> object:
        """There is no other."""

    def follow(self, link: Link, asked: MainWindow) -> bool:
        """Nowhere else."""
        del link, asked
        return False

    def open_for(self, link: Link, asked: MainWindow) -> bool:
        """Nowhere else."""
        del link, asked
        return False

    def quit(self, asked: MainWindow) -> object:
        """Close the one there is."""
        return asked.close()
