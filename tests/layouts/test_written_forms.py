"""Learning how a library writes a field, and refusing where that cannot be told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from inspector.core.payloads import DecimalText
from inspector.core.snapshot_drafts import Uncertain
from inspector.layouts._written_forms import WrittenForms, require_fields

UUID = "155176dc-6e0e-4de6-bfb7-cdc2a774ac98"
TIME = "2026-01-02T03:04:05+00:00"


def mark(kind: str, data: Any) -> dict[str, Any]:
    return {"_type_": kind, "_data_": data}


SEEN = {
    "by": mark("uuid_hex", "0" * 32),
    "due": mark("datetime_iso", TIME),
    "sum": mark("decimal_str", "1.50"),
    "ratio": 0.5,
    "name": "plain",
    "none": None,
    "lines": [{"price": mark("decimal_str", "2.00"), "count": 3, "who": None}, {"sku": "a"}],
    "own": mark("money", ["1.00", "EUR"]),
}


def written(value: Any, *samples: Any) -> Any:
    return WrittenForms(samples or (SEEN,)).written(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"by": UUID}, {"by": mark("uuid_hex", UUID.replace("-", ""))}),
        ({"by": "somebody"}, {"by": "somebody"}),  # what looks like no id cannot have been one
        ({"due": TIME}, {"due": mark("datetime_iso", TIME)}),
        ({"sum": DecimalText("0.10")}, {"sum": mark("decimal_str", "0.10")}),
        ({"sum": Decimal("0.10")}, {"sum": mark("decimal_str", "0.10")}),  # after a calculation
        ({"sum": 3}, {"sum": mark("decimal_str", "3")}),
        ({"ratio": Decimal("0.25")}, {"ratio": Decimal("0.25")}),
        ({"name": UUID}, {"name": UUID}),
        ({"none": "now a text"}, {"none": "now a text"}),
        ({"none": True}, {"none": True}),
        ({"none": 5}, {"none": 5}),
        (
            {"lines": [{"sku": "b", "count": 1, "price": DecimalText("9")}]},
            {"lines": [{"price": mark("decimal_str", "9"), "count": 1, "sku": "b"}]},
        ),
        ({"own": mark("money", ["2.00", "KRW"])}, {"own": mark("money", ["2.00", "KRW"])}),
    ],
)
def test_known_forms(value: Any, expected: Any) -> None:
    made = written(value)
    assert made == expected
    assert str(made) == str(expected)  # the order of names, too


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"none": UUID}, "none"),
        ({"none": TIME}, "none"),
        ({"none": Decimal("1.5")}, "none"),  # a number or an exact decimal
        ({"new": UUID}, "new"),
        ({"ratio": DecimalText("0.1")}, "ratio"),
        ({"sum": "3.00"}, "sum"),
        ({"name": 3}, "name"),
        ({"lines": [{"who": UUID}]}, r"lines\[\].who"),
        ({"lines": [{"other": 1}]}, r"lines\[\].other"),  # its neighbours are exact decimals
        ({"none": mark("money", "1")}, "none"),
        ({"none": b"bytes"}, "none"),
        ({"none": 0.5}, "none"),
    ],
)
def test_two_possible_forms_are_refused(value: Any, field: str) -> None:
    with pytest.raises(Uncertain, match=f"the field {field}"):
        written(value)


def test_a_place_that_was_written_in_two_ways() -> None:
    samples = (
        {"at": TIME, "n": 1},
        {"at": mark("datetime_iso", TIME), "n": mark("decimal_str", "1")},
    )
    with pytest.raises(Uncertain, match="the field at"):
        written({"at": TIME}, *samples)
    with pytest.raises(Uncertain, match="the field n"):
        written({"n": Decimal("1.5")}, *samples)
    assert written({"at": "never", "n": 2}, *samples) == {"at": "never", "n": 2}
    assert written({"n": DecimalText("2")}, *samples) == {"n": mark("decimal_str", "2")}


def test_a_library_without_marks() -> None:
    forms = WrittenForms(({"at": TIME, "n": 1, "none": None},), marks=False)
    value = {"at": TIME, "n": 2, "none": UUID, "new": TIME}
    assert forms.written(value) == value
    for uncertain in ({"n": "2"}, {"n": DecimalText("2")}, {"none": DecimalText("2")}, {"at": 3}):
        with pytest.raises(Uncertain):
            forms.written(uncertain)


def test_decimals_that_a_library_without_marks_keeps_as_texts() -> None:
    forms = WrittenForms(({"sum": "1.50", "name": "x"}, {"sum": "2E+3", "name": "3"}), marks=False)
    assert forms.written({"sum": DecimalText("0.10")}) == {"sum": "0.10"}
    for uncertain in ({"name": DecimalText("2")}, {"sum": 3}, {"sum": Decimal("1.5")}):
        with pytest.raises(Uncertain):
            forms.written(uncertain)


def test_the_fields_of_a_state() -> None:
    require_fields({"a": 1}, {"a": 2, "_own": 3}, frozenset({"_own"}))
    with pytest.raises(Uncertain, match="differ: b"):
        require_fields({"a": 1, "b": 1}, {"a": 2})
    with pytest.raises(Uncertain, match="differ: c"):
        require_fields({"a": 1}, {"a": 2, "c": 2})
    with pytest.raises(Uncertain, match="no map"):
        require_fields([1], {"a": 2})
