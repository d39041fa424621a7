"""A stored list is taken apart into the very bytes of its items, or not at all."""

from __future__ import annotations

import gzip
import zlib

import pytest

from inspector.codecs._commit_parts import parts_of
from inspector.codecs.bson_document import elements

ONE = b'{"Body" : {"a":1.50}}'
TWO = b'{"Body":{"b":"\xea\xb0\x80"}}'
LIST = b"[ " + ONE + b" ,\n" + TWO + b"]"
SMALL = bytes.fromhex("0c0000001061000100000000")
BSON = bytes.fromhex("23000000033000") + SMALL + bytes.fromhex("033100") + SMALL + b"\0"


@pytest.mark.parametrize(
    "stored",
    [
        LIST, LIST.decode(), b"\xef\xbb\xbf" + LIST, gzip.compress(LIST, mtime=0),
        zlib.compress(LIST), gzip.compress(zlib.compress(LIST), mtime=0),
        b'{"$type":"List", "$values": ' + LIST + b"}",
    ],
)  # fmt: skip
def test_items_are_the_bytes_that_were_written(stored: bytes | str) -> None:
    assert parts_of(stored) == (ONE, TWO)


def test_items_of_bson_are_documents() -> None:
    assert parts_of(BSON) == (SMALL, SMALL)
    assert parts_of(gzip.compress(BSON)) == (SMALL, SMALL)
    assert [(kind, name) for kind, name, _ in elements(SMALL)] == [(16, "a")]


@pytest.mark.parametrize(
    "stored",
    [
        b"", "", b"\x00\x01\x02", b"{}", b"[1,", b'{"$values": 3}', b"\x1f\x8b\x08broken", None,
        7, BSON[:-1], b"\xff" * 40, "[\ud800", b"   ",
    ],
)  # fmt: skip
def test_what_is_no_list_is_left_whole(stored: object) -> None:
    assert parts_of(stored) is None


def test_a_list_that_grows_too_large_is_left_whole() -> None:
    assert parts_of(gzip.compress(b"[" + b" " * 100_000 + b"]"), limit=1000) is None
