"""What the Ruby libraries' expected files tell beyond the other libraries' files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from inspector.core.events import StreamKind
from tests.layouts.cases import Case, cases
from tests.layouts.comparing import difference, same_time
from tests.layouts.test_layouts import histories, snapshots, whole_store

if TYPE_CHECKING:
    from inspector.core.events import Event
    from tests.layouts.conftest import Shelf

RAILS = [case for case in cases() if case.layout == "rails_event_store"]
rails = pytest.mark.parametrize("case", RAILS, ids=str)

ADDED = {"timestamp", "valid_at"}
"""What the library puts into the metadata that it hands out, besides what is stored."""


def by_id(case: Case, shelf: Shelf) -> dict[str, Event]:
    [reader] = shelf.open(case).readers
    return {event.id or "": event for event in whole_store(reader)}


@rails
def test_whole_events(case: Case, shelf: Shelf) -> None:
    events, expected = by_id(case, shelf), case.expected
    for sample in expected["payload_samples"]:
        event = events[sample["event_id"]]
        assert event.type == sample["type"]
        assert difference(_opened(event), _unlocked(event, sample["data"])) == "", event.id
    for sample in expected["metadata_samples"]:
        event, told = events[sample["event_id"]], sample["metadata"]
        assert isinstance(event.meta, dict)
        stored = {k: v for k, v in event.meta.items() if k not in ADDED and k != "encryption"}
        assert difference(stored, {k: v for k, v in told.items() if k not in ADDED}) == ""
        assert same_time(event.recorded_at, told["timestamp"], 0)
        facts = (event.correlation_id, event.causation_id, event.tenant, event.actor)
        names = ("correlation_id", "causation_id", "tenant_id", "user_id")
        assert facts == tuple(told.get(name) for name in names)


def _opened(event: Event) -> Any:
    """The data, without what only the application's key opens."""
    assert isinstance(event.data, dict)
    return {k: None if _locked(v) else v for k, v in event.data.items()}


def _unlocked(event: Event, told: dict[str, Any]) -> dict[str, Any]:
    assert isinstance(event.data, dict)
    return {k: None if _locked(event.data.get(k)) else v for k, v in told.items()}


def _locked(value: Any) -> bool:
    return isinstance(value, dict) and "$encrypted" in value


@rails
def test_two_times(case: Case, shelf: Shelf) -> None:
    events = by_id(case, shelf)
    for sample in case.expected.get("bi_temporal", ()):
        event = events[sample["event_id"]]
        assert same_time(event.recorded_at, sample["created_at"], 0)
        assert same_time(event.valid_at, sample["valid_at"], 0)


@rails
def test_a_deleted_stream_leaves_its_events(case: Case, shelf: Shelf) -> None:
    events, read = by_id(case, shelf), histories(shelf.open(case))
    for deleted in case.expected["deleted_streams"]:
        assert deleted["id"] not in read
        for own in deleted["event_ids"]:
            assert events[own].stream.name != deleted["id"]


@rails
def test_an_event_is_a_link_where_it_was_not_published(case: Case, shelf: Shelf) -> None:
    read = histories(shelf.open(case))
    known = {"event", "link", "snapshot"}
    for history in read.values():
        kinds = {event.kind for event in history.events}
        if history.summary.stream.kind is StreamKind.PRIMARY:
            assert kinds == {"event"}
        assert kinds <= known
        for event in history.events:
            if event.kind == "link":
                assert event.origin is not None
                home = read[event.origin[0]].events
                assert event.id in {other.id for other in home}


def test_the_order_of_the_oldest_tables_is_that_of_the_stream_all(shelf: Shelf) -> None:
    case = next(case for case in RAILS if case.name == "legacy")
    wanted = case.expected["global_order_first_20"]
    [reader] = shelf.open(case).readers
    assert [event.id for event in whole_store(reader)[: len(wanted)]] == wanted


def test_what_an_application_encrypted_names_its_key(shelf: Shelf) -> None:
    case = next(case for case in RAILS if case.name == "yaml")
    events, told = by_id(case, shelf), case.expected["encryption"]
    known = {told["forgotten_key"], *told["keys"]}
    for entry in told["decrypted"]:
        data = events[entry["event_id"]].data
        assert isinstance(data, dict)
        locked = data["card"]["$encrypted"]
        assert locked["cipher"] == told["cipher"]
        assert locked["key"] in known
        assert isinstance(locked["bytes"], bytes)


def test_a_snapshot_is_the_aggregate_of_its_stream(shelf: Shelf) -> None:
    case = next(case for case in RAILS if case.name == "bytea")
    for [snapshot] in snapshots(shelf.open(case)).values():
        assert snapshot.type == "Banking::Account"
        assert snapshot.stream.category == "Banking::Account"
        [reader] = shelf.open(case).readers
        assert snapshot.position in reader.snapshots.positions(snapshot.stream)
