"""The marks of Python eventsourcing: resolved, nested, never changed in place."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from inspector.codecs.transcodings import REFINER
from inspector.core.payloads import DecimalText


def mark(name: str, data: object) -> dict[str, object]:
    return {"_type_": name, "_data_": data}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (mark("datetime_iso", "2024-03-04T01:30:00+00:00"), "2024-03-04T01:30:00+00:00"),
        (mark("decimal_str", "1.10"), DecimalText("1.10")),
        (mark("uuid_hex", "0" * 31 + "F"), "00000000-0000-0000-0000-00000000000f"),
        ({"a": mark("decimal_str", "1")}, {"a": DecimalText(1)}),
        ({"a": mark("decimal_str", "one")}, {"a": mark("decimal_str", "one")}),
        ({"a": mark("decimal_str", 1), "b": mark("datetime_iso", None)},) * 2,
        (
            {"a": mark("datetime_iso", "t"), "b": mark("uuid_hex", "-")},
            {"a": "t", "b": mark("uuid_hex", "-")},
        ),
        ([[mark("decimal_str", "1")]], [[DecimalText(1)]]),
        (mark("mine", [mark("decimal_str", "1")]), mark("mine", [DecimalText(1)])),
        (mark("mine", mark("mine", {"x": mark("uuid_hex", "a")})),) * 2,
        ({"x": {"y": [1, {"z": mark("datetime_iso", "t")}]}}, {"x": {"y": [1, {"z": "t"}]}}),
    ],
)
def test_marks_are_resolved(value: Any, expected: Any) -> None:
    before = copy.deepcopy(value)
    found = REFINER.refine(value)
    assert found == expected
    assert value == before


def test_a_decimal_stays_an_exact_decimal() -> None:
    found = REFINER.refine(mark("decimal_str", "100.50"))
    assert type(found) is DecimalText
    assert str(found) == "100.50"


@pytest.mark.parametrize(
    "value",
    [
        None, 1, "text", b"bytes", [], {}, [1, [2]], {"a": {"b": 1}},
        {"_type_": "uuid_hex"},
        {**mark("uuid_hex", "0" * 32), "more": 1},
        mark("uuid_hex", "xyz"), mark("uuid_hex", None), mark("uuid_hex", "0" * 33),
        mark("decimal_str", "ten"), mark("decimal_str", 5), mark("datetime_iso", 5),
        {"_type_": ["uuid_hex"], "_data_": "x"},
    ],
)  # fmt: skip
def test_what_is_no_mark_comes_back_as_the_very_same_object(value: Any) -> None:
    assert REFINER.refine(value) is value


def test_only_what_holds_a_mark_is_copied() -> None:
    value = {"plain": {"big": [1, 2, 3]}, "id": mark("decimal_str", "1")}
    assert REFINER.refine(value)["plain"] is value["plain"]
