"""The keys of the JSON objects: adding one is fine, renaming or removing one breaks scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.layouts.cases import Case

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Caller

MATCH = {"layout", "title", "score", "certain", "evidence", "schema", "tables", "capabilities",
         "alternatives", "counts"}  # fmt: skip
CAPABILITIES = {"global_order", "timestamps", "schema_versions", "snapshots", "snapshot_write"}
STREAM = {"stream", "category", "kind", "events", "first_version", "last_version", "first_time",
          "last_time", "archived", "tenant"}  # fmt: skip
EVENT = {"stream", "version", "global_position", "id", "type", "schema_version", "recorded_at",
         "valid_at", "data", "metadata", "correlation_id", "causation_id", "actor", "tenant",
         "codec", "findings"}  # fmt: skip
STATE = {"stream", "version", "events_applied", "state", "truth", "marks", "origin", "findings"}
MARK = {"mark", "stream", "category", "version", "event_id", "global_position", "by",
        "changed_at", "note", "rival_of", "found"}  # fmt: skip
FINDING = {"code", "severity", "message", "place"}
CHANGE = {"path", "op", "before", "after"}

STORES = [Case("pyeventsourcing", "plain", "sqlite"), Case("commanded", "term", "postgresql"),
          Case("emmett", "messages", "postgresql")]  # fmt: skip
each_store = pytest.mark.parametrize("case", STORES, ids=str)


def first_stream(call: Caller, store: str) -> str:
    return str(call.json("streams", store, "--limit", 1)[0]["stream"])


@each_store
def test_a_match(case: Case, call: Caller, unpacked: Callable[[Case], str]) -> None:
    (match,) = call.json("recognise", unpacked(case))
    assert match.keys() >= MATCH
    assert match["capabilities"].keys() == CAPABILITIES
    assert match["counts"].keys() == {"streams", "events", "exact"}
    assert match["alternatives"]
    for other in match["alternatives"]:
        assert other.keys() >= {"layout", "score", "why_not"}
        assert other["why_not"]
    words = match["capabilities"]
    assert words["schema_versions"] in ("stored", "named", "none")
    assert words["snapshots"] in ("native", "none")
    assert words["snapshot_write"] in ("native", "none")
    assert isinstance(words["global_order"], bool)
    assert isinstance(words["timestamps"], bool)


@each_store
def test_a_stream(case: Case, call: Caller, unpacked: Callable[[Case], str]) -> None:
    streams = call.json("streams", unpacked(case), "--kind", "all")
    assert streams
    for stream in streams:
        assert stream.keys() >= STREAM
        assert stream["kind"] in ("primary", "links", "system", "snapshots")
        assert isinstance(stream["events"], int)
        assert isinstance(stream["archived"], bool)


@each_store
def test_an_event(case: Case, call: Caller, unpacked: Callable[[Case], str]) -> None:
    store = unpacked(case)
    for events in (
        call.json("events", store),
        call.json("events", store, first_stream(call, store)),
    ):
        assert events
        assert all(event.keys() >= EVENT for event in events)


def test_a_mark(
    call: Caller, unpacked: Callable[[Case], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    store = unpacked(STORES[0])
    stream, version = (
        call.json("events", store, "--limit", 1)[0][k] for k in ("stream", "version")
    )
    assert call.json("case", store, "add", stream, "--at", version)[0].keys() >= MARK
    (mark,) = call.json("case", store, "list")
    assert mark.keys() >= MARK
    assert mark["found"] in ("here", "moved", "different", "gone")


@each_store
def test_a_state(case: Case, call: Caller, unpacked: Callable[[Case], str]) -> None:
    store = unpacked(case)
    (state,) = call.json("state", store, first_stream(call, store))
    assert state.keys() >= STATE
    assert "changes" not in state
    assert state["truth"] in ("exact", "inferred", "mixed")
    assert state["origin"] == "start" or state["origin"].startswith(("keyframe@", "snapshot@"))


@each_store
def test_every_state(case: Case, call: Caller, unpacked: Callable[[Case], str]) -> None:
    store = unpacked(case)
    states = call.json("state", store, first_stream(call, store), "--every")
    changes: list[dict[str, Any]] = []
    for state in states:
        assert state.keys() >= STATE | {"changes"}
        changes += state["changes"]
    assert changes
    for change in changes:
        assert change.keys() >= CHANGE
        assert change["op"] in ("add", "remove", "change", "move")


def test_a_finding(call: Caller, own_store: Callable[..., Any]) -> None:
    own = own_store([("s", 1, None, "{", None, "2024-01-01 00:00:00", None, None)])
    (event,) = call.json("events", *own.arguments)
    codes = {finding["code"] for finding in event["findings"]}
    assert {"type-missing", "payload-undecodable", "time-without-zone"} <= codes
    assert all(finding.keys() >= FINDING for finding in event["findings"])
    assert event["data"]["$undecoded"].keys() == {"reason", "size", "head_base64"}
    assert event["recorded_at"] == {"time": "2024-01-01T00:00:00", "zone": "unknown"}


def test_a_layout(call: Caller) -> None:
    layouts = call.json("layouts")
    assert {layout["layout"] for layout in layouts} >= {"pyeventsourcing", "commanded", "emmett"}
    assert all(layout.keys() >= {"layout", "title"} for layout in layouts)


def test_a_check(call: Caller) -> None:
    result = call("doctor", "--json")
    assert result.code in (0, 1)
    for check in result.records:
        assert check.keys() == {"check", "state", "found", "remedy"}
        assert check["state"] in ("ok", "warning", "missing")
    assert result.code == any(check["state"] == "missing" for check in result.records)
