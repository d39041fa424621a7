"""MessagePack: plain values only, nothing lost, bounded."""

from __future__ import annotations

import msgpack
import pytest

from inspector.codecs import CodecError, Raw, decode
from inspector.codecs.msgpack_bytes import CODEC


def read(raw: bytes) -> object:
    return CODEC.read(raw, ()).value


def test_all_plain_values() -> None:
    value = {
        "n": None,
        "t": True,
        "i": [0, -1, 2**64 - 1, -(2**63)],
        "f": 1.5,
        "b": b"\xff",
        "": {},
    }
    assert read(msgpack.packb(value)) == value


@pytest.mark.parametrize("size", [15, 16, 65_536])
def test_maps_and_lists_of_every_size_form(size: int) -> None:
    value = {"list": list(range(size)), "map": {str(n): n for n in range(size)}}
    found = decode(msgpack.packb(value))
    assert (found.codec, found.value) == ("msgpack", value)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (b"\x82\x01\xa1a\xc3\xa1b", {"$map": [[1, "a"], [True, "b"]]}),
        (b"\x82\xa1k\x01\xa1k\x02", {"$map": [["k", 1], ["k", 2]]}),
        (b"\x81\x80\x01", {"$map": [[{}, 1]]}),
        (b"\x81\x01\x02", {1: 2}),
    ],
)
def test_no_entry_of_a_map_is_lost(pairs: bytes, expected: object) -> None:
    assert read(pairs) == expected


@pytest.mark.parametrize(
    ("seconds", "nanoseconds", "text"),
    [
        (0, 0, "1970-01-01T00:00:00+00:00"),
        (2**32, 0, "2106-02-07T06:28:16+00:00"),
        (1, 123_456_000, "1970-01-01T00:00:01.123456+00:00"),
        (1, 1, "1970-01-01T00:00:01.000000001+00:00"),
        (-1, 999_999_999, "1969-12-31T23:59:59.999999999+00:00"),
        (253402300799, 0, "9999-12-31T23:59:59+00:00"),
    ],
)
def test_timestamps_keep_their_precision(seconds: int, nanoseconds: int, text: str) -> None:
    stamp = msgpack.Timestamp(seconds, nanoseconds)
    assert read(msgpack.packb(stamp)) == text
    assert read(msgpack.packb({"at": [stamp]})) == {"at": [text]}
    assert read(msgpack.packb({stamp: 1})) == {text: 1}


@pytest.mark.parametrize("seconds", [253402300800, -62135596801, 2**62, -(2**62)])
def test_timestamps_beyond_iso_stay_visible(seconds: int) -> None:
    found = read(msgpack.packb(msgpack.Timestamp(seconds, 5)))
    assert found == {"$ext": [-1, msgpack.Timestamp(seconds, 5).to_bytes()]}


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\xc1", b"\x81", b"\x81\xa1a", b"\x01\x02", b"\xdf\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff", b"\xd4\xff\x00", b"\xc7\x05\xff12345", b"\x91" * 300 + b"\xc0",
        b"\x91" * 5_000_000, b"\x81\xa1a" * 300 + b"\xc0", "text",
    ],
)  # fmt: skip
def test_what_is_damaged_is_refused(raw: Raw) -> None:
    with pytest.raises(CodecError):
        CODEC.read(raw, ())


@pytest.mark.parametrize("raw", [b"", b"\x05", b"\xc0", b"\xa5hello", b"{}", "\x81", b"\xff"])
def test_single_values_are_not_recognised(raw: Raw) -> None:
    assert CODEC.score(raw) == 0
