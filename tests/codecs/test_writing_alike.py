"""Writing like a library: what its cells tell, and refusing what they do not."""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any

import pytest

from inspector.codecs import CodecError, decode
from inspector.codecs._php_nodes import php_float
from inspector.codecs._ruby_nodes import read_marshal, write_marshal
from inspector.codecs.writing_alike import encode_alike

ORDER = (
    b'a:4:{s:4:"name";s:3:"Ana";s:5:"price";d:1.5;s:5:"count";i:2;s:5:"lines";'
    b'a:3:{s:2:"a1";a:1:{s:3:"qty";i:1;}s:2:"a2";a:1:{s:3:"qty";i:3;}s:2:"a3";a:1:{s:3:"qty";i:5;}}}'
)
OTHER = b'a:4:{s:4:"name";N;s:5:"price";d:2;s:5:"count";i:0;s:5:"lines";a:0:{}}'


def php(value: Any, *samples: bytes) -> Any:
    return encode_alike(value, "php", samples or (ORDER, OTHER))


def test_php_of_the_same_kind() -> None:
    value = {
        "name": "김 🎈", "price": Decimal("7"), "count": 7, "lines": {"a9": {"qty": 4}},
    }  # fmt: skip
    assert (
        php(value)
        == (
            'a:4:{s:4:"name";s:8:"김 🎈";s:5:"price";d:7;s:5:"count";i:7;'
            's:5:"lines";a:1:{s:2:"a9";a:1:{s:3:"qty";i:4;}}}'
        ).encode()
    )


def test_names_that_are_data_keep_their_order() -> None:
    lines = {"z": {"qty": 1}, "a2": {"qty": 2}, "a1": {"qty": 3}}
    made = php({"lines": lines, "count": 1, "name": "x", "price": Decimal("0.5")})
    assert made.startswith(b'a:4:{s:4:"name"')  # names of fields in the library's order
    assert list(decode(made).value["lines"]) == ["z", "a2", "a1"]  # type: ignore[union-attr]


def test_entries_under_new_names_are_written_like_the_others() -> None:
    """Below a name that is data the places of all its neighbours count, however deep."""
    sample = (
        b'a:1:{s:1:"m";a:3:{s:1:"a";a:1:{s:1:"t";a:1:{i:0;a:1:{s:1:"q";d:1;}}}'
        b's:1:"b";a:1:{s:1:"t";a:1:{i:0;a:1:{s:1:"q";d:2;}}}s:1:"c";a:1:{s:1:"t";a:0:{}}}}'
    )
    more = sample.replace(b's:1:"a"', b's:1:"d"').replace(b's:1:"b"', b's:1:"e"')
    made = php({"m": {"z": {"t": [{"q": 5}]}}}, sample, more)
    assert made == b'a:1:{s:1:"m";a:1:{s:1:"z";a:1:{s:1:"t";a:1:{i:0;a:1:{s:1:"q";d:5;}}}}}'
    with pytest.raises(CodecError, match=r"the field m\.z\.t"):
        php({"m": {"z": {"t": 5}}}, sample, more)


def test_neighbours_that_disagree_tell_nothing() -> None:
    sample = b'a:1:{s:1:"m";a:3:{s:1:"a";i:1;s:1:"b";s:1:"x";s:1:"c";i:3;}}'
    other = b'a:1:{s:1:"m";a:3:{s:1:"d";i:1;s:1:"e";s:1:"x";s:1:"f";i:3;}}'
    with pytest.raises(CodecError, match=r"the field m\.z"):
        php({"m": {"z": 5}}, sample, other)


def test_a_name_that_spells_a_number_is_a_number() -> None:
    sample = b'a:1:{s:1:"m";a:3:{i:7;i:1;i:8;i:1;s:2:"08";i:1;}}'
    made = php({"m": {"7": 1, "8": 1, "08": 1}}, sample)
    assert made == sample


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "1.5"),  # a text where numbers were
        ("name", 5),  # a number where texts were
        ("count", Decimal("1.5")),  # a fraction where whole numbers were
        ("price", Decimal("0.12345678901234567890")),  # more digits than PHP keeps
        ("count", 1 << 70),  # a whole number that PHP does not have
    ],
)
def test_what_cannot_be_told_is_refused(field: str, value: Any) -> None:
    state: dict[str, Any] = {"name": "x", "price": Decimal("0.5"), "count": 1, "lines": {}}
    with pytest.raises(CodecError, match=r"field|digits|whole number"):
        php({**state, field: value})


def test_a_whole_number_where_only_fractions_were_is_refused() -> None:
    """It could be a float without a fraction, or a whole number."""
    with pytest.raises(CodecError, match="the field price"):
        php({"price": 3}, b'a:1:{s:5:"price";d:0.5;}')


def test_a_new_field_is_refused() -> None:
    with pytest.raises(CodecError, match="the field more"):
        php({"name": "x", "more": 1}, b'a:1:{s:4:"name";s:1:"y";}')


