"""The composition root: the command line, and the window it can start.

The only place that knows both front ends. The window is imported when a command asks for it, so
that a command that prints a table never waits for a window library.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from inspector import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from inspector.services.manual import Page
    from inspector.services.window_request import PrintRequest, WindowRequest

    CommandPages = Callable[[str], Iterable[Page]]


class _Window:
    """Starts the Qt window; see :class:`inspector.services.window_request.WindowStarter`."""

    def run(self, request: WindowRequest) -> int:
        """Show the window until it is closed, or in the program that runs already."""
        request, taken = _handed_over(request)
        if taken:
            return 0
        return self.load(request)(request, _command_pages)

    def load(self, request: WindowRequest) -> Callable[[WindowRequest, CommandPages], int]:
        """Import everything that the window needs; gives what shows it."""
        from inspector.services.collector import collector_paused  # noqa: PLC0415 - as below
        from inspector.services.loading import load_parts  # noqa: PLC0415

        try:
            with collector_paused():  # loading makes a hundred thousand values and no garbage
                load_parts(opens_store=request.store is not None)
                from inspector.ui.app import run  # noqa: PLC0415 - only when there is a window
        except ImportError as error:
            raise _cannot_start(error) from error
        return run

    def take(self, request: WindowRequest, output: Path) -> None:
        """Draw the window without a screen."""
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        try:
            from inspector.ui.screenshot import take  # noqa: PLC0415 - as above
        except ImportError as error:
            raise _cannot_start(error) from error
        take(request, output)

    def print_pdf(self, request: PrintRequest, output: Path) -> int:
        """Print into a file without a screen."""
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        try:
            from inspector.ui.printing.command import print_pdf  # noqa: PLC0415 - as above
        except ImportError as error:
            raise _cannot_start(error) from error
        return print_pdf(request, output)


def _handed_over(request: WindowRequest) -> tuple[WindowRequest, bool]:
    """Ask a program that runs to show it; else the request, with a word about why it did not."""
    if not request.shares_program:
        return request, False
    from dataclasses import replace  # noqa: PLC0415 - not for commands that print tables

    from platformdirs import user_config_path  # noqa: PLC0415

    from inspector.services.single_instance import hand_over, socket_name  # noqa: PLC0415

    settings = user_config_path("event-history-inspector", appauthor=False)
    came = hand_over(request, socket_name(settings))
    return replace(request, note=came.note), came.taken


def _command_pages(language: str) -> Iterable[Page]:
    """The manual's pages of all commands, which the window cannot know by itself."""
    from inspector.cli.command_pages import command_pages  # noqa: PLC0415 - when they are read

    return command_pages(language)


def _cannot_start(error: ImportError) -> Exception:
    """A library that the window needs is missing; the loader's words name it."""
    from inspector.cli.window_options import NoWindow  # noqa: PLC0415 - seldom needed
    from inspector.core.texts import tr  # noqa: PLC0415

    return NoWindow(
        tr("The window cannot be started: {reason}.", reason=str(error).rstrip(".")),
        hint=tr("The command doctor lists what this computer lacks."),
    )


def main() -> int:
    """Run the program with the arguments it was called with."""
    if sys.argv[1:3] == ["--worker", "javascript"]:
        # A process of its own for a script that is not ours; nothing else is loaded there.
        from inspector.replayers.javascript_worker import main as work  # noqa: PLC0415

        return work(sys.argv[3:])
    return cli.main(sys.argv[1:], _Window())


if __name__ == "__main__":
    sys.exit(main())
