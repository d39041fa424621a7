"""What each verb does to a state, that nothing shared changes, and that failures leave no trace."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.folding import Truth
from inspector.core.paths import ROOT
from inspector.core.rules import RulesFolder, RulesReducer
from tests.unit.core.rules.building import STREAM, event, folded, rules, state, unreadable

HEAD = '[aggregate.a]\nstreams = "*"\n'


@pytest.mark.parametrize(
    ("initial", "step", "data", "expected"),
    [
        ("n = 1", 'set.n = "state.n + data.x"', {"x": 2}, {"n": 3}),
        ("", 'set."a.b" = "data.x"', {"x": 1}, {"a": {"b": 1}}),
        ("", "set.\"'first name'\" = 1", {}, {"first name": 1}),
        ('l = "{}"', 'set."l[data.k].q" = 2', {"k": "A"}, {"l": {"A": {"q": 2}}}),
        ('l = "[1, 2]"', 'set."l[1]" = 9', {}, {"l": [1, 9]}),
        ("n = 1", 'set = { n = "state.n * 10", m = "state.n" }', {}, {"n": 10, "m": 10}),
        ("n = 1", 'default = { n = 5, m = "data.x" }', {"x": 2}, {"n": 1, "m": 2}),
        ('n = "1.50"', 'add = { n = "data.x", m = 1 }', {"x": 2}, {"n": Decimal("3.50"), "m": 1}),
        ("l = [1]", 'append.l = "data.x"', {"x": [2]}, {"l": [1, [2]]}),
        ("", 'append.l = "data.x"', {"x": 2}, {"l": [2]}),
        ("l = [1, 2]", "append.l = { value = 3, keep_last = 2 }", {}, {"l": [2, 3]}),
        ("l = [1]", 'append.l = { value = 3, when = "data.x > 5" }', {"x": 2}, {"l": [1]}),
        ("l = [1, 2]", "prepend.l = { value = 3, keep_first = 2 }", {}, {"l": [3, 1]}),
        ("l = [1, 3]", "insert.l = { at = 1, value = 2 }", {}, {"l": [1, 2, 3]}),
        ('m = "{}"', 'insert.m = { key = "data.k", value = 2 }', {"k": "z"}, {"m": {"z": 2}}),
        ("l = [1, 2, 1]", 'replace.l = { where = "item == 1", value = "item + 10" }', {},
         {"l": [11, 2, 11]}),
        ("l = [1, 2, 1]", 'replace.l = { where = "item == 1", value = 0, first = true }', {},
         {"l": [0, 2, 1]}),
        ('m = "{a: 1}"', 'replace.m = { key = "\'a\'", value = 3 }', {}, {"m": {"a": 3}}),
        ("l = [1, 2, 1]", 'delete.l = { where = "item == data.x", first = true }', {"x": 1},
         {"l": [2, 1]}),
        ("l = [1, 2, 1]", 'delete.l = { where = "item == data.x" }', {"x": 1}, {"l": [2]}),
        ('m = "{a: 1, b: 2}"', 'delete.m = { key = "data.k" }', {"k": "a"}, {"m": {"b": 2}}),
        ("n = 1\nm = 2", 'delete = ["n", "nothing.at.all"]', {}, {"m": 2}),
        ("l = [1, 2, 3]", 'delete = ["l[0]", "l[-1]"]', {}, {"l": [2]}),
        ('m = "{a: 1}"', 'merge.m = "data"', {"b": 2}, {"m": {"a": 1, "b": 2}}),
        ("n = 1", 'merge = "data"', {"b": 2}, {"n": 1, "b": 2}),
        ('l = [1]\nm = "{a: 1}"\nn = 5\nt = "\'x\'"', 'clear = ["l", "m", "n", "t", "z"]', {},
         {"l": [], "m": {}, "n": 0, "t": ""}),
        ("n = 1", 'rename = { n = "deep.er" }', {}, {"deep": {"er": 1}}),
        ("n = 1", 'move = { n = "n.inner" }', {}, {"n": {"inner": 1}}),
        ('l = "[{q: 1}, {q: 2}]"', 'each.l = { set.q = "item.q * 2", add.n = "key" }', {},
         {"l": [{"q": 2, "n": 0}, {"q": 4, "n": 1}]}),
        ('m = "{a: {q: 1}}"', 'each.m.set.k = "key"', {}, {"m": {"a": {"q": 1, "k": "a"}}}),
        ("l = [1, 2]", 'each.l.become = "item + 1"', {}, {"l": [2, 3]}),
        ('l = "[{q: 1}, {q: 5}]"', 'each.l = { when = "item.q > 2", set.big = true }', {},
         {"l": [{"q": 1}, {"q": 5, "big": True}]}),
        ("n = 1", 'become = "data.s"', {"s": {"z": 1}}, {"z": 1}),
        ("n = 1", 'become = "null"', {}, None),
        ("n = 1", 'when = "data.x == 1"\nset.n = 2', {"x": 1}, {"n": 2}),
        ("n = 1", 'when = "data.x == 1"\nset.n = 2', {"x": "1"}, {"n": 1}),
        ("n = 1", 'steps = [ { set.n = 2 }, { when = "state.n == 2", set.n = 3 } ]', {}, {"n": 3}),
        ("n = 1", 'set.before = "before.n"\nadd.n = 1', {}, {"n": 2, "before": 1}),
    ],
)  # fmt: skip
def test_verb(initial: str, step: str, data: Any, expected: Any) -> None:
    text = f"{HEAD}[aggregate.a.initial]\n{initial}\n[aggregate.a.on.E]\n{step}\n"
    stored = copy.deepcopy(data)
    assert state(text, event("E", data)) == expected
    assert data == stored


def test_times_and_spans_are_written_out_wherever_they_are() -> None:
    made = "[time('2024-01-01T00:00:00Z'), {a: 90s, b: 1500ms}]"
    text = f'{HEAD}[aggregate.a.on.E]\nset.x = "{made}"\nappend.l = "{made}[1]"\n'
    second = {"a": 90, "b": Decimal("1.5")}
    expected = {"x": ["2024-01-01T00:00:00Z", second], "l": [second]}
    assert state(text, event("E")) == expected
    unknown = f"{HEAD}[aggregate.a.on.E]\nset.x = \"[data.n == 'text']\"\n"
    assert folded(rules(unknown), event("E", {"n": 1})).failed_at == 0


def test_steps_of_finally_follow_every_event() -> None:
    text = (
        HEAD
        + "[aggregate.a.finally]\nadd.n = 1\n[aggregate.a.on.E]\n[aggregate.a.on.F.set]\nx = 1\n"
    )
    assert state(text, event("E"), event("F")) == {"n": 2, "x": 1}


@pytest.mark.parametrize(
    ("initial", "step", "words"),
    [
        ("n = 1", 'set.n = "state.n + data.x"', "cannot join number 1 and text 'a'"),
        ("n = 1", 'set.n = "data.nothing"', "the value is missing"),
        ("n = 1", 'set.n = "data.x == 1"', "the value is unknown"),
        ("n = 1", 'set."n.m" = 1', "there is number on the way"),
        ("l = [1]", 'set."l[5]" = 1', "has no element number 5"),
        ('n = "null"', "add.n = 1", "a number is needed, not null"),
        ("n = 1", "append.n = 1", "“n” is number, not a list"),
        ("l = [1]", "insert.l = { at = 7, value = 1 }", "has no place number 7"),
        ("l = [1]", "each.l.set.q = 1", "an element of “l” is number, not a map"),
        ("n = 1", 'merge = "data.x"', "a map is needed"),
        ("n = 1", 'set."l[data.nothing]" = 1', "needs a key"),
    ],
)
def test_a_step_that_cannot_be_done_is_a_finding_with_its_place(
    initial: str, step: str, words: str
) -> None:
    text = f"{HEAD}[aggregate.a.initial]\n{initial}\n[aggregate.a.on.E]\n{step}\n"
    fold = RulesFolder(rules(text), STREAM).begin()
    before = fold.frame().state
    (finding,) = fold.feed_one(event("E", {"x": "a"}))
    assert finding.code == "reducer-failed"
    assert words in finding.message
    assert "(test.rules.toml:7:" in finding.message
    assert fold.frame().state == before
    assert fold.frame().failed_at == 0


# -- sharing ----------------------------------------------------------------------------------

GROWING = (
    HEAD
    + """
