"""What is wrong with the text of an expression, and where.

Imports the standard library only.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ExpressionError(Exception):
    """The text is no expression that can be used.

    Args:
        message: one plain sentence: what is there and what was expected.
        text: the whole expression.
        at: character where it is wrong, from 0.
        near: the nearest known name, or an empty text.

    Attributes:
        line, column: the place, both from 1.
    """

    def __init__(self, message: str, text: str, at: int, near: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.at = min(at, len(text))
        self.near = near
        before = text[: self.at]
        self.line = before.count("\n") + 1
        self.column = self.at - (before.rfind("\n") + 1) + 1


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant, or an empty text."""
    if len(name) > 60:
        return ""
    found = difflib.get_close_matches(name, list(known), 1, 0.6)
    return found[0] if found else ""
