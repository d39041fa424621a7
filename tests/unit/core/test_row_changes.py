"""What rows of an audit trail make of a record, and what is not claimed to be known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inspector.core.folding import Truth
from inspector.core.paths import ROOT
from inspector.core.payloads import Undecoded
from inspector.core.replaying import Keyframes, steps
from inspector.core.row_changes import Gone, Image, RowFolder, Untold, Written

if TYPE_CHECKING:
    from inspector.core.row_changes import Effect


def effect_of(event_type: str, value: Any) -> Effect:
    """Types named as their effects."""
    kinds = {"image": Image, "written": Written, "untold": Untold}
    if event_type == "gone":
        return Gone()
    return kinds[event_type](value) if event_type in kinds else None


FOLDER = RowFolder(effect_of)
LOST = Undecoded("no codec", 3)


def states(*entries: tuple[str, Any]) -> list[tuple[Any, dict[Any, Truth], list[str]]]:
    found = steps(FOLDER, list(entries))
    return [(s.state, dict(s.marks), [f.code for f in s.findings]) for s in found]


def test_a_life_from_its_beginning_is_known_throughout() -> None:
    assert states(
        ("image", {"a": 1, "b": 2}), ("written", {"b": 3}), ("seen", {"c": 9}), ("gone", {"a": 1})
    ) == [
        ({"a": 1, "b": 2}, {}, []),
        ({"a": 1, "b": 3}, {}, []),
        ({"a": 1, "b": 3}, {}, []),
        ({}, {}, []),
    ]


def test_without_its_beginning_only_what_was_written_is_known() -> None:
    unknown = {ROOT: Truth.UNKNOWN}
    late = ["history-starts-late"]
    assert states(("written", {"a": 1}), ("written", {"b": 2}), ("image", {"c": 3})) == [
        ({"a": 1}, unknown | {("a",): Truth.EXACT}, late),
        ({"a": 1, "b": 2}, unknown | {("a",): Truth.EXACT, ("b",): Truth.EXACT}, late),
        ({"c": 3}, {}, []),
    ]


def test_what_a_row_does_not_tell_is_unknown_until_the_next_image() -> None:
    unknown = {ROOT: Truth.UNKNOWN}
    read = states(("image", {"a": 1}), ("untold", "why"), ("written", {"b": 2}), ("image", {}))
    assert read[1] == ({"a": 1}, unknown, ["state-not-recorded"])
    assert read[2][:2] == ({"a": 1, "b": 2}, unknown | {("b",): Truth.EXACT})
    assert read[3] == ({}, {}, [])


def test_a_row_that_cannot_be_read_fails_and_an_image_mends() -> None:
    entries = [("image", {"a": 1}), ("written", LOST), ("written", {"b": 2}), ("image", {"c": 1})]
    read = states(*entries)
    assert read[1] == ({"a": 1}, {ROOT: Truth.UNKNOWN}, ["payload-undecodable"])
    assert "follows-failure" in read[2][2]
    assert read[3][:2] == ({"c": 1}, {})
    assert Keyframes(FOLDER).extend([("written", LOST)]) == 1


def test_another_life_begins_anew() -> None:
    read = states(("image", {"a": 1}), ("gone", None), ("written", {"b": 2}))
    assert read[2][:2] == ({"b": 2}, {ROOT: Truth.UNKNOWN, ("b",): Truth.EXACT})


def test_from_a_keyframe_as_from_the_start() -> None:
    entries: list[tuple[str, Any]] = [("written", {f"f{n % 5}": n}) for n in range(700)]
    frames = Keyframes(FOLDER)
    frames.extend(entries)
    there = frames.step_at(600, lambda start, stop: entries[start:stop])
    straight = list(steps(FOLDER, entries))[600]
    assert (there.state, there.marks, there.applied) == (
        straight.state, straight.marks, straight.applied,
    )  # fmt: skip


def test_the_nearest_word_about_a_value_counts() -> None:
    fold = FOLDER.begin()
    fold.feed([("written", {"a": {"b": 1}})])
    frame = fold.frame()
    assert frame.knows(("a", "b"))
    assert frame.knows(("a",))
    assert not frame.knows(("c",))
    assert not frame.knows(ROOT)
