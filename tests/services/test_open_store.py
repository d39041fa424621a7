"""Opening, recognising and choosing a store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import Cancelled, InputInvalid, LayoutAmbiguous, LayoutUnknown
from inspector.services.open_store import OpenRequest, open_lane, open_store, open_stores
from inspector.services.tasks import Work
from tests.helpers.stores import EVENTS, stream_rows, write_store

if TYPE_CHECKING:
    from pathlib import Path


def test_a_second_lane_sees_the_same_store(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 3))
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        with closing(open_lane(store)) as lane:
            assert lane.match == store.match
            assert lane.connection is not store.connection
            assert lane.reader.events.count(None).value == 3
        assert store.reader.events.count(None).value == 3
        assert (store.name, store.certain, store.has_times) == ("s.db", True, True)


def test_a_database_without_a_store_says_what_was_looked_for_and_what_came_closest(
    tmp_path: Path,
) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE notes (originator_id TEXT, topic TEXT, state BLOB)")
    with pytest.raises(LayoutUnknown) as caught:
        open_store(OpenRequest(str(path)), Work())
    assert "Python eventsourcing" in caught.value.hint
    assert "no column originator_version" in caught.value.hint


def test_several_stores_are_offered_by_their_tables(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 3))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(EVENTS.replace("stored_events", "other_events"))
    with pytest.raises(LayoutAmbiguous) as caught:
        open_store(OpenRequest(str(path)), Work())
    assert "stored_events" in caught.value.hint
    assert "other_events" in caught.value.hint
    chosen = OpenRequest(str(path), choice="stored_events")
    with closing(open_store(chosen, Work())) as store:
        assert store.reader.events.count(None).value == 3
    with pytest.raises(LayoutAmbiguous, match="no_such"):
        open_store(OpenRequest(str(path), choice="no_such"), Work())


def test_an_unknown_layout_name_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", [])
    with pytest.raises(InputInvalid) as caught:
        open_store(OpenRequest(str(path), layout="nonsense"), Work())
    assert "pyeventsourcing" in caught.value.hint


def test_opening_can_be_stopped(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", [])
    work = Work()
    work.token.cancel()
    with pytest.raises(Cancelled):
        open_stores(OpenRequest(str(path)), work)


def test_an_empty_store_opens_and_is_empty(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", [])
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        assert store.reader.streams.page().rows == ()
        assert store.reader.events.page(None).rows == ()


def test_a_map_file_names_only_codecs_that_there_are(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 3))
    text = """
[events]
table = "stored_events"
stream = ["originator_id"]
position = "originator_version"
type = "topic"
payload = "state"

[values]
payload = ["jsn"]
"""
    with pytest.raises(InputInvalid) as caught:
        open_store(OpenRequest(str(path), map_text=text, map_file="shop.toml"), Work())
    assert "shop.toml" in caught.value.message
    assert "json" in caught.value.message + caught.value.hint
    good = text.replace("jsn", "json")
    with closing(open_store(OpenRequest(str(path), map_text=good), Work())) as store:
        assert store.match.layout == "mapped"
        stream = store.reader.streams.page().rows[0].stream
        assert [e.position for e in store.reader.events.page(stream).rows] == [1, 2, 3]