[aggregate.a.initial]
log = []
lines = "{}"
n = 0

[aggregate.a.on.Add]
append.log = "data"
set."lines[data.k].n" = "data.n"
set."lines[data.k].seen" = "coalesce(state.lines[data.k].seen, []) + [data.n]"
add.n = "data.n"

[aggregate.a.on.Copy]
set.old = "state.log"
set.lines2 = "state.lines"

[aggregate.a.on.Drop]
delete.lines.key = "data.k"
delete.log = { where = "item.n == data.n", first = true }
"""
)

payloads = st.fixed_dictionaries(
    {"k": st.sampled_from("abc"), "n": st.integers(0, 2) | st.just("x")}
)
histories = st.lists(
    st.tuples(st.sampled_from(["Add", "Add", "Copy", "Drop"]), payloads), max_size=25
)


@given(histories, st.lists(st.integers(0, 25), max_size=5))
@settings(max_examples=80, deadline=None)
def test_looking_in_between_changes_nothing_and_states_never_change(
    history: list[tuple[str, dict[str, Any]]], looks: list[int]
) -> None:
    known = rules(GROWING)
    events = [event(kind, data, i) for i, (kind, data) in enumerate(history)]
    whole = RulesFolder(known, STREAM).begin()
    whole.feed(events)
    walked = RulesFolder(known, STREAM).begin()
    seen = []
    for i, one in enumerate(events):
        walked.feed([one])
        if i in looks:
            frame = walked.frame()
            seen.append((frame.state, copy.deepcopy(frame.state)))
            walked = RulesFolder(known, STREAM).begin(frame)
    for kept, copied in seen:
        assert kept == copied
    one, other = whole.frame(), walked.frame()
    assert one == other
    # A failing event (adding a text) leaves everything as it was.
    fine = [e for e, (kind, data) in zip(events, history, strict=True)
            if kind != "Add" or data["n"] != "x"]  # fmt: skip
    alone = RulesFolder(known, STREAM).begin()
    alone.feed(fine)
    assert alone.frame().state == one.state


def test_a_state_cannot_double_with_every_event() -> None:
    text = HEAD + 'initial = { l = [1] }\n[aggregate.a.on.E]\nset.l = "[state.l, state.l]"\n'
    frame = folded(rules(text), *[event("E")] * 60)
    assert frame.failed_at is not None
    assert frame.applied < 40


def test_a_number_cannot_grow_without_end() -> None:
    text = HEAD + 'initial = { n = 9 }\n[aggregate.a.on.E]\nset.n = "state.n * state.n"\n'
    frame = folded(rules(text), *[event("E")] * 40)
    assert frame.failed_at is not None
    assert frame.applied < 14


# -- truth ------------------------------------------------------------------------------------

ACCOUNT = (
    HEAD
    + """
