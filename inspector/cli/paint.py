"""Colour on a terminal: roles in, escape sequences out, or nothing at all.

Colour never carries a meaning alone; a sign or a word stands beside it. The sixteen colours that
every terminal's own theme chooses are used, so that light and dark backgrounds both work.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final, TextIO

_CODES: Final[Mapping[str, str]] = {
    "heading": "1",
    "strong": "1",
    "muted": "2",
    "type": "36",
    "added": "32",
    "removed": "31",
    "changed": "33",
    "warning": "33",
    "danger": "31",
    "key": "34",
}


class Paint:
    """Puts texts into colour, or leaves them alone."""

    __slots__ = ("on",)

    def __init__(self, *, on: bool) -> None:
        self.on = on

    def __call__(self, text: str, role: str) -> str:
        """The text in the colour of a role; ``plain`` has none."""
        code = _CODES.get(role)
        if not self.on or code is None or not text:
            return text
        return f"\x1b[{code}m{text}\x1b[0m"


def wants_colour(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether what is written to this stream should be in colour.

    ``NO_COLOR`` (any value but an empty one) switches it off, ``FORCE_COLOR`` on; otherwise a
    terminal gets colour, unless it says that it is ``dumb``.
    """
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and environment.get("TERM") != "dumb"


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal; a closed or missing one is not."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False
