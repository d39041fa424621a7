"""What the generic reducer takes and what it leaves, and how a foreign reducer may fail."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.core.event_reducing import EventReducer
from inspector.core.events import Event, EventRef, StreamId
from inspector.core.folding import PASSED, FoldRules, Truth
from inspector.core.paths import ROOT
from inspector.core.payloads import Decoded, Payload, Undecoded
from inspector.core.reducing import GenericReducer, ReduceFailed
from inspector.core.replaying import Keyframes, steps

STREAM = StreamId("account-1", "account")


def generic_findings(value: Any, event_type: str = "Set", **rules: frozenset[str]) -> list[str]:
    fold = GenericReducer(FoldRules(**rules)).begin()
    fold.feed_one(("First", {"kept": 1}))
    findings = fold.feed_one((event_type, value))
    assert fold.frame().state["kept"] == 1
    return [finding.code for finding in findings]


@pytest.mark.parametrize("value", [3, 2.5, True, "text", b"bytes", [1]])
def test_a_payload_that_is_no_map_leaves_the_state_and_says_so(value: Any) -> None:
    assert generic_findings(value) == ["payload-not-a-map"]


@pytest.mark.parametrize("value", [None, [], {}, {"a": 1}, PASSED])
def test_a_payload_that_holds_nothing_is_no_finding(value: Any) -> None:
    assert generic_findings(value) == []


def test_what_is_wrong_with_an_ignored_row_does_not_matter() -> None:
    ignored = frozenset({"Beat"})
    assert generic_findings("text", "Beat", ignore_types=ignored) == []
    assert generic_findings(Undecoded("no key", 3), "Beat", ignore_types=ignored) == []


def test_a_seed_is_the_state_of_a_stream_that_starts_late() -> None:
    seeds = frozenset({"__snapshot__"})
    reducer = GenericReducer(FoldRules(ignore_types=seeds, seed_types=seeds))
    stream = [("__snapshot__", {"a": 1, "b": 1}), ("Set", {"a": 2}), ("__snapshot__", {"b": 9})]
    first, second, third = steps(reducer, stream)
    assert [f.code for f in first.findings] == ["history-starts-late"]
    assert first.state == {"a": 1, "b": 1}
    assert third.state is second.state
    assert second.state == {"a": 2, "b": 1}
    assert (third.applied, third.findings) == (2, ())


def test_a_seed_that_is_no_map_or_unreadable_is_told() -> None:
    reducer = GenericReducer(FoldRules(seed_types=frozenset({"S"})))
    for value, code in (([1], "payload-not-a-map"), (Undecoded("x", 1), "payload-undecodable")):
        (finding,) = reducer.begin().feed_one(("S", value))
        assert finding.code == code


def test_the_kind_of_a_row_can_say_that_it_is_no_event() -> None:
    rules = FoldRules(ignore_kinds=frozenset({"command"}), seed_types=frozenset({"S"}))
    assert rules.entry("Pay", "event", {"a": 1}) == ("Pay", {"a": 1})
    assert rules.entry("Pay", "command", {"a": 1}) == ("Pay", PASSED)
    assert rules.entry("S", "command", {"a": 1}) == ("S", {"a": 1})
    assert repr(PASSED) == "PASSED"


def test_maps_of_a_derived_class_are_maps() -> None:
    class Ordered(dict[str, Any]):
        pass

    fold = GenericReducer().begin()
    assert fold.feed([("Set", Ordered(a=1)), ("Set", {"b": 2})]) == []
    assert (fold.frame().state, fold.frame().applied) == ({"a": 1, "b": 2}, 2)


def event(event_type: str, data: Any, kind: str = "event") -> Event:
    content = data if isinstance(data, Undecoded) else Decoded(data, "json")
    payload = Payload(b"", content, 0)
    return Event(EventRef(()), STREAM, None, event_type, payload.value, payload, kind=kind)


class Balance:
    """A reducer of an application: adds amounts up and refuses to go below nothing."""

    name = "balance"
    truth = Truth.EXACT

    def initial(self, stream: StreamId) -> Any:
        return {"account": stream.name, "balance": 0}

    def apply(self, state: Any, event: Event) -> Any:
        balance = state["balance"] + event.data["amount"]
        if balance < 0:
            raise ReduceFailed("The balance would be negative.")
        return {**state, "balance": balance}


def test_a_reducer_sees_whole_events_and_its_word_is_exact() -> None:
    reducer = EventReducer(Balance(), STREAM, FoldRules(ignore_kinds=frozenset({"command"})))
    stream = [event("Paid", {"amount": 5}), event("Pay", {"amount": 9}, "command")]
    first, second = steps(reducer, stream)
    assert first.state == {"account": "account-1", "balance": 5}
    assert second.state is first.state
    assert (first.truth, second.applied, reducer.name) == (Truth.EXACT, 1, "balance")


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        ({"amount": -9}, "reducer-failed", "The balance would be negative."),
        ({}, "reducer-failed", "KeyError: 'amount'"),
        (Undecoded("no key", 3), "payload-undecodable", "no key"),
    ],
)
def test_whatever_a_reducer_raises_stays_at_its_step(data: Any, code: str, message: str) -> None:
    stream = [event("Paid", {"amount": 5}), event("Paid", data), event("Paid", {"amount": 1})]
    reducer = EventReducer(Balance(), STREAM)
    first, failed, after = steps(reducer, stream)
    assert [(f.code, f.message) for f in failed.findings] == [(code, message)]
    assert failed.state is first.state
    assert failed.marks == after.marks == {ROOT: Truth.UNKNOWN}
    assert after.state["balance"] == 6
    assert [f.code for f in after.findings] == ["follows-failure"]
    keyframes = Keyframes(reducer, every=2)
    keyframes.extend(stream)
    assert keyframes.failures == [1]
    assert keyframes.step_at(2, lambda start, stop: stream[start:stop]).state == after.state


def test_a_seed_replaces_what_a_reducer_begins_with() -> None:
    seeds = frozenset({"S"})
    reducer = EventReducer(Balance(), STREAM, FoldRules(ignore_types=seeds, seed_types=seeds))
    stream = [event("S", {"balance": 7}), event("S", {"balance": 0}), event("Paid", {"amount": 1})]
    first, second, third = steps(reducer, stream)
    assert [f.code for f in first.findings] == ["history-starts-late"]
    assert (second.state, third.state) == ({"balance": 7}, {"balance": 8})
