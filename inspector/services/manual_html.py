"""A page of the manual as HTML, for the window and for files.

Markdown as CommonMark has it, with tables; HTML inside of it is shown as text. Every heading gets
an ``id`` that a link can lead to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

_NO_WORD: Final = re.compile(r"[^\w가-힣]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands under one heading.

    Attributes:
        heading: the heading's words.
        place: the ``id`` of the heading.
        text: all words below it, without marks.
    """

    heading: str
    place: str
    text: str


def body_of(text: str, link: Callable[[str], str]) -> str:
    """The page's content as HTML.

    Args:
        text: Markdown.
        link: what to write for the address of a link or a picture.
    """
    tokens = _parsed(text)
    for token in _all(tokens):
        for name in ("href", "src"):
            address = token.attrGet(name)
            if isinstance(address, str):
                token.attrSet(name, link(address))
    made: str = _parser().renderer.render(tokens, _parser().options, {})
    return made


def links_of(text: str) -> list[str]:
    """The addresses of all links and pictures on a page, as they are written."""
    found = []
    for token in _all(_parsed(text)):
        for name in ("href", "src"):
            address = token.attrGet(name)
            if isinstance(address, str):
                found.append(address)
    return found


def pieces_of(text: str) -> list[Piece]:
    """A page's words by heading, for finding."""
    pieces: list[Piece] = []
    words: list[str] = []
    heading, place = "", ""
    tokens = _parsed(text)
    for i, token in enumerate(tokens):
        if token.type == "heading_open":
            pieces.append(Piece(heading, place, " ".join(words)))
            place, words = str(token.attrGet("id")), []
            heading = _words(tokens[i + 1])
        elif token.type == "inline" and tokens[i - 1].type != "heading_open":
            words.append(_words(token))
        elif token.type in ("fence", "code_block"):
            words.append(token.content)
    pieces.append(Piece(heading, place, " ".join(words)))
    return [piece for piece in pieces if piece.heading or piece.text]


def _parsed(text: str) -> list[Token]:
    tokens = _parser().parse(text)
    for i, token in enumerate(tokens):
        if token.type in ("fence", "code_block"):
            token.content = token.content.rstrip("\n")
        elif token.type == "heading_open":
            token.attrSet("id", _NO_WORD.sub("-", _words(tokens[i + 1]).lower()).strip("-"))
    return tokens


def _words(token: Token) -> str:
    parts = token.children or ()
    return "".join(
        " " if part.type in ("softbreak", "hardbreak") else part.content
        for part in parts
        if part.type != "image"
    )


def _all(tokens: Sequence[Token]) -> list[Token]:
    return [part for token in tokens for part in (token, *(token.children or ()))]


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
