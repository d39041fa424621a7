"""One pass over the bytes of an Erlang term, without recursion.

Imports the standard library only. Promises that no count in the data makes it reserve
memory, and that it stops at :data:`~inspector.codecs._limits.MAX_DEPTH` levels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from inspector.codecs._api import CodecError
from inspector.codecs._elixir_structs import convert
from inspector.codecs._erlang_parts import (
    Atom,
    Cursor,
    read_atom,
    read_big,
    read_binary,
    read_bits,
    read_float,
    read_float_text,
)
from inspector.codecs._limits import MAX_DEPTH, TOO_DEEP, require_depth
from inspector.codecs._maps import make_map
from inspector.core.payloads import Value

_NIL: Final = 106
_STRUCT: Final = "__struct__"


class _Frame:
    """A container that is still being filled.

    Attributes:
        wanted: so many items, then ``close`` makes the value (or another frame).
    """

    __slots__ = ("close", "items", "wanted")

    def __init__(self, wanted: int, close: Callable[[list[Value]], Value]) -> None:
        self.items: list[Value] = []
        self.wanted = wanted
        self.close = close


def read_term(raw: bytes, at: int) -> Value:
    """The term that fills the bytes from ``at`` to their end.

    Raises:
        CodecError: see :class:`inspector.codecs.erlang_term.ErlangTerm`.
    """
    cursor = Cursor(raw, at)
    value, deepest = _read(cursor)
    if cursor.at != len(raw):
        raise CodecError(f"{len(raw) - cursor.at} bytes follow the end of the term.")
    if deepest > MAX_DEPTH // 4:  # marks such as {"$map": [[key, value]]} add levels
        require_depth(value)
    return _plain(value)


def _read(cursor: Cursor) -> tuple[Value, int]:
    """One term, and the most containers that were open at a time."""
    frames: list[_Frame] = []
    deepest = 0
    while True:
        made = _next(cursor)
        while made.__class__ is not _Frame or made.wanted == 0:
            if made.__class__ is _Frame:
                made = made.close(made.items)
            elif not frames:
                return made, deepest
            else:
                top = frames[-1]
                top.items.append(made)
                if len(top.items) < top.wanted:
                    break
                made = frames.pop().close(top.items)
        else:
            frames.append(made)
            deepest = max(deepest, len(frames))
            if deepest > MAX_DEPTH:
                raise CodecError(TOO_DEEP)


def _next(cursor: Cursor) -> Value:
    """A value, or the frame of a container."""
    tag = cursor.number(1)
    read = _READERS.get(tag)
    if read is None:
        raise CodecError(f"The term holds a part of an unknown kind (tag {tag}).")
    return read(cursor)


def _list(cursor: Cursor) -> _Frame:
    """A proper list ends with the empty list; any other tail is shown."""

    def close(items: list[Value]) -> Value:
        if cursor.raw[cursor.at : cursor.at + 1] == bytes([_NIL]):
            cursor.at += 1
            return _plain_list(items)
        return _Frame(1, lambda tail: {"$improper": [_plain_list(items), _plain(tail[0])]})

    return _Frame(cursor.count(4), close)


def _opaque(cursor: Cursor, kind: str, size: int) -> _Frame:
    """A process id, port or reference: the node's atom and ``size`` bytes."""
    return _Frame(1, lambda node: {"$erlang": [kind, _plain(node[0]), cursor.take(size)]})


def _reference(cursor: Cursor, other: int) -> _Frame:
    words = cursor.number(2)
    return _opaque(cursor, "reference", other + 4 * words)


def _export(parts: list[Value]) -> Value:
    """``&Module.function/arity``: two atoms and a number."""
    return {"$erlang": ["function", *_plain_list(parts)]}


def _plain(value: Value) -> Value:
    return str(value) if value.__class__ is Atom else value


def _plain_list(items: list[Value]) -> list[Value]:
    return [str(item) if item.__class__ is Atom else item for item in items]


def _close_map(items: list[Value]) -> Value:
    keys, values = items[::2], _plain_list(items[1::2])
    made = make_map(list(zip(_plain_list(keys), values, strict=True)))
    name = made.get(_STRUCT)
    if isinstance(name, str) and any(k.__class__ is Atom and k == _STRUCT for k in keys):
        return convert(name, made)
    return made


_READERS: Final[dict[int, Callable[[Cursor], Value]]] = {
    70: read_float,
    77: read_bits,
    88: lambda c: _opaque(c, "process", 12),
    89: lambda c: _opaque(c, "port", 8),
    90: lambda c: _reference(c, 4),
    97: lambda c: c.number(1),
    98: lambda c: int.from_bytes(c.take(4), "big", signed=True),
    99: read_float_text,
    100: lambda c: read_atom(c, 2, "latin-1"),
    101: lambda c: _opaque(c, "reference", 5),
    102: lambda c: _opaque(c, "port", 5),
    103: lambda c: _opaque(c, "process", 9),
    104: lambda c: _Frame(c.count(1), _plain_list),
    105: lambda c: _Frame(c.count(4), _plain_list),
    _NIL: lambda c: [],
    107: lambda c: list(c.take(c.number(2))),
    108: _list,
    109: read_binary,
    110: lambda c: read_big(c, 1),
    111: lambda c: read_big(c, 4),
    113: lambda c: _Frame(3, _export),
    114: lambda c: _reference(c, 1),
    115: lambda c: read_atom(c, 1, "latin-1"),
    116: lambda c: _Frame(2 * c.count(4), _close_map),
    118: lambda c: read_atom(c, 2, "utf-8"),
    119: lambda c: read_atom(c, 1, "utf-8"),
    120: lambda c: _opaque(c, "port", 12),
}
