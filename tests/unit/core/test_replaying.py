"""A stream's state is the same whichever way it was reached, and never changes afterwards."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.diffing import Change, Op
from inspector.core.errors import Cancelled, StoreChanged
from inspector.core.folding import PASSED, Entry, FoldRules, Frame, Truth
from inspector.core.paths import MapKey
from inspector.core.payloads import Undecoded
from inspector.core.reducing import GenericReducer
from inspector.core.replaying import KEYFRAME_EVERY, Keyframes, Origin, Step, steps

BROKEN = Undecoded("It is encrypted and no key was given.", 12)
RULES = FoldRules(
    ignore_types=frozenset({"Beat"}),
    seed_types=frozenset({"Seed"}),
    skipped_keys=frozenset({"at"}),
)
payloads = st.dictionaries(
    st.sampled_from(["a", "b", "c", "at", 1]),
    st.integers(0, 2) | st.lists(st.integers(), max_size=2),
)
entries: st.SearchStrategy[Entry] = st.tuples(
    st.sampled_from(["Set", "Set", "Set", "Beat", "Seed"]),
    payloads | payloads | st.sampled_from([BROKEN, PASSED, None, "text", []]),
)
streams = st.lists(entries, max_size=30)


def plain_fold(stream: Sequence[Entry]) -> tuple[dict[Any, Any], set[Any], list[int]]:
    """The rules of the generic reducer once more, as simply as can be."""
    state: dict[Any, Any] = {}
    unknown: set[Any] = set()
    failed = []
    for index, (event_type, value) in enumerate(stream):
        ignored = event_type == "Beat" or (event_type == "Seed" and index > 0)
        if ignored or value is PASSED:
            continue
        if isinstance(value, Undecoded):
            unknown = set(state)
            failed.append(index)
        for key, field in value.items() if isinstance(value, dict) else ():
            if key != "at":
                state[key] = field
                unknown.discard(key)
    return state, unknown, failed


def fetch_from(stream: Sequence[Entry]) -> Callable[[int, int], Sequence[Entry]]:
    return lambda start, stop: stream[start:stop]


def loaded(stream: Sequence[Entry], every: int = 4) -> Keyframes[Entry]:
    keyframes = Keyframes(GenericReducer(RULES), every=every)
    assert keyframes.extend(iter(stream)) == len(stream)
    return keyframes


@settings(max_examples=300)
@given(streams, st.integers(1, 7))
def test_every_place_gives_the_state_of_a_plain_fold(stream: list[Entry], every: int) -> None:
    keyframes = loaded(stream, every)
    for index in range(-1, len(stream)):
        frame = keyframes.frame_at(index, fetch_from(stream))
        state, unknown, failed = plain_fold(stream[: index + 1])
        assert frame.state == state
        assert list(frame.state) == list(state)
        assert {
            part.value if isinstance(part, MapKey) else part for (part,) in frame.unknown
        } == unknown
        assert frame.count == index + 1
        assert frame.failed_at == (failed[-1] if failed else None)
    assert keyframes.failures == plain_fold(stream)[2]


@settings(max_examples=200)
@given(streams, st.integers(1, 7))
def test_a_step_is_the_same_from_any_keyframe(stream: list[Entry], every: int) -> None:
    keyframes = loaded(stream, every)
    from_start = list(steps(GenericReducer(RULES), stream))
    assert len(from_start) == len(stream)
    for step in from_start:
        jumped = keyframes.step_at(step.index, fetch_from(stream))
        assert without_origin(jumped) == without_origin(step)


def without_origin(step: Step) -> tuple[Any, ...]:
    return (
        step.index, step.position, step.state, step.changes, step.findings, step.truth,
        list(step.marks.items()), step.applied,
    )  # fmt: skip


@given(streams, st.lists(st.integers(0, 30), max_size=4))
def test_loading_in_pieces_is_loading_at_once(stream: list[Entry], cuts: list[int]) -> None:
    pieces = Keyframes(GenericReducer(RULES), every=4)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    for start, stop in pairwise(edges):
        pieces.extend(stream[start:stop])
    whole = loaded(stream)
    assert pieces.failures == whole.failures
    for index in range(-1, len(stream)):
        fetch = fetch_from(stream)
        assert pieces.frame_at(index, fetch) == whole.frame_at(index, fetch)


@given(streams)
def test_a_state_once_handed_out_never_changes(stream: list[Entry]) -> None:
    walked = steps(GenericReducer(RULES), stream)
    kept = [(step.state, copy.deepcopy(step.state)) for step in walked]
    keyframes = Keyframes(GenericReducer(RULES), every=3)
    for entry in stream:
        keyframes.extend([entry])
        state = keyframes.frame_at(len(keyframes) - 1, fetch_from(stream)).state
        kept.append((state, copy.deepcopy(state)))
    assert all(now == then and list(now) == list(then) for now, then in kept)


def test_keyframes_stand_every_256_events_and_fetch_no_more() -> None:
    stream = [("Set", {f"f{n % 5}": n}) for n in range(1000)]
    keyframes = loaded(stream, KEYFRAME_EVERY)
    fetched = []

    def fetch(start: int, stop: int) -> Sequence[Entry]:
        fetched.append((start, stop))
        return stream[start:stop]

    assert keyframes.frame_at(255, fetch).count == 256
    assert keyframes.frame_at(999, fetch).state["f4"] == 999
    assert fetched == []
    assert keyframes.frame_at(600, fetch).state["f0"] == 600
    step = keyframes.step_at(511, fetch, lambda index: index + 1)
    assert fetched == [(512, 601), (256, 512)]
    assert (str(step.origin), step.position) == ("keyframe@256", 512)
    assert str(keyframes.step_at(3, fetch).origin) == "start"


def test_states_share_what_did_not_change() -> None:
    shared = {"deep": [1, 2, 3]}
    stream = [("Set", {"a": shared}), *[("Beat", {"b": 1})] * 8, ("Set", {"b": 2})]
    keyframes = loaded(stream)
    early, late, last = (keyframes.frame_at(i, fetch_from(stream)).state for i in (3, 7, 9))
    assert early is late
    assert last["a"] is shared


def test_a_failed_event_keeps_its_finding_and_marks_what_follows() -> None:
    stream: list[Entry] = [
        ("Set", {"a": 1, "b": 1}), ("Set", BROKEN), ("Set", {"a": 2, "c": 3}), ("Set", {"b": 1}),
    ]  # fmt: skip
    first, failed, after, last = steps(GenericReducer(), stream, lambda index: index * 10)
    assert (first.findings, first.marks, first.truth) == ((), {}, Truth.INFERRED)
    assert [f.code for f in failed.findings] == ["payload-undecodable"]
    assert failed.findings[0].message == BROKEN.reason
    assert failed.state is first.state
    assert failed.changes == ()
    assert failed.marks == {("a",): Truth.UNKNOWN, ("b",): Truth.UNKNOWN}
    assert [f.code for f in after.findings] == ["follows-failure"]
    assert after.findings[0].place == "10"
    assert after.marks == {("b",): Truth.UNKNOWN}
    assert after.changes == (
        Change(("a",), Op.CHANGE, 1, 2),
        Change(("c",), Op.ADD, None, 3),
    )
    assert (last.marks, last.changes) == ({}, ())
    assert [f.code for f in last.findings] == ["follows-failure"]
    assert (failed.applied, last.applied) == (1, 3)


def test_a_failure_without_a_position_is_named_by_its_row() -> None:
    *_, last = steps(GenericReducer(), [("Set", BROKEN), ("Set", {})], lambda index: None)
    assert last.findings[0].place == "row 1"


def test_a_walk_can_begin_at_a_frame() -> None:
    origin = Origin("snapshot", 7)
    (step,) = steps(
        GenericReducer(), [("Set", {"b": 2})], frame=Frame({"a": 1}, count=8), origin=origin
    )
    assert (step.index, step.state, str(step.origin)) == (8, {"a": 1, "b": 2}, "snapshot@7")


def test_stopped_loading_keeps_the_keyframes_and_can_go_on() -> None:
    stream = [("Set", BROKEN if n in {5, 9} else {"n": n}) for n in range(12)]

    def until_stopped() -> Iterator[Entry]:
        yield from stream[:10]
        raise Cancelled

    keyframes = Keyframes(GenericReducer(), every=4)
    with pytest.raises(Cancelled):
        keyframes.extend(until_stopped())
    assert (len(keyframes), keyframes.failures) == (8, [5])
    keyframes.extend(stream[len(keyframes) :])
    assert keyframes.failures == [5, 9]
    for index in range(12):
        fetch = fetch_from(stream)
        assert keyframes.frame_at(index, fetch) == loaded_generic(stream).frame_at(index, fetch)


def loaded_generic(stream: Sequence[Entry]) -> Keyframes[Entry]:
    keyframes = Keyframes(GenericReducer())
    keyframes.extend(stream)
    return keyframes


def test_rows_that_are_gone_are_told_and_not_taken_for_no_events() -> None:
    keyframes = loaded([("Set", {"n": n}) for n in range(10)])
    with pytest.raises(StoreChanged):
        keyframes.frame_at(6, lambda start, stop: [])
    with pytest.raises(StoreChanged):
        keyframes.step_at(6, lambda start, stop: [("Set", {})])


def test_places_outside_the_stream_are_refused() -> None:
    keyframes = loaded([("Set", {"n": 1})])
    for index in (-2, 1):
        with pytest.raises(IndexError):
            keyframes.frame_at(index, fetch_from([]))
    with pytest.raises(IndexError):
        keyframes.step_at(-1, fetch_from([]))
    assert keyframes.frame_at(-1, fetch_from([])).state == {}
    assert keyframes.folder.name == "generic"
