"""Checking a finished value whose parts may be in many places.

Pickles and Java objects refer to earlier parts. A few bytes can then stand for billions of
values, or for a very deep one. The check goes through each part once, with a stack of its own.

Imports the contract of this package only.
"""

from __future__ import annotations

from inspector.codecs._api import CodecError
from inspector.codecs._limits import MAX_DEPTH, TOO_DEEP, TooLarge
from inspector.codecs._spending import NODE
from inspector.core.payloads import Value


def require_bounds(value: Value, limit: int) -> None:
    """Check what a value without circles costs when written out, and how deep it nests.

    Raises:
        TooLarge: written out, it has more than ``limit`` bytes.
        CodecError: it nests deeper than :data:`MAX_DEPTH` levels.
    """
    known: dict[int, tuple[int, int]] = {}
    stack: list[tuple[Value, bool]] = [(value, False)]
    while stack:
        part, below_done = stack.pop()
        if id(part) in known or not isinstance(part, (dict, list)):
            continue
        children = _children(part)
        if not below_done:
            stack.append((part, True))
            stack.extend((c, False) for c in children if isinstance(c, (dict, list)))
            continue
        measures = [known.get(id(c), (NODE + _plain_size(c), 0)) for c in children]
        size = NODE + sum(size for size, _ in measures)
        depth = 1 + max((depth for _, depth in measures), default=0)
        if size > limit:
            raise TooLarge(f"Written out, it has more than {limit} bytes.")
        if depth > MAX_DEPTH:
            raise CodecError(TOO_DEEP)
        known[id(part)] = size, depth


def _children(part: Value) -> list[Value]:
    if isinstance(part, dict):
        return [*part.keys(), *part.values()]
    return list(part)


def _plain_size(value: Value) -> int:
    return len(value) if isinstance(value, (str, bytes)) else 0
