"""What ``open``, ``demo`` and ``screenshot`` share: options of the window, and whether there is
a screen to show it on."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from typing import TYPE_CHECKING

from inspector.cli.parsing import PROGRAM, one_of, picture_size, whole_number
from inspector.core.errors import InspectorError
from inspector.core.texts import tr

if TYPE_CHECKING:
    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.services.window_request import WindowStarter

PANELS = (
    "state",
    "event",
    "diff",
    "versions",
    "raw",
    "snapshots",
    "problems",
    "streams",
    "all-versions",
    "all-snapshots",
    "marks",
    "rules",
)
THEMES = ("light", "dark")


class NoWindow(InspectorError):
    """The window cannot be shown on this computer, or in this session."""

    code = "no-window"
    exit_code = 2


def add_place_options(parser: Parser) -> None:
    """Add which stream, and where in it."""
    add = parser.main.add_argument
    add("--stream", metavar="S", help=tr("id of the stream to show"))
    add("--category", metavar="C", help=tr("where several streams have the same id"))
    text = tr("version to put the cursor on (the last one if not given)")
    add("--at", metavar="N", type=whole_number("--at"), help=text)


def add_look_options(parser: Parser) -> None:
    """Add how the window looks."""
    group = parser.group(tr("How the window looks"))
    text = tr("tab that is in front: {names}", names=", ".join(PANELS))
    group.add_argument("--panel", metavar="P", type=one_of("--panel", PANELS), help=text)
    read = one_of("--theme", THEMES)
    group.add_argument("--theme", metavar="light|dark", type=read, help=tr("light or dark"))
    text = tr("size in pixels, such as 1280x800")
    group.add_argument("--size", metavar="WxH", type=picture_size, help=text)


def starter(session: Session) -> WindowStarter:
    """Who draws the window.

    Raises:
        NoWindow: this program was packed without one.
    """
    if session.window is None:
        raise NoWindow(tr("This program was packed without its window."))
    return session.window


def require_screen(picture_arguments: str) -> None:
    """Make sure that there is a screen, before anything slow is loaded.

    Args:
        picture_arguments: what the command ``screenshot`` would take for the same view.

    Raises:
        NoWindow: there is none; the hint is a command that needs none.
    """
    if has_screen():
        _require_libraries()
        return
    instead = f"{program_call()} screenshot {picture_arguments} -o window.png"
    raise NoWindow(
        tr("There is no screen to show the window on."),
        hint=tr("This draws it into a file without one: {command}", command=instead),
    )


def _require_libraries() -> None:
    """Qt would end the program without a word about what is missing."""
    from inspector.services.system_check import missing_for_screen, packages_for  # noqa: PLC0415

    missing = missing_for_screen()
    if missing:
        raise NoWindow(
            tr("The window needs libraries that are missing: {names}.", names=", ".join(missing)),
            hint=packages_for(missing),
        )


def has_screen() -> bool:
    """Whether a window can be seen; elsewhere than on Linux there is always a screen."""
    if not sys.platform.startswith("linux"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)


def program_call() -> str:
    """How to call this program in this shell."""
    if shutil.which(PROGRAM) is not None:
        return PROGRAM
    if sys.argv and sys.argv[0].endswith(PROGRAM):
        return shlex.quote(sys.argv[0])
    return f"{shlex.quote(sys.executable)} -m inspector"
