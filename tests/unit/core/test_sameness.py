"""Stricter than Python's own comparison, and never surprised."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from inspector.core.payloads import DecimalText
from inspector.core.sameness import Likeness, kind_of, likeness, same
from tests.unit.core.values import exactly_equal, values


@given(values, values)
def test_the_same_means_equal_with_every_class_and_digit(left: Any, right: Any) -> None:
    assert same(left, right) == exactly_equal(left, right)
    assert same(left, copy.deepcopy(left))


@given(values, values)
def test_it_does_not_matter_who_comes_first(left: Any, right: Any) -> None:
    assert same(left, right) == same(right, left)
    assert same(left, right, forms=False) == same(right, left, forms=False)


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ("a", "a", Likeness.SAME),
        ("a", "b", Likeness.OTHER),
        (1, True, Likeness.KIND),
        (1, "1", Likeness.KIND),
        ({}, [], Likeness.KIND),
        (1, 2, Likeness.OTHER),
        (1, Decimal("1.0"), Likeness.FORM),
        (Decimal("1.0"), DecimalText("1.0"), Likeness.FORM),
        (1.5, 1.5, Likeness.SAME),
    ],
)
def test_values_are_compared_by_kind_then_by_value_then_by_form(
    left: Any, right: Any, found: Likeness
) -> None:
    assert likeness(left, right) is found


def test_a_value_is_the_same_as_itself() -> None:
    odd = Decimal("sNaN")
    assert likeness(odd, odd) is Likeness.SAME


def test_maps_and_lists_of_other_size_are_others() -> None:
    assert not same({"a": 1}, {"b": 1})
    assert not same([1], [1, 2])
    assert same({"a": [1, {"b": 2}]}, {"a": [1.0, {"b": Decimal(2)}]}, forms=False)


def test_rare_kinds_are_kinds_of_their_own() -> None:
    assert kind_of(b"") is bytes
    assert kind_of(1) == kind_of(Decimal(1)) == "number"
