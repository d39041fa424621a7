"""Zstandard: one or more frames, each with a header and perhaps a checksum.

Imports ``zstandard`` when the first cell is opened. Promises that hardly more than the limit is
ever held: the stored form is handed over in small pieces, and one piece unpacks to a few
megabytes at most. Format: RFC 8878.
"""

from __future__ import annotations

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read
from inspector.codecs._limits import TooLarge

_MAGIC = b"\x28\xb5\x2f\xfd"
_PIECE = 256
_LARGEST_WINDOW = 1 << 27
_MOST_FRAMES = 16


class ZstdBytes:
    """The codec ``zstd``: takes the compression off."""

    name = "zstd"

    def score(self, raw: Raw) -> int:
        """By the four bytes that every frame begins with."""
        return 95 if isinstance(raw, bytes) and raw.startswith(_MAGIC) else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The compressed form without its wrapping.

        Raises:
            CodecError: damaged, cut off, followed by something else, or made with a dictionary.
        """
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same with a limit of the reader's own."""
        if not isinstance(raw, bytes):
            raise CodecError("Compressed data are bytes, and this is text.")
        parts: list[bytes] = []
        room, rest = limit, raw
        while rest:
            if len(parts) == _MOST_FRAMES:
                raise CodecError(f"More than {_MOST_FRAMES} zstd frames follow each other.")
            if not rest.startswith(_MAGIC):
                raise CodecError("No zstd frame begins where one should.")
            part, rest = _one(rest, room)
            parts.append(part)
            room -= len(part)
        return Read(layer=b"".join(parts))


def _one(raw: bytes, room: int) -> tuple[bytes, bytes]:
    """The bytes of the first frame, and what follows it."""
    # Loading the library takes longer than opening a store; most stores need none of it.
    import zstandard  # noqa: PLC0415

    reader = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).decompressobj()
    found: list[bytes] = []
    for at in range(0, len(raw), _PIECE):
        try:
            part = reader.decompress(raw[at : at + _PIECE])
        except zstandard.ZstdError as error:
            raise CodecError(f"Damaged zstd data: {error}.") from None
        found.append(part)
        room -= len(part)
        if room < 0:
            raise TooLarge("The zstd data unpack to more than the limit for one cell.")
        if reader.eof:
            return b"".join(found), reader.unused_data + raw[at + _PIECE :]
    raise CodecError("The zstd data end too early.")


CODEC = ZstdBytes()
