"""JSON: exact numbers, nothing silently dropped, no way to crash or hang."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from inspector.codecs import MAX_DEPTH, CodecError, Raw, decode, decoder
from inspector.codecs._json_notes import repeats_keys
from inspector.codecs.json_text import CODEC, SHORT, loads
from inspector.core.payloads import Decoded, Undecoded


def read(raw: Raw) -> Decoded:
    found = decode(raw, hints=("json",))
    assert isinstance(found, Decoded), found
    return found


def refused(raw: Raw) -> str:
    with pytest.raises(CodecError) as caught:
        CODEC.read(raw, ())
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18446744073709551616", 18446744073709551616),
        ("-9223372036854775809", -9223372036854775809),
        ("0.10000000000000000001", Decimal("0.10000000000000000001")),
        ("1e400", Decimal("1E+400")),
        ("12.500", Decimal("12.500")),
        ("1E-400", Decimal("1E-400")),
    ],
)
def test_numbers_keep_their_digits(text: str, value: object) -> None:
    for raw in (text, text.encode()):
        found = read(raw).value
        assert (found, type(found), str(found)) == (value, type(value), str(value))


def test_minus_nought_keeps_its_sign() -> None:
    assert str(read("-0.0").value) == "-0.0"


@pytest.mark.parametrize("digits", [4300, 4301, 100_000])
def test_integers_of_any_length_are_exact(digits: int) -> None:
    text = "-" + "7" * digits
    value = read(f"[{text}]").value[0]
    assert str(Decimal(value)) == text
    assert isinstance(value, int if digits <= 4300 else Decimal)


def test_not_a_number_is_read_and_noted() -> None:
    found = read("[NaN, -Infinity]")
    assert math.isnan(found.value[0])
    assert found.value[1] == -math.inf
    assert {code for code, _ in found.notes} == {"payload-not-standard"}


def test_a_byte_order_mark_in_text_and_in_bytes() -> None:
    for raw in ("\ufeff{}", b"\xef\xbb\xbf{}"):
        assert read(raw).notes == (("payload-not-standard", "It begins with a byte order mark."),)


def test_half_surrogates_survive_escaped_and_plain() -> None:
    assert read('"\\ud800"').value == "\ud800"
    assert read('{"\ud800":"\udc00"}').value == {"\ud800": "\udc00"}
    assert [code for code, _ in read('"\ud800"').notes] == ["payload-not-standard"]


def test_an_escaped_backslash_before_u_is_no_surrogate() -> None:
    found = read('["\\\\ud800", NaN]')
    assert found.value[0] == "\\ud800"
    assert [text for _, text in found.notes] == ["NaN is not a JSON number."]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"a":"\xc0\x80"}', "Not UTF-8 at byte 6"),
        (b'"\xed\xa0\x80"', "Not UTF-8 at byte 1"),
        (b"\xff\xfe{\x00}\x00", "Not UTF-8 at byte 0"),
        (b'{"a":\n 01}', "line 2, column 3"),
        (b"{'a':1}", "line 1, column 2"),
        ("tru", "Not JSON"),
        ("1e99999999999999999999", "exponent"),
    ],
)
def test_refusals_name_the_place(raw: Raw, said: str) -> None:
    assert said in refused(raw)


@pytest.mark.parametrize("opening", ["[", '{"a":', "[[{}],"])
@pytest.mark.parametrize("count", [1_000, 1_000_000])
def test_a_nesting_bomb_is_refused(opening: str, count: int) -> None:
    text = opening * count
    for raw in (text, text.encode()):
        found = decode(raw)
        assert isinstance(found, Undecoded)
        assert found.reason == f"The document nests deeper than {MAX_DEPTH} levels."
        with pytest.raises(CodecError, match="nests deeper"):
            decoder(("json",)).value(raw)
    odd = decode("[NaN," + text)  # refused by the first parser for another reason
    assert isinstance(odd, Undecoded)
    assert "nests deeper" in odd.reason


def test_the_depth_that_is_allowed_does_not_depend_on_the_path() -> None:
    allowed = "[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH
    assert read(allowed).codec == "json"
    assert decoder(("json",)).value(allowed) == read(allowed).value
    for deep in ("[" + allowed + "]", "[" + allowed + ",NaN]", '{"a":[0,' + allowed + "]}"):
        assert isinstance(decode(deep), Undecoded)
        with pytest.raises(CodecError):
            decoder(("json",)).value(deep)


def test_no_document_below_the_short_length_can_be_too_deep() -> None:
    raw = "[" * (SHORT // 2 - 1) + "]" * (SHORT // 2 - 1)
    assert len(raw) < SHORT
    assert read(raw).codec == "json"


def test_many_brackets_that_are_not_deep_are_fine() -> None:
    raw = "[" + "[]," * 10_000 + '"' + "[" * 5_000 + '"]'
    assert len(read(raw).value) == 10_001


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}',
        '{"a":1,"\\u0061":2}',
        '{"a" :1,"b":2,"a"\t:3}',
        '{"a"\n:1,"a"\r:1}',
        '{"":1,"":2}',
        '{"x\\\\":1,"x\\\\":2}',
        '{"x\\"":1,"x\\"":2}',
        '[{"a":{"b":[{"c":1,"c":2}]}}]',
        '{"a":{"":{"":1,"":2}}}',
        '{":":1,":":2}',
        '{":" : 1, ":" : 2}',
        '{" :":1," :":2}',
        '{"x":":","x":":"}',
        '{":\\\\":1,":\\\\":2}',
        '{"\\":":1,"\\":":2}',
        '{"a":1,"n":' + "7" * 5000 + ',"a":2}',
        '{"a":12345678901234567890123,"a":1.5}',
    ],
)
def test_a_repeated_key_is_always_noticed(text: str) -> None:
    for raw in (text, text.encode()):
        assert len(raw) > 1000 or repeats_keys(raw, loads(raw))
        assert [code for code, _ in read(raw).notes] == ["payload-duplicate-keys"]
        column = decoder(("json",))
        column(b"{}")
        assert column(raw) == read(raw)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"b":2}',
        '{"time":"12:30:45","url":"http://a:8080"}',
        '{"quoted":"{\\"a\\":1,\\"a\\":2}"}',
        '{"twice quoted":"\\\\\\":"}',
        '[{"a":1},{"a":1}]',
        '"a:b"',
    ],
)
def test_a_key_that_is_not_repeated_gives_no_note(text: str) -> None:
    for raw in (text, text.encode()):
        assert read(raw).notes == ()


def test_many_repeated_keys_are_not_all_named() -> None:
    text = "[" + ",".join(f'{{"k{n}":1,"k{n}":2}}' for n in range(9)) + "]"
    assert read(text).notes[0][1].endswith("and 4 more.")


@pytest.mark.parametrize(
    "raw", [b"hello world", b"--- yaml", b"12 apples and so on" * 9, "x", b"\x00\x01", "Invoice"]
)
def test_other_texts_are_not_taken_for_json(raw: Raw) -> None:
    assert CODEC.score(raw) == 0


@pytest.mark.parametrize("raw", [b" {}", "[1]", b"-1", "null ", "  NaN", b"1" * 100, "\ufeff[]"])
def test_json_of_every_kind_is_recognised(raw: Raw) -> None:
    assert CODEC.score(raw) >= 50
