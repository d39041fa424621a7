"""Stored text made fit for a terminal: nothing in it can steer, hide or reorder what is shown.

Control characters, escape sequences, bidirectional overrides, zero-width signs and halves of
surrogate pairs are written as escapes. Widths are those of a terminal, where a Korean syllable
takes two places.

Imports ``inspector.core`` and the standard library only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from inspector.core.sentences import plain_line

__all__ = ["cut", "json_line", "plain_line", "width_of", "wrapped"]


def json_line(text: str) -> str:
    """A line of JSON text, where everything that cannot be printed is a JSON escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _json_escape(c) for c in text)


def _json_escape(char: str) -> str:
    pair = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{pair[i : i + 2].hex()}" for i in range(0, len(pair), 2))


def width_of(text: str) -> int:
    """Places that a printable text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(_places, text))


def _places(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, width: int) -> str:
    """The text, or as much of it as fits with a sign that there is more."""
    if width_of(text) <= width:
        return text
    if width < 1:
        return ""
    return next(_pieces(text, width - 1), "") + "…"


def wrapped(text: str, width: int) -> list[str]:
    """The whole text in lines of at most ``width`` places; at least one line."""
    if width_of(text) <= width:
        return [text]
    return list(_pieces(text, max(width, 2)))


def _pieces(text: str, width: int) -> Iterator[str]:
    """Parts of at most ``width`` places."""
    start = used = 0
    for i, char in enumerate(text):
        places = _places(char)
        if used + places > width:
            yield text[start:i]
            start, used = i, 0
        used += places
    yield text[start:]
