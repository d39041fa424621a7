"""Lanes of the whole store: bars hold whole bins, and rows are told apart where they are close."""

from __future__ import annotations

from array import array
from collections import Counter

import numpy as np
import pytest

from inspector.services.store_density import BIN, Closeup, Counted
from inspector.ui.models.store_lanes import StoreLanes

ROWS = 40 * BIN + 17
CODES = [(n * n // 50) % 9 for n in range(ROWS)]
NAMES = [f"t{code}" for code in range(9)]


def _counted(rows: int = ROWS) -> Counted:
    cells = sorted(Counter((n // BIN, code) for n, code in enumerate(CODES[:rows])).items())
    return Counted(
        rows,
        array("I", [number for (number, _), _ in cells]),
        array("H", [code for (_, code), _ in cells]),
        array("H", [count for _, count in cells]),
        NAMES,
        complete=True,
    )


def test_every_event_is_in_one_bar() -> None:
    lanes = StoreLanes(_counted())
    assert lanes.lanes == 7
    assert sum(lanes.sizes) == ROWS
    edges, counts = lanes.bars(-0.5, ROWS - 0.5, 10)
    assert len(edges) == counts.shape[1] + 1
    assert counts.shape[1] <= 11
    assert counts.sum(axis=1).tolist() == list(lanes.sizes)


@pytest.mark.parametrize("bins", [1, 3, 10, 500])
def test_bars_are_exact_for_their_own_rows(bins: int) -> None:
    lanes = StoreLanes(_counted())
    edges, counts = lanes.bars(5.5 * BIN, 20.2 * BIN, bins)
    assert edges[0] <= 5.5 * BIN
    assert edges[-1] >= 20.2 * BIN - 1
    for bar in range(counts.shape[1]):
        rows = CODES[round(edges[bar] + 0.5) : round(edges[bar + 1] + 0.5)]
        found = Counter(
            lanes.codes.index(code) if code in lanes.codes else len(lanes.codes) for code in rows
        )
        assert counts[:, bar].tolist() == [found[lane] for lane in range(lanes.lanes)]


def test_rows_that_were_read_closely_are_known_one_by_one() -> None:
    closeup = Closeup(1000, 1100, array("H", CODES[1000:1100]))
    lanes = StoreLanes(_counted(), closeup)
    assert lanes.single(1001, 1098)
    assert not lanes.single(990, 1050)
    found = [lanes.between(lane, 1000, 1100).tolist() for lane in range(lanes.lanes)]
    assert sum(map(len, found)) == 100
    for lane, code in enumerate(lanes.codes):
        assert found[lane] == [n for n in range(1000, 1100) if CODES[n] == code]
    edges, counts = lanes.bars(1010, 1020, 10)
    assert edges.tolist() == np.linspace(1010, 1020, 11).tolist()
    assert counts.sum() == 10


def test_types_keep_their_lanes_while_counting_goes_on() -> None:
    first = StoreLanes(_counted(3 * BIN))
    later = StoreLanes(_counted(), codes=first.codes)
    assert later.codes == first.codes
    assert sum(later.sizes) == ROWS


def test_nothing_counted_has_no_lanes() -> None:
    nothing = Counted(0, array("I"), array("H"), array("H"), (), complete=False)
    lanes = StoreLanes(nothing)
    assert lanes.lanes == 0
    assert not lanes.single(0, 10)
    assert lanes.bars(0, 100, 5)[1].shape == (0, 0)
