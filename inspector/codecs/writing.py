"""The other direction: values as the cells that a library writes, byte for byte.

Only what snapshots are written with: JSON without blanks, zlib, and AES-GCM. What a codec can
read and this module cannot write is refused by name.

Imports ``inspector.core``, the standard library, and ``cryptography`` when something is
encrypted. Promises not to guess: a value that the encoding has no exact form for is refused.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from json.encoder import encode_basestring, encode_basestring_ascii
from math import isfinite
from typing import TYPE_CHECKING, Final

from inspector.codecs._api import CodecError
from inspector.codecs.aes_gcm_bytes import CODEC as AES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.codecs._api import Key
    from inspector.core.payloads import Value

_NONCE: Final = 12
_TAG: Final = 16
_KEY_SIZES: Final = frozenset({16, 24, 32})
WRITABLE: Final = frozenset({"json", "zlib", "aes-gcm"})


def encode(
    value: Value,
    chain: Sequence[str],
    keys: Sequence[Key],
    like: bytes | str,
    *,
    spaced: bool = False,
) -> bytes | str:
    """A value as a cell.

    Args:
        chain: names of codecs, outermost first, the last one ``json``.
        keys: the user's decryption keys.
        like: a cell that was written in this way; it tells the key, and bytes from text.
        spaced: blanks after commas and colons, and only ASCII characters.

    Raises:
        CodecError: this cannot be written, or no key opens ``like``.
    """
    if not chain or chain[-1] != "json" or not WRITABLE.issuperset(chain):
        raise CodecError(f"cells of the form {'+'.join(chain)} can be read, but not written")
    try:
        text = "".join(_json(value, _SPACED if spaced else _TIGHT))
    except RecursionError as error:
        raise CodecError("the state is nested too deep") from error
    if isinstance(like, str):
        if len(chain) > 1:
            raise CodecError("a text cannot be compressed or encrypted")
        return text
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CodecError("a text holds half of a character, which has no bytes") from error
    for name in reversed(chain[:-1]):
        outer = _opened(like, chain, name, keys)
        data = zlib.compress(data) if name == "zlib" else _encrypted(data, _key_of(outer, keys))
    return data


def _opened(like: bytes, chain: Sequence[str], name: str, keys: Sequence[Key]) -> bytes:
    """The sample without the layers around the named one."""
    for outer in chain[: chain.index(name)]:
        like = zlib.decompress(like) if outer == "zlib" else _decrypted(like, keys)
    return like


def _decrypted(like: bytes, keys: Sequence[Key]) -> bytes:
    layer = AES.read(like, tuple(keys)).layer
    if not isinstance(layer, bytes):
        raise CodecError("the sample holds no bytes")
    return layer


def _key_of(like: bytes, keys: Sequence[Key]) -> Key:
    """The key that a sample was encrypted with."""
    for key in keys:
        if len(key.secret) in _KEY_SIZES:
            try:
                AES.read(like, (key,))
            except CodecError:
                continue
            return key
    raise CodecError("no given key opens the snapshots that are there")


def _encrypted(data: bytes, key: Key) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - slow to load

    nonce = os.urandom(_NONCE)
    sealed = AESGCM(key.secret).encrypt(nonce, data, None)
    return nonce + sealed[-_TAG:] + sealed[:-_TAG]


@dataclass(frozen=True, slots=True)
class _Style:
    comma: str
    colon: str
    text: Callable[[str], str]


_TIGHT: Final = _Style(",", ":", encode_basestring)
_SPACED: Final = _Style(", ", ": ", encode_basestring_ascii)


def _json(value: Value, style: _Style) -> Iterator[str]:
    """As ``json.dumps`` writes it; decimals keep their value."""
    if isinstance(value, dict):
        yield "{"
        for place, (key, item) in enumerate(value.items()):
            if not isinstance(key, str):
                raise CodecError("JSON has no names that are not texts")
            yield f"{style.comma if place else ''}{style.text(key)}{style.colon}"
            yield from _json(item, style)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for place, item in enumerate(value):
            if place:
                yield style.comma
            yield from _json(item, style)
        yield "]"
    elif isinstance(value, str):
        yield style.text(value)
    else:
        yield _scalar(value)


def _scalar(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float | Decimal) and isfinite(value):
        return _number(value)
    raise CodecError(f"JSON has no form for a value of the kind {type(value).__name__}")


def _number(value: float | Decimal) -> str:
    """As Python writes a binary floating-point number, where that has the very same value."""
    text = repr(float(value))
    if Decimal(text) != Decimal(value if isinstance(value, Decimal) else text):
        raise CodecError(f"the number {value} has more digits than its library keeps")
    return text
