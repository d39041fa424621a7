"""CBOR, as Rust and JavaScript stores write it.

Imports the contract of this package. What is promised of the reading:
:mod:`inspector.codecs._cbor_reading`. Format: RFC 8949.
"""

from __future__ import annotations

from inspector.codecs._api import CodecError, Key, Raw, Read
from inspector.codecs._cbor_reading import CborReader

_MARK = b"\xd9\xd9\xf7"
_MAPS = frozenset([*range(0xA1, 0xBC), 0xBF])
_TEXTS = frozenset([*range(0x60, 0x7C), 0x7F])


class CborBytes:
    """The codec ``cbor``."""

    name = "cbor"

    def score(self, raw: Raw) -> int:
        """By the mark, or by a map whose first key is a text; other forms look like MessagePack."""
        if not isinstance(raw, bytes) or len(raw) < 2:
            return 0
        if raw.startswith(_MARK):
            return 95
        if raw[0] in _MAPS:
            at = 1 if raw[0] < 0xB8 or raw[0] == 0xBF else 1 + (1 << (raw[0] - 0xB8))
            return 91 if len(raw) > at and raw[at] in _TEXTS else 0
        return 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """Read the whole of it.

        Raises:
            CodecError: damaged, cut off, too deep, or followed by something else.
        """
        if not isinstance(raw, bytes):
            raise CodecError("CBOR is bytes, and this is text.")
        return Read(CborReader(raw).read())


CODEC = CborBytes()
