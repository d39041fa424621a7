"""Cutting the text of an expression into words, numbers, texts and signs.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from inspector.core.expressions.errors import ExpressionError
from inspector.core.expressions.values import MAX_DIGITS, Span
from inspector.core.texts import tr

MAX_LENGTH: Final = 20_000
"""Characters of one expression."""

KEYWORDS: Final = frozenset(
    {
        "and", "or", "not", "in", "contains", "startswith", "endswith", "matches", "between",
        "if", "else", "for", "true", "false", "null",
    }
)  # fmt: skip

_SAME: Final = {"&&": "and", "||": "or", "!": "not", "=": "==", "<>": "!="}
_UNITS: Final = {
    "ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
    "d": 86_400 * 10**9, "w": 7 * 86_400 * 10**9,
}  # fmt: skip

_TOKEN: Final = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?P<unit>[^\W\d]\w*)?"
    r"|(?P<word>[^\W\d]\w*)"
    r"|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<sign>&&|\|\||==|!=|<>|<=|>=|//|[-+*/%<>=!()\[\]{},.:])",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(
    r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL
)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression.

    Attributes:
        kind: ``word``, ``key`` (a keyword), ``text``, ``number``, ``sign`` or ``end``.
        text: as written; signs with two spellings in their usual one.
        at: where it begins, from 0.
        value: of a text or number.
    """

    kind: str
    text: str
    at: int
    value: Any = None


def tokens(text: str) -> list[Token]:
    """All words of an expression, and an end.

    Raises:
        ExpressionError: something in it is no word of the language.
    """
    if len(text) > MAX_LENGTH:
        message = tr("The expression has more than {n} characters.", n=MAX_LENGTH)
        raise ExpressionError(message, text, MAX_LENGTH)
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(_no_token(text, at), text, at)
        group = match.lastgroup
        if group != "space":
            found.append(_token(match, "number" if group == "unit" else str(group), text, at))
        at = match.end()
    found.append(Token("end", "", len(text)))
    return found


def _token(match: re.Match[str], group: str, text: str, at: int) -> Token:
    word = match[0]
    if group == "number":
        return _number(match, text, at)
    if group == "text":
        return Token("text", word, at, _unescaped(word[1:-1], text, at))
    if group == "word":
        return Token("key" if word in KEYWORDS else "word", word, at)
    same = _SAME.get(word, word)
    return Token("key" if same in KEYWORDS else "sign", same, at)


def _number(match: re.Match[str], text: str, at: int) -> Token:
    digits, unit = match["number"], match["unit"]
    if len(digits) > MAX_DIGITS or ("e" in digits.lower() and not _fits(digits)):
        message = tr("A number has at most {n} digits.", n=MAX_DIGITS)
        raise ExpressionError(message, text, at)
    value = Decimal(digits) if not digits.isdigit() else int(digits)
    if unit is None:
        return Token("number", match[0], at, value)
    if unit not in _UNITS:
        message = tr(
            "After a number only a unit of time can follow: {units}.", units=", ".join(_UNITS)
        )
        raise ExpressionError(message, text, match.start("unit"))
    return Token("number", match[0], at, Span(int(value * _UNITS[unit])))


def _fits(digits: str) -> bool:
    exponent = re.split("[eE]", digits)[1]
    return len(exponent) < 6 and abs(int(exponent)) + len(digits) <= MAX_DIGITS


def _unescaped(inner: str, text: str, at: int) -> str:
    if "\\" not in inner:
        return inner

    def one(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] in "ux" and len(code) > 1:
            number = int(code[1:].strip("{}"), 16)
            if number > 0x10FFFF or 0xD800 <= number < 0xE000:
                message = tr("There is no character with this number.")
                raise ExpressionError(message, text, at + 1 + match.start())
            return chr(number)
        if code in _ESCAPES:
            return _ESCAPES[code]
        if code.isalnum():
            message = tr("\\{code} means nothing; a backslash itself is written \\\\.", code=code)
            raise ExpressionError(message, text, at + 1 + match.start())
        return code

    return _ESCAPE.sub(one, inner)


def _no_token(text: str, at: int) -> str:
    if text[at] in "'\"":
        return tr("The text that begins here has no end; a {quote} is missing.", quote=text[at])
    return tr("{sign!r} is no sign of this language.", sign=text[at])


def quoted(text: str) -> str:
    """A text as an expression writes it."""
    inner = "".join(_quoted_char(char) for char in text)
    return f"'{inner}'"


def _quoted_char(char: str) -> str:
    if char in "'\\":
        return "\\" + char
    if char.isprintable():
        return char
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(char, f"\\u{{{ord(char):x}}}")
