"""What is told about two values, and that it is the whole truth."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core import aligning
from inspector.core.applying import apply_changes
from inspector.core.diffing import DEPTH_LIMIT, Change, Note, Op, diff
from inspector.core.paths import MapKey
from inspector.core.payloads import DecimalText
from tests.unit.core.values import exactly_equal, values


def told(before: Any, after: Any, **options: bool) -> list[tuple[Any, ...]]:
    """The changes in short: operation, path, and note or source where there is one."""
    changes = diff(before, after, **options)
    assert exactly_equal(apply_changes(before, changes), after) or options
    return [
        (str(c.op), c.path, *([str(c.note)] if c.note else []), *([c.source] * (c.op == Op.MOVE)))
        for c in changes
    ]


@settings(max_examples=400)
@given(values, values)
def test_changes_carried_out_on_the_old_value_give_the_new_one(before: Any, after: Any) -> None:
    untouched = copy.deepcopy(before)
    assert exactly_equal(apply_changes(before, diff(before, after)), after)
    assert exactly_equal(before, untouched)


small_lists = st.lists(st.integers(0, 4), max_size=12)


@settings(max_examples=400)
@given(small_lists, small_lists)
def test_lists_of_repeating_elements_are_aligned(before: list[int], after: list[int]) -> None:
    assert apply_changes(before, diff(before, after)) == after


@settings(max_examples=200)
@given(st.permutations(range(8)), st.permutations(range(8)), st.integers(0, 8))
def test_only_elements_that_left_the_order_have_moved(
    before: list[int], after: list[int], changed: int
) -> None:
    old = [{"id": n, "v": 0} for n in before]
    new = [{"id": n, "v": int(n == changed)} for n in after]
    changes = diff(old, new)
    assert apply_changes(old, changes) == new
    assert {c.op for c in changes} <= {Op.MOVE, Op.CHANGE}
    assert sum(c.op is Op.CHANGE for c in changes) == (changed < 8)


@given(values)
def test_a_value_does_not_differ_from_its_copy(value: Any) -> None:
    assert diff(value, copy.deepcopy(value)) == ()


@given(values, values)
def test_forms_left_out_are_the_only_difference(before: Any, after: Any) -> None:
    result = apply_changes(before, diff(before, after, forms=False))
    assert all(c.note is Note.FORM for c in diff(result, after))


def test_maps_tell_what_came_changed_and_went_in_the_order_of_reading() -> None:
    before = {"a": 1, "gone": 2, "b": {"c": 3}}
    after = {"new": 0, "b": {"c": 4}, "a": 1}
    assert diff(before, after) == (
        Change(("new",), Op.ADD, None, 0),
        Change(("b", "c"), Op.CHANGE, 3, 4),
        Change(("gone",), Op.REMOVE, 2, None),
    )


def test_a_field_set_to_null_is_neither_missing_nor_equal_to_missing() -> None:
    assert told({}, {"a": None}) == [("add", ("a",))]
    assert told({"a": None}, {}) == [("remove", ("a",))]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (1, 1.0),
        (1, Decimal("1.00")),
        (Decimal("1.0"), Decimal("1.00")),
        (Decimal("0.1"), 0.1),
        (Decimal("1.5"), DecimalText("1.5")),
        (0.0, -0.0),
        (10**16, 1e16),
        (2**60, float(2**60)),
        (10**400, Decimal("1E+400")),
        (Decimal("NaN"), float("nan")),
        (Decimal("Infinity"), float("inf")),
    ],
)
def test_the_same_number_in_another_form_is_told_apart_from_another_number(
    before: Any, after: Any
) -> None:
    assert told({"n": before}, {"n": after}) == [("change", ("n",), "form")]
    assert told({"n": before}, {"n": after}, forms=False) == []
    assert told([before, "x"], ["y", after, "x"], forms=False) == [("add", (0,))]


@pytest.mark.parametrize(
    ("before", "after"),
    [("1.50", Decimal("1.5")), (True, 1), (0, False), (None, 0), ([], {}), ("a", b"a"), ({}, None)],
)
def test_another_kind_of_value_is_never_the_same(before: Any, after: Any) -> None:
    assert told(before, after) == [("change", (), "kind")]
    assert told([[before]], [[after]], forms=False) == [("change", (0, 0), "kind")]


@pytest.mark.parametrize(
    "pair",
    [(float("nan"), float("nan")), (Decimal("sNaN"), Decimal("sNaN")), (b"a", b"a"), (1.5, 1.5)],
)
def test_not_a_number_equals_itself(pair: tuple[Any, Any]) -> None:
    assert diff({"n": pair[0]}, {"n": pair[1]}) == ()
    assert told([pair[0], 1], [0, pair[1], 1]) == [("add", (0,))]


def test_a_signalling_nan_is_compared_without_an_error() -> None:
    assert told(Decimal("sNaN"), 1) == [("change", ())]
    assert told(Decimal("sNaN"), Decimal("NaN")) == [("change", (), "form")]


def test_integers_beyond_any_float_are_compared() -> None:
    assert told({"n": 10**400}, {"n": 1.5}) == [("change", ("n",))]
    assert told([10**400, 1.5], [1.5, 10**400 + 1, float("inf")]) != []


def test_values_of_rare_kinds_are_compared_too() -> None:
    moment = datetime(2024, 3, 12, tzinfo=UTC)
    assert told({"t": moment, "d": {}}, {"t": moment.replace(day=13), "d": {}}) == [
        ("change", ("t",))
    ]
    assert diff([{"t": moment, "n": [1, {"a": 1.5}]}], [{"t": moment, "n": [1, {"a": 1.5}]}]) == ()


def test_values_that_cannot_be_hashed_are_compared_too() -> None:
    assert told([1, ([],), 2], [0, ([],), 2]) == [("change", (0,))]
    assert told([([1],), 1, 2], [2, 1, ([1],)]) != []


def test_shared_parts_are_not_looked_into() -> None:
    class Untouchable(dict[str, Any]):
        def __iter__(self) -> Any:
            raise AssertionError("looked into")

        def items(self) -> Any:
            raise AssertionError("looked into")

    shared = Untouchable(a=1)
    assert diff({"s": shared, "l": [shared]}, {"s": shared, "l": [shared]}) == ()


def test_one_insertion_and_one_change_in_a_long_list_are_just_that() -> None:
    before = [{"sku": f"A-{n}", "qty": n % 7, "tags": ["x", "y"]} for n in range(1000)]
    after = [{"sku": "NEW", "qty": 1, "tags": []}, *copy.deepcopy(before)]
    after[500]["qty"] = 99
    assert told(before, after) == [("add", (0,)), ("change", (500, "qty"))]


def test_the_same_without_any_id() -> None:
    before: list[dict[str, Any]] = [
        {"qty": n % 7, "price": n, "tags": ["x", "y"]} for n in range(1000)
    ]
    after = [{"qty": 1, "price": 1, "tags": []}, *copy.deepcopy(before)]
    after[500]["qty"] = 99
    assert told(before, after) == [("add", (0,)), ("change", (500, "qty"))]
    after[1]["tags"].append("z")
    assert told(before, after) == [
        ("add", (0,)),
        ("add", (1, "tags", 2)),
        ("change", (500, "qty")),
    ]


def test_an_element_that_changed_its_order_has_moved_and_may_have_changed_too() -> None:
    before = [{"id": n, "qty": 1} for n in "abcd"]
    after = [{"id": "d", "qty": 2}, *before[:3]]
    assert told(before, after) == [("move", (0,), 3), ("change", (0, "qty"))]


def test_without_ids_equal_elements_move() -> None:
    assert told(["a", "b", "c", "d"], ["d", "a", "b", "c"]) == [("move", (0,), 3)]
    assert told(list("aab"), list("baa")) == [("move", (0,), 2)]


def test_repeating_elements_take_the_fewest_edits() -> None:
    before = [0, 1, 2] * 40
    after = [2, *before]
    after[50] = 7
    assert told(before, after) == [("add", (0,)), ("change", (50,))]


def test_repeating_elements_are_not_said_to_have_moved() -> None:
    assert told([1, 1, 2, 3], [2, 3, 1, 1]) == [
        ("add", (2,)),
        ("add", (3,)),
        ("remove", (0,)),
        ("remove", (1,)),
    ]


def test_very_different_repeating_lists_are_still_told_in_full() -> None:
    before = [n % 50 for n in range(1000)]
    after = [(n * 7 + n // 3) % 50 for n in range(1000)]
    assert apply_changes(before, diff(before, after)) == after


def test_elements_with_a_new_id_are_other_elements() -> None:
    assert told([{"id": 1, "q": 1}], [{"id": 2, "q": 1}]) == [("add", (0,)), ("remove", (0,))]


def test_elements_with_a_new_name_have_changed() -> None:
    assert told([{"name": "A", "q": 1}], [{"name": "B", "q": 1}]) == [("change", (0, "name"))]


def test_a_key_that_does_not_tell_elements_apart_is_no_id() -> None:
    before = [{"customer_id": 1, "q": n} for n in range(3)]
    after = [{"customer_id": 1, "q": 0}, {"customer_id": 1, "q": 9}, {"customer_id": 1, "q": 2}]
    assert told(before, after) == [("change", (1, "q"))]


@pytest.mark.parametrize("odd", [None, True, 1.5, ["x"]])
def test_a_key_whose_value_is_no_name_is_no_id(odd: Any) -> None:
    before = [{"id": odd, "q": 1}, {"id": 2, "q": 2}]
    after = [{"id": odd, "q": 1}, {"id": 3, "q": 2}]
    assert told(before, after) == [("change", (1, "id"))]


def test_the_most_similar_old_element_is_the_one_that_changed() -> None:
    before = [{"a": 1, "b": 2, "c": 3}]
    after = [{"x": 0}, {"a": 1, "b": 2, "c": 4}, {"y": 0}]
    assert told(before, after) == [("add", (0,)), ("change", (1, "c")), ("add", (2,))]
    assert told(after, before) == [("change", (0, "c")), ("remove", (0,)), ("remove", (2,))]
    assert told([1, {"a": 1}, {}], [{"a": 1, "b": 2}]) == [
        ("add", (0, "b")),
        ("remove", (0,)),
        ("remove", (2,)),
    ]


def test_more_candidates_than_can_be_weighed_are_paired_in_order() -> None:
    before: list[Any] = [{"n": n} for n in range(60)]
    after: list[Any] = [{"m": n} for n in range(61)]
    changes = diff(before, after)
    assert apply_changes(before, changes) == after
    assert changes[-1].op is Op.ADD
    assert changes[-1].path == (60,)


def test_a_list_too_large_to_be_aligned_is_shown_as_a_whole() -> None:
    before = [*range(aligning.MOST), "end"]
    after = [*range(1, 2 * aligning.MOST, 2), "end"]
    assert told({"l": before}, {"l": after}) == [("change", ("l",), "large")]


def test_the_ends_of_a_huge_list_do_not_count() -> None:
    before = list(range(3 * aligning.MOST))
    assert told(before, [*before, -1]) == [("add", (len(before),))]
    assert told([-1, *before], before) == [("remove", (0,))]


def nested(depth: int, leaf: Any) -> Any:
    value = leaf
    for level in range(depth):
        value = {"d": value} if level % 2 else [value]
    return value


def test_values_of_any_depth_are_compared() -> None:
    before, after = nested(5000, 1), nested(5000, 2)
    (change,) = diff(before, after)
    assert (len(change.path), change.note) == (DEPTH_LIMIT, Note.DEEP)
    assert diff(before, nested(5000, 1)) == ()
    assert diff(nested(5000, 1), nested(5000, 1.0), forms=False) == ()
    (change,) = diff([nested(60, 1), 0], [nested(60, 2), 0])
    assert len(change.path) == 61


def test_keys_that_are_no_text_have_a_path_of_their_own() -> None:
    assert told({1: "a"}, {1: "b", None: 0}) == [
        ("change", (MapKey(1),)),
        ("add", (MapKey(None),)),
    ]


def test_changes_of_another_value_are_refused() -> None:
    changes = diff({"a": [1, 2]}, {"a": [2]})
    unfit: list[Any] = [{"b": 1}, {"a": 5}, []]
    for other in unfit:
        with pytest.raises(ValueError, match="belong"):
            apply_changes(other, changes)
    with pytest.raises(ValueError, match="belong"):
        apply_changes([1], diff([1, 2, 3], [3, 1, 2, 4]))
