"""Finding words in the manual: every word must be there, headings count most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inspector.services.manual_html import pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.services.manual import Manual, Page
    from inspector.services.manual_html import Piece

MOST: Final = 60
"""Hits that are given at most."""

_AROUND: Final = 40
"""Characters that are shown before the first word."""

_LENGTH: Final = 140
"""Characters of a line that is shown."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where all words stand.

    Attributes:
        page: name of the page; ``place`` the heading's ``id`` on it.
        title: the page's title; ``heading`` the nearest heading, empty where that is the title.
        line: some words around the first one.
    """

    page: str
    place: str
    title: str
    heading: str
    line: str


class Index:
    """The words of a manual, taken in page by page, so that nobody has to wait for all."""

    def __init__(self, manual: Manual) -> None:
        self._manual = manual
        self._pieces: list[tuple[Page, Piece, str]] = []
        self._coming = iter(manual.pages)

    def take_next(self) -> bool:
        """Take in one more page; returns whether there was one."""
        page = next(self._coming, None)
        if page is None:
            return False
        for piece in pieces_of(self._manual.text(page.name)):
            words = f"{page.title}\n{piece.heading}\n{piece.text}".casefold()
            self._pieces.append((page, piece, words))
        return True

    def find(self, text: str) -> list[Hit]:
        """Where all words of a text stand, among the pages that were taken in; best first."""
        words = text.casefold().split()
        if not words:
            return []
        found = sorted(self._scored(words), key=lambda scored: -scored[0])
        return [_hit(page, piece, words) for _score, page, piece in found[:MOST]]

    def _scored(self, words: list[str]) -> Iterator[tuple[int, Page, Piece]]:
        for page, piece, text in self._pieces:
            if all(word in text for word in words):
                title, heading = page.title.casefold(), piece.heading.casefold()
                score = sum(8 * (w in title) + 5 * (w in heading) for w in words)
                score += sum(min(3, text.count(word)) for word in words)
                yield score, page, piece


def _hit(page: Page, piece: Piece, words: list[str]) -> Hit:
    heading = "" if piece.heading == page.title else piece.heading
    return Hit(page.name, piece.place, page.title, heading, _line(piece.text, words))


def _line(text: str, words: list[str]) -> str:
    flat = " ".join(text.split())
    low = flat.casefold()
    first = min((at for word in words if (at := low.find(word)) >= 0), default=0)
    start = max(0, first - _AROUND)
    start = flat.find(" ", start) + 1 if start else 0
    line = flat[start : start + _LENGTH]
    before = "… " if start else ""
    after = " …" if start + _LENGTH < len(flat) else ""
    return f"{before}{line}{after}"