ignore = ["Noise*"]
initial = { balance = 0, owner = "null", status = "'new'" }
[aggregate.a.on.Opened]
set = { owner = "data.owner", status = "'open'" }
[aggregate.a.on.Deposited]
add.balance = "data.amount"
[aggregate.a.on.Counted]
set.balance = "data.balance"
"""
)


def test_covered_events_give_exact_values() -> None:
    folder = RulesFolder(rules(ACCOUNT), STREAM)
    assert folder.truth is Truth.EXACT
    frame = folded(rules(ACCOUNT), event("Opened", {"owner": "A"}), event("NoiseMade"))
    assert not frame.unknown
    assert frame.applied == 2


def test_a_failing_event_makes_only_what_it_writes_unknown_until_it_is_written_again() -> None:
    known = rules(ACCOUNT)
    broken = event("Deposited", {"amount": "x"})
    frame = folded(known, event("Opened", {"owner": "A"}), broken)
    assert frame.unknown == {("balance",)}
    frame = folded(known, broken, event("Deposited", {"amount": 1}))
    assert frame.unknown == {("balance",)}
    frame = folded(known, broken, event("Counted", {"balance": 5}))
    assert not frame.unknown
    assert frame.failed_at == 0


def test_an_event_without_a_rule_makes_everything_unknown() -> None:
    known = rules(ACCOUNT)
    frame = folded(known, event("Strange"), event("Opened", {"owner": "A"}))
    assert frame.unknown == {("balance",)}
    fold = RulesFolder(known, STREAM).begin()
    (finding,) = fold.feed_one(event("Strange"))
    assert finding.code == "reducer-missing"


def test_an_unreadable_event_makes_unknown_what_its_type_writes() -> None:
    frame = folded(rules(ACCOUNT), unreadable("Deposited"))
    assert frame.unknown == {("balance",)}
    assert folded(rules(HEAD + "[aggregate.a.on.E]"), unreadable("E")).unknown == {ROOT}


def test_streams_without_an_aggregate_are_guessed() -> None:
    known = rules('[aggregate.a]\nstreams = "other-*"\n')
    folder = RulesFolder(known, STREAM)
    fold = folder.begin()
    fold.feed([event("E", {"x": 1}), event("E", {"y": 2})])
    assert fold.frame().state == {"x": 1, "y": 2}
    assert folder.truth is Truth.INFERRED


def test_an_aggregate_may_be_told_by_the_first_event() -> None:
    text = '[aggregate.a]\ntype = "Op*"\ninitial = { n = 1 }\n[aggregate.a.on.Opened]\nadd.n = 1\n'
    assert folded(rules(text), event("Opened")).state == {"n": 2}
    assert folded(rules(text), event("Other", {"z": 1})).state == {"z": 1}


def test_invariants_are_checked_where_somebody_looks() -> None:
    text = (
        ACCOUNT
        + '[[invariant]]\naggregate = "a"\nname = "never below"\nholds = "state.balance >= 0"\n'
    )
    fold = RulesFolder(rules(text), STREAM).begin()
    assert fold.feed_one(event("Deposited", {"amount": 1})) == ()
    (finding,) = fold.feed_one(event("Deposited", {"amount": -5}))
    assert finding.code == "invariant-broken"
    assert "never below (test.rules.toml:" in finding.message


def test_as_a_reducer() -> None:
    reducer = RulesReducer(rules(ACCOUNT), STREAM)
    before = reducer.initial(STREAM)
    after = reducer.apply(before, event("Deposited", {"amount": 3}))
    assert (before["balance"], after["balance"]) == (0, 3)
    assert after["status"] is before["status"]
