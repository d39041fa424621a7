"""Personal data in patchlevel's events: told apart, and opened with the subject's key.

Up to 3.x an encrypted field is base64 of OpenSSL's base64, and cipher and start vector are in the
key's row; later it is a map ``{"__enc": "v1", "data", "method", "iv"}``. Whose key opens it, only
the application's code says: the id of the subject is another field of the same event. A subject
without a row in the table of keys was erased.

Source: patchlevel/event-sourcing 3.5, ``Cryptography``; the newer form by its published tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inspector.codecs import CodecError
from inspector.codecs._key_ring import KeyRing, StoredKey, UnknownCipher, open_cbc, plain_base64
from inspector.core.sealing import Seal, opened, seal_of, sealed_value

if TYPE_CHECKING:
    from inspector.core.events import Event
    from inspector.core.payloads import Value

BLOCK: Final = 16
"""Bytes of a block of AES."""

_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?|"
                            r"[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=")  # fmt: skip
_SHORTEST: Final = 32
"""Letters of a block that is base64 twice."""


def is_sealed(value: object) -> bool:
    """Whether a value is personal data that was encrypted with a key of its subject."""
    if isinstance(value, dict):
        return is_marked(value) or seal_of(value) is not None
    if not isinstance(value, str) or len(value) < _SHORTEST or not _BASE64.fullmatch(value):
        return False
    inner = plain_base64(value).decode("latin-1")
    if not _BASE64.fullmatch(inner):
        return False
    data = plain_base64(inner)
    return bool(data) and len(data) % BLOCK == 0


def is_marked(value: object) -> bool:
    """Whether a value says itself that it is encrypted."""
    return isinstance(value, dict) and isinstance(value.get("__enc"), str) and "data" in value


def unseal(event: Event, ring: KeyRing) -> Event:
    """The event with its encrypted fields told apart, or opened where the keys may be used."""
    data = unseal_data(event.data, ring)
    return event if data is event.data else replace(event, data=data)


def unseal_data(data: Value, ring: KeyRing) -> Value:
    """The same for an event's data, which say all that there is to know."""
    if not isinstance(data, dict):
        return data
    keys: list[StoredKey] | None = None

    def convert(value: Value) -> Value:
        nonlocal keys
        if not is_sealed(value) or seal_of(value) is not None:
            return value
        if keys is None:
            keys = list(ring.of_one(_texts(data)))
        return _told(value, keys, ring)

    return opened(data, convert)


def _texts(data: Value) -> Iterator[str]:
    """Every text of an event: one of them is the id of the subject."""
    waiting = [data]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict) and not is_marked(part):
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def _told(value: Value, keys: list[StoredKey], ring: KeyRing) -> Value:
    """What stands for one encrypted field, or what it is."""
    if not keys:
        seal = Seal.ERASED if ring.tells_erased else Seal.ENCRYPTED
        return sealed_value(seal, value=value)
    names = ", ".join(key.subject for key in keys)
    if not ring.use_stored:
        return sealed_value(Seal.ENCRYPTED, key=names, value=value)
    known = True
    for key in keys:
        for data in _ciphertexts(value):
            try:
                return open_cbc(key, data, *_own(value))
            except UnknownCipher:
                known = False
            except CodecError:
                continue
    seal = Seal.CORRUPT if known else Seal.ENCRYPTED
    return sealed_value(seal, key=names, value=value)


def _ciphertexts(value: Value) -> Iterator[bytes]:
    """The bytes, which are base64 twice, or in the newer form perhaps once."""
    stored = value["data"] if isinstance(value, dict) else value
    once = plain_base64(stored)
    twice = plain_base64(once)
    if twice:
        yield twice
    if isinstance(value, dict):
        yield once


def _own(value: Value) -> tuple[str, bytes]:
    """Cipher and start vector of the value itself."""
    if not isinstance(value, dict):
        return "", b""
    method = value.get("method")
    return method if isinstance(method, str) else "", plain_base64(value.get("iv"))
