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


SEQUENT = [case for case in cases() if case.layout == "sequent"]
PG = [case for case in cases() if case.layout == "pg_eventstore"]


@pytest.mark.parametrize("case", SEQUENT, ids=str)
def test_aggregates_of_sequent(case: Case, shelf: Shelf) -> None:
    expected, read = case.expected, histories(shelf.open(case))
    for stream in expected["streams"]:
        assert read[stream["id"]].summary.stream.category == stream["type"]
    for sample in expected["payload_samples"]:
        events = read[sample["stream_id"]].events
        event = next(e for e in events if e.position == sample["version"])
        assert event.type == sample["type"]
        assert same_time(event.recorded_at, sample["created_at"], 0)
        assert event.stream.category == read[event.stream.name].summary.stream.category
    for same in snapshots(shelf.open(case)).values():
        for snapshot in same:
            assert snapshot.type == snapshot.stream.category == "Bank::Account"


@pytest.mark.parametrize("case", SEQUENT, ids=str)
def test_who_gave_a_command_and_why(case: Case, shelf: Shelf) -> None:
    events = [e for h in histories(shelf.open(case)).values() for e in h.events]
    causes = [e.causation_id for e in events if e.causation_id]
    assert len(events) / 5 < len(causes) < len(events) / 2  # about a third, says its maker
    known = {f"{e.stream.name}/{e.position}" for e in events}
    # A deleted order takes its events along; what they caused stays.
    assert len(set(causes) - known) <= (expected_deleted(case) or 0)
    assert sum(e.actor is not None for e in events) > len(events) / 2
    assert {len(e.actor) for e in events if e.actor} == {36}


def expected_deleted(case: Case) -> int:
    return int((case.expected["deleted"] or {}).get("event_count", 0))


def test_streams_of_sequent_are_found_whatever_the_case(shelf: Shelf) -> None:
    for case in SEQUENT:
        [reader] = shelf.open(case).readers
        name = case.expected["streams"][0]["id"]
        assert [stream.name for stream in reader.streams.find(name.upper())] == [name]
        assert reader.streams.find("17") == ()


@pytest.mark.parametrize("case", PG, ids=str)
def test_links_of_pg_eventstore(case: Case, shelf: Shelf) -> None:
    expected, read = case.expected, histories(shelf.open(case))
    links = read["Reports/Frozen/all"].events
    resolved = expected["resolved_link_stream"]
    assert len(links) == len(resolved)
    gone = expected["deleted"]["dangling_link_target"]["id"]
    for link, target in zip(links, resolved, strict=True):
        assert (link.type, link.kind) == ("$>", "link")
        if target["type"] == "$>":  # the library cannot resolve it either
            assert link.origin is None
            assert [finding.code for finding in link.findings] == ["link-broken"]
        else:
            home = "/".join(target["stream"].values())
            assert link.origin == (home, target["stream_revision"])
            at_home = next(e for e in read[home].events if e.position == link.origin[1])
            assert (at_home.id, at_home.type) == (target["id"], target["type"])
    assert gone not in {e.id for history in read.values() for e in history.events}


@pytest.mark.parametrize("case", PG, ids=str)
def test_whole_events_of_pg_eventstore(case: Case, shelf: Shelf) -> None:
    read, deleted = histories(shelf.open(case)), case.expected["deleted"]
    for sample in case.expected["payload_samples"]:
        events = read[sample["stream_id"]].events
        event = next(e for e in events if e.position == sample["version"])
        assert (event.id, event.type) == (sample["event_id"], sample["type"])
        assert event.global_position == sample["global_position"]
        assert difference(event.data, sample["data"]) == ""
        told = sample["metadata"]
        assert difference(event.meta, told) == ""
        facts = (event.correlation_id, event.causation_id, event.tenant, event.actor)
        names = ("correlation_id", "causation_id", "tenant_id", "user_id")
        assert facts == tuple(told.get(name) for name in names)
    assert "/".join(deleted["stream"].values()) not in read
    renumbered = read["/".join(deleted["event"]["stream"].values())].events
    assert [e.position for e in renumbered] == list(range(len(renumbered)))


def test_a_stream_id_alone_is_found_in_every_context(shelf: Shelf) -> None:
    [reader] = shelf.open(PG[0]).readers
    assert [stream.name for stream in reader.streams.find("all")] == ["Reports/Frozen/all"]
