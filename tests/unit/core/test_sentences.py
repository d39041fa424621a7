"""One line about an event: the telling fields first, plain and bounded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.core.sentences import LIMIT, plain_line, sentence
from tests.unit.core.values import values


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ({"sku": "A-19", "qty": 2, "price": Decimal("49.20")}, "sku A-19 · qty 2 · price 49.20"),
        ({"ownerName": "김 철수", "inCents": 218722}, "owner name 김 철수 · in cents 218722"),
        (
            {"order_id": "1021", "at": "2024-03-12", "reason": "late", "note": ""},
            "reason late · at 2024-03-12 · order id 1021",
        ),
        (
            {"line": {"sku": "X/4", "qty": 1, "tax": {}}, "total": Decimal("3.50")},
            "total 3.50 · line sku X/4 · line qty 1",
        ),
        ({"tags": ["a", "b", "c", "d"], "lines": [{}, {}]}, "tags a, b, c +1 · lines ×2"),
        ({"r": f"e8f283f3-81c5-46d8-869c-{0:012d}", "ok": True},
         "ok true · r e8f283f3-81c5-46d8-869c-000000000000"),
        ({"vatID": 5, "due": "2024-03-12T10:00:00Z", "SKU": "A"},
         "sku A · due 2024-03-12T10:00:00Z · vat ID 5"),
        ({1: "one", None: b"\x01\xff", "f": 1.5}, "1 one · null 0x01ff · f 1.5"),
        ({"": "x", "_": "y"}, " x · _ y"),
        ({"limit": None, "note": "", "tags": [], "more": {}}, ""),
        ({}, ""),
        (None, ""),
        ("just text", "just text"),
        (42, "42"),
        ([1, 2], "1, 2"),
        ([[1], 2], "×2"),
        ({"deep": {"er": {"x": 1}}, "n": {"l": [{}]}}, "n l ×1"),
        ({("a", 1): None, ("b", 2): UUID(int=1)}, "('b', 2) 00000000-0000-0000-0000-000000000001"),
        (True, "true"),
    ],
)  # fmt: skip
def test_the_telling_fields_come_first(data: Any, line: str) -> None:
    assert sentence(data) == line


def test_keys_can_be_left_out() -> None:
    assert sentence({"a": 1, "timestamp": 2}, skip=frozenset({"timestamp"})) == "a 1"


def test_the_line_is_cut_between_fields_and_says_so() -> None:
    assert sentence({"a": 1, "b": 2, "c": 3}, limit=9) == "a 1 · …"
    assert sentence({"a": 1, "b": 2}, limit=9) == "a 1 · b 2"
    assert sentence({"a": "x" * 500}, limit=20) == "a " + "x" * 17 + "…"
    assert sentence("x" * 500, limit=5) == "xxxx…"
    assert len(sentence({"text": "x" * 1_000_000})) < LIMIT


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb\tc\0", "a\\nb\\tc\\x00"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\u202eevil", "\\u202eevil"),
        ("\ud800", "\\ud800"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("안녕 🎈", "안녕 🎈"),
    ],
)
def test_what_cannot_be_printed_is_written_as_an_escape(text: str, line: str) -> None:
    assert plain_line(text) == line
    assert sentence({"note": text}) == f"note {line}"
    assert sentence({text: 1}) == f"{line} 1"


def test_huge_numbers_cost_nothing() -> None:
    assert sentence({"n": 10**100_000}) == "n ≈10^100000"
    assert sentence({"n": -(10**5000)}) == "n -≈10^5000"
    assert sentence({"n": Decimal("1" * 500)}).endswith("…")


@given(values, st.integers(8, 200))
def test_any_payload_gives_one_bounded_printable_line(value: Any, limit: int) -> None:
    line = sentence(value, limit=limit)
    assert len(line) <= limit
    assert line.isprintable()
    assert sentence(value, limit=limit) == line


@given(st.dictionaries(st.text(max_size=60), st.text(max_size=60) | st.binary(max_size=60)))
def test_any_texts_give_a_printable_line(data: dict[str, Any]) -> None:
    line = sentence(data)
    assert line.isprintable()
    assert len(line) <= LIMIT
