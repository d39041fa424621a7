"""Keys for single values: those that the user gave, and those that the store itself keeps.

A store with a key for each subject erases a subject by deleting its key. Which keys there are is
looked up once for each connection; the keys themselves are read only when the user said that they
may be used.

Imports the contract of this package. Promises that no key is ever shown.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from inspector.codecs._api import CodecError, Key
from inspector.core.payloads import Value

MOST: Final = 100_000
"""Keys of a store that are looked at; where there are more, none counts as erased."""

_SIZES: Final = {"aes128": 16, "aes192": 24, "aes256": 32, "aes-128-cbc": 16, "aes-192-cbc": 24,
                 "aes-256-cbc": 32}  # fmt: skip
_BLOCK: Final = 16


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key of the store's own table.

    Attributes:
        subject: whose values it opens.
        secret: the key; empty when the keys of the store may not be used.
        method: the cipher, as OpenSSL calls it; ``iv`` goes with it.
    """

    subject: str
    secret: bytes = field(default=b"", repr=False)
    method: str = ""
    iv: bytes = field(default=b"", repr=False)


Load = Callable[[], "tuple[StoredKey, ...] | None"]
"""Reads the store's keys, one more than :data:`MOST` at most; ``None``: they cannot be read."""


class KeyRing:
    """What is known of keys for single values.

    Args:
        given: the user's keys.
        load: how the store's own are read; ``None``: it keeps none.
        use_stored: the user said that they may be used.
    """

    def __init__(
        self, given: Iterable[Key] = (), load: Load | None = None, *, use_stored: bool = False
    ) -> None:
        self._given = {key.name: key for key in given}
        self._load = load
        self._stored: Mapping[str, StoredKey] | None = None
        self._loaded = False
        self._whole = False
        self.use_stored = use_stored

    def named(self, name: str) -> Key | None:
        """The user's key of this name."""
        return self._given.get(name)

    @property
    def tells_erased(self) -> bool:
        """Whether a key that is not found is surely not there."""
        self._read()
        return self._whole

    def of_one(self, subjects: Iterable[str]) -> tuple[StoredKey, ...]:
        """Keys of the store for any of these subjects."""
        self._read()
        stored = self._stored or {}
        return tuple(stored[subject] for subject in dict.fromkeys(subjects) if subject in stored)

    def _read(self) -> None:
        if self._loaded or self._load is None:
            return
        found = self._load()
        self._loaded = True
        if found is not None:
            self._whole = len(found) <= MOST
            self._stored = {key.subject: key for key in found}


def open_cbc(key: StoredKey, data: bytes, method: str = "", iv: bytes = b"") -> Value:
    """A JSON value that was encrypted with AES in CBC mode, as OpenSSL writes it.

    Args:
        method, iv: those of the value, where it has its own.

    Raises:
        CodecError: the cipher is not known, or the key does not open it.
    """
    from cryptography.hazmat.primitives import padding  # noqa: PLC0415 - few stores need it
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415

    name, start = (method or key.method).lower(), iv or key.iv
    if name not in _SIZES or len(start) != _BLOCK or len(key.secret) != _SIZES[name]:
        raise UnknownCipher(name)
    if not data or len(data) % _BLOCK:
        raise CodecError("The encrypted value is no whole number of blocks.")
    reader = Cipher(algorithms.AES(key.secret), modes.CBC(start)).decryptor()
    unpadder = padding.PKCS7(8 * _BLOCK).unpadder()
    try:
        plain = unpadder.update(reader.update(data) + reader.finalize()) + unpadder.finalize()
        return json.loads(plain, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise CodecError("The key of the store does not open it.") from None


class UnknownCipher(CodecError):
    """A cipher that is not known here; the value stays encrypted, and is not damaged."""


def plain_base64(text: object) -> bytes:
    """The bytes of a base64 text; none where it is no such text."""
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str | bytes) else b""
    except (binascii.Error, ValueError):
        return b""
