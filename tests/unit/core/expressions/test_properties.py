"""What must hold for every expression: text and tree, compiled and reference, no crash."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.expressions import (
    FILTER_NAMES,
    UNKNOWN,
    EvalFailed,
    ExpressionError,
    Scope,
    compile_tree,
    parse,
    to_text,
)
from inspector.core.expressions.scope import Getter
from inspector.core.expressions.tree import Binary, Node, children
from inspector.core.expressions.values import PLAIN
from tests.unit.core.expressions.reference import Reference, Wrong
from tests.unit.core.expressions.trees import trees, values

NAMES: dict[str, Getter] = {
    **FILTER_NAMES, "x": lambda scope: scope.item, "k": lambda scope: scope.key,
}  # fmt: skip


def scope(data: Any, state: Any, x: Any, k: Any) -> Scope:
    made = Scope()
    made.data, made.state, made.item, made.key = data, state, x, k
    return made


@given(trees(20))
@settings(max_examples=150, deadline=None)
def test_a_tree_survives_being_written_and_read(tree: Node) -> None:
    text = to_text(tree)
    again = parse(text)
    assert repr(again) == repr(tree), text
    assert to_text(again) == text


def uses(tree: Node, *signs: str) -> bool:
    inner = any(uses(child, *signs) for child in children(tree))
    return inner or (isinstance(tree, Binary) and tree.sign in signs)


def alike(a: Any, b: Any) -> bool:
    """Equal by value; quotients are rounded to 34 digits."""
    if isinstance(b, Fraction) and isinstance(a, int | Decimal):
        return abs(Fraction(a) - b) <= abs(b) / 10**33
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return len(a) == len(b) and all(
            alike(k, j) and alike(a[k], b[j]) for k, j in zip(a, b, strict=True)
        )
    return a is b or (type(a) is type(b) and a == b) or (
        isinstance(a, int | Decimal) and isinstance(b, int | Decimal) and a == b
    )  # fmt: skip


@given(trees(10), values, values, values, values)
@settings(max_examples=300, deadline=None)
def test_the_compiled_form_gives_what_the_reference_gives(
    tree: Node, data: Any, state: Any, x: Any, k: Any
) -> None:
    if uses(tree, "matches", "/"):
        return  # patterns and rounding have tests of their own
    names = {"data": data, "state": state, "x": x, "k": k}
    try:
        expected = Reference(names).value(tree)
    except Wrong:
        expected = Wrong
    try:
        found = compile_tree(tree, NAMES, "").run(scope(data, state, x, k))
    except EvalFailed:
        found = Wrong
    assert alike(found, expected), to_text(tree)


@given(st.text(max_size=200) | st.text("()[]{}'\"ab01.+-*/%<>=!&|,: \\", max_size=60))
@settings(max_examples=500, deadline=None)
def test_any_text_is_an_expression_or_an_error_with_a_place(text: str) -> None:
    found = read(text)
    if isinstance(found, Node):
        assert repr(parse(to_text(found))) == repr(found)
    else:
        assert 1 <= found.line <= text.count("\n") + 1
        assert 1 <= found.column <= len(text) + 1
        assert str(found)


def read(text: str) -> Node | ExpressionError:
    try:
        return parse(text)
    except ExpressionError as error:
        return error


@given(trees(15), values)
@settings(max_examples=150, deadline=None)
def test_no_expression_crashes(tree: Node, data: Any) -> None:
    made = scope(data, data, data, data)
    try:
        found = compile_tree(tree, NAMES, to_text(tree)).run(made)
    except (EvalFailed, ExpressionError):
        return
    assert found.__class__ in PLAIN or found is UNKNOWN or found is not None


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000, "[" * 5000, "-" * 5000 + "1", "not " * 5000 + "true", "{a:" * 3000,
        "f(" * 5000, "a if " * 3000, "1" + "+1" * 9000, "a" + ".b" * 9000, "a" + "[0]" * 6000,
        "1" + "*1" * 9000, "9" * 20_001, "'" * 19_999, "\\" * 300, "[x for x in " * 1000,
    ],
)  # fmt: skip
def test_texts_made_to_exhaust_the_parser_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


def test_a_long_condition_is_fine() -> None:
    text = " or ".join(f"data.a == {n}" for n in range(900))
    made = scope({"a": 899}, None, None, None)
    assert compile_tree(parse(text), NAMES, text).run(made) is True
