"""gzip: one or more deflate streams, each with a header, a length and a checksum.

Imports the standard library only. Format: RFC 1952.
"""

from __future__ import annotations

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read
from inspector.codecs._inflating import GZIP, inflate

_MAGIC = b"\x1f\x8b\x08"


class GzipBytes:
    """The codec ``gzip``: takes the compression off."""

    name = "gzip"

    def score(self, raw: Raw) -> int:
        """By the three bytes that every gzip file begins with."""
        return 95 if isinstance(raw, bytes) and raw.startswith(_MAGIC) else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The compressed form without its wrapping; errors as :func:`inflate`."""
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same with a limit of the reader's own."""
        if not isinstance(raw, bytes):
            raise CodecError("Compressed data are bytes, and this is text.")
        return Read(layer=inflate(raw, GZIP, limit, "gzip"))


CODEC = GzipBytes()
