"""UUIDs as stores hold them and as people write them.

Imports the standard library and the core. The same id is 32 hexadecimal digits in one column,
16 bytes in another, a UUID in a third; people always see the dashed form.
"""

from __future__ import annotations

import re
import uuid

from inspector.core.events import Scalar
from inspector.layouts._api import Column, plain_text
from inspector.layouts._probe import is_kind

_HEX = re.compile(r"[0-9a-f]{32}\Z")
_DIGITS = re.compile(r"(?:[0-9a-f]{2})+\Z")
DASHED = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


def id_text(value: Scalar) -> str:
    """An id as the libraries' interfaces spell it: UUIDs with dashes, other texts as they are."""
    if isinstance(value, bytes) and len(value) == 16:
        return str(uuid.UUID(bytes=value))
    if isinstance(value, str) and _HEX.match(value):
        # By slices: a page of the whole store names hundreds of streams.
        return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"
    return plain_text(value)


def id_keys(name: str, column: Column | None) -> tuple[Scalar, ...]:
    """Values that an id column of this type could hold for a name; none: it cannot be there."""
    number = _uuid(name)
    if column is not None and column.type and is_kind(column, "uuid"):
        return () if number is None else (number,)
    if column is not None and column.type and is_kind(column, "bytes"):
        return _bytes_of(name) if number is None else (number.bytes,)
    if number is None:
        return (name,)
    return tuple(dict.fromkeys((name, number.hex, str(number))))


def _bytes_of(name: str) -> tuple[Scalar, ...]:
    """Bytes that are shown as this name: as a text, or as hexadecimal digits."""
    found = [name.encode("utf-8", "surrogateescape")]
    if _DIGITS.match(name):
        found.append(bytes.fromhex(name))
    return tuple(found)


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID with dashes."""
    return DASHED.match(text) is not None


def _uuid(name: str) -> uuid.UUID | None:
    """The UUID that somebody wrote, with or without dashes, braces not allowed."""
    text = name.strip().lower()
    if not (_HEX.match(text) or DASHED.match(text)):
        return None
    return uuid.UUID(text)


def identity_prefix(stream: str, signs: str) -> str | None:
    """What stands before an aggregate's identity, if the name ends with one.

    An identity is a UUID, or begins after one of the signs and holds a digit: ``Order`` of
    ``Order$17``, ``Banking::Account`` of ``Banking::Account$155176dc-…``, and nothing of
    ``audit$log``.
    """
    if len(stream) > 37 and is_uuid(stream[-36:]) and stream[-37] in signs:
        return stream[:-37] or None
    if is_uuid(stream):
        return None
    at = max(stream.rfind(sign) for sign in signs)
    tail = stream[at + 1 :]
    return stream[:at] if at > 0 and any(c.isdigit() for c in tail) else None
