"""From tree to text: the shortest usual spelling that is read back as the same tree.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from inspector.core.expressions.lexer import KEYWORDS, quoted
from inspector.core.expressions.parser import ADDING, COMPARING, MULTIPLYING
from inspector.core.expressions.tree import (
    Between,
    Binary,
    Call,
    For,
    If,
    Index,
    ListOf,
    Literal,
    Logic,
    MapOf,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Slice,
)
from inspector.core.expressions.values import Span

_IF, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _UNARY, _POSTFIX, _ATOM = range(10)
_UNITS: Final = (
    (7 * 86_400 * 10**9, "w"), (86_400 * 10**9, "d"), (3600 * 10**9, "h"), (60 * 10**9, "m"),
    (10**9, "s"), (10**6, "ms"), (10**3, "us"), (1, "ns"),
)  # fmt: skip


def to_text(node: Node) -> str:
    """The expression that is read as this tree."""
    return _at(node, _IF)


def _at(node: Node, least: int) -> str:
    """The text of a part, in brackets where it would bind less than its place asks for."""
    text = _plain(node)
    return f"({text})" if _level(node) < least else text


def _level(node: Node) -> int:  # noqa: PLR0911 one case for each kind of part
    match node:
        case If():
            return _IF
        case Logic(word, _):
            return _OR if word == "or" else _AND
        case Not():
            return _NOT
        case Between():
            return _COMPARE
        case Binary(sign, _, _):
            if sign in COMPARING:
                return _COMPARE
            return _SUM if sign in ADDING else _PRODUCT
        case Negative():
            return _UNARY
        case Member() | Index() | Slice():
            return _POSTFIX
    return _ATOM


def _plain(node: Node) -> str:  # noqa: C901, PLR0911, PLR0912 one case for each kind of part
    match node:
        case Literal(value):
            return _literal(value)
        case Name(name):
            return name
        case Member(base, key):
            return f"{_at(base, _POSTFIX)}.{_key(key)}"
        case Index(base, index):
            return f"{_at(base, _POSTFIX)}[{_at(index, _IF)}]"
        case Slice(base, start, stop):
            return f"{_at(base, _POSTFIX)}[{_optional(start)}:{_optional(stop)}]"
        case Negative(value):
            return f"-{_at(value, _UNARY)}"
        case Not(value):
            return f"not {_at(value, _NOT)}"
        case Logic(word, parts):
            inner = _AND if word == "or" else _NOT
            return f" {word} ".join(_at(part, inner) for part in parts)
        case Between(value, low, high):
            return f"{_at(value, _SUM)} between {_at(low, _SUM)} and {_at(high, _SUM)}"
        case Binary(sign, left, right):
            level = _level(node)
            sides = (_SUM, _SUM) if level == _COMPARE else (level, level + 1)
            return f"{_at(left, sides[0])} {sign} {_at(right, sides[1])}"
        case If(then, condition, otherwise):
            return f"{_at(then, _OR)} if {_at(condition, _OR)} else {_at(otherwise, _IF)}"
        case ListOf(items):
            return f"[{', '.join(map(to_text, items))}]"
        case MapOf(pairs):
            return "{" + ", ".join(f"{_map_key(k)}: {to_text(v)}" for k, v in pairs) + "}"
        case For():
            return _for(node)
        case Call(name, arguments):
            return f"{name}({', '.join(map(to_text, arguments))})"
    raise TypeError(type(node).__name__)


def _optional(node: Node | None) -> str:
    return "" if node is None else _at(node, _IF)


def _key(key: str) -> str:
    return key if key.isidentifier() and key.isprintable() else quoted(key)


def _map_key(node: Node) -> str:
    if isinstance(node, Literal) and isinstance(node.value, str):
        return _key(node.value)
    bare = isinstance(node, Name) or _is_constant(node)
    return f"({to_text(node)})" if bare else to_text(node)


def _is_constant(node: Node) -> bool:
    return isinstance(node, Literal) and (node.value is None or isinstance(node.value, bool))


def _for(node: For) -> str:
    names = ", ".join(node.names)
    rest = f" for {names} in {_at(node.source, _OR)}"
    if node.condition is not None:
        rest += f" if {_at(node.condition, _OR)}"
    if node.key is None:
        return f"[{to_text(node.value)}{rest}]"
    if isinstance(node.key, Literal) and isinstance(node.key.value, str):
        key = quoted(node.key.value)
    else:
        key = f"({to_text(node.key)})" if _is_constant(node.key) else to_text(node.key)
    return "{" + f"{key}: {to_text(node.value)}{rest}" + "}"


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Span):
        return _span(value)
    if isinstance(value, Decimal):
        return _decimal(value)
    return str(value)


def _span(span: Span) -> str:
    size, unit = next((s, u) for s, u in _UNITS if span.nanoseconds % s == 0)
    return f"{span.nanoseconds // size}{unit}"


def _decimal(value: Decimal) -> str:
    """With all its digits, and never as a whole number would be written."""
    text = str(value).replace("E+", "e").replace("E", "e")
    return text if "." in text or "e" in text else f"{text}e0"


def is_word(text: str) -> bool:
    """Whether a text can stand in an expression as a bare name."""
    return text.isidentifier() and text not in KEYWORDS


__all__ = ["MULTIPLYING", "is_word", "to_text"]
