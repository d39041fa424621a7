"""Erlang terms: every tag, Elixir's own types, hostile counts and depths."""

from __future__ import annotations

import struct
import zlib
from decimal import Decimal
from typing import Any

import pytest

from inspector.codecs import MAX_DEPTH, CodecError, decode
from inspector.codecs.erlang_term import CODEC
from inspector.core.jsontext import to_json
from inspector.core.payloads import DecimalText, Decoded

NIL = b"\x6a"


def atom(text: str) -> bytes:
    return b"\x77" + bytes([len(text.encode())]) + text.encode()


def binary(data: bytes | str) -> bytes:
    data = data.encode() if isinstance(data, str) else data
    return b"\x6d" + len(data).to_bytes(4, "big") + data


def listed(*items: bytes, tail: bytes = NIL) -> bytes:
    return b"\x6c" + len(items).to_bytes(4, "big") + b"".join(items) + tail


def mapped(*pairs: tuple[bytes, bytes]) -> bytes:
    return b"\x74" + len(pairs).to_bytes(4, "big") + b"".join(k + v for k, v in pairs)


def integer(value: int) -> bytes:
    if -(2**31) <= value < 2**31:
        return b"\x62" + value.to_bytes(4, "big", signed=True)
    data = abs(value).to_bytes((value.bit_length() + 7) // 8, "little")
    sign = bytes([value < 0])
    if len(data) < 256:
        return b"\x6e" + bytes([len(data)]) + sign + data
    return b"\x6f" + len(data).to_bytes(4, "big") + sign + data


def struct_of(name: str, **fields: bytes) -> bytes:
    pairs = [(atom("__struct__"), atom(f"Elixir.{name}"))]
    return mapped(*pairs, *((atom(key), value) for key, value in fields.items()))


def read(term: bytes) -> Any:
    return CODEC.read(b"\x83" + term, ()).value


ISO = atom("Elixir.Calendar.ISO")


def date(year: int = 2024, month: int = 3, day: int = 9) -> dict[str, bytes]:
    return {
        "year": integer(year), "month": integer(month), "day": integer(day), "calendar": ISO,
    }  # fmt: skip


def clock(value: int = 0, digits: int = 0) -> dict[str, bytes]:
    micro = b"\x68\x02" + integer(value) + integer(digits)
    return {"hour": integer(7), "minute": integer(5), "second": integer(9), "microsecond": micro}


def zone(name: str, utc: int, std: int = 0) -> dict[str, bytes]:
    return {
        "time_zone": binary(name), "zone_abbr": binary("X"), "utc_offset": integer(utc),
        "std_offset": integer(std),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (b"\x61\xff", 255),
        (b"\x62\xff\xff\xff\xff", -1),
        (b"\x6e\x01\x00\x05", 5),
        (integer(2**64), 2**64),
        (integer(-(2**2100)), -(2**2100)),
        (b"\x6e\x00\x00", 0),
        (b"\x46" + struct.pack(">d", 37.5665), 37.5665),
        (b"\x63" + b"1.50000000000000000000e+00".ljust(31, b"\0"), 1.5),
        (atom("open"), "open"),
        (atom("true"), True),
        (atom("false"), False),
        (atom("nil"), None),
        (b"\x76\x00\x02\xc3\xa9", "é"),
        (b"\x64\x00\x01\xe9", "é"),
        (b"\x73\x01\xe9", "é"),
        (binary("김 🎈"), "김 🎈"),
        (binary(b"\x00\xff"), b"\x00\xff"),
        (b"\x4d\x00\x00\x00\x02\x03\xab\xe0", {"$bits": [3, b"\xab\xe0"]}),
        (b"\x6b\x00\x03abc", [97, 98, 99]),
        (NIL, []),
        (listed(), []),
        (listed(atom("a"), listed(atom("b"))), ["a", ["b"]]),
        (listed(b"\x61\x01", tail=b"\x61\x02"), {"$improper": [[1], 2]}),
        (listed(atom("a"), tail=atom("b")), {"$improper": [["a"], "b"]}),
        (b"\x68\x00", []),
        (b"\x68\x02" + atom("ok") + NIL, ["ok", []]),
        (b"\x69\x00\x00\x00\x01\x61\x07", [7]),
        (mapped(), {}),
        (mapped((atom("a"), atom("b")), (binary("c"), NIL)), {"a": "b", "c": []}),
        (
            mapped((atom("a"), b"\x61\x01"), (binary("a"), b"\x61\x02")),
            {"$map": [["a", 1], ["a", 2]]},
        ),
        (mapped((b"\x61\x01", atom("x")), (atom("nil"), NIL)), {1: "x", None: []}),
        (mapped((listed(atom("k")), atom("v"))), {"$map": [[["k"], "v"]]}),
        (b"\x58" + atom("n@h") + b"p" * 12, {"$erlang": ["process", "n@h", b"p" * 12]}),
        (b"\x67" + atom("n@h") + b"p" * 9, {"$erlang": ["process", "n@h", b"p" * 9]}),
        (b"\x59" + atom("n@h") + b"p" * 8, {"$erlang": ["port", "n@h", b"p" * 8]}),
        (b"\x66" + atom("n@h") + b"p" * 5, {"$erlang": ["port", "n@h", b"p" * 5]}),
        (b"\x78" + atom("n@h") + b"p" * 12, {"$erlang": ["port", "n@h", b"p" * 12]}),
        (b"\x5a\x00\x03" + atom("n@h") + b"r" * 16, {"$erlang": ["reference", "n@h", b"r" * 16]}),
        (b"\x72\x00\x02" + atom("n@h") + b"r" * 9, {"$erlang": ["reference", "n@h", b"r" * 9]}),
        (b"\x65" + atom("n@h") + b"r" * 5, {"$erlang": ["reference", "n@h", b"r" * 5]}),
        (b"\x71" + atom("m") + atom("f") + b"\x61\x02", {"$erlang": ["function", "m", "f", 2]}),
    ],
)  # fmt: skip
def test_every_kind_of_term(term: bytes, value: object) -> None:
    for form in (b"\x83" + term, b"\x83\x50" + len(term).to_bytes(4, "big") + zlib.compress(term)):
        found = decode(form)
        assert isinstance(found, Decoded), found
        assert (found.codec, found.value, type(found.value)) == ("erlang", value, type(value))


