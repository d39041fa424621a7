"""``events --filter``: which events, what is told beside them, and what a wrong text costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.stores import stream_rows, write_store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Caller


@pytest.fixture
def orders(tmp_path: Path) -> str:
    """Three streams of ten events, and two events that cannot be read."""
    rows = [row for n in range(3) for row in stream_rows(f"order-{n}", 1, 10)]
    rows += [("order-0", 11, "shop:Order.Counted", b"\x00"), ("order-0", 12, "shop:X", b"\x01")]
    return str(write_store(tmp_path / "orders.db", rows))


def test_only_events_for_which_it_holds(call: Caller, orders: str) -> None:
    found = call("events", orders, "--filter", "version in [2, 5]", "--json")
    assert (found.code, found.err) == (0, "")
    assert [r["version"] for r in found.records] == [2, 5] * 3
    one = call("events", orders, "order-1", "--filter", "data.n > 8 and type endswith 'Counted'")
    assert one.code == 0
    assert "2 events" in one.out


def test_filters_go_with_direction_limit_and_range(call: Caller, orders: str) -> None:
    arguments = ("events", orders, "order-2", "--filter", "data.n >= 4", "--json")
    back = call(*arguments, "--reverse", "--limit", "2")
    assert [r["version"] for r in back.records] == [10, 9]
    assert "--limit ended the search" in back.err
    ranged = call(*arguments, "--from", "3", "--to", "6", "--filter", "version != 5")
    assert [r["version"] for r in ranged.records] == [4, 6]


def test_what_could_not_be_read_is_told_beside_the_events(call: Caller, orders: str) -> None:
    found = call("events", orders, "--filter", "data.n == 1", "--json")
    assert (found.code, len(found.records)) == (0, 3)
    assert "2 events could not be read and are not in the list" in found.err
    typed = call("events", orders, "--filter", "type endswith 'X' and data.n == 1", "--json")
    assert (typed.out, typed.code) == ("", 0)
    assert "One event could not be read" in typed.err


def test_nothing_found_says_how_much_was_looked_at(call: Caller, orders: str) -> None:
    found = call("events", orders, "--filter", "nowhere")
    assert "No event matches the filter; 32 were looked at." in found.out


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("data.n >", "Line 1, column 9", ""),
        ("tpye == 'x'", "Line 1, column 1", "type"),
        ("data.n == 1 and\n  (", "Line 2, column 4", ""),
        ("name matches '('", "Line 1, column 14", ""),
        ("order-1-2", "Line 1, column 1", "'order-1-2'"),
        ("", "Line 1, column 1", ""),
    ],
)
def test_a_wrong_text(call: Caller, orders: str, text: str, place: str, hint: str) -> None:
    wrong = call("events", orders, "--filter", text, "--json")
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.error["code"] == "filter-invalid"
    assert place in wrong.error["message"]
    assert hint in wrong.error["hint"]


def test_a_state_needs_a_stream(call: Caller, orders: str) -> None:
    assert call("events", orders, "--filter", "state.total > 5").code == 2
    found = call("events", orders, "order-1", "--filter", "state.total == 55", "--json")
    assert [r["version"] for r in found.records] == [10]
