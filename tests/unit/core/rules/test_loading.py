"""Mistakes in rules files: each is named with file, line, column and the nearest known word."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.rules import Problem, RulesInvalid, RulesText, load_rules
from inspector.core.rules.places import TomlPlaces

HOP = '[[upcast]]\nevent = "E"\nfrom = {a}\nto = {b}\n'


def hop(start: int, goal: int, more: str = "") -> str:
    return HOP.replace("{a}", str(start)).replace("{b}", str(goal)) + more + "\n"


def problems(text: str, *, head: str = "format = 1\n") -> tuple[Problem, ...]:
    with pytest.raises(RulesInvalid) as caught:
        load_rules([RulesText("r.toml", head + text)])
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "line", "column", "words", "near"),
    [
        ("agregate = 1", 2, 1, "“agregate” is not known here", "aggregate"),
        ("[[upcast]]\nevent = 'E'\nfrom = 1\ntoo = 2", 5, 1, "“too” is not known here", "to"),
        ("[[upcast]]\nevent = 'E'\nfrom = 1", 2, 1, "“to” is missing", ""),
        (hop(1, 2, "set.x = 'data.y +'"), 6, 18, "A value is expected", ""),
        (hop(1, 2, "set.x = 'dta.y'"), 6, 10, "“dta” is not known here", "data"),
        (hop(1, 2, "set.x = 'state.y'"), 6, 10, "“state” is not known here", ""),
        (hop(1, 2, "set.x = '''\n  lenn(data.y)'''"), 7, 3, "There is no function “lenn”", "len"),
        (hop(1, 2, 'set.x = "data.\\u0061\\n + dat.y"'), 6, 26, "is not known here", "data"),
        (hop(1, 2, "set.'a[' = 1"), 6, 1, "This is no path", ""),
        (hop(1, 2, "set = 5"), 6, 1, "A table is expected", ""),
        (hop(1, 2, "sett.x = 1"), 6, 1, "“sett” is not known here", "set"),
        (hop(1, 2, "set.x = {a = 1}"), 6, 1, "An expression is expected", ""),
        (hop(1, 2, "append.l = {value = 1, keep_lst = 5}"), 6, 24, "“keep_lst” is not known",
         "keep_last"),
        (hop(1, 2, "append.l = {value = 1, keep_last = 0}"), 6, 24, "whole number from 1", ""),
        (hop(1, 2, "become = 'data.x'\nset.y = 1"), 6, 1, "the last thing", ""),
        ("[[type]]\nmatch = '(a'", 3, 10, "The pattern is wrong", ""),
        ("[[type]]\nmatch = '(?<v>a)'\nversion = 'int(w)'", 4, 16, "“w” is not known", ""),
        ("[[type]]\nevent = 'x'", 2, 1, "Either “match”", ""),
        (hop(1, 2, "set.x = 'now()'"), 6, 1, "from one day to the next", ""),
        ("[[invariant]]\naggregate = 'acount'\nholds = 'true'\n[aggregate.account]", 3, 1,
         "There is no aggregate “acount”", "account"),
        ("[aggregate.a.on.E]\nset.x = 'data.y'\n[aggregate.a]\nstream = '*'", 5, 1,
         "“stream” is not known", "streams"),
        ("[aggregate.a]\ninitial = { x = 'data.y +' }", 3, 26, "A value is expected", ""),
        ("mask = ['dat.x']", 2, 9, "A mask begins with", "data"),
        ("label.E = 'of {data.x +}'", 2, 24, "A value is expected", ""),
        (hop(1, 2) + hop(2, 1), 10, 1, "A hop leads to a later version", ""),
        (hop(1, 2) + hop(1, 3), 9, 1, "contradict each other", ""),
        (hop(1, 2, "when = 'true'") + hop(1, 3, "when = 'true'"), 9, 1, "contradict", ""),
        (hop(1, 2) + hop(3, 4), 5, 1, "dead end: no hop leads on from E 2 to 4", ""),
        ("[current]\nE = 2\n" + hop(1, 2) + hop(2, 3), 12, 1, "newer than the current", ""),
        (hop(1, 1, "type = 'E'"), 5, 1, "in a circle", ""),
        (hop(1, 1, "type = 'F'") + hop(1, 1, "type = 'E'").replace('"E"', '"F"'), 10, 1,
         "in a circle", ""),
    ],
)  # fmt: skip
def test_mistake(text: str, line: int, column: int, words: str, near: str) -> None:
    found = problems(text)
    assert any(
        (p.line, p.column, p.near) == (line, column, near) and words in p.message for p in found
    ), found


def test_the_format_comes_first() -> None:
    assert "format = 1" in problems("", head="name = 'x'\n")[0].message
    assert "reads format 1" in problems("", head="format = 2\n")[0].message


def test_what_is_no_toml_has_its_place() -> None:
    (problem,) = problems("a = = 1")
    assert (problem.line, problem.column) == (2, 5)
    assert "no TOML" in problem.message


def test_all_mistakes_are_found_and_nothing_is_half_used() -> None:
    text = hop(1, 2, "set.x = 'a'") + "[aggregate.b]\nfoo = 1\n[[type]]\nmatch = '['\n"
    found = problems(text)
    assert [p.line for p in found] == sorted(p.line for p in found)
    assert len(found) >= 3


def test_several_files_are_one_set_and_mistakes_name_theirs() -> None:
    one = RulesText("one.toml", "format = 1\nname = 'One'\n[aggregate.a]\n")
    two = RulesText("two.toml", "format = 1\nname = 'Two'\n" + hop(1, 2))
    assert load_rules([one, two]).name == "One, Two"
    with pytest.raises(RulesInvalid, match=r"three.toml:2:1"):
        load_rules([one, RulesText("three.toml", "format = 1\n[aggregate.a]\n")])


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000,
        "x." * 3000 + "y = 1",
        "n = " + "9" * 100_000,
        hop(1, 2, "set.x = '" + "(" * 3000 + "'"),
        hop(1, 2, "set.x = '" + "9" * 1_000_000 + "'"),
        hop(1, 2, "set.'" + "a." * 5000 + "b' = 1"),
        "[[type]]\nmatch = '" + "(" * 500 + "'",
        hop(1, 2, "each.a." * 1 + "each.b." * 60 + "set.x = 1"),
        "[aggregate.a]\nstreams = '" + "*a" * 5000 + "'",
    ],
)  # fmt: skip
def test_files_made_to_hurt_are_refused(text: str) -> None:
    assert problems(text)


def test_a_chain_of_a_hundred_hops_is_fine() -> None:
    load_rules([RulesText("r", "format = 1\n" + "".join(hop(n, n + 1) for n in range(1, 100)))])


# -- places -----------------------------------------------------------------------------------

DOCUMENT = """\
# comment = "no key"
title = 'x'   # after
"quoted key".'and more' = { a = [1, "two", { b = 'three' }], c = 1.5 }
text = '''
second'''

