"""Attributes that Rails Event Store's encryption mapper encrypted: told apart, and opened.

``metadata[:encryption]`` is a tree beside the data, whose leaves name cipher, start vector and
key. The keys are in a repository of the application's own, so the store never tells whether one is
still there: without a key of that name the attribute is *encrypted*. With one that does not open
it, it is *corrupt*, or the key is another one of the same name.

Source: ruby_event_store, ``Mappers::EncryptionMapper``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from inspector.codecs import decode
from inspector.core.payloads import Decoded
from inspector.core.sealing import Seal, seal_of, sealed_value

if TYPE_CHECKING:
    from inspector.codecs._key_ring import KeyRing
    from inspector.core.events import Event
    from inspector.core.payloads import Value

_GCM: Final = {"aes-128-gcm": 16, "aes-192-gcm": 24, "aes-256-gcm": 32}


def is_sealed(value: object) -> bool:
    """Whether a value stands for one that was encrypted."""
    return seal_of(value) is not None


def unseal(event: Event, ring: KeyRing) -> Event:
    """The event with its encrypted attributes told apart, or opened with the user's keys."""
    marks = event.meta.get("encryption") if isinstance(event.meta, dict) else None
    if not isinstance(marks, dict) or not isinstance(event.data, dict):
        return event
    return replace(event, data=_unsealed(event.data, marks, ring))


def _unsealed(data: dict[Any, Any], marks: dict[Any, Any], ring: KeyRing) -> dict[Any, Any]:
    found = dict(data)
    for name, mark in marks.items():
        if name not in found or not isinstance(mark, dict):
            continue
        if "cipher" in mark and "identifier" in mark:
            found[name] = _told(found[name], mark, ring)
        elif isinstance(found[name], dict):
            found[name] = _unsealed(found[name], mark, ring)
    return found


def _told(stored: Value, mark: dict[Any, Any], ring: KeyRing) -> Value:
    facts = {"cipher": mark["cipher"], "key": mark["identifier"], "bytes": stored}
    key = ring.named(str(mark["identifier"]))
    size = _GCM.get(str(mark["cipher"]).lower())
    iv = mark.get("iv")
    if key is None or size is None or not isinstance(iv, bytes) or not isinstance(stored, bytes):
        return sealed_value(Seal.ENCRYPTED, **facts)
    plain = _opened(stored, iv, key.secret) if len(key.secret) == size else None
    if plain is None:
        return sealed_value(Seal.CORRUPT, **facts)
    value = decode(plain, hints=("ruby-yaml", "json"))
    return value.value if isinstance(value, Decoded) else plain


def _opened(stored: bytes, iv: bytes, secret: bytes) -> bytes | None:
    """What was encrypted, or ``None`` when this key does not open it."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - few stores need it
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    try:
        return AESGCM(secret).decrypt(iv, stored, None)
    except (InvalidTag, ValueError):
        return None
