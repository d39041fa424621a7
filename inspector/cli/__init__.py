"""The command line: the second front end, for people, scripts and tests.

One module per command, over the same services as the window. Imports services and core values;
never Qt, a driver or a layout. What is slow to load is loaded by the one command that needs it.

Promises: the exit codes and JSON keys of the contract, one plain sentence instead of a
traceback, and nothing from a store that could steer a terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

STOPPED = 5
"""The exit code of a command that was stopped."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.services.window_request import WindowStarter


def main(argv: Sequence[str], window: WindowStarter | None = None) -> int:
    """Run one command.

    Args:
        argv: the arguments after the program's name.
        window: who draws the window, for ``open``, ``demo`` and ``screenshot``.

    Returns:
        The exit code.
    """
    try:
        from inspector.cli.running import run  # noqa: PLC0415 - the package itself costs nothing

        return run(list(argv), window)
    except KeyboardInterrupt:  # before or after the time in which somebody listens for it
        return STOPPED
