"""Fernet tokens: AES in CBC mode with a signature, written as URL-safe base64.

A token has a mark (the version byte 128 and a time), so that it is known to be encrypted, and
its signature tells a key that does not fit or damage from success. Which of the two it is,
nobody can tell without the right key, and the message says so.

Imports the standard library, and ``cryptography`` when the first cell is opened. Promises that
keys are used and not kept, and never appear in a message.

Format: https://github.com/fernet/spec
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime

from inspector.codecs._api import CodecError, Key, Raw, Read
from inspector.codecs._limits import Explained, Locked

_TOKEN = re.compile(r"gAAAA[A-Za-z0-9_-]{93,}={0,2}\s*\Z")
_HEAD = 12
_KEY_SIZE = 32


class Fernet:
    """The codec ``fernet``: takes the encryption off."""

    name = "fernet"

    def score(self, raw: Raw) -> int:
        """By the version, the high bytes of the time, the alphabet and the least length."""
        text = _text(raw)
        return 95 if text is not None and _TOKEN.match(text) else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The form before encryption.

        Raises:
            CodecError: no key was given, none of them opens it, or it is no token.
        """
        text = _text(raw)
        if text is None or not _TOKEN.match(text):
            raise CodecError("Not a Fernet token.")
        usable = [key for key in keys if len(key.secret) == _KEY_SIZE]
        for key in usable:
            opened = _open(text.strip(), key)
            if opened is not None:
                return Read(layer=opened)
        kind = Explained if usable else Locked
        raise kind(_explanation(text, len(usable), len(keys)))


def _text(raw: Raw) -> str | None:
    if isinstance(raw, str):
        return raw
    return raw.decode("ascii") if raw.startswith(b"gAAAA") and raw.isascii() else None


def _open(token: str, key: Key) -> bytes | None:
    """The form before encryption, or ``None`` when this key does not open it."""
    # Loading the library takes longer than opening a store; most stores need no key.
    from cryptography import fernet  # noqa: PLC0415

    try:
        return fernet.Fernet(base64.urlsafe_b64encode(key.secret)).decrypt(token)
    except fernet.InvalidToken:
        return None


def _explanation(token: str, tried: int, given: int) -> str:
    when = _written(token)
    if tried:
        start = "The given key does not open it" if tried == 1 else "No given key opens it"
        return f"{start}: a Fernet token{when}, of another key or damaged."
    if given:
        return f"Encrypted, a Fernet token{when}; its keys have 32 bytes, and none was given."
    return f"Encrypted, a Fernet token{when} (no key given)."


def _written(token: str) -> str:
    """When the token says it was written; it is not encrypted, but not proven either."""
    try:
        head = base64.urlsafe_b64decode(token[:_HEAD])
        seconds = int.from_bytes(head[1:9], "big")
        return f" that names {datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (binascii.Error, ValueError, OverflowError, OSError):
        return ""


CODEC = Fernet()
