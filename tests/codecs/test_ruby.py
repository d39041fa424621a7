"""Ruby's Marshal and YAML: every kind of part, links and aliases, damage of any kind."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.codecs import MAX_DEPTH, CodecError, decode
from inspector.codecs.ruby_marshal import CODEC
from inspector.codecs.ruby_yaml import CODEC as YAML
from inspector.core.jsontext import to_json
from inspector.core.payloads import DecimalText, Decoded

no_clock = settings(deadline=None, max_examples=60)


def fixnum(value: int) -> bytes:
    """A small whole number as Ruby writes counts and integers."""
    if value == 0:
        return b"\x00"
    if -124 < value < 123:
        return (value + 5 if value > 0 else value - 5).to_bytes(1, "little", signed=True)
    for size in range(1, 5):
        low = -(1 << 8 * size)
        if low <= value < 1 << 8 * size:
            sign = size if value > 0 else -size
            data = (value if value > 0 else value - low).to_bytes(size, "little")
            return sign.to_bytes(1, "little", signed=True) + data
    raise ValueError(value)


def sym(text: str) -> bytes:
    return b":" + fixnum(len(text.encode())) + text.encode()


def raw(data: bytes) -> bytes:
    return b'"' + fixnum(len(data)) + data


def text(value: str) -> bytes:
    return b"I" + raw(value.encode()) + fixnum(1) + sym("E") + b"T"


def number(value: int) -> bytes:
    if -(2**30) <= value < 2**30:
        return b"i" + fixnum(value)
    data = abs(value).to_bytes((value.bit_length() + 15) // 16 * 2, "little")
    return b"l" + (b"-" if value < 0 else b"+") + fixnum(len(data) // 2) + data


def listed(*items: bytes) -> bytes:
    return b"[" + fixnum(len(items)) + b"".join(items)


def pairs(*items: tuple[bytes, bytes]) -> bytes:
    return fixnum(len(items)) + b"".join(k + v for k, v in items)


def mapped(*items: tuple[bytes, bytes]) -> bytes:
    return b"{" + pairs(*items)


def dumped(value: Any) -> bytes:
    """A value as Ruby would dump it."""
    match value:
        case None | int():
            return {None: b"0", True: b"T", False: b"F"}[value] if _word(value) else number(value)
        case Decimal():
            data = str(value).lower().encode()
            return b"f" + fixnum(len(data)) + data
        case str():
            return text(value)
        case bytes():
            return raw(value)
        case list():
            return listed(*map(dumped, value))
        case _:
            return mapped(*((dumped(k), dumped(v)) for k, v in value.items()))


def _word(value: Any) -> bool:
    return value is None or isinstance(value, bool)


def read(data: bytes) -> Any:
    return CODEC.read(b"\x04\x08" + data, ()).value


def packed_time(*, utc: bool = True, microseconds: int = 0) -> bytes:
    """2024-03-01 09:43:31 in Ruby's two words."""
    high = 1 << 31 | utc << 30 | 124 << 14 | 2 << 10 | 1 << 5 | 9
    return high.to_bytes(4, "little") + (43 << 26 | 31 << 20 | microseconds).to_bytes(4, "little")


