"""Values as JSON text: exact, printable, of any depth."""

from __future__ import annotations

import enum
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.jsontext import payload_value, to_json, undecoded
from inspector.core.payloads import EMPTY, DecimalText, Decoded, Payload, Undecoded


class Colour(enum.StrEnum):
    """A text that is more than a text."""

    RED = "red"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (2**70, "1180591620717411303424"),
        (-(2**70), "-1180591620717411303424"),
        (1.5, "1.5"),
        (1e300, "1e+300"),
        (-0.0, "-0.0"),
        (float("nan"), '{"$number":"NaN"}'),
        (float("inf"), '{"$number":"Infinity"}'),
        (float("-inf"), '{"$number":"-Infinity"}'),
        (Decimal("12.500"), "12.500"),
        (Decimal("1E+400"), "1E+400"),
        (Decimal("-0.0"), "-0.0"),
        (Decimal("NaN"), '{"$number":"NaN"}'),
        (DecimalText("12.500"), '"12.500"'),
        (DecimalText("Infinity"), '"Infinity"'),
        ("", '""'),
        ('quote " and \\', '"quote \\" and \\\\"'),
        ("김 🎈", '"김 🎈"'),
        ("\ud800x", '"\\ud800x"'),
        ("\x00\x1b[31m", '"\\u0000\\u001b[31m"'),
        ("\x7f\x9b", '"\\u007f\\u009b"'),
        (b"", '{"$base64":""}'),
        (b"\x00\xff", '{"$base64":"AP8="}'),
        ([], "[]"),
        ({}, "{}"),
        ([1, [2, {}], "x"], '[1,[2,{}],"x"]'),
        ((1, 2), "[1,2]"),
        ({"a": 1, "b": [None]}, '{"a":1,"b":[null]}'),
        ({1: "a", "1": "b", None: []}, '{"$map":[[1,"a"],["1","b"],[null,[]]]}'),
        ({b"k": {2: 3}}, '{"$map":[[{"$base64":"aw=="},{"$map":[[2,3]]}]]}'),
        ({"\ud800": 1}, '{"\\ud800":1}'),
        (Colour.RED, '"red"'),
        ({"c": Colour.RED}, '{"c":"red"}'),
    ],
)
def test_every_kind_of_value(value: object, text: str) -> None:
    assert to_json(value) == text
    assert to_json([value]) == f"[{text}]"
    json.loads(to_json(value, indent=2))


def test_indented() -> None:
    value = {"a": [1, {"b": 2}], "c": [], "d": {}}
    assert to_json(value, indent=2) == json.dumps(value, indent=2)
    assert to_json(value, indent=0) == json.dumps(value, indent=0)
    assert to_json([], indent=2) == "[]"


@pytest.mark.parametrize("digits", [4300, 4301, 20_000])
def test_integers_of_any_length(digits: int) -> None:
    text = "7" * digits
    assert to_json(Decimal(text)) == text
    assert to_json([int(Decimal(text)), -int(Decimal(text))]) == f"[{text},-{text}]"


def test_any_depth() -> None:
    deep: Any = 1
    for _ in range(50_000):
        deep = [deep]
    assert to_json(deep) == "[" * 50_000 + "1" + "]" * 50_000
    flat: Any = 1
    for _ in range(50_000):
        flat = {"a": flat}
    assert to_json(flat) == '{"a":' * 50_000 + "1" + "}" * 50_000


def test_what_no_codec_makes_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="set"):
        to_json({"a": {1, 2}})
    with pytest.raises(TypeError, match="object"):
        to_json(object())


def test_payloads() -> None:
    assert payload_value(EMPTY) is None
    assert payload_value(Payload(b"[1]", Decoded([1], "json"), 3)) == [1]
    closed = Payload(b"\xff" * 100, Undecoded("Looks encrypted.", 100), 100)
    assert to_json(payload_value(closed)) == (
        '{"$undecoded":{"reason":"Looks encrypted.","size":100,"head_base64":"'
        + "/" * 64 + '"}}'
    )  # fmt: skip


def test_undecoded_text_and_payloads_that_were_not_loaded() -> None:
    reason = Undecoded("Not JSON.", 7)
    assert undecoded(reason, "ab\ud800")["$undecoded"]["head_base64"] == "YWLtoIA="
    assert undecoded(reason, None)["$undecoded"]["head_base64"] == ""
    assert len(undecoded(reason, "가" * 100)["$undecoded"]["head_base64"]) == 64


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@settings(deadline=None)
@given(json_values, st.sampled_from([None, 0, 2]))
def test_the_standard_library_reads_the_same_back(value: Any, indent: int | None) -> None:
    text = to_json(value, indent=indent)
    text.encode("utf-8")
    if "$number" not in text:
        assert json.loads(text) == value
