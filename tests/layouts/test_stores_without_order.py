"""Stores that keep no order over their streams say so, and tell no place in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.layouts.cases import Case

if TYPE_CHECKING:
    from tests.layouts.conftest import Shelf


@pytest.mark.parametrize(
    ("layout", "name"), [("cqrs_es", "bank"), ("eventually", "bank"), ("akka_r2dbc", "bytes")]
)
def test_no_order_is_claimed(layout: str, name: str, shelf: Shelf) -> None:
    [reader] = shelf.open(Case(layout, name, "postgresql")).readers
    assert not reader.source.ordered
    events = reader.events.page(None, limit=20).rows
    assert {event.global_position for event in events} == {None}
    assert len({event.ref for event in events}) == len(events)
