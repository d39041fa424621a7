"""The one expression language: filters, conditions, invariants and the values of rules.

An expression is text; :func:`parse` makes a tree of it, :func:`to_text` text of a tree, and
:func:`compile_expression` a chain of closures that evaluate it against a :class:`Scope`.

Imports ``inspector.core`` only. Promises: every evaluation ends (no loops but over what is
there, no recursion), stays within limits of steps, length and digits, sees nothing but the
names it was given, and gives the same result on every machine. The grammar is described in the
manual's page *Expressions*.
"""

from inspector.core.expressions.compiler import Compiled, compile_expression, compile_tree
from inspector.core.expressions.errors import ExpressionError, nearest
from inspector.core.expressions.filters import Filter, Verdict, compile_filter, joined, operand_text
from inspector.core.expressions.parser import parse
from inspector.core.expressions.printer import to_text
from inspector.core.expressions.reading import builds, calls, mentions, names_in
from inspector.core.expressions.regex import Pattern, PatternError, compile_pattern
from inspector.core.expressions.scope import (
    EVENT_NAMES,
    FILTER_NAMES,
    ITEM_NAMES,
    STATE_NAMES,
    Scope,
    group_names,
)
from inspector.core.expressions.values import MISSING, UNKNOWN, EvalFailed, Span

__all__ = [
    "EVENT_NAMES",
    "FILTER_NAMES",
    "ITEM_NAMES",
    "MISSING",
    "STATE_NAMES",
    "UNKNOWN",
    "Compiled",
    "EvalFailed",
    "ExpressionError",
    "Filter",
    "Pattern",
    "PatternError",
    "Scope",
    "Span",
    "Verdict",
    "builds",
    "calls",
    "compile_expression",
    "compile_filter",
    "compile_pattern",
    "compile_tree",
    "group_names",
    "joined",
    "mentions",
    "names_in",
    "nearest",
    "operand_text",
    "parse",
    "to_text",
]
