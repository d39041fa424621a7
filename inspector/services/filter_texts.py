"""A filter as people type it: read, joined with others, and named with its mistakes.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from inspector.core.errors import FilterInvalid
from inspector.core.expressions import ExpressionError, Filter, compile_filter
from inspector.core.expressions.lexer import quoted
from inspector.core.texts import is_text, tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inspector.core.paths import Path

_ONE_WORD: Final = re.compile(r"[^\s'\"()\[\]{}<>=!]{3,200}")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with the text of a filter, and where.

    Attributes:
        message: one sentence; ``near``: what was probably meant, or an empty text.
        line, column: from 1.
        at: character, from 0.
    """

    message: str
    near: str
    line: int
    column: int
    at: int

    @property
    def sentence(self) -> str:
        """Place and message."""
        return tr(
            "Line {line}, column {column}: {message}",
            line=self.line,
            column=self.column,
            message=self.message,
        )

    @property
    def hint(self) -> str:
        """What the user can do."""
        return tr("Did you mean {word}?", word=self.near) if self.near else ""


def read_text(text: str) -> Filter | Mistake:
    """A filter, or what is wrong with its text."""
    try:
        return compile_filter(text)
    except ExpressionError as error:
        near = error.near
        if not near and _ONE_WORD.fullmatch(text.strip()):
            near = quoted(text.strip())  # an id with dashes is no word of the language
        return Mistake(error.message, near, error.line, error.column, error.at)


def read_filter(text: str) -> Filter:
    """A filter.

    Raises:
        FilterInvalid: the text is none; the message names line and column.
    """
    found = read_text(text)
    if isinstance(found, Filter):
        return found
    hint = found.hint or tr("The manual's page Expressions has the language with examples.")
    raise FilterInvalid(tr("The filter is wrong. {why}", why=found.sentence), hint=hint)


def search_text(word: str) -> str:
    """The filter that searches a text everywhere."""
    return quoted(word)


def path_expression(root: str, path: Path) -> str | None:
    """The place of a value, as a filter writes it; ``None`` where the language cannot say it."""
    text = root
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif not isinstance(part, str):
            return None
        elif re.fullmatch(r"[A-Za-z_]\w*", part, re.ASCII):
            text += f".{part}"
        else:
            text += f".{quoted(part)}"
    return text


def value_expression(place: str, value: Any) -> str | None:
    """The condition that a place holds a value; ``None`` where a filter cannot say it."""
    written = written_value(value)
    return None if written is None else f"{place} == {written}"


def written_value(value: Any) -> str | None:
    """A single value as the language writes it; lists, maps and bytes it does not write."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        short = len(value) <= LONGEST_VALUE and is_text(value)
        return quoted(value) if short else None
    if isinstance(value, int):
        return str(value) if abs(value) < 10**100 else None
    return _written_fraction(value)


LONGEST_VALUE: Final = 400
"""Characters of a text that is put into a filter by the mouse."""


def _written_fraction(value: Any) -> str | None:
    if isinstance(value, float):
        value = Decimal(repr(value))
    if not isinstance(value, Decimal) or not value.is_finite() or abs(value.adjusted()) > 100:
        return None
    return format(value, "f")


def combined(filters: Iterable[Filter]) -> tuple[Filter, ...]:
    """Filters that all have to hold, each text once."""
    return tuple({one.text.strip(): one for one in filters}.values())
