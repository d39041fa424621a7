"""Where inside a value something is, as a tuple and as text.

A path is a tuple of parts: a text is a key of a map, a whole number a place in a list, and a
:class:`MapKey` a key of a map that is not text (MessagePack and Erlang terms have such). The
text form is what people type and read: ``items[1].sku``; a key that is not a plain word is
quoted as in JSON: ``["first name"]``; a key that is not text stands in braces: ``rates{42}``.

Imports the standard library only. Promises that ``parse_path(path_text(path)) == path``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

_WORD: Final = re.compile(r"[^\W\d][\w$-]*")
_INDEX: Final = re.compile(r"\[(\d+)\]")
_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_DECODER: Final = json.JSONDecoder()
_CONSTANTS: Final = {"null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class MapKey:
    """A key of a map that is not text: a number, a truth value, null, bytes or a tuple."""

    value: Any


PathPart = str | int | MapKey
Path = tuple[PathPart, ...]

ROOT: Final[Path] = ()


def key_part(key: object) -> PathPart:
    """The path part of a map's key."""
    return key if isinstance(key, str) else MapKey(key)


def part_key(part: PathPart) -> object:
    """The key or place that a path part stands for."""
    return part.value if isinstance(part, MapKey) else part


def path_text(path: Path) -> str:
    """The path as people read and type it; the root is an empty text."""
    text = ""
    for part in path:
        if isinstance(part, MapKey):
            text += "{" + _key_text(part.value) + "}"
        elif isinstance(part, int):
            text += f"[{part}]"
        elif _WORD.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part, ensure_ascii=not part.isprintable())}]"
    return text


def parse_path(text: str) -> Path:
    """Read what :func:`path_text` wrote.

    Raises:
        ValueError: the text is no path; the message names the place.
    """
    parts: list[PathPart] = []
    at = 0
    while at < len(text):
        part, at = _parse_part(text, at, first=not parts)
        parts.append(part)
    return tuple(parts)


def _parse_part(text: str, at: int, *, first: bool) -> tuple[PathPart, int]:
    if (found := _INDEX.match(text, at)) is not None:
        return int(found[1]), found.end()
    if (found := _BRACES.match(text, at)) is not None:
        return MapKey(_parse_key(found[1], at)), found.end()
    if text.startswith('["', at):
        try:
            key, end = _DECODER.raw_decode(text, at + 1)
        except json.JSONDecodeError as error:
            raise ValueError(f"the quoted key at character {at + 1} has no end") from error
        if not text.startswith("]", end):
            raise ValueError(f"a ] is missing at character {end + 1}")
        return str(key), end + 1
    dot = text.startswith(".", at)
    found = _WORD.match(text, at + dot) if dot != first else None
    if found is None:
        raise ValueError(f"no field name, [index] or {{key}} at character {at + 1}")
    return found[0], found.end()


def _key_text(key: object) -> str:
    """A key that is not text; tuples and other rare kinds are for reading only."""
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    if isinstance(key, bytes):
        return "0x" + key.hex()
    if isinstance(key, float):
        return f"{key!r}f"
    if isinstance(key, int):
        return str(key)
    if isinstance(key, Decimal):
        return f"{key}d"
    return repr(key).replace("{", "(").replace("}", ")")


def _parse_key(text: str, at: int) -> object:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    try:
        if text.startswith("0x"):
            return bytes.fromhex(text[2:])
        if text.endswith("f"):
            return float(text[:-1])
        return Decimal(text[:-1]) if text.endswith("d") else int(text)
    except (ValueError, InvalidOperation) as error:
        raise ValueError(f"the key in braces at character {at + 1} cannot be read") from error