def test_no_atom_class_stays_in_a_value() -> None:
    term = listed(atom("a"), b"\x68\x01" + atom("b"), mapped((atom("c"), atom("d"))))
    found = read(term)
    assert found == ["a", ["b"], {"c": "d"}]
    assert {type(found[0]), type(found[1][0]), *map(type, found[2]), type(found[2]["c"])} == {str}
    assert type(read(atom("alone"))) is str


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (
            struct_of("Decimal", sign=b"\x61\x01", coef=integer(4679150), exp=integer(-2)),
            "46791.50",
        ),
        (struct_of("Decimal", sign=integer(-1), coef=b"\x61\x00", exp=integer(-1)), "-0.0"),
        (struct_of("Decimal", sign=b"\x61\x01", coef=b"\x61\x07", exp=b"\x61\x03"), "7E+3"),
        (struct_of("Decimal", sign=b"\x61\x01", coef=atom("NaN"), exp=b"\x61\x00"), "NaN"),
        (struct_of("Decimal", sign=integer(-1), coef=atom("inf"), exp=b"\x61\x00"), "-Infinity"),
    ],
)
def test_decimals_of_elixir(term: bytes, value: str) -> None:
    found = read(term)
    assert (type(found), str(found)) == (DecimalText, value)


def test_a_decimal_of_many_digits() -> None:
    digits = int(Decimal("123456789" * 600))
    found = read(struct_of("Decimal", sign=b"\x61\x01", coef=integer(digits), exp=integer(-3)))
    assert str(found) == ("123456789" * 600)[:-3] + "." + "789"


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (struct_of("Date", **date()), "2024-03-09"),
        (struct_of("Date", **date(year=-44)), "-0044-03-09"),
        (struct_of("Time", calendar=ISO, **clock()), "07:05:09"),
        (struct_of("Time", calendar=ISO, **clock(120_000, 3)), "07:05:09.120"),
        (struct_of("NaiveDateTime", **date(), **clock(1, 6)), "2024-03-09T07:05:09.000001"),
        (struct_of("DateTime", **date(), **clock(), **zone("Etc/UTC", 0)), "2024-03-09T07:05:09Z"),
        (
            struct_of("DateTime", **date(), **clock(500_000, 1), **zone("Asia/Seoul", 32400)),
            "2024-03-09T07:05:09.5+09:00",
        ),
        (
            struct_of("DateTime", **date(), **clock(), **zone("America/New_York", -18000, 3600)),
            "2024-03-09T07:05:09-04:00",
        ),
        (
            struct_of("DateTime", **date(), **clock(), **zone("LMT", -1172)),
            "2024-03-09T07:05:09-00:19:32",
        ),
        (struct_of("DateTime", **date(), **clock(), **zone("Europe/London", 0)),
         "2024-03-09T07:05:09+00:00"),
        (struct_of("MapSet", map=mapped((b"\x61\x02", NIL), (atom("x"), NIL))), [2, "x"]),
        (struct_of("MapSet", map=mapped((listed(b"\x61\x01"), NIL))), [[1]]),
        (struct_of("MapSet", map=mapped(), version=b"\x61\x02"), []),
    ],
)  # fmt: skip
def test_dates_times_and_sets_of_elixir(term: bytes, value: object) -> None:
    assert read(term) == value
    assert read(listed(term)) == [value]


