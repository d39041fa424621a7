"""Compression, encryption and base64: bounded, honest about what is known."""

from __future__ import annotations

import base64
import gzip
import os
import random
import tracemalloc
import zlib

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from inspector.codecs import CodecError, Key, TooLarge, decode, decoder
from inspector.codecs.aes_gcm_bytes import CODEC as AES
from inspector.codecs.aes_gcm_bytes import looks_random
from inspector.codecs.base64_text import CODEC as BASE64
from inspector.codecs.gzip_bytes import CODEC as GZIP
from inspector.codecs.zlib_bytes import CODEC as ZLIB
from inspector.core.payloads import Decoded, Undecoded

DOCUMENT = b'{"amount":12.50,"to":"' + "김".encode() * 40 + b'"}'


def sealed(secret: bytes, inside: bytes) -> bytes:
    nonce = os.urandom(12)
    both = AESGCM(secret).encrypt(nonce, inside, None)
    return nonce + both[-16:] + both[:-16]


@pytest.mark.parametrize("level", range(10))
def test_every_level_of_zlib_is_recognised(level: int) -> None:
    found = decode(zlib.compress(DOCUMENT, level))
    assert isinstance(found, Decoded)
    assert found.codec == "zlib+json"


def test_small_windows_are_recognised_too() -> None:
    packer = zlib.compressobj(wbits=9)
    assert decode(packer.compress(DOCUMENT) + packer.flush()).codec == "zlib+json"  # type: ignore[union-attr]


@pytest.mark.parametrize("codec", [ZLIB, GZIP])
def test_a_bomb_costs_no_more_than_its_limit(codec: object) -> None:
    packed = {ZLIB: zlib.compress, GZIP: gzip.compress}[codec](bytes(40_000_000))  # type: ignore[index]
    tracemalloc.start()
    with pytest.raises(TooLarge):
        codec.read_within(packed, (), 1_000_000)  # type: ignore[attr-defined]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_exactly_the_limit_is_allowed() -> None:
    assert ZLIB.read_within(zlib.compress(b"x" * 1000), (), 1000).layer == b"x" * 1000
    with pytest.raises(TooLarge):
        ZLIB.read_within(zlib.compress(b"x" * 1001), (), 1000)


def test_the_limit_holds_for_all_parts_together() -> None:
    packed = gzip.compress(b"x" * 600) * 2
    assert GZIP.read_within(packed, (), 1200).layer == b"x" * 1200
    with pytest.raises(TooLarge):
        GZIP.read_within(packed, (), 1199)


def test_thousands_of_tiny_parts_are_refused() -> None:
    with pytest.raises(CodecError, match="More than 16"):
        GZIP.read(gzip.compress(b"") * 20_000, ())


@pytest.mark.parametrize("codec", [ZLIB, GZIP, AES])
def test_text_is_not_compressed_or_encrypted(codec: object) -> None:
    assert codec.score("x\x9ctext and more text, long enough for all") == 0  # type: ignore[attr-defined]
    with pytest.raises(CodecError):
        codec.read("x\x9ctext and more text, long enough for all", ())  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [16, 24, 32])
def test_every_size_of_key_opens(size: int) -> None:
    key = Key("k", os.urandom(size))
    found = decode(sealed(key.secret, DOCUMENT), keys=[Key("odd", b"short"), key])
    assert isinstance(found, Decoded)
    assert found.codec == "aes-gcm+json"


def test_an_empty_text_can_be_encrypted() -> None:
    key = Key("k", bytes(16))
    found = decode(sealed(key.secret, b""), keys=[key])
    assert found == Undecoded("Inside: The cell is empty.", 28)


def test_a_column_of_encrypted_and_plain_cells() -> None:
    key = Key("k", os.urandom(32))
    column = decoder(("json", "zlib", "aes-gcm"), keys=[key])
    cells = [sealed(key.secret, b"[%d]" % n) if n % 3 else b"[%d]" % n for n in range(30)]
    assert [column.value(cell) for cell in cells] == [[n] for n in range(30)]


def test_what_opens_but_is_no_value_says_so() -> None:
    key = Key("k", os.urandom(32))
    found = decode(sealed(key.secret, b"only text"), keys=[key])
    assert isinstance(found, Undecoded)
    assert found.reason.startswith("Inside: No codec knows this form")


def test_no_key_is_ever_shown() -> None:
    key = Key("vault", b"sixteen bytes ok")
    found = decode(os.urandom(200), keys=[key])
    assert "sixteen" not in repr(key) + repr(found)


def test_randomness_is_told_from_order() -> None:
    dice = random.Random(5)  # noqa: S311 - repeatable noise, no secret
    noise = [dice.randbytes(n) for n in range(28, 1028)]
    assert sum(looks_random(one) for one in noise) > 990
    plain = [DOCUMENT, bytes(100), bytes(range(256)) * 2, b"\x80" * 50, "한국어 문장".encode() * 9]
    assert not any(looks_random(one) for one in plain[:2] + plain[3:])


@pytest.mark.parametrize("inside", [b'{"a":1}x', b"[1,2", b"{}\xff"])
def test_base64_around_something_damaged_is_refused(inside: bytes) -> None:
    assert isinstance(decode(base64.b64encode(inside).decode()), Undecoded)


@pytest.mark.parametrize(
    "text", ["", "abcd", "Invoice1", "true", "null", "1234567890123456", "e30", "계좌계좌계좌계좌"]
)
def test_words_and_numbers_are_not_base64(text: str) -> None:
    assert BASE64.score(text) == 0
    assert BASE64.score(text.encode()) == 0


def test_a_wrong_character_is_refused() -> None:
    good = base64.b64encode(DOCUMENT).decode()
    assert decode(good).codec == "base64+json"  # type: ignore[union-attr]
    with pytest.raises(CodecError, match="Not base64"):
        BASE64.read(good[:20] + "*" + good[21:], ())
    with pytest.raises(CodecError, match="Not base64"):
        BASE64.read(good[:20] + "가" + good[21:], ())
