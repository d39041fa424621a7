"""A long stream at once: from a snapshot on, and what the history says about it afterwards."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from inspector.core.folding import Truth
from inspector.services.early_state import (
    Beginning,
    EarlyState,
    Question,
    differences,
    early_state,
    newest_snapshot,
)
from inspector.services.finding_streams import the_stream
from inspector.services.open_store import OpenedStore, OpenRequest, open_store
from inspector.services.replaying import StreamReplay
from inspector.services.tasks import Work
from tests.helpers.long_stream import NAME, long_stream, total
from tests.helpers.written import own_copy
from tests.layouts.cases import Case

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.postgres import PostgresServer


def early(store: OpenedStore, at: int | None = None, **changes: Any) -> EarlyState | None:
    stream = the_stream(store.reader, NAME)
    found = newest_snapshot(store.reader, stream, at, store.rule_set)
    settings = {"worth": 50, "far": 1000, **changes}
    question = Question(store.reader, stream, store.application, Work(), at, **settings)
    return early_state(question, found)


def opened(folder: Path, snapshots: dict[int, object], events: int = 300) -> OpenedStore:
    return open_store(long_stream(folder, events, snapshots), Work())


def test_from_the_newest_snapshot(tmp_path: Path) -> None:
    with closing(opened(tmp_path, {100: total(100), 280: total(280)})) as store:
        found = early(store)
        assert found is not None
        step = found.step
        assert (step.position, step.index) == (300, 299)
        assert step.state == {"total": total(300), "seen": {"last": 300}}
        assert step.truth is Truth.UNVERIFIED
        assert str(step.origin) == "snapshot@280"
        assert [change.path for change in step.changes] == [("total",), ("seen", "last")]
        assert found.type == "shop:Order.Counted"
        earlier = early(store, 200)
        assert earlier is not None
        assert (str(earlier.step.origin), earlier.step.state["total"]) == (
            "snapshot@100", total(200),
        )  # fmt: skip


def test_at_the_snapshot_itself(tmp_path: Path) -> None:
    with closing(opened(tmp_path, {280: total(280)})) as store:
        found = early(store, 280)
        assert found is not None
        assert (found.step.position, found.step.changes) == (280, ())
        assert found.step.state["total"] == total(280)


@pytest.mark.parametrize("lie", [0, 1])
def test_the_history_says_whether_it_is_right(tmp_path: Path, lie: int) -> None:
    with closing(opened(tmp_path, {280: total(280) + lie})) as store:
        found = early(store)
        assert found is not None
        assert found.step.state["total"] == total(300) + lie
        replay = StreamReplay(store.reader, the_stream(store.reader, NAME), store.application)
        replay.load(store.reader, Work())
        changes = differences(found, replay, store.reader)
        assert changes is not None
        assert [(c.path, c.before, c.after) for c in changes] == (
            [(("total",), total(280) + 1, total(280))] if lie else []
        )


def test_forms_that_only_the_library_has(tmp_path: Path) -> None:
    """A number that it wrote as a text is a number where the rules calculate."""
    with closing(opened(tmp_path, {280: str(total(280))})) as store:
        found = early(store)
        assert found is not None
        assert found.step.state["total"] == total(300)


@pytest.mark.parametrize(
    ("snapshots", "changes"),
    [
        ({}, {}),  # none
        ({20: total(20)}, {}),  # so near to the beginning that it saves nothing
        ({280: total(280)}, {"far": 10}),  # so far from the end that it takes long
        ({280: "not a number"}, {}),
        ({280: [1]}, {}),
        ({400: total(400)}, {}),  # ahead of the stream
    ],
)
def test_what_is_odd_is_not_shown(
    tmp_path: Path, snapshots: dict[int, object], changes: dict[str, int]
) -> None:
    with closing(opened(tmp_path, snapshots)) as store:
        assert early(store, **changes) is None


def spoil(folder: Path, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(folder / "long.sqlite")) as file, file:
        assert file.execute(statement, values).rowcount > 0


def test_a_state_of_another_shape_is_not_shown(tmp_path: Path) -> None:
    request = long_stream(tmp_path, 300, {280: total(280)})
    other = {"timestamp": {"_type_": "datetime_iso", "_data_": "2026-01-01T00:00:00+00:00"},
             "topic": "shop:Order", "state": {"total": total(280)}}  # fmt: skip
    spoil(tmp_path, "UPDATE stored_snapshots SET state = ?", json.dumps(other).encode())
    with closing(open_store(request, Work())) as store:
        assert early(store) is None


def test_an_event_that_cannot_be_applied(tmp_path: Path) -> None:
    request = long_stream(tmp_path, 300, {280: total(280)})
    spoil(tmp_path, "UPDATE stored_events SET state = x'00' WHERE originator_version = 290")
    with closing(open_store(request, Work())) as store:
        assert early(store) is None
        assert early(store, 289) is not None


def test_an_undecodable_snapshot(tmp_path: Path) -> None:
    request = long_stream(tmp_path, 300, {280: total(280)})
    spoil(tmp_path, "UPDATE stored_snapshots SET state = x'00'")
    with closing(open_store(request, Work())) as store:
        assert early(store) is None


def test_nothing_without_rules(tmp_path: Path) -> None:
    address = long_stream(tmp_path, 300, {280: total(280)}).address
    with closing(open_store(OpenRequest(address), Work())) as store:
        assert early(store) is None


def test_a_history_that_cannot_tell(tmp_path: Path) -> None:
    request = long_stream(tmp_path, 300, {280: total(280)})
    spoil(tmp_path, "UPDATE stored_events SET state = x'00' WHERE originator_version = 200")
    with closing(open_store(request, Work())) as store:
        found = early(store)
        assert found is not None
        replay = StreamReplay(store.reader, the_stream(store.reader, NAME), store.application)
        replay.load(store.reader, Work())
        assert differences(found, replay, store.reader) is None
        assert differences(
            EarlyState(Beginning(999, {}), found.step), replay, store.reader
        ) is None  # fmt: skip


STORES = [
    Case("patchlevel", "multi", "sqlite"), Case("spatie", "sqlite", "sqlite"),
    Case("rails_event_store", "yaml", "sqlite"), Case("pyeventsourcing", "zlib", "sqlite"),
    Case("prooph", "single", "postgresql"), Case("sequent", "8", "postgresql"),
    Case("commanded", "jsonb", "postgresql"),
]  # fmt: skip


@pytest.mark.parametrize("case", STORES, ids=str)
def test_stores_of_real_libraries(
    case: Case, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Whatever is shown early is what the whole history gives."""
    own = own_copy(case, tmp_path, postgres_server)
    shown = 0
    with own.open() as stores:
        for store in stores:
            reader = store.reader
            if not reader.snapshots.available:
                continue
            for row in reader.streams.page(None, 1000).rows:
                found = newest_snapshot(reader, row.stream, None, store.rule_set)
                asked = Question(reader, row.stream, store.application, Work(), worth=0)
                state = early_state(asked, found)
                if state is None:
                    continue
                shown += 1
                replay = StreamReplay(reader, row.stream, store.application)
                replay.load(reader, Work())
                changes = differences(state, replay, reader)
                step = replay.step(reader, len(replay) - 1)
                assert step.position == state.step.position
                if changes == ():
                    assert step.state == state.step.state
    assert shown
