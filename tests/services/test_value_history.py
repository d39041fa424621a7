"""One value over a whole stream: numbers, gaps and their reasons, in one walk."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import Cancelled
from inspector.core.replaying import KEYFRAME_EVERY
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.replaying import StreamReplay
from inspector.services.tasks import Progress, Work
from inspector.services.value_history import (
    NOTHING,
    Reading,
    ValueWalk,
    is_chartable,
    value_at,
)
from tests.helpers.stores import append, state, stream_rows, write_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inspector.core.paths import Path as ValuePath
    from inspector.services.open_store import OpenedStore

ROWS = 2 * KEYFRAME_EVERY + 30


@pytest.fixture
def store(tmp_path: Path) -> Iterator[OpenedStore]:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, ROWS))
    with closing(open_store(OpenRequest(str(path)), Work())) as opened:
        yield opened


def _replay(store: OpenedStore, name: str = "order-1") -> StreamReplay:
    replay = StreamReplay(store.reader, store.reader.streams.find(name)[0])
    replay.load(store.reader, Work())
    return replay


def _walked(store: OpenedStore, *paths: ValuePath, name: str = "order-1") -> ValueWalk:
    walk = ValueWalk(_replay(store, name), paths)
    walk.run(store.reader, Work())
    return walk


def test_every_value_is_what_the_state_says_there(store: OpenedStore) -> None:
    replay = _replay(store)
    total, number = _walked(store, ("total",), ("n",)).lines()
    assert total.rows == ROWS
    for index in (0, 1, 255, 256, 257, ROWS - 1):
        step = replay.step(store.reader, index)
        assert total.at(index) == (Reading.NUMBER, step.state["total"])
        assert number.at(index) == (Reading.NUMBER, step.state["n"])
    assert (total.lowest, total.highest) == (1, ROWS * (ROWS + 1) // 2)
    assert total.at(ROWS) is None


def _odd_store(tmp_path: Path) -> Path:
    rows = [
        ("a", 1, "shop:Order.Placed", state(1, other=1)),
        ("a", 2, "shop:Order.Paid", state(2, price=5, deep={"list": [1, 2]})),
        ("a", 3, "shop:Order.Paid", state(3, price=5)),
        ("a", 4, "shop:Order.Paid", state(4, price=5.0)),
        ("a", 5, "shop:Order.Paid", state(5, price="12.50")),
        ("a", 6, "shop:Order.Paid", state(6, price="twelve")),
        ("a", 7, "shop:Order.Paid", state(7, price=True)),
        ("a", 8, "shop:Order.Paid", b"{broken"),
        ("a", 9, "shop:Order.Paid", state(9, other=2)),
        ("a", 10, "shop:Order.Paid", state(10, price=-3)),
    ]
    return write_store(tmp_path / "odd.db", rows)


def test_gaps_say_why_they_are_gaps(tmp_path: Path) -> None:
    with closing(open_store(OpenRequest(str(_odd_store(tmp_path))), Work())) as store:
        price, deep, gone = _walked(
            store, ("price",), ("deep", "list", 1), ("deep", "list", 2), name="a"
        ).lines()
    found = [price.at(index) for index in range(10)]
    assert [pair[0] for pair in found if pair] == [
        Reading.MISSING, Reading.NUMBER, Reading.NUMBER, Reading.NUMBER, Reading.NUMBER_TEXT,
        Reading.OTHER, Reading.OTHER, Reading.UNKNOWN, Reading.UNKNOWN, Reading.NUMBER,
    ]  # fmt: skip
    assert found[4] == (Reading.NUMBER_TEXT, "12.50")
    assert (price.lowest, price.highest) == (-3, "12.50")
    assert deep.at(3) == (Reading.NUMBER, 2)
    assert deep.at(8) == (Reading.UNKNOWN, 2)
    assert gone.at(3) == (Reading.MISSING, NOTHING)
    assert gone.lowest is None


def test_only_changes_are_kept_and_forms_are_told_apart(tmp_path: Path) -> None:
    with closing(open_store(OpenRequest(str(_odd_store(tmp_path))), Work())) as store:
        (price,) = _walked(store, ("price",), name="a").lines()
    assert list(price.starts)[:4] == [0, 1, 3, 4]
    assert price.values[1] == 5
    assert isinstance(price.values[2], float | Decimal)


def test_a_walk_that_was_stopped_keeps_what_it_found_and_goes_on(store: OpenedStore) -> None:
    walk = ValueWalk(_replay(store), [("n",)])
    work = Work()
    stopping = Work(work.token, lambda _progress: work.token.cancel())
    with pytest.raises(Cancelled):
        walk.run(store.reader, stopping)
    assert walk.rows == KEYFRAME_EVERY
    assert not walk.complete
    (part,) = walk.lines()
    assert part.at(KEYFRAME_EVERY - 1) == (Reading.NUMBER, KEYFRAME_EVERY)
    assert part.at(KEYFRAME_EVERY) is None
    walk.run(store.reader, Work())
    assert walk.complete
    assert walk.lines()[0].starts == _walked(store, ("n",)).lines()[0].starts
    assert part.rows == KEYFRAME_EVERY


def test_a_walk_follows_a_stream_that_grows_and_tells_how_far_it_is(store: OpenedStore) -> None:
    replay = _replay(store)
    walk = ValueWalk(replay, [("n",)])
    seen: list[Progress] = []
    walk.run(store.reader, Work(report=seen.append))
    assert [p.done for p in seen] == [KEYFRAME_EVERY, 2 * KEYFRAME_EVERY, ROWS]
    assert store.address.path is not None
    append(store.address.path, stream_rows("order-1", ROWS + 1, 300))
    replay.load_new(store.reader, Work())
    assert not walk.complete
    walk.run(store.reader, Work())
    assert walk.lines()[0].at(ROWS + 299) == (Reading.NUMBER, ROWS + 300)


def test_values_that_are_no_numbers_cannot_be_drawn() -> None:
    assert all(is_chartable(value) for value in (1, 1.5, Decimal("1.10"), "12.50", "-3"))
    assert not any(is_chartable(value) for value in (True, None, "12,5", "", [1], {"a": 1}, b"1"))


def test_a_path_that_leads_nowhere_is_told_from_null() -> None:
    value = {"a": [{"b": None}]}
    assert value_at(value, ("a", 0, "b")) is None
    for path in (("a", 1), ("a", 0, "c"), ("a", 0, "b", "c"), ("x",)):
        assert value_at(value, path) is NOTHING
