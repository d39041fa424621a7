"""Where the next row of a kind is: from any row, in both directions, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inspector.core.cancelling import CancelToken
from inspector.core.errors import Cancelled, StreamUnknown
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.replaying import StreamReplay
from inspector.services.tasks import Progress, Work
from inspector.services.typed_jumps import (
    Elsewhere,
    VersionWalk,
    correlated_elsewhere,
    event_at,
    next_change,
    next_correlated,
    rows_after,
    rows_before,
    versioned,
)
from tests.helpers.stores import state, write_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inspector.services.open_store import OpenedStore

ROWS = 700
STREAM = "a-long-stream"
CHANGES = [0, *range(255, 700, 37), 512, 513]
"""Rows at which ``nested.iban`` becomes another value: at the edges of segments, too."""

OF_REQUEST = (3, 255, 256, 600)


def rows() -> list[tuple[str, int, str, bytes]]:
    made = []
    iban = 0
    for row in range(ROWS):
        iban += row in CHANGES
        request = "r1" if row in OF_REQUEST else f"other-{row}"
        fields = {"n": row, "nested": {"iban": iban}, "metadata": {"correlation_id": request}}
        kind = "Moved.v2" if 300 <= row < 400 else "Moved.v1"
        made.append((STREAM, row + 1, f"shop:{kind}", state(row, **fields)))
    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[OpenedStore]:
    around = {"metadata": {"correlation_id": "r1"}}
    before = [("before", n, "shop:Asked", state(n, **around)) for n in (1, 2)]
    after = [("after", n, "shop:Told", state(n, **around)) for n in (1, 2)]
    path = write_store(tmp_path / "jumps.db", [*before, *rows(), *after])
    opened = open_store(OpenRequest(str(path)), Work())
    yield opened
    opened.close()


@pytest.fixture
def replay(store: OpenedStore) -> StreamReplay:
    stream = store.reader.streams.find(STREAM)[0]
    made = StreamReplay(store.reader, stream)
    made.load(store.reader, Work())
    return made


def test_every_change_of_a_value_is_found_from_every_row_in_both_directions(
    store: OpenedStore, replay: StreamReplay
) -> None:
    paths = [("nested", "iban")]
    changes = sorted(CHANGES)
    for row in (0, 1, 254, 255, 256, 511, 512, 513, 514, 698, 699):
        on = next_change(replay, store.reader, Work(), paths, row, 1)
        back = next_change(replay, store.reader, Work(), paths, row, -1)
        assert on == next((c for c in changes if c > row), None)
        assert back == next((c for c in reversed(changes) if c < row), None)
    assert next_change(replay, store.reader, Work(), [("nowhere",)], 350, 1) is None


def test_several_values_are_followed_at_once(store: OpenedStore, replay: StreamReplay) -> None:
    paths = [("nested", "iban"), ("n",)]
    assert next_change(replay, store.reader, Work(), paths, 100, 1) == 101
    assert next_change(replay, store.reader, Work(), paths, 100, -1) == 99


def test_a_search_says_how_far_it_is_and_can_be_stopped(
    store: OpenedStore, replay: StreamReplay
) -> None:
    token = CancelToken()
    told: list[Progress] = []

    def report(progress: Progress) -> None:
        told.append(progress)
        if progress.done:
            token.cancel()

    with pytest.raises(Cancelled):
        next_change(replay, store.reader, Work(token, report), [("nowhere",)], 0, 1)
    assert (told[-1].done, told[-1].total) == (256, 768)


def test_rows_come_with_their_events_on_both_sides_of_any_row(
    store: OpenedStore, replay: StreamReplay
) -> None:
    history = replay.history
    for index in (-1, 0, 254, 255, 256, 699):
        after = list(rows_after(store.reader, history, index, Work()))
        assert [row for row, _ in after] == list(range(index + 1, ROWS))
        assert all(event.position == row + 1 for row, event in after)
    for index in (0, 1, 256, 257, 699):
        before = list(rows_before(store.reader, history, index, Work()))
        assert [row for row, _ in before] == list(range(index - 1, -1, -1))
        assert all(event.position == row + 1 for row, event in before)
    assert event_at(store.reader, history, 256).position == 257


def test_a_type_in_another_schema_version_is_found(
    store: OpenedStore, replay: StreamReplay
) -> None:
    walk = VersionWalk(replay.history, None)
    places = {row: walk.find(store.reader, Work(), row, 1) for row in (0, 299, 300, 399, 400)}
    assert places == {0: 300, 299: 300, 300: 400, 399: 400, 400: None}
    back = {row: walk.find(store.reader, Work(), row, -1) for row in (699, 400, 300, 0)}
    assert back == {699: 400, 400: 300, 300: None, 0: None}
    assert walk.versions


def test_a_search_for_versions_reads_no_further_than_it_has_to(
    store: OpenedStore, replay: StreamReplay
) -> None:
    walk = VersionWalk(replay.history, None)
    assert walk.find(store.reader, Work(), 0, 1) == 300
    assert walk.rows == 301
    assert walk.find(store.reader, Work(), 310, -1) == 300
    assert walk.rows == 310


def test_a_version_in_a_type_s_name_is_told_from_a_name(
    store: OpenedStore, replay: StreamReplay
) -> None:
    event = event_at(store.reader, replay.history, 300)
    assert versioned(event) == ("shop:Moved", (1, 2))


def test_events_of_one_request_are_found_in_the_stream_and_then_in_the_store(
    store: OpenedStore, replay: StreamReplay
) -> None:
    reader, history = store.reader, replay.history
    assert next_correlated(reader, history, Work(), 3, 1) == 255
    assert next_correlated(reader, history, Work(), 255, 1) == 256
    assert next_correlated(reader, history, Work(), 256, -1) == 255
    beyond = next_correlated(reader, history, Work(), 600, 1)
    assert isinstance(beyond, Elsewhere)
    assert (beyond.event.stream.name, beyond.event.position) == ("after", 1)
    before = next_correlated(reader, history, Work(), 3, -1)
    assert isinstance(before, Elsewhere)
    assert (before.event.stream.name, before.event.position) == ("before", 2)
    assert next_correlated(reader, history, Work(), 5, 1) is None


def test_rows_of_the_whole_store_are_counted_on_the_way(
    store: OpenedStore, replay: StreamReplay
) -> None:
    here = event_at(store.reader, replay.history, 600)
    on = correlated_elsewhere(store.reader, here, Work(), 1)
    back = correlated_elsewhere(store.reader, here, Work(), -1)
    assert on is not None
    assert back is not None
    assert (on.offset, back.offset) == (ROWS - 600, 600 - 256)


def test_an_event_without_a_request_says_so(tmp_path: Path) -> None:
    path = write_store(tmp_path / "plain.db", [("a", 1, "shop:Opened", state(1))])
    opened = open_store(OpenRequest(str(path)), Work())
    stream = opened.reader.streams.find("a")[0]
    made = StreamReplay(opened.reader, stream)
    made.load(opened.reader, Work())
    with pytest.raises(StreamUnknown, match="no correlation id"):
        next_correlated(opened.reader, made.history, Work(), 0, 1)
    opened.close()
