"""Random expressions and random data for them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from inspector.core.expressions import Span
from inspector.core.expressions.tree import (
    Between,
    Binary,
    Call,
    For,
    If,
    Index,
    ListOf,
    Literal,
    Logic,
    MapOf,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Slice,
)

WORDS = ("a", "b", "n", "qty", "lines", "이름", "in", "first name", "")
SIGNS = ("+", "-", "*", "/", "//", "%", "==", "!=", "<", "<=", ">", ">=", "in", "contains",
         "startswith", "endswith", "matches")  # fmt: skip


def literals() -> st.SearchStrategy[Node]:
    numbers = st.integers(0, 10**30) | st.integers(0, 5)
    decimals = st.decimals(0, 10**9, allow_nan=False, places=3) | st.just(Decimal("1e9"))
    spans = st.integers(0, 10**18).map(Span)
    texts = st.text(max_size=6) | st.sampled_from(WORDS)
    return st.builds(Literal, numbers | decimals | spans | texts | st.booleans() | st.none())


def names(variables: tuple[str, ...] = ("data", "state", "x", "k")) -> st.SearchStrategy[Node]:
    return st.sampled_from(variables).map(Name)


def _grown(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(parts, max_size=3).map(tuple)
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    keys = st.sampled_from(WORDS)
    optional = st.none() | parts
    return st.one_of(
        st.builds(Member, parts, keys),
        st.builds(Index, parts, parts),
        st.builds(Slice, parts, optional, optional),
        st.builds(Negative, parts),
        st.builds(Not, parts),
        st.builds(Logic, st.sampled_from(("and", "or")), several),
        st.builds(Binary, st.sampled_from(SIGNS), parts, parts),
        st.builds(Between, parts, parts, parts),
        st.builds(If, parts, parts, parts),
        st.builds(ListOf, some),
        st.builds(MapOf, st.lists(st.tuples(parts, parts), max_size=3).map(tuple)),
        st.builds(For, st.none() | parts, parts, st.sampled_from((("x",), ("k", "x"))), parts,
                  optional),
        st.builds(Call, st.sampled_from(("len", "sum", "text", "coalesce", "first")),
                  st.tuples(parts)),
        st.builds(Call, st.just("has"), st.tuples(st.builds(Member, parts, keys))),
    )  # fmt: skip


def trees(leaves: int = 12) -> st.SearchStrategy[Node]:
    """Trees of every kind of part."""
    return st.recursive(literals() | names(), _grown, max_leaves=leaves)


_scalars = (
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.integers(-3, 3)
    | st.decimals(-1000, 1000, places=2) | st.text(max_size=4) | st.sampled_from(WORDS)
)  # fmt: skip

values: st.SearchStrategy[Any] = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
    ),
    max_leaves=10,
)  # fmt: skip
"""Random payloads."""
