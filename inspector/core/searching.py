"""Looking for a text in the keys and values of one value, from top to bottom.

A value may be huge, so the search is a generator that pauses: it gives ``None`` now and then
without having found anything, and whoever runs it does something else in between.

Imports ``inspector.core`` only. Works on any depth without recursion.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from inspector.core.paths import Path, PathPart, key_part
from inspector.core.payloads import Value

PAUSE_EVERY: Final = 1000
"""Values looked at between two pauses."""

_LONGEST_NUMBER: Final = 10_000
"""Bits; Python refuses to write much longer whole numbers in decimal."""


def find_text(value: Value, text: str, pause_every: int = PAUSE_EVERY) -> Iterator[Path | None]:
    """Paths of values whose key or whose own text holds ``text``, whatever its case.

    Numbers are looked at as they are written, ``true``, ``false`` and ``null`` as JSON writes
    them, bytes in hexadecimal. Gives ``None`` at every pause.
    """
    wanted = text.casefold()
    if not wanted:
        return
    stack: list[tuple[Path, Iterator[tuple[PathPart, Value]]]] = [((), _members(value))]
    if not _is_open(value) and wanted in _text(value):
        yield ()
    looked = 0
    while stack:
        path, rest = stack[-1]
        found = next(rest, None)
        if found is None:
            stack.pop()
            continue
        part, child = found
        here = (*path, part)
        if _matches(part, child, wanted):
            yield here
        if _is_open(child):
            stack.append((here, _members(child)))
        looked += 1
        if looked % pause_every == 0:
            yield None


def _matches(part: PathPart, child: Value, wanted: str) -> bool:
    named = isinstance(part, str) and wanted in part.casefold()
    if not named and not isinstance(part, str | int):
        named = wanted in (_text(part.value) or str(part.value).casefold())
    return named or (not _is_open(child) and wanted in _text(child))


def _is_open(value: Value) -> bool:
    return isinstance(value, dict | list | tuple)


def _members(value: Value) -> Iterator[tuple[PathPart, Value]]:
    if isinstance(value, dict):
        return ((key_part(key), child) for key, child in value.items())
    return iter(enumerate(value)) if isinstance(value, list | tuple) else iter(())


def _text(value: Any) -> str:
    """A value's own text in lower case; maps and lists have none."""
    if isinstance(value, str):
        return value.casefold()
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, bytes | bytearray):
        return bytes(value).hex()
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
        return ""
    if isinstance(value, int | float | Decimal):
        return str(value).lower()
    return "" if _is_open(value) else str(value).casefold()
