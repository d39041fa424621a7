"""Taking compression off without ever letting a small cell fill the memory.

Imports the standard library only. Promises that no more than the limit plus one read of the
decompressor is ever held.
"""

from __future__ import annotations

import zlib

from inspector.codecs._api import CodecError
from inspector.codecs._limits import TooLarge

ZLIB = 15
GZIP = 31
"""Window settings that make the standard library expect the one header or the other."""

_MOST_PARTS = 16
"""Each part costs a copy of all that follows; a writer of events makes one."""


def inflate(raw: bytes, window: int, limit: int, what: str) -> bytes:
    """The bytes inside; a gzip file may consist of several parts.

    Args:
        raw: the compressed form.
        window: :data:`ZLIB` or :data:`GZIP`.
        limit: most bytes that may come out.
        what: name of the format for messages.

    Raises:
        TooLarge: more than ``limit`` bytes would come out.
        CodecError: damaged, cut off, or followed by something else.
    """
    parts: list[bytes] = []
    room = limit
    rest = raw
    while rest:
        if len(parts) == _MOST_PARTS:
            raise CodecError(f"More than {_MOST_PARTS} {what} parts follow each other.")
        part, rest = _one(rest, window, room, what)
        parts.append(part)
        room -= len(part)
        if window != GZIP and rest:
            raise CodecError(f"{len(rest)} bytes follow the end of the {what} data.")
    return b"".join(parts)


def _one(raw: bytes, window: int, room: int, what: str) -> tuple[bytes, bytes]:
    reader = zlib.decompressobj(window)
    try:
        part = reader.decompress(raw, room + 1)
    except zlib.error as error:
        raise CodecError(f"Damaged {what} data: {error}.") from None
    if len(part) > room:
        raise TooLarge(f"The {what} data unpack to more than the limit for one cell.")
    if not reader.eof:
        raise CodecError(f"The {what} data end too early.")
    return part, reader.unused_data
