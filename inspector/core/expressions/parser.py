"""From text to tree: a precedence parser with errors that name the place and what was expected.

Written by hand: it loads in no time, a table-driven one costs thirty milliseconds at every
start, and only its author can say in words what was expected. Depth is bounded, so that no
text can exhaust the stack. Imports ``inspector.core`` only.
"""

from __future__ import annotations

from typing import Final

from inspector.core.expressions.errors import ExpressionError, nearest
from inspector.core.expressions.lexer import KEYWORDS, Token, tokens
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
from inspector.core.texts import tr

MAX_DEPTH: Final = 50
"""Levels of brackets, calls, conditions and signs in front of a value."""

MAX_CHAIN: Final = 200
"""Signs or steps in a row, each of which needs the result of the one before."""

MAX_VARIABLES: Final = 16
"""Variables of loops inside one another."""

COMPARING: Final = frozenset(
    {"==", "!=", "<", "<=", ">", ">=", "in", "contains", "startswith", "endswith", "matches"}
)
ADDING: Final = frozenset({"+", "-"})
MULTIPLYING: Final = frozenset({"*", "/", "//", "%"})
_CONSTANTS: Final = {"true": True, "false": False, "null": None}


def parse(text: str) -> Node:
    """Read an expression.

    Raises:
        ExpressionError: it is none; the error names the place.
    """
    parser = Parser(text)
    tree = parser.expression()
    parser.require_end()
    return tree


