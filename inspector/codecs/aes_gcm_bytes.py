"""AES-GCM as Python ``eventsourcing`` writes it: nonce, tag, ciphertext.

Twelve bytes of nonce, sixteen of tag, then the ciphertext; no associated data. The tag makes
sure that what opens was written with that very key. Without a fitting key the codec says so,
and claims no more than it can know: encrypted bytes carry no mark, they only look random, as
bytes of an unknown compression do, too.

Imports the standard library, and ``cryptography`` when the first cell is opened. Promises
that keys are used and not kept, and never appear in a message.

Source of the format: ``eventsourcing.cipher.AESCipher`` of releases 9.0 to 9.5.
"""

from __future__ import annotations

from inspector.codecs._api import CodecError, Key, Raw, Read
from inspector.codecs._limits import Explained

_NONCE = 12
_TAG = 16
_SHORTEST = _NONCE + _TAG
_KEY_SIZES = frozenset({16, 24, 32})
_SAMPLE = 4096
_TEXT_SAMPLE = 64
_NO_ORDER = (
    "the bytes show no order, as encrypted bytes do, and those of a compression that is not known."
)


class AesGcmBytes:
    """The codec ``aes-gcm``: takes the encryption off."""

    name = "aes-gcm"

    def score(self, raw: Raw) -> int:
        """Low for any bytes that are not plain text: there is no mark to see."""
        if not isinstance(raw, bytes) or len(raw) < _SHORTEST:
            return 0
        return 0 if raw[:_TEXT_SAMPLE].isascii() else 20

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The form before encryption.

        Raises:
            CodecError: no key was given, or none of them opens it.
        """
        if not isinstance(raw, bytes) or len(raw) < _SHORTEST:
            raise CodecError("Too short for AES-GCM with nonce and tag.")
        usable = [key for key in keys if len(key.secret) in _KEY_SIZES]
        for key in usable:
            opened = _open(raw, key)
            if opened is not None:
                return Read(layer=opened)
        raise _explanation(raw, len(usable), len(keys))


def _open(raw: bytes, key: Key) -> bytes | None:
    """The form before encryption, or ``None`` when this key does not open it."""
    # Loading the library takes longer than opening a store; most stores need no key.
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    nonce, tag, text = raw[:_NONCE], raw[_NONCE:_SHORTEST], raw[_SHORTEST:]
    try:
        return AESGCM(key.secret).decrypt(nonce, text + tag, None)
    except InvalidTag:
        return None


def _explanation(raw: bytes, tried: int, given: int) -> CodecError:
    """Why it stays closed; said for the whole form only when it may be encrypted at all."""
    if tried:
        start = "The given key does not open it" if tried == 1 else "No given key opens it"
    elif given:
        start = "No given key can be tried, as AES takes keys of 16, 24 or 32 bytes"
    else:
        start = "Looks encrypted (no key given)"
    if looks_random(raw):
        return Explained(f"{start}: {_NO_ORDER}")
    if given:
        return CodecError(f"{start}, and it does not look encrypted.")
    return CodecError("Does not look encrypted, and no key is given.")


def looks_random(raw: bytes) -> bool:
    """Whether the bytes could be random: most values differ, and half of all bits are set.

    Encrypted bytes pass (28 of them wrongly fail about once in 500 times); texts, numbers
    and the usual binary formats do not.
    """
    sample = raw[:_SAMPLE]
    expected = 256 * (1 - (255 / 256) ** len(sample))
    if len(set(sample)) < 0.87 * expected:
        return False
    bits = 8 * len(sample)
    ones = int.from_bytes(sample, "big").bit_count()
    return (2 * ones - bits) ** 2 < 16 * bits


CODEC = AesGcmBytes()
