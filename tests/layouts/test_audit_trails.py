"""Audit trails: the state after every row is what the trail recorded, and unknown beyond that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inspector.core.folding import Truth
from inspector.layouts import recognise
from inspector.services.replaying import every_step
from inspector.services.tasks import Work
from tests.layouts.cases import Case, cases
from tests.layouts.comparing import difference
from tests.layouts.test_layouts import summaries

if TYPE_CHECKING:
    from inspector.core.replaying import Step
    from tests.layouts.conftest import Shelf

TRAILS = [case for case in cases() if "trail_states" in case.expected]
each_trail = pytest.mark.parametrize("case", TRAILS, ids=str)


@each_trail
def test_states_are_what_was_recorded(case: Case, shelf: Shelf) -> None:
    found: dict[tuple[str, int | None], Step] = {}
    for reader in shelf.open(case).readers:
        for summary in summaries(reader):
            for step in every_step(reader, summary.stream, Work()):
                found[summary.stream.name, step.position] = step
    expected = case.expected["trail_states"]
    assert len(found) == len(expected)
    for entry in expected:
        place = entry["stream_id"], entry["version"]
        step = found[place]
        assert difference(step.state, entry["state"]) == "", place
        assert step.truth is Truth.EXACT
        known = entry["known"]
        marks = {} if known == "all" else {(): Truth.UNKNOWN} | {(k,): Truth.EXACT for k in known}
        assert step.marks == marks, place
        assert bool(step.findings) == bool(marks), place


@each_trail
def test_a_trail_says_that_it_is_one(case: Case, shelf: Shelf) -> None:
    for store in shelf.open(case).stores:
        assert store.match.trail
        assert any("audit trail" in text for text in store.match.evidence)
        assert any("not recorded" in text for text in store.match.doubts)


@each_trail
def test_a_trail_is_not_taken_before_a_store_of_events(case: Case, shelf: Shelf) -> None:
    catalog = shelf.open(case).catalog
    real = shelf.open(Case("hallgren", "shop", case.dialect)).catalog
    both = type(catalog)(catalog.dialect, (*catalog.tables, *real.tables), catalog.sampler)
    first, *others = recognise(both).stores
    assert (first.match.layout, first.certain) == ("hallgren", True)
    assert {store.match.layout for store in others} == {case.layout}
    assert not any(store.certain for store in others)
