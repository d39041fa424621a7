"""zlib: a deflate stream with a two-byte header and a checksum.

Imports the standard library only. Format: RFC 1950.
"""

from __future__ import annotations

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read
from inspector.codecs._inflating import ZLIB, inflate

_DEFLATE = 8
_USUAL_WINDOW = 0x78
_DICTIONARY = 0x20


class ZlibBytes:
    """The codec ``zlib``: takes the compression off."""

    name = "zlib"

    def score(self, raw: Raw) -> int:
        """By the header, whose two bytes are a multiple of 31; the first is nearly always x."""
        if not isinstance(raw, bytes) or len(raw) < 8:
            return 0
        first, second = raw[0], raw[1]
        if first & 0x0F != _DEFLATE or (first << 8 | second) % 31 or second & _DICTIONARY:
            return 0
        return 95 if first == _USUAL_WINDOW else 40

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The compressed form without its wrapping; errors as :func:`inflate`."""
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same with a limit of the reader's own."""
        if not isinstance(raw, bytes):
            raise CodecError("Compressed data are bytes, and this is text.")
        return Read(layer=inflate(raw, ZLIB, limit, "zlib"))


CODEC = ZlibBytes()
