"""Random values as a store can hold them, and the strictest comparison of two of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from inspector.core.payloads import DecimalText

numbers = (
    st.integers(-3, 3)
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from([Decimal(1), Decimal("1.0"), Decimal("1.00"), DecimalText("1.50"), 1.5, 1.0])
)
scalars = st.none() | st.booleans() | numbers | st.text(max_size=4) | st.binary(max_size=3)
keys = st.sampled_from(["id", "a", "b", "sku", "x y", ""])


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    maps = st.dictionaries(keys | st.integers(0, 2), inner, max_size=4)
    return st.lists(inner, max_size=6) | maps


values = st.recursive(scalars, _containers, max_leaves=20)
maps = st.dictionaries(keys, values, max_size=5)


def exactly_equal(left: Any, right: Any) -> bool:
    """Equal with every class and every digit, written apart from the product's comparison."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(exactly_equal(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(exactly_equal, left, right))
    return type(left) is type(right) and repr(left) == repr(right)
