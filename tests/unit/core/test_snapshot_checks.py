"""Snapshots against the history: no false alarm from form, no difference that is missed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.core.diffing import Op
from inspector.core.payloads import DecimalText
from inspector.core.snapshot_checks import BAD, Cause, Verdict, cause_of, compare
from tests.unit.core.values import values

D = Decimal


@pytest.mark.parametrize(
    ("stored", "replayed"),
    [
        ({"a": "10.50"}, {"a": D("10.5")}),
        ({"a": 10}, {"a": D("10.00")}),
        ({"a": DecimalText("1.10")}, {"a": D("1.1")}),
        ({"a": "18446744073709551621"}, {"a": 18446744073709551621}),
        ({"a": 1.5}, {"a": D("1.50")}),
        ({"b": 1, "a": 2}, {"a": 2, "b": 1}),
        ({"a": []}, {"a": {}}),
        ({"a": {"x": []}}, {"a": {"x": {}}}),
        ({"a": [{"n": "1.0"}, {"n": "2"}]}, {"a": [{"n": 1}, {"n": 2}]}),
        ({"a": 1, "_modified_on": "2026"}, {"a": 1}),
    ],
)
def test_form_is_no_difference(stored: Any, replayed: Any) -> None:
    assert compare(stored, replayed, ("_modified_on",)) == ()


@pytest.mark.parametrize(
    ("stored", "replayed", "path"),
    [
        ({"a": "10.51"}, {"a": D("10.5")}, ("a",)),
        ({"a": "x"}, {"a": 1}, ("a",)),
        ({"a": True}, {"a": 1}, ("a",)),
        ({"a": ""}, {"a": 0}, ("a",)),
        ({"a": "NaN"}, {"a": D("NaN")}, ("a",)),
        ({"a": "1_0"}, {"a": 10}, ("a",)),
        ({"a": " 10"}, {"a": 10}, ("a",)),
        ({"a": None}, {"a": []}, ("a",)),
        ({"a": [1]}, {"a": {}}, ("a",)),
        ({}, {"a": None}, ("a",)),
        ({"a": 1, "b": 2}, {"a": 1}, ("b",)),
        ({"a": 1, "_modified_on": 1}, {"a": 1, "_modified_on": 2}, ("_modified_on",)),
        ([1, 2], [1], (1,)),
    ],
)
def test_meaning_is_a_difference(stored: Any, replayed: Any, path: Any) -> None:
    (change,) = compare(stored, replayed, ("_modified_on",))
    assert change.path == path


@given(values)
def test_a_state_is_equal_to_itself(value: Any) -> None:
    assert compare(value, value) == ()


@given(st.dictionaries(st.text(), st.integers()), st.text(), st.integers())
def test_one_other_number_is_found(state: dict[str, int], key: str, number: int) -> None:
    stored = {**state, key: number}
    replayed = {**state, key: number + 1}
    (change,) = compare(stored, replayed)
    assert (change.path, change.before, change.after) == ((key,), number, number + 1)


@pytest.mark.parametrize(
    ("stored", "replayed", "cause"),
    [
        ({"a": D("10.5")}, {"a": D("10.49")}, Cause.ROUNDED),
        ({"a": D("10.4")}, {"a": D("10.49")}, Cause.ROUNDED),
        ({"a": 10}, {"a": D("10.49")}, Cause.ROUNDED),
        ({"a": "10.5"}, {"a": "10.49"}, Cause.ROUNDED),
        ({"a": 12345678901234568.0}, {"a": D("12345678901234567.89")}, Cause.ROUNDED),
        ({"a": D("10.49")}, {"a": D("10.5")}, Cause.OTHER),
        ({"a": D("11.5")}, {"a": D("10.49")}, Cause.OTHER),
        ({}, {"a": 1}, Cause.FIELD_ADDED),
        ({"x": {"b": 1}}, {"x": {"b": 1, "c": None}}, Cause.FIELD_ADDED),
        ({"x": [1]}, {"x": [1, 2]}, Cause.OTHER),
        ({"a": 1}, {"a": 2, "b": 3}, Cause.OTHER),
        ({"a": 1}, {"a": 1}, Cause.NONE),
    ],
)
def test_why(stored: Any, replayed: Any, cause: Cause) -> None:
    changes = compare(stored, replayed)
    assert cause_of(changes, old_schema=False) is cause


def test_an_old_shape_explains_everything() -> None:
    changes = compare({"owner_name": "a b"}, {"owner": {"given": "a", "family": "b"}})
    assert {change.op for change in changes} == {Op.ADD, Op.REMOVE}
    assert cause_of(changes, old_schema=True) is Cause.OLD_SCHEMA
    assert cause_of((), old_schema=True) is Cause.NONE


def test_what_is_bad() -> None:
    assert Verdict.MATCHES not in BAD
    assert Verdict.UNVERIFIABLE not in BAD
    assert Verdict.BEHIND not in BAD
