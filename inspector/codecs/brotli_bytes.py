"""Brotli, which has no mark of its own: tried late, and believed only when text comes out.

Other bytes may happen to be valid Brotli. So what comes out must be UTF-8 that begins as a JSON
or XML document does; anything else is refused.

Imports ``brotli`` when the first cell is opened. Format: RFC 7932.
"""

from __future__ import annotations

import re

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read
from inspector.codecs._limits import TooLarge

_SHORTEST = 5
_SAMPLE = 64
_STEP = 1 << 20
_DOCUMENT = re.compile(rb"\s*(?:\{\s*[\"}]|\[|\"|<[?A-Za-z])")


class BrotliBytes:
    """The codec ``brotli``: takes the compression off."""

    name = "brotli"

    def score(self, raw: Raw) -> int:
        """Low for any bytes that are not plain text: there is no mark to see."""
        if not isinstance(raw, bytes) or len(raw) < _SHORTEST:
            return 0
        return 0 if raw[:_SAMPLE].isascii() else 15

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The compressed form without its wrapping.

        Raises:
            CodecError: it is not Brotli, is cut off, or holds no text document.
        """
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same with a limit of the reader's own."""
        if not isinstance(raw, bytes):
            raise CodecError("Compressed data are bytes, and this is text.")
        found = _unpacked(raw, limit)
        if not _DOCUMENT.match(found):
            raise CodecError("What Brotli finds inside is no document.")
        try:
            return Read(layer=found.decode("utf-8"))
        except UnicodeDecodeError:
            raise CodecError("What Brotli finds inside is no text.") from None


def _unpacked(raw: bytes, limit: int) -> bytes:
    # Loading the library takes longer than opening a store; most stores need none of it.
    import brotli  # noqa: PLC0415

    reader = brotli.Decompressor()
    found: list[bytes] = []
    room, waiting = limit, raw
    try:
        while not reader.is_finished():
            part = reader.process(waiting, output_buffer_limit=min(_STEP, room + 1))
            waiting = b""
            found.append(part)
            room -= len(part)
            if room < 0:
                raise TooLarge("The Brotli data unpack to more than the limit for one cell.")
            if not part and reader.can_accept_more_data() and not reader.is_finished():
                raise CodecError("The Brotli data end too early.")
    except brotli.error:
        raise CodecError("Not Brotli, or damaged.") from None
    return b"".join(found)


CODEC = BrotliBytes()
