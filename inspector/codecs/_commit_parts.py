"""Taking a stored list apart into the stored forms of its items, without reading these.

Some stores keep several events in one cell. Each event is then read, shown and measured by its own
bytes: an item of a JSON list exactly as it is written, an item of BSON as the document that it is.

Imports the compression and BSON of this package, and msgspec. Promises never to raise for what is
stored in a cell.
"""

from __future__ import annotations

import msgspec

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Raw
from inspector.codecs._limits import MAX_LAYERS
from inspector.codecs.bson_document import CODEC as BSON
from inspector.codecs.bson_document import elements
from inspector.codecs.gzip_bytes import CODEC as GZIP
from inspector.codecs.zlib_bytes import CODEC as ZLIB

_MARK = b"\xef\xbb\xbf"
"""The mark of UTF-8, which some writers put before a text."""

_LIST = msgspec.json.Decoder(list[msgspec.Raw])


class _Wrapped(msgspec.Struct):
    """A list of Newtonsoft's JSON with the name of its type beside it."""

    values: list[msgspec.Raw] = msgspec.field(name="$values")


_WRAPPED = msgspec.json.Decoder(_Wrapped)


def parts_of(raw: object, limit: int = OUTPUT_LIMIT) -> tuple[Raw, ...] | None:
    """The items of a stored list; ``None`` when it is none, or is encrypted or damaged.

    Args:
        limit: bytes that a compressed form may grow to.
    """
    if isinstance(raw, bytes | str):
        try:
            return _parts(_unwrapped(raw, limit))
        except (CodecError, msgspec.DecodeError, UnicodeError):
            return None
    return None


def _unwrapped(raw: Raw, limit: int) -> Raw:
    """The form inside of compression."""
    for _ in range(MAX_LAYERS):
        codec = next((c for c in (GZIP, ZLIB) if isinstance(raw, bytes) and c.score(raw)), None)
        if codec is None:
            break
        inner = codec.read_within(raw, (), limit).layer
        if inner is None:
            break
        raw = inner
    return raw


def _parts(raw: Raw) -> tuple[Raw, ...] | None:
    if isinstance(raw, bytes) and BSON.score(raw):
        return tuple(part for kind, _, part in elements(raw) if kind == 3)
    text = raw.removeprefix(_MARK) if isinstance(raw, bytes) else raw
    opening = text.lstrip()[:1]
    if opening in ("[", b"["):
        return tuple(map(bytes, _LIST.decode(text)))
    if opening in ("{", b"{"):
        return tuple(map(bytes, _WRAPPED.decode(text).values))
    return None
