"""Replaying a stream through the services: anywhere in it, while it grows, without keeping it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import Cancelled, InputInvalid
from inspector.core.replaying import KEYFRAME_EVERY
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.replaying import StreamReplay, every_step
from inspector.services.tasks import Progress, Work
from tests.helpers.stores import append, state, stream_rows, write_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inspector.core.events import StreamId
    from inspector.services.open_store import OpenedStore

ROWS = 3 * KEYFRAME_EVERY + 20


@pytest.fixture
def store(tmp_path: Path) -> Iterator[OpenedStore]:
    rows = stream_rows("order-1", 1, ROWS) + stream_rows("order-2", 1, 3)
    path = write_store(tmp_path / "s.db", rows)
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        yield store


@pytest.fixture
def stream(store: OpenedStore) -> StreamId:
    return store.reader.streams.find("order-1")[0]


def loaded(store: OpenedStore, stream: StreamId) -> StreamReplay:
    replay = StreamReplay(store.reader, stream)
    replay.load(store.reader, Work())
    return replay


@pytest.mark.parametrize("index", [0, 1, 255, 256, 257, ROWS // 2, ROWS - 1])
def test_the_state_is_right_wherever_one_looks(
    store: OpenedStore, stream: StreamId, index: int
) -> None:
    step = loaded(store, stream).step(store.reader, index)
    version = index + 1
    assert step.position == version
    assert step.state == {"n": version, "total": version * (version + 1) // 2}
    assert step.applied == version


def test_every_step_is_what_looking_there_gives(store: OpenedStore, stream: StreamId) -> None:
    replay = loaded(store, stream)
    walked = list(every_step(store.reader, stream, Work()))
    assert len(walked) == ROWS
    for index in (0, 255, 256, ROWS - 1):
        there = replay.step(store.reader, index)
        assert (there.state, there.changes, there.applied) == (
            walked[index].state, walked[index].changes, walked[index].applied,
        )  # fmt: skip


def test_segments_that_were_given_back_are_read_again(store: OpenedStore, stream: StreamId) -> None:
    replay = loaded(store, stream)
    small = StreamReplay(store.reader, stream)
    small.history = type(small.history)(store.reader, stream, budget=1)
    small.load(store.reader, Work())
    for index in (0, 300, ROWS - 1):
        one, other = small.step(store.reader, index), replay.step(store.reader, index)
        assert one.state == other.state


@pytest.mark.parametrize("added", [1, KEYFRAME_EVERY - 20, 2 * KEYFRAME_EVERY])
def test_a_stream_that_grew_is_read_on_from_its_end(
    store: OpenedStore, stream: StreamId, added: int
) -> None:
    replay = loaded(store, stream)
    assert store.address.path is not None
    append(store.address.path, stream_rows("order-1", ROWS + 1, added))
    assert replay.load_new(store.reader, Work()) == added
    last = replay.step(store.reader, ROWS + added - 1)
    assert last.state["n"] == ROWS + added
    assert last.applied == ROWS + added
    assert replay.step(store.reader, ROWS - 1).state["n"] == ROWS


def test_loading_can_be_stopped_and_gone_on_with(store: OpenedStore, stream: StreamId) -> None:
    replay = StreamReplay(store.reader, stream)
    work = Work()
    work.token.cancel()
    with pytest.raises(Cancelled):
        replay_with_small_chunks(replay, store, work)
    assert not replay.complete
    replay.load(store.reader, Work())
    assert replay.complete
    assert len(replay) == ROWS


def replay_with_small_chunks(replay: StreamReplay, store: OpenedStore, work: Work) -> None:
    while replay.load_chunk(store.reader):
        work.check()
    work.check()


def test_progress_is_told(store: OpenedStore, stream: StreamId) -> None:
    told: list[Progress] = []
    replay = StreamReplay(store.reader, stream)
    assert store.address.path is not None
    append(store.address.path, stream_rows("order-1", ROWS + 1, 9000))
    replay.load(store.reader, Work(report=told.append))
    assert told
    assert told[0].done >= 8192


def test_a_version_that_is_not_there_is_named_with_those_that_are(
    store: OpenedStore, stream: StreamId
) -> None:
    replay = loaded(store, stream)
    assert replay.index_at(7) == 6
    with pytest.raises(InputInvalid, match=rf"has no version {ROWS + 1}; it has 1 to {ROWS}"):
        replay.index_at(ROWS + 1)


def test_an_unreadable_payload_marks_what_follows_until_it_is_written_again(
    tmp_path: Path,
) -> None:
    rows = stream_rows("order-1", 1, 3)
    rows.append(("order-1", 4, "shop:Order.Counted", b"\x00\x01 no payload"))
    rows.append(("order-1", 5, "shop:Order.Counted", state(5, n=5)))
    path = write_store(tmp_path / "s.db", rows)
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        stream = store.reader.streams.find("order-1")[0]
        replay = loaded(store, stream)
        assert replay.failures == (3,)
        failed, after = (replay.step(store.reader, i) for i in (3, 4))
    assert failed.findings[0].code == "payload-undecodable"
    assert failed.state["total"] == 6
    assert [f.code for f in after.findings] == ["follows-failure"]
    assert {path: truth.value for path, truth in after.marks.items()} == {("total",): "unknown"}
