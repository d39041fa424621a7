"""States as text, and back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from inspector.core.payloads import DecimalText
from inspector.core.sameness import same
from inspector.core.state_text import from_text, to_text

STATES: list[Any] = [
    None, True, 5, 1 << 90, "", "김 🎈", Decimal("1.50"), Decimal("2.5E-7"), DecimalText("1.50"),
    b"\x00\xff", 0.1, {}, [], {"a": [1, {"b": None}]}, {"$exact": "not ours"}, {1: "one", "x": 2},
    {"a": DecimalText("0.00"), "b": [DecimalText("-1")]}, {b"k": 1}, "\ud83d",
]  # fmt: skip


@pytest.mark.parametrize("state", STATES, ids=repr)
def test_it_comes_back_as_it_was(state: Any) -> None:
    found = from_text(to_text(state))
    assert same(found, state)
    assert type(found) is type(state)


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"$exact": 5}', '{"$exact": "x"}', '{"$what": "x"}', '{"$base64": "?"}', "NaN",
     '{"$map": [[1]]}', '{"$map": [[[], 1]]}', '{"$exact": "1", "a": 1}', '{"$float": "x"}'],
)  # fmt: skip
def test_what_is_none_of_ours(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_text(text)


def test_a_state_that_nests_too_deep() -> None:
    state: Any = []
    for _ in range(1000):
        state = [state]
    with pytest.raises(ValueError, match="too deep"):
        to_text(state)
    with pytest.raises(ValueError, match="cannot be read"):
        from_text("[" * 100_000 + "]" * 100_000)