class Parser:
    """Reads one text from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._place = 0
        self._depth = 0

    # -- walking --------------------------------------------------------------------------

    @property
    def next(self) -> Token:
        """The word to be read next."""
        return self._tokens[self._place]

    def _take(self) -> Token:
        token = self._tokens[self._place]
        if token.kind != "end":
            self._place += 1
        return token

    def _is(self, *words: str) -> bool:
        token = self._tokens[self._place]
        return token.text in words and token.kind in ("sign", "key")

    def _accept(self, word: str) -> bool:
        if self._is(word):
            self._place += 1
            return True
        return False

    def _require(self, word: str) -> Token:
        if not self._is(word):
            raise self.unexpected(f"“{word}”")
        return self._take()

    def require_end(self) -> None:
        """Make sure that nothing is left."""
        if self.next.kind != "end":
            near = nearest(self.next.text, KEYWORDS) if self.next.kind == "word" else ""
            raise self.unexpected(tr("an operator or the end"), near)

    def unexpected(self, expected: str, near: str = "") -> ExpressionError:
        """The error that something else was expected here."""
        token = self.next
        if token.kind == "end":
            message = tr("{expected} is expected, but the text ends here.", expected=expected)
        else:
            message = tr(
                "{expected} is expected, not “{found}”.", expected=expected, found=token.text[:40]
            )
        return ExpressionError(message[:1].upper() + message[1:], self._text, token.at, near)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._too_deep()

    def _too_deep(self) -> ExpressionError:
        return ExpressionError(tr("The expression is nested too deeply."), self._text, self.next.at)

    # -- grammar --------------------------------------------------------------------------

    def expression(self) -> Node:
        """``then if condition else otherwise``, or anything simpler."""
        self._deeper()
        then = self._logic("or")
        if self._is("if") and self.next.kind == "key":
            at = self._take().at
            condition = self._logic("or")
            self._require("else")
            then = If(then, condition, self.expression(), at=at)
        self._depth -= 1
        return then

    def _logic(self, word: str) -> Node:
        part = self._logic("and") if word == "or" else self._negation()
        if not self._is(word):
            return part
        at = self.next.at
        parts = [part]
        while self._accept(word):
            parts.append(self._logic("and") if word == "or" else self._negation())
        return Logic(word, tuple(parts), at=at)

    def _negation(self) -> Node:
        if not self._is("not"):
            return self._comparison()
        at = self._take().at
        self._deeper()
        inner = self._negation()
        self._depth -= 1
        return Not(inner, at=at)

    def _comparison(self) -> Node:
        left = self._sum()
        token = self.next
        negated = self._is("not")
        if negated:
            self._take()
        if self._is("between"):
            found = self._between(left)
        elif token.kind in ("sign", "key") and self.next.text in COMPARING:
            sign = self._take()
            found = Binary(sign.text, left, self._sum(), at=sign.at)
        elif negated:
            raise self.unexpected(tr("in, contains, matches or between"))
        else:
            return left
        if self.next.kind in ("sign", "key") and self.next.text in COMPARING:
            message = tr(
                "Comparisons cannot follow one another; write them with “and” or “between”."
            )
            raise ExpressionError(message, self._text, self.next.at)
        return Not(found, at=token.at) if negated else found

    def _between(self, value: Node) -> Node:
        at = self._take().at
        low = self._sum()
        self._require("and")
        return Between(value, low, self._sum(), at=at)

    def _sum(self) -> Node:
        left = self._product()
        chain = 0
        while self.next.kind == "sign" and self.next.text in ADDING:
            sign = self._take()
            left = Binary(sign.text, left, self._product(), at=sign.at)
            chain = self._longer(chain)
        return left

    def _product(self) -> Node:
        left = self._unary()
        chain = 0
        while self.next.kind == "sign" and self.next.text in MULTIPLYING:
            sign = self._take()
            left = Binary(sign.text, left, self._unary(), at=sign.at)
            chain = self._longer(chain)
        return left

    def _longer(self, chain: int) -> int:
        if chain >= MAX_CHAIN:
            message = tr("More than {n} steps follow one another here.", n=MAX_CHAIN)
            raise ExpressionError(message, self._text, self.next.at)
        return chain + 1

    def _unary(self) -> Node:
        if not self._is("-", "+"):
            return self._postfix()
        sign = self._take()
        self._deeper()
        value = self._unary()
        self._depth -= 1
        return Negative(value, at=sign.at) if sign.text == "-" else value

    def _postfix(self) -> Node:
        return self.steps(self._atom())

    def steps(self, base: Node) -> Node:
        """``.key``, ``[index]`` and ``[start:stop]`` after a value."""
        chain = 0
        while self._is(".", "["):
            sign = self._take()
            if sign.text == ".":
                base = Member(base, self.key(), at=sign.at)
            else:
                base = self._bracket(base, sign.at)
            chain = self._longer(chain)
        return base

    def key(self) -> str:
        """A field's name after a dot: a word, or a quoted text."""
        token = self.next
        if token.kind == "text":
            self._take()
            return str(token.value)
        if token.kind in ("word", "key") and token.text[:1].isidentifier():
            self._take()
            return token.text
        raise self.unexpected(tr("a field name"))

    def _bracket(self, base: Node, at: int) -> Node:
        start = None if self._is(":") else self.expression()
        if self._accept(":"):
            stop = None if self._is("]") else self.expression()
            self._require("]")
            return Slice(base, start, stop, at=at)
        self._require("]")
        if start is None:
            raise self.unexpected(tr("an index"))
        return Index(base, start, at=at)

    # -- atoms ----------------------------------------------------------------------------

    def _atom(self) -> Node:
        token = self.next
        if token.kind in ("number", "text"):
            self._take()
            return Literal(token.value, at=token.at)
        if token.kind == "word":
            self._take()
            return self._call(token) if self._is("(") else Name(token.text, at=token.at)
        if token.kind == "key" and token.text in _CONSTANTS:
            self._take()
            return Literal(_CONSTANTS[token.text], at=token.at)
        if self._accept("("):
            inner = self.expression()
            self._require(")")
            return inner
        if self._accept("["):
            return self._list(token.at)
        if self._accept("{"):
            return self._map(token.at)
        raise self.unexpected(tr("a value"))

    def _call(self, name: Token) -> Node:
        self._take()
        arguments: list[Node] = []
        if self._accept(")"):
            return Call(name.text, (), at=name.at)
        while True:
            first = self.next.at
            argument = self.expression()
            if not arguments and self._is("for"):
                argument = self._for(None, argument, ")", first)
                return Call(name.text, (argument,), at=name.at)
            arguments.append(argument)
            if self._accept(")"):
                return Call(name.text, tuple(arguments), at=name.at)
            if not self._accept(","):
                raise self.unexpected(tr("“,” or “)”"))

    def _list(self, at: int) -> Node:
        items: list[Node] = []
        while not self._accept("]"):
            items.append(self.expression())
            if len(items) == 1 and self._is("for"):
                return self._for(None, items[0], "]", at)
            if not self._accept(",") and not self._is("]"):
                raise self.unexpected(tr("“,” or “]”"))
        return ListOf(tuple(items), at=at)

    def _map(self, at: int) -> Node:
        pairs: list[tuple[Node, Node]] = []
        while not self._accept("}"):
            bare = self.next
            key = self._map_key()
            self._require(":")
            pairs.append((key, self.expression()))
            if len(pairs) == 1 and self._is("for"):
                if bare.kind == "word" and isinstance(key, Literal):
                    key = Name(bare.text, at=bare.at)  # a loop over one and the same key is none
                return self._for(key, pairs[0][1], "}", at)
            if not self._accept(",") and not self._is("}"):
                raise self.unexpected(tr("“,” or “}”"))
        return MapOf(tuple(pairs), at=at)

    def _map_key(self) -> Node:
        """A bare word before a colon is the key itself, unless brackets make it a value."""
        token, after = self.next, self._tokens[min(self._place + 1, len(self._tokens) - 1)]
        if token.kind in ("word", "key") and token.text.isidentifier() and after.text == ":":
            self._take()
            return Literal(token.text, at=token.at)
        return self.expression()

    def _for(self, key: Node | None, value: Node, end: str, at: int) -> Node:
        self._require("for")
        names = [self._variable()]
        if self._accept(","):
            names.append(self._variable())
        self._require("in")
        self._deeper()
        source = self._logic("or")
        condition = self._logic("or") if self._accept("if") else None
        self._depth -= 1
        self._require(end)
        return For(key, value, tuple(names), source, condition, at=at)

    def _variable(self) -> str:
        if self.next.kind != "word":
            raise self.unexpected(tr("a name for each element"))
        return self._take().text