@pytest.mark.parametrize(
    "term",
    [
        struct_of("Shop.OrderPlaced", lines=NIL),
        struct_of("Decimal", sign=b"\x61\x02", coef=b"\x61\x01", exp=b"\x61\x01"),
        struct_of("Decimal", sign=NIL, coef=b"\x61\x01", exp=b"\x61\x01"),
        struct_of("Decimal", sign=b"\x61\x01", coef=integer(-5), exp=b"\x61\x01"),
        struct_of("Decimal", sign=b"\x61\x01", coef=b"\x61\x01", exp=integer(10**17)),
        struct_of("Decimal", sign=b"\x61\x01", coef=b"\x61\x01"),
        struct_of("Date", **date(month=13)),
        struct_of("Date", **{**date(), "calendar": atom("Elixir.My.Calendar")}),
        struct_of("Date", **{**date(), "day": atom("true")}),
        struct_of("Time", **{**clock(), "calendar": ISO, "microsecond": NIL}),
        struct_of("Time", calendar=ISO, **clock(1, 7)),
        struct_of("DateTime", **date(), **clock(), **zone("X", 10**6)),
        struct_of("MapSet", map=NIL),
        mapped((binary("__struct__"), binary("Elixir.Date"))),
        mapped((atom("__struct__"), integer(5))),
    ],
)
def test_other_structs_stay_maps(term: bytes) -> None:
    found = read(term)
    assert isinstance(found, dict)
    assert "__struct__" in found


def test_integers_beyond_python_print() -> None:
    value = 10**5000 + 7
    found = read(integer(value))
    assert found == value
    assert isinstance(found, Decimal)
    assert to_json(found) == "1" + "0" * 4999 + "7"
    with pytest.raises(CodecError, match="whole number of"):
        read(b"\x6f" + (20_000).to_bytes(4, "big") + b"\x00" + b"\xff" * 20_000)


@pytest.mark.parametrize(
    "term",
    [
        b"", b"\x00", b"\x52\x00", b"\x70", b"\x61", b"\x62\x00", b"\x6d\xff\xff\xff\xff",
        NIL + NIL,
        b"\x6c\xff\xff\xff\xff", b"\x74\x7f\xff\xff\xff", b"\x69\xff\xff\xff\xff\x61",
        b"\x68\x02\x61\x01",
        b"\x6c\x00\x00\x00\x01\x61\x01", b"\x77\x01\xff", b"\x63" + b"x" * 31, b"\x77\x05abc",
        b"\x50\x00\x00\x00\x05" + zlib.compress(NIL),
        b"\x50\x00\x00\x00\x01" + zlib.compress(b"123"),
        b"\x50\xff\xff\xff\xff" + zlib.compress(NIL), b"\x50\x00\x00\x00\x01broken",
    ],
)  # fmt: skip
def test_what_is_damaged_is_refused(term: bytes) -> None:
    with pytest.raises(CodecError):
        read(term)


@pytest.mark.parametrize(
    "opening", [b"\x68\x01", b"\x6c\x00\x00\x00\x01", b"\x74\x00\x00\x00\x01\x61\x01"]
)
def test_a_nesting_bomb_is_refused(opening: bytes) -> None:
    with pytest.raises(CodecError, match="nests deeper"):
        read(opening * 200_000)
    bottom = b"\x61\x01"
    closing = NIL if opening[0] == 0x6C else b""
    assert read(opening * MAX_DEPTH + bottom + closing * MAX_DEPTH)
    with pytest.raises(CodecError, match="nests deeper"):
        read(opening * (MAX_DEPTH + 1) + bottom + closing * (MAX_DEPTH + 1))


def test_marks_do_not_make_a_value_deeper_than_allowed() -> None:
    improper = b"\x6c\x00\x00\x00\x01" * 200 + b"\x61\x01" + b"\x61\x02" * 200
    with pytest.raises(CodecError, match="nests deeper"):
        read(improper)
    assert read(b"\x6c\x00\x00\x00\x01" * 50 + b"\x61\x01" + b"\x61\x02" * 50)


def test_only_bytes_with_the_version_byte_are_terms() -> None:
    assert CODEC.score("\x83h") == CODEC.score(b"\x83") == CODEC.score(b"\x82h\x00") == 0
    assert CODEC.score(b"\x83\x00") == 0
    with pytest.raises(CodecError, match="131"):
        CODEC.read(b"\x82h\x00", ())