@pytest.mark.parametrize(
    "sample",
    [
        b'a:2:{i:0;a:0:{}i:1;R:2;}',
        b'C:1:"A":3:{xyz}',
        b'E:4:"A:B";',
        b'a:1:{s:4:"name";S:1:"\\61";}',
        b'd:0.10;',
    ],
)  # fmt: skip
def test_forms_that_are_not_written_again_are_refused(sample: bytes) -> None:
    with pytest.raises(CodecError, match=r"not written|not known"):
        php({}, sample)


@pytest.mark.parametrize(
    ("number", "spelt"),
    [
        ("0", "0"), ("-0.5", "-0.5"), ("1", "1"), ("756.0", "756"), ("0.0001", "0.0001"),
        ("0.00001", "1.0E-5"), ("2.5e-7", "2.5E-7"), ("12345678.9", "12345678.9"),
        ("100000000000000000", "1.0E+17"), ("1e25", "1.0E+25"), ("0.30000000000000004",) * 2,
    ],
)  # fmt: skip
def test_numbers_as_php_spells_them(number: str, spelt: str) -> None:
    assert php_float(number, "E") == spelt


def test_objects_keep_class_and_visibility() -> None:
    sample = b'O:3:"A\\B":2:{s:10:"\0*\0version";i:3;s:8:"\0A\\B\0own";a:1:{i:0;s:1:"x";}}'
    made = php({"version": 4, "own": ["y", "z"]}, sample)
    assert made == (
        b'O:3:"A\\B":2:{s:10:"\0*\0version";i:4;s:8:"\0A\\B\0own";a:2:{i:0;s:1:"y";i:1;s:1:"z";}}'
    )


def test_php_json() -> None:
    sample = '{"a":"\\ubc15 \\/x","n":1,"f":0.5,"m":[]}'
    made = encode_alike({"a": "é/", "n": 2, "f": Decimal("2.5e-7"), "m": {}}, "php-json", [sample])
    assert made == '{"a":"\\u00e9\\/","n":2,"f":2.5e-7,"m":[]}'
    with pytest.raises(CodecError, match="not known"):
        encode_alike({"a": "é"}, "php-json", ['{"a":"é"}'])  # JSON_UNESCAPED_UNICODE


def test_php_json_that_postgresql_keeps_in_its_own_form() -> None:
    made = encode_alike({"a": "é", "f": 1}, "php-json", ['{"f": 1, "a": "é: \\" /"}'])
    assert made == '{"f":1,"a":"\\u00e9"}'


# -- Ruby ------------------------------------------------------------------------------------------

ACCOUNT = (
    b'\x04\bo:\x12Bank::Account\b:\x0b@state:\topen:\n@nameI"\bA\xc3\xa9\x06:\x06ET:\r@balancei\x00'
)


def ruby(value: Any, marshal: bytes = ACCOUNT) -> bytes:
    packed = base64.b64encode(marshal).decode()
    sample = f"---\n:marshal: !binary |-\n  {packed}\n:last_event_id: x\n:version: 1\n".encode()
    facts = {"last_event_id": "e1", "version": 7}
    made = encode_alike(value, "ruby-yaml", [sample], facts)
    lines = made.splitlines() if isinstance(made, bytes) else []
    assert lines[3:] == [b":last_event_id: e1", b":version: 7"]
    return base64.b64decode(lines[2])


def test_symbols_stay_symbols() -> None:
    made = ruby({"state": "closed", "name": "B", "balance": -300})
    assert made == (
        b'\x04\bo:\x12Bank::Account\b:\x0b@state:\x0bclosed:\n@nameI"\x06B\x06:\x06ET'
        b":\r@balancei\xfe\xd4\xfe"
    )


NUMBERS = (
    0, 1, 122, 123, 255, 256, -1, -123, -124, -256, -257, 1 << 16, (1 << 30) - 1, -(1 << 30),
    1 << 30, -(1 << 70), 1 << 64,
)  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_whole_numbers_of_ruby(number: int) -> None:
    made = ruby({"balance": number})
    assert decode(made).value["balance"] == number  # type: ignore[union-attr]
    assert write_marshal(read_marshal(made)) == made


@pytest.mark.parametrize(
    "value", [{"state": "a", "new": 1}, {"state": 5}, {"balance": "5"}, {"balance": Decimal("0.5")}]
)
def test_what_ruby_s_cells_do_not_tell_is_refused(value: Any) -> None:
    with pytest.raises(CodecError, match="the field"):
        ruby(value)


def test_links_are_written_again_as_links() -> None:
    shared = b'\x04\b[\bI"\x06a\x06:\x06ET@\x06:\x06b'
    assert write_marshal(read_marshal(shared)) == shared


@pytest.mark.parametrize("part", [b"u:\x0fBigDecimal\x0a18:0.1e1", b"c\x06A", b"}\x00i\x00"])
def test_what_only_a_class_knows_is_refused(part: bytes) -> None:
    with pytest.raises(CodecError, match="read, but not written"):
        read_marshal(b"\x04\b" + part)