[table.inner]
key = "a\\tb"
[[many]]
n = 1
[[many]]
n = [
  1, # one
  2,
]
[many.below]
deep = true
"""


@pytest.mark.parametrize(
    ("path", "offset", "place"),
    [
        (("title",), 0, (2, 10)), (("quoted key", "and more", "a", 1), 0, (3, 38)),
        (("quoted key", "and more", "a", 2, "b"), 2, (3, 53)),
        (("quoted key", "and more", "c"), 0, (3, 66)), (("text",), 3, (5, 4)),
        (("table", "inner", "key"), 2, (8, 11)), (("many", 0, "n"), 0, (10, 5)),
        (("many", 1, "n", 1), 0, (14, 3)), (("many", 1, "below", "deep"), 0, (17, 8)),
    ],
)  # fmt: skip
def test_places_of_values(path: tuple[str | int, ...], offset: int, place: tuple[int, int]) -> None:
    tomllib.loads(DOCUMENT)
    assert TomlPlaces(DOCUMENT).of_value(path, offset) == place


_keys = st.sampled_from(["a", "b", '"c d"', "'e.f'"])
_scalars = st.sampled_from(["1", "true", "'it''s'"[:4], '"x\\"y"', "1979-05-27", "[]", "{}"])
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3).map(lambda v: "[" + ", # c\n ".join(v) + "]"),
    max_leaves=5,
)


@given(st.lists(st.tuples(_keys, _values), max_size=5, unique_by=lambda p: p[0]))
@settings(max_examples=100, deadline=None)
def test_every_value_of_any_document_has_its_place(pairs: list[tuple[str, str]]) -> None:
    text = "".join(f"{key} = {value}\n" for key, value in pairs)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    places = TomlPlaces(text)
    at = 0
    for key, (written, value) in zip(document, pairs, strict=True):
        line, column = places.of_value((key,))
        at = text.index(f"{written} = {value}", at) + len(written) + 3
        before = text[:at]
        expected = (before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1)
        inside = 1 if value[0] in "'\"" else 0
        assert (line, column) == (expected[0], expected[1] + inside)


def test_a_number_that_nobody_reads_has_its_place() -> None:
    (problem,) = problems("\n[aggregate.a]\nx = " + "9" * 1_000_000 + "\n")
    assert (problem.line, problem.column) == (4, 5)
    assert problem.message == "This number is too long."


def test_deep_nesting_is_told_apart_from_it() -> None:
    (problem,) = problems("x = " + "[" * 100_000 + "]" * 100_000 + "\n")
    assert problem.message == "The file is nested too deeply."
