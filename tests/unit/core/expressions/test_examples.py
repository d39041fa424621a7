"""The language by example: each sign and function, the third answer, exact numbers, limits."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.events import Event, EventRef, StreamId
from inspector.core.expressions import (
    FILTER_NAMES,
    MISSING,
    UNKNOWN,
    EvalFailed,
    ExpressionError,
    PatternError,
    Scope,
    Span,
    compile_expression,
    compile_filter,
    compile_pattern,
)
from inspector.core.instants import parse_instant
from inspector.core.payloads import DecimalText, Payload, Undecoded

DATA = {
    "a": 1, "big": 10**30, "price": Decimal("19.90"), "exact": DecimalText("1.50"), "f": 0.1,
    "name": "Kim Chul Su", "none": None, "yes": True, "empty": [],
    "lines": [{"sku": "A", "qty": 2, "price": Decimal("1.50")}, {"sku": "B", "qty": 1, "price": 3}],
    "map": {"x": 1, "y": 2}, "first name": "Ann", "in": 5,
}  # fmt: skip
STATE = {"balance": Decimal("2.005"), "tags": ["a"]}


def event() -> Event:
    return Event(
        EventRef((1,)), StreamId("account-1", "account"), 7, "Deposited", DATA,
        meta={"user": "u"}, global_position=99, id="e1", schema_version=2,
        recorded_at=parse_instant("2024-03-01T10:00:00Z"), tenant="acme",
    )  # fmt: skip


def run(text: str) -> Any:
    scope = Scope(parse_instant("2024-03-01T12:00:00Z"))
    scope.look_at(event())
    scope.state = STATE
    return compile_expression(text, FILTER_NAMES).run(scope)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("data.a + 1", 2),
        ("data.big * data.big", 10**60),
        ("state.balance + data.price", Decimal("21.905")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("data.f + data.f", 0.2),
        ("data.f + data.price", Decimal("20.00")),
        ("21872200 / 100", 218722),
        ("1234 / 100", Decimal("12.34")),
        ("1 / 3", Decimal("0.3333333333333333333333333333333333")),
        ("abs(-1.00000000000000000000000000000000000000001)",
         Decimal("1.00000000000000000000000000000000000000001")),
        ("100000000000000000000000000000000000000000001.5 / 2",
         Decimal("50000000000000000000000000000000000000000000.75")),
        ("-7 // 2", -4),
        ("-7 % 2", 1),
        ("-7.5 // 2", -4),
        ("-7.5 % 2", Decimal("0.5")),
        ("2 + 3 * 4 - 1", 13),
        ("(2 + 3) * 4", 20),
        ("'a' + 'b'", "ab"),
        ("[1] + [2]", [1, 2]),
        ("data.lines[0].sku", "A"),
        ("data.lines[-1].qty", 1),
        ("data.lines[5]", MISSING),
        ("data.lines[0:1][0].qty", 2),
        ("data.name[0:3]", "Kim"),
        ("data['first name']", "Ann"),
        ("data.'first name'", "Ann"),
        ("data.in", 5),
        ("data.map[data.nothing]", MISSING),
        ("data.nothing.deeper", MISSING),
        ("[x.qty * x.price for x in data.lines if x.qty > 1]", [Decimal("3.00")]),
        ("{k: v * 2 for k, v in data.map}", {"x": 2, "y": 4}),
        ("[i for i, x in data.lines]", [0, 1]),
        ("{a: 1, 'b c': data.a}", {"a": 1, "b c": 1}),
        ("sum(x.qty * x.price for x in data.lines)", Decimal("6.00")),
        ("'big' if data.a > 5 else 'small'", "small"),
        ("data.a between 1 and 3", True),
        ("data.a not in [2, 3]", True),
        ("'x' in data.map", True),
        ("data.name contains 'Chul'", True),
        ("data.name startswith 'Kim' && data.name endswith 'Su'", True),
        ("data.name matches '^K.m' and not (data.name matches 'kim')", True),
        ("data.name matches '(?i)chul'", True),
        ("!data.yes", False),
        ("data.a = 1 || false", True),
        ("data.price == 19.9", True),
        ("data.exact == 1.5", True),
        ("data.f == 0.1", True),
        ("data.yes == 1", UNKNOWN),
        ("data.a == '1'", UNKNOWN),
        ("not (data.a == '1')", UNKNOWN),
        ("data.a == '1' or data.a == 1", True),
        ("data.a == '1' and data.a == 1", UNKNOWN),
        ("data.nothing == null", UNKNOWN),
        ("data.none == null", True),
        ("data.a != null", True),
        ("data.a <> 1", False),
        ("has(data.none)", True),
        ("has(data.nothing)", False),
        ("coalesce(data.nothing, data.none, 3)", 3),
        ("len(data.lines) + len('한국')", 4),
        ("lower('Ab') + upper('c') + trim(' d ')", "abCd"),
        ("split(data.name, ' ', 1)", ["Kim", "Chul Su"]),
        ("join(['a', 'b'], '-')", "a-b"),
        ("replace('aXbX', 'X', '--')", "a--b--"),
        ("substring('abcdef', 2, 3)", "cde"),
        ("int('42') + int(3.9)", 45),
        ("number('1.50')", Decimal("1.50")),
        ("number('15')", 15),
        ("decimal('2.10')", DecimalText("2.10")),
        ("text(1.50) + text(true) + text([1])", "1.50true[1]"),
        ("round(2.5)", 2),
        ("round(2.5, 'half-up')", 3),
        ("round(2.345, 2)", Decimal("2.34")),
        ("round(2.345, 2, 'half-up')", Decimal("2.35")),
        ("round(1234, -2)", 1200),
        ("floor(-1.5)", -2),
        ("abs(-3)", 3),
        ("min([3, 1, 2]) + max(4, 5.5)", Decimal("6.5")),
        ("count([x.qty > 1 for x in data.lines])", 1),
        ("any(x.qty > 1 for x in data.lines)", True),
        ("all(x.qty > 1 for x in data.lines)", False),
        ("all(data.empty)", True),
        ("keys(data.map) + values(data.map)", ["x", "y", 1, 2]),
        ("first(data.lines).sku + last(data.lines).sku", "AB"),
        ("first(data.empty)", MISSING),
        ("unique([1, '1', 1, [2], [2]])", [1, "1", [2]]),
        ("sort([3, 1, 2], 'desc')", [3, 2, 1]),
        ("date('2024-03-05T10:00:00+09:00')", "2024-03-05"),
        ("date(time('2024-01-01T00:00:00Z') + 36h)", "2024-01-02"),
        ("time > '2024-02-29' and time < now()", True),
        ("now() - time == 2h", True),
        ("time > now() - 1h", False),
        ("format('{} of {}', 1, 'x')", "1 of x"),
        ("json({a: [1, null]})", '{"a":[1,null]}'),
        ("type + stream + category + id + tenant", "Depositedaccount-1accounte1acme"),
        ("version + schema_version + global_position", 108),
        ("meta.user", "u"),
        ("actor == null", True),
        ("90s + 1.5m == 3m", True),
        ("lower(data.nothing)", MISSING),
        ("coalesce(lower(data.none), 'x')", "x"),
    ],
)  # fmt: skip
def test_example(text: str, expected: Any) -> None:
    found = run(text)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("data.a + 'x'", "“+” cannot join number 1 and text 'x'"),
        ("data.nothing * 2", "missing"),
        ("1 / 0", "divided by zero"),
        ("data.a and true", "a condition must be true or false"),
        ("sum(['a'])", "a number is needed, not text 'a'"),
        ("int('4x')", "no whole number"),
        ("number('nan')", "is no number"),
        ("sort([1, 'a'])", "have no order"),
        ("[x for x in data.a]", "a loop needs a list or map"),
        ("data.lines['a']", "a place in a list"),
        ("[data.nothing]", "missing"),
        ("time('yesterday')", "is no time"),
        ("split('a', '')", "separates nothing"),
        ("format('{}')", "places"),
        (" * ".join(["(" + " * ".join(["9999999999"] * 100) + ")"] * 5), "more than 4000 digits"),
        ("1e3000 * 1e3000", "more than 4000 digits"),
        ("data.name matches data.bad + '('", "join"),
    ],
)  # fmt: skip
def test_evaluation_that_cannot_be(text: str, words: str) -> None:
    with pytest.raises(EvalFailed, match=re.escape(words)):
        run(text)


@pytest.mark.parametrize(
    ("text", "line", "column", "words", "near"),
    [
        ("data.a +", 1, 9, "A value is expected, but the text ends here", ""),
        ("(1 + 2", 1, 7, "“)” is expected", ""),
        ("data.a\n  + * 2", 2, 5, "A value is expected, not “*”", ""),
        ("stat.balance", 1, 1, "“stat” is not known here", "state"),
        ("lenght(data.a)", 1, 1, "There is no function “lenght”", "len"),
        ("data.a containz 'x'", 1, 8, "An operator or the end is expected", "contains"),
        ("len()", 1, 1, "len(text, list or map)", ""),
        ("has(1 + 2)", 1, 1, "has(data.field)", ""),
        ("'abc", 1, 1, "has no end", ""),
        ("data.a # 1", 1, 8, "is no sign", ""),
        ("a == b == c", 1, 8, "cannot follow one another", ""),
        ("data.name matches '(a'", 1, 19, "The pattern is wrong", ""),
        ("3kg", 1, 2, "only a unit of time", ""),
        ("'\\q'", 1, 2, "means nothing", ""),
        ("9" * 5000, 1, 1, "at most 4000 digits", ""),
        ("1e999999", 1, 1, "at most 4000 digits", ""),
        ("data.[1]", 1, 6, "A field name is expected", ""),
        ("__import__('os')", 1, 1, "There is no function", ""),
        ("data.__class__.__mro__[0](1)", 1, 26, "An operator or the end", ""),
        ("lambda: 1", 1, 7, "An operator or the end", ""),
    ],
)  # fmt: skip
def test_texts_that_are_no_expression(
    text: str, line: int, column: int, words: str, near: str
) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, FILTER_NAMES)
    error = caught.value
    assert (error.line, error.column, error.near) == (line, column, near)
    assert words in error.message


def test_there_are_no_attributes_only_fields() -> None:
    assert run("data.__class__") is MISSING
    assert run("data.name.upper") is MISSING


# -- limits -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[[y for y in data.l] for x in data.l]",
        "[x in data.l for x in data.l]",
        "sum(len(replace(data.t, 'a', 'b')) for x in data.l)",
        "[data.t + 'a' for x in data.l]",
        "[data.l == data.l + [1] for x in data.l]",
        "[data.t matches '(a|aa)+$' for x in data.l]",
        "[split(data.t, 'a') for x in data.l]",
        "replace(data.t, 'a', data.t)",
        "join([data.t for x in data.l], data.t)",
        "unique([[x] for x in data.l])",
    ],
)
def test_work_and_memory_are_bounded(text: str) -> None:
    scope = Scope()
    scope.data = {"l": list(range(20_000)), "t": "a" * 200_000}
    with pytest.raises(EvalFailed, match=r"more than|too many"):
        compile_expression(text, FILTER_NAMES).run(scope)


def test_a_number_of_a_million_digits_is_carried_but_not_computed_with() -> None:
    scope = Scope()
    huge = 7**1_200_000
    scope.data = {"n": huge}
    assert compile_expression("data.n", FILTER_NAMES).run(scope) is huge
    for text in ("data.n + 1", "data.n * data.n", "data.n + 0.5"):
        with pytest.raises(EvalFailed, match="more than 4000 digits"):
            compile_expression(text, FILTER_NAMES).run(scope)
    assert compile_expression("data.n > 0.5 and data.n != 1.5", FILTER_NAMES).run(scope) is True
    assert compile_expression("text(data.n)", FILTER_NAMES).run(scope) == "(too long)"


# -- patterns ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*a){20}$", "(a?){30}a{30}b", "((a*)*)*$b"]
)
def test_patterns_that_hang_other_engines_do_not_hang(pattern: str) -> None:
    made = compile_pattern(pattern)
    made.search("a" * 5000 + "!")
    made.groups("a" * 500 + "!")


patterns = st.recursive(
    st.sampled_from(["a", "b", "ab", ".", "[ab]", "[^a]", "\\w", "\\d", "^", "$", "\\b", ""]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda p: f"(?:{p[0]}|{p[1]})"),
        inner.map(lambda p: f"({p})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "+?", "{1,2}", "{2}"])).map(
            lambda p: f"(?:{p[0]}){p[1]}"
        ),
    ),
    max_leaves=6,
)


@given(patterns, st.text("ab1 ", max_size=8))
@settings(max_examples=400, deadline=None)
def test_patterns_match_what_the_usual_engine_matches(pattern: str, text: str) -> None:
    usual = re.compile(pattern.replace("$", r"\Z"), 0)
    expected = usual.search(text) is not None
    made = compile_pattern(pattern)
    assert made.search(text) is expected
    assert (made.groups(text) is not None) is expected


@given(patterns.map(lambda p: f"(?P<all>{p})"), st.text("ab1 ", max_size=8))
@settings(max_examples=200, deadline=None)
def test_groups_are_those_of_the_preferred_match(pattern: str, text: str) -> None:
    found = re.search(pattern.replace("$", r"\Z"), text)
    expected = None if found is None else found.groupdict()
    assert compile_pattern(pattern).groups(text) == expected


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("(?:^|.)*", "1"), ("(?:|a)*", "aa"), ("(?:|a)+", "aa"), ("(?:a|)*", "aa"),
     ("(?:^|a)*?b", "ab"), ("(?:(?:|a)*){2}b", "aab"), ("(?:a*)*", "aab"), ("(?:|a){2,}", "aaa")],
)  # fmt: skip
def test_a_loop_that_matched_nothing_is_left(pattern: str, text: str) -> None:
    """As by the usual engine: what stands behind the loop is preferred to another round."""
    found = re.search(f"(?P<all>{pattern})", text)
    assert found is not None
    assert compile_pattern(f"(?P<all>{pattern})").groups(text) == found.groupdict()


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(?=a)", "Looking ahead"), ("(a)\\1", "References"), ("*a", "Nothing stands here"),
        ("(a", "no end"), ("a)", "closes nothing"), ("[a", "no end"), ("a{5,2}", "comes second"),
        ("a{5000}", "repetitions"), ("((a{100}){100}){100}", "too large"), ("(" * 200, "too deep"),
        ("a" * 2000, "at most 1000"), ("[z-a]", "ends before"), ("\\", "single backslash"),
        ("(?<1x>a)", "name of its own"),
    ],
)  # fmt: skip
def test_patterns_that_are_refused(pattern: str, words: str) -> None:
    with pytest.raises(PatternError, match=words):
        compile_pattern(pattern)


# -- filters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("data.a == 1", True), ("data.a == 2", False), ("data.nothing > 1", False),
        ("not (data.nothing > 1)", False), ("data.name + 1 == 2", False), ("kim", True),
        ("'chul su'", True), ("nobody", False), ("'u'", True), ("account", True),
    ],
)  # fmt: skip
def test_filters(text: str, passes: bool) -> None:
    scope = Scope()
    scope.look_at(event())
    assert compile_filter(text).matches(scope) is passes


def test_what_could_not_be_read_does_not_look_like_what_is_not_there() -> None:
    unread = Payload(b"?", Undecoded("no key", 1), 1)
    scope = Scope()
    scope.look_at(replace(event(), data=None, meta=None, payload=unread, metadata=unread))
    for text in ("has(data.x)", "not has(data.x)", "has(meta.x)", "not has(meta.x)"):
        assert compile_filter(text).matches(scope) is False
    assert compile_filter("version == 7").matches(scope) is True
    with pytest.raises(EvalFailed, match="the metadata could not be read"):
        compile_expression("coalesce(meta.version, 1)", FILTER_NAMES).run(scope)


def test_a_span_is_no_number() -> None:
    assert run("5m") == Span(300 * 10**9)
