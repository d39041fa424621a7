"""The translation function: every text that a user sees goes through :func:`tr`.

One function serves the window and the command line. Until a language is chosen it gives the
English text itself, which is also the key of the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

THIN_SPACE: Final = "\u2009"

_translate: Callable[[str], str] = str
_separator = THIN_SPACE


def use_language(translate: Callable[[str], str], separator: str = THIN_SPACE) -> None:
    """Choose the function that turns an English text into the user's language.

    Args:
        separator: what stands between thousands.
    """
    global _translate, _separator
    _translate, _separator = translate, separator


def tr(text: str, /, **values: Any) -> str:
    """The text in the user's language, with ``{name}`` places filled in.

    Values are inserted as they are and never read as a pattern themselves.
    """
    shown = _translate(text)
    return shown.format(**values) if values else shown


def is_text(text: str) -> bool:
    """Whether every character can be encoded: bytes of a store that were no UTF-8 cannot, they
    are kept as lone surrogates."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def counted(number: int, one: str, many: str, **values: Any) -> str:
    """``one`` or ``many``, with ``{n}`` filled in by the number."""
    return tr(one if number == 1 else many, n=thousands(number), **values)


def thousands(number: int) -> str:
    """A whole number for people, as their language groups digits; never in exports."""
    return f"{number:,}".replace(",", _separator)
