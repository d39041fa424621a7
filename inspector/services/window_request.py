"""What the window is asked to show, and what starts it: the seam between both front ends.

The command line reads ``open``, ``demo`` and ``screenshot`` and hands such a request to whoever
can draw; it never imports the window itself. The composition root puts the two together.

Imports nothing at run time that is slow to load.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.core.events import Event
    from inspector.core.replaying import Step
    from inspector.services.open_store import OpenRequest


@dataclass(frozen=True, slots=True)
class WindowRequest:
    """One window.

    Attributes:
        store: which store to open; ``None`` for a window that offers to open one.
        stream: id of the stream to go to, and ``category`` where the id alone is not enough.
        at: version of that stream to put the cursor on; its last event by default.
        link: text of a link to follow, in the store or in whichever it means.
        case: a case file to take over; its store is opened where it is known.
        panel: the tab of the details panel that is in front.
        theme: ``light`` or ``dark``; ``None`` follows the user's choice and the system.
        size: width and height in pixels.
        lang: language of the texts; ``None`` follows the system.
        session: come back to what was open when no store is named, and keep what is open;
            ``False`` keeps nothing about stores.
        own: a program of its own, whatever runs already, that no later start reaches.
        note: a sentence to show above everything; empty for none.
        show_failure: draw the window as it says why the store could not be opened.
    """

    store: OpenRequest | None = None
    stream: str | None = None
    category: str | None = None
    at: int | None = None
    link: str | None = None
    case: Path | None = None
    panel: str | None = None
    theme: str | None = None
    size: tuple[int, int] | None = None
    lang: str | None = None
    session: bool = True
    own: bool = False
    note: str = ""
    show_failure: bool = False

    @property
    def shares_program(self) -> bool:
        """Whether its windows may be those of a program that runs, and it may take later ones."""
        return self.session and not self.own


@dataclass(frozen=True, slots=True)
class PrintRequest:
    """One document to be printed, read already.

    Attributes:
        what: ``state``, ``event`` or ``events``.
        title: of the document.
        header: store, stream and version, for every page.
        step: the state that is printed.
        events: the event, or the events, that are printed; ``more``: the range held more.
        wide: pages lie on their side.
    """

    what: str
    title: str
    header: tuple[str, ...]
    step: Step | None = None
    events: tuple[Event, ...] = ()
    more: bool = False
    wide: bool = False


class WindowStarter(Protocol):
    """Who can draw a window."""

    def run(self, request: WindowRequest) -> int:
        """Show the window until it is closed; gives the exit code."""

    def take(self, request: WindowRequest, output: Path) -> None:
        """Draw the window without a screen and save the picture as PNG."""

    def print_pdf(self, request: PrintRequest, output: Path) -> int:
        """Print into a PDF file, without a screen; gives the number of pages."""
