"""XStream's XML: exact texts, references, and nothing that reaches outside or grows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.codecs import CodecError, TooLarge, decode
from inspector.codecs.xstream import CODEC
from inspector.core.payloads import DecimalText, Decoded, Undecoded


def read(raw: bytes | str) -> object:
    return CODEC.read(raw, ()).value


def test_texts_are_exact_and_numbers_only_where_they_are_said_to_be() -> None:
    value = read(
        '<com.shop.Order_-Line id="1"><a>  x &amp; y\n</a><b>007</b><c class="int">7</c><d/>'
        '<e class="big-decimal">1.50</e><f class="double">0.1</f><g class="int">many</g>'
        "</com.shop.Order_-Line>"
    )
    assert value == {
        "$class": "com.shop.Order$Line", "a": "  x & y\n", "b": "007", "c": 7, "d": "",
        "e": Decimal("1.50"), "f": Decimal("0.1"), "g": "many",
    }  # fmt: skip
    assert isinstance(value, dict)
    assert isinstance(value["e"], DecimalText)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<list><string>a</string><null/><long>5</long></list>", ["a", None, 5]),
        ("<map><entry><string>k</string><boolean>false</boolean></entry></map>", {"k": False}),
        ("<meta-data/>", {}),
        ("<list/>", []),
        ("<string></string>", ""),
        ("<o><i>1</i><i>2</i></o>", {"$class": "o", "i": ["1", "2"]}),
        ("<o><l><c.X><v>1</v></c.X></l></o>", {"$class": "o", "l": [{"$class": "c.X", "v": "1"}]}),
        ("<o>text<a>1</a></o>", {"$class": "o", "a": "1", "$text": "text"}),
        ('<o><a unit="kg">1</a></o>', {"$class": "o", "a": {"@unit": "kg", "$text": "1"}}),
        ("<o><entry><a>1</a></entry></o>", [{"a": "1"}]),
        ("<o/>", {"$class": "o"}),
    ],
)
def test_shapes(text: str, expected: object) -> None:
    assert read(text) == expected
    assert read(text.encode()) == expected


def test_references_are_replaced_and_circles_stay_visible() -> None:
    text = (
        '<o><a><x>1</x></a><b reference="../a"/><a><x>2</x></a><c reference="/o/a[2]"/>'
        '<d><up reference="../.."/></d><e reference="../nowhere"/></o>'
    )
    assert read(text) == {
        "$class": "o", "a": [{"x": "1"}, {"x": "2"}], "b": {"x": "1"}, "c": {"x": "2"},
        "d": {"up": {"$reference": "../.."}}, "e": {"$reference": "../nowhere"},
    }  # fmt: skip


def test_references_do_not_multiply() -> None:
    parts = ["<a0><x>0</x></a0>"]
    for n in range(1, 60):
        step = f'<l reference="../../a{n - 1}"/><r reference="../../a{n - 1}"/>'
        parts.append(f"<a{n}>{step}</a{n}>")
    with pytest.raises(TooLarge):
        CODEC.read_within(f"<o>{''.join(parts)}</o>", (), 1_000_000)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ('<!DOCTYPE o [<!ENTITY a "b">]><o>&a;</o>', "document type"),
        ('<!DOCTYPE o SYSTEM "file:///etc/passwd"><o/>', "document type"),
        ("<o>&a;</o>", "Not XML"),
        ("<o><a></o>", "Not XML"),
        ("<o/><o/>", "Not XML"),
        ("<a>" * 200, "nests deeper"),
        ("<o>\ud800</o>", "no UTF-8"),
        (b"<?xml version='1.0' encoding='no-such'?><o/>", "Not XML"),
        ("", "Not XML"),
    ],
)
def test_what_is_refused(raw: bytes | str, reason: str) -> None:
    with pytest.raises(CodecError, match=reason):
        read(raw)


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_nothing_that_begins_like_xml_breaks_the_reader(rest: bytes | str) -> None:
    raw = "<o><a>" + rest if isinstance(rest, str) else b"<o><a>" + rest
    assert isinstance(decode(raw, hints=("xstream",)), Decoded | Undecoded)


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="<&>\r"), min_size=1)
)
def test_any_text_is_read_exactly(text: str) -> None:
    assert read(f"<string>{text}</string>") == text
