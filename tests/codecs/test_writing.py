"""Values as cells: what was written is what would be read, byte for byte."""

from __future__ import annotations

import json
import zlib
from decimal import Decimal
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from inspector.codecs import CodecError, Key, decode
from inspector.codecs.writing import encode
from inspector.core.payloads import Decoded

KEYS = (Key("other", b"1" * 32), Key("right", b"2" * 32), Key("short", b"3"))


def sealed(data: bytes, secret: bytes = b"2" * 32) -> bytes:
    made = AESGCM(secret).encrypt(b"n" * 12, data, None)
    return b"n" * 12 + made[-16:] + made[:-16]


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"a": [1, -2, 10**30, True, False, None, 'ü 한글 \u2028 \x7f \x1f " \\'], "b": {"c": []}},
        {"f": [0.1, 1e-7, 1e300, -0.0]},
    ],
)
def test_plain_json_is_what_the_standard_library_writes(value: Any) -> None:
    expected = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    assert encode(value, ("json",), (), b"{}") == expected.encode()
    assert encode(value, ("json",), (), "{}") == expected
    assert encode(value, ("json",), (), "{}", spaced=True) == json.dumps(value)


def test_decimals_are_written_as_the_number_that_was_stored() -> None:
    assert encode([Decimal("37.40"), Decimal("1E-7")], ("json",), (), "") == "[37.4,1e-07]"
    with pytest.raises(CodecError, match="more digits"):
        encode(Decimal("0.10000000000000000001"), ("json",), (), "")


@pytest.mark.parametrize(
    ("chain", "like"),
    [
        (("zlib", "json"), zlib.compress(b"{}")),
        (("aes-gcm", "json"), sealed(b'{"some": "thing"}')),
        (("aes-gcm", "zlib", "json"), sealed(zlib.compress(b"{}"))),
        (("zlib", "aes-gcm", "json"), zlib.compress(sealed(b"{}"))),
    ],
)
def test_layers(chain: tuple[str, ...], like: bytes) -> None:
    value = {"a": "x" * 200}
    made = encode(value, chain, KEYS, like)
    read = decode(made, hints=chain, keys=(KEYS[1],))
    assert isinstance(read, Decoded)
    assert (read.value, read.codec) == (value, "+".join(chain))
    assert ("aes-gcm" in chain) == (made != encode(value, chain, KEYS, like))  # a nonce each time


@pytest.mark.parametrize(
    ("value", "chain", "like", "why"),
    [
        ({}, ("gzip", "json"), b"", "not written"),
        ({}, ("msgpack",), b"", "not written"),
        ({}, (), b"", "not written"),
        ({}, ("zlib", "json"), "text", "cannot be compressed"),
        ({}, ("aes-gcm", "json"), sealed(b"{}", b"4" * 32), "no given key"),
        ({"a": b"bytes"}, ("json",), b"", "no form"),
        ({"a": float("nan")}, ("json",), b"", "no form"),
        ({"a": Decimal("Infinity")}, ("json",), b"", "no form"),
        ({"a": "\ud800"}, ("json",), b"", "half of a character"),
        ({1: 2}, ("json",), b"", "not texts"),
    ],
)
def test_what_cannot_be_written(value: Any, chain: tuple[str, ...], like: Any, why: str) -> None:
    with pytest.raises(CodecError, match=why):
        encode(value, chain, KEYS, like)


def test_a_state_without_end() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(CodecError, match="too deep"):
        encode(deep, ("json",), (), b"")
