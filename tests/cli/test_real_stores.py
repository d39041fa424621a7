"""Every command on every real store: what is printed is what the library that wrote it says."""

from __future__ import annotations

import base64
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from inspector.core.instants import parse_instant
from tests.layouts.cases import Case, cases
from tests.layouts.comparing import counted_types

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Caller

CASES = cases()
each_case = pytest.mark.parametrize("case", CASES, ids=str)


@pytest.fixture
def stores(case: Case, call: Caller, unpacked: Callable[[Case], str]) -> list[list[str]]:
    """Arguments that choose each store of the database in turn."""
    keys = [f"{name}={base64.b64encode(secret).decode()}" for name, secret in case.keys.items()]
    options = [word for key in keys for word in ("--key", key)]
    found = call.json("recognise", unpacked(case), *options)
    tables = [".".join(filter(None, (m["schema"], m["tables"]["events"]))) for m in found]
    return [[unpacked(case), *options, "--table", table] for table in tables]


@each_case
def test_recognised(case: Case, call: Caller, unpacked: Callable[[Case], str]) -> None:
    found = call.json("recognise", unpacked(case))
    assert [match["layout"] for match in found] == [case.layout] * case.stores
    assert all(match["certain"] and match["evidence"] for match in found)
    counts = case.expected["counts"]
    total = counts.get("messages") or counts.get("rows") or counts["events"]
    assert sum(match["counts"]["events"] for match in found) == total
    assert all(match["counts"]["exact"] for match in found)


@each_case
def test_streams(case: Case, call: Caller, stores: list[list[str]]) -> None:
    rows = [row for store in stores for row in call.json("streams", *store, "--kind", "all")]
    read = {row["stream"]: row for row in rows}
    assert len(read) == len(rows)
    expected = case.streams
    hidden = case.expected.get("soft_deleted", {}).get("id")
    assert read.keys() == expected.keys() | ({hidden} - {None})
    for name, stream in expected.items():
        row = read[name]
        assert row["events"] == stream["event_count"]
        assert row["events_exact"]
        assert row["last_version"] == stream["last_version"]
        assert row["archived"] == stream.get("archived", False)


@each_case
def test_events_of_each_stream(case: Case, call: Caller, stores: list[list[str]]) -> None:
    """Every third stream, or some of very many: types, versions, and the same backwards."""
    expected = case.streams
    for store in stores:
        names = [row["stream"] for row in call.json("streams", *store, "--kind", "all")]
        for name in names[:: max(3, len(names) // 3)]:
            events = call.json("events", *store, name)
            assert events == call.json("events", *store, name, "--reverse")[::-1]
            if name in expected:
                types = expected[name]["event_types"]
                read = ((e["type"], e["schema_version"]) for e in events)
                assert counted_types(read, types) == types
            if expected.get(name, {}).get("last_version", 0) is None:
                assert all(e["version"] is None for e in events)
                continue
            assert all(one["version"] < two["version"] for one, two in pairwise(events))
            middle = events[len(events) // 2]["version"]
            part = call.json("events", *store, name, "--from", middle)
            assert part == [e for e in events if e["version"] >= middle]
            part = call.json("events", *store, name, "--to", middle, "--reverse")
            assert part == [e for e in events if e["version"] <= middle][::-1]


@each_case
def test_events_in_global_order(case: Case, call: Caller, stores: list[list[str]]) -> None:
    for store in stores:
        if "keeps no order" in (said := call("events", *store)).err:
            assert said.code == 2
            continue
        events = call.json("events", *store)
        assert events == call.json("events", *store, "--reverse")[::-1]
        places = [event["global_position"] for event in events]
        if None in places:  # read table by table: there is no range over all of them
            assert call("events", *store, "--from", 1).code == 2
            continue
        first, last = places[len(places) // 3], places[len(places) // 2]
        part = call.json("events", *store, "--from", first, "--to", last)
        assert part == [e for e in events if first <= e["global_position"] <= last]
        back = call.json("events", *store, "--from", first, "--to", last, "--reverse")
        assert back == part[::-1]
        few = call("events", *store, "--json", "--limit", 3)
        assert (few.code, few.records) == (0, events[:3])


@each_case
def test_states(case: Case, call: Caller, stores: list[list[str]]) -> None:
    """One step at a time, at a version, at a time and at the end: always the same state."""
    for store in stores:
        row = max(call.json("streams", *store), key=lambda row: row["events"])
        name = row["stream"]
        steps = call.json("state", *store, name, "--every")
        assert len(steps) == row["events"]
        assert steps[-1]["version"] == row["last_version"]
        (last,) = call.json("state", *store, name)
        assert last == {**_plain(steps[-1]), "origin": last["origin"]}
        middle = steps[len(steps) // 2]
        (at,) = call.json("state", *store, name, "--at", middle["version"])
        assert at == {**_plain(middle), "origin": at["origin"]}
        until = call.json("state", *store, name, "--every", "--at", middle["version"])
        assert until == steps[: len(until)]
        assert until[-1]["version"] == middle["version"]


@each_case
def test_states_at_a_time(case: Case, call: Caller, stores: list[list[str]]) -> None:
    """The last event by position that was recorded until then, whatever the clock did."""
    for store in stores:
        row = max(call.json("streams", *store), key=lambda row: row["events"])
        events = call.json("events", *store, row["stream"])
        events = [event for event in events if event["recorded_at"] is not None]
        if not events:  # the library stores no time
            refused = call("state", *store, row["stream"], "--time", "2024-01-01T00:00:00Z")
            assert refused.code == 2
            assert refused.err
            continue
        moments = [_nanoseconds(event["recorded_at"]) for event in events]
        chosen = events[len(events) // 2]["recorded_at"]
        asked = chosen if isinstance(chosen, str) else chosen["time"]
        limit = _nanoseconds(chosen)
        (state,) = call.json("state", *store, row["stream"], "--time", asked)
        until = [e["version"] for e, m in zip(events, moments, strict=True) if m <= limit]
        assert state["version"] == until[-1]


def _plain(step: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in step.items() if key != "changes"}


def _nanoseconds(recorded: Any) -> int:
    text = recorded if isinstance(recorded, str) else recorded["time"]
    moment = parse_instant(text)
    assert moment is not None
    assert moment.nanoseconds is not None
    return moment.nanoseconds