def time_of(data: bytes, *extra: tuple[bytes, bytes]) -> bytes:
    body = b"u" + sym("Time") + fixnum(len(data)) + data
    return b"I" + body + pairs(*extra) if extra else body


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"0", None), (b"T", True), (b"F", False),
        (number(0), 0), (number(122), 122), (number(123), 123), (number(-123), -123),
        (number(-124), -124), (number(-256), -256), (number(-257), -257), (number(65536), 65536),
        (number(2**64 + 7), 2**64 + 7), (number(-(2**70)), -(2**70)),
        (b"f" + fixnum(3) + b"1.5", Decimal("1.5")), (b"f" + fixnum(3) + b"inf", math.inf),
        (sym("open"), "open"), (text("김 🎈"), "김 🎈"), (raw(b"\x00\xff"), b"\x00\xff"),
        (b"I" + raw("é".encode("latin-1")) + fixnum(1) + sym("encoding") + raw(b"ISO-8859-1"),
         "é"),
        (b"I" + raw(b"\xff") + fixnum(1) + sym("E") + b"T", b"\xff"),
        (b"I:" + fixnum(2) + "é".encode() + fixnum(1) + sym("E") + b"T", "é"),
        (listed(sym("a"), b";\x00"), ["a", "a"]),
        (listed(text("a"), b"@\x06"), ["a", "a"]),
        (mapped((sym("a"), number(1)), (text("a"), number(2))), {":a": 1, "a": 2}),
        (mapped((number(1), sym("x")), (b"0", listed())), {1: "x", None: []}),
        (b"}" + pairs((sym("a"), b"T")) + number(0), {"a": True}),
        (b"o" + sym("Shop::Money") + pairs((sym("@cents"), number(5))),
         {"$ruby": "Shop::Money", "cents": 5}),
        (b"S" + sym("Point") + pairs((sym("x"), number(1))), {"$ruby": "Point", "x": 1}),
        (b"U" + sym("Bank::Account") + mapped((sym("@n"), number(1))),
         {"$ruby": "Bank::Account", "n": 1}),
        (b"U" + sym("Rational") + listed(number(1), number(3)),
         {"$ruby": "Rational", "value": [1, 3]}),
        (b"U" + sym("Date") + listed(number(0), number(2460371), number(0), number(0), number(0),
         b"f" + fixnum(7) + b"2299161"), "2024-03-01"),
        (b"U" + sym("DateTime") + listed(number(0), number(2460371), number(300),
         number(500_000_000), number(32400), number(0)), "2024-03-01T09:05:00.5+09:00"),
        (b"U" + sym("Date") + listed(number(0)), {"$ruby": "Date", "value": [0]}),
        (b"o" + sym("Set") + pairs((sym("@hash"), mapped((sym("a"), b"T")))), ["a"]),
        (b"C" + sym("ActiveSupport::HashWithIndifferentAccess") + mapped((text("a"), b"T")),
         {"a": True}),
        (b"C" + sym("Shop::List") + listed(b"T"), {"$ruby": "Shop::List", "value": [True]}),
        (b"e" + sym("Comparable") + listed(b"T"), [True]),
        (b"u" + sym("BigDecimal") + fixnum(9) + b"18:0.11e1", DecimalText("1.1")),
        (b"u" + sym("Odd") + fixnum(1) + b"\x07", {"$ruby": "Odd", "value": b"\x07"}),
        (time_of(packed_time()), "2024-03-01T09:43:31Z"),
        (time_of(packed_time(microseconds=778_128)), "2024-03-01T09:43:31.778128Z"),
        (time_of(packed_time(utc=False), (sym("offset"), number(32400)),
         (sym("nano_num"), number(5)), (sym("nano_den"), number(1))),
         "2024-03-01T18:43:31.000000005+09:00"),
        (time_of(b"\x00" * 8), {"$ruby": "Time", "value": b"\x00" * 8}),
        (b"c" + fixnum(5) + b"Money", "Money"),
        (b"/" + fixnum(3) + b"a.b" + b"\x00", "a.b"),
    ],
)  # fmt: skip
def test_every_kind_of_part(data: bytes, value: object) -> None:
    found = decode(b"\x04\x08" + data)
    assert isinstance(found, Decoded), found
    assert (found.codec, found.value, type(found.value)) == ("ruby-marshal", value, type(value))


def test_links_count_objects_and_not_symbols() -> None:
    variables = pairs((sym("offset"), number(0)), (sym("zone"), text("KST")))
    moment = b"Iu" + sym("Time") + fixnum(8) + packed_time() + variables
    # The zone comes before the time in the table of objects; the list is the first of all.
    found = read(listed(moment, b"@" + fixnum(1), b"@" + fixnum(2)))
    assert found == ["2024-03-01T09:43:31Z", "KST", "2024-03-01T09:43:31Z"]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"?", b"i", b'"\x7f', b"[\x7f", b"[\xfa", b"@\x06", b";\x06", b"TT", listed(b"@\x00"),
        b"f" + fixnum(1) + b"x", b"l+" + fixnum(100) + b"x", b"d" + sym("Odd"),
    ],
)  # fmt: skip
def test_what_is_damaged_is_refused(data: bytes) -> None:
    with pytest.raises(CodecError):
        read(data)


def test_bombs_are_refused() -> None:
    with pytest.raises(CodecError, match="nests deeper"):
        read(b"[\x06" * 200_000)
    doubled = [listed(text("x"), text("y"))]
    for i in range(40):
        place = b"@" + fixnum(1 + 3 * (i > 0) * 1 if i == 0 else i + 3)
        doubled.append(listed(place, place))
    with pytest.raises(CodecError, match="Written out"):
        CODEC.read_within(b"\x04\x08" + listed(*doubled), (), 2**20)
    with pytest.raises(CodecError, match="nests deeper"):
        YAML.read("---\n" + "- " * (MAX_DEPTH + 1) + "x", ())


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=8)
    | st.binary(max_size=4) | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=4), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@no_clock
@given(plain)
def test_any_value_comes_back(value: Any) -> None:
    assert to_json(read(dumped(value))) == to_json(value)


@no_clock
@given(plain, st.data())
def test_damaged_data_give_a_value_or_a_reason(value: Any, data: st.DataObject) -> None:
    whole = bytearray(b"\x04\x08" + dumped(value))
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(2, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(2, len(whole)))])
    found = decode(cut, hints=("ruby-marshal",))
    assert to_json(found.value) if isinstance(found, Decoded) else found.reason


SCALARS = st.text(st.sampled_from("-0123456789.:eExbTZ_,+ ~!&*'\"|>[]{}#ynoa\n\t%@é"), max_size=24)
TAGS = st.sampled_from(["", "!ruby/object:BigDecimal ", "!binary ", "!ruby/object:X ", "!x ", "! "])


@no_clock
@given(st.lists(st.tuples(TAGS, SCALARS), max_size=5))
def test_any_yaml_text_gives_a_value_or_a_reason(items: list[tuple[str, str]]) -> None:
    document = "---\n" + "".join(f"- {tag}{scalar}\n" for tag, scalar in items)
    found = decode(document, hints=("ruby-yaml",))
    assert to_json(found.value) if isinstance(found, Decoded) else found.reason
