"""Finding text in values of any size and depth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from inspector.core.paths import MapKey, Path
from inspector.core.searching import find_text


def found(value: Any, text: str) -> list[Path]:
    return [path for path in find_text(value, text) if path is not None]


@pytest.mark.parametrize(
    ("value", "text", "paths"),
    [
        ({"Name": "x", "b": {"name2": 1}}, "NAME", [("Name",), ("b", "name2")]),
        ({"a": ["yes", "no", "YES"]}, "yes", [("a", 0), ("a", 2)]),
        ({"n": Decimal("118.40"), "m": 40}, "8.4", [("n",)]),
        ({"t": True, "f": None}, "true", [("t",)]),
        ({"t": True, "f": None}, "null", [("f",)]),
        ({"raw": b"\xca\xfe"}, "CAFE", [("raw",)]),
        ({1: "x", (2, 3): "y"}, "(2", [(MapKey((2, 3)),)]),
        ("plain text", "TEXT", [()]),
        ({"a": {}}, "{}", []),
        ({"big": 10**4000}, "1", []),
        ({"한글": "값"}, "한", [("한글",)]),
        ({"a": 1}, "", []),
    ],
)
def test_keys_and_values_are_found_in_order(value: Any, text: str, paths: list[Path]) -> None:
    assert found(value, text) == paths


def test_a_search_pauses_now_and_then_and_needs_no_recursion() -> None:
    deep: Any = "needle"
    for _ in range(5000):
        deep = [deep]
    steps = list(find_text(deep, "needle", pause_every=1000))
    assert steps.count(None) == 5
    assert [len(path) for path in steps if path is not None] == [5000]
