"""What a printed document is made of. All texts are plain, and bounded by who makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QImage


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that begins a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence; ``quiet`` ones are remarks of ours."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        title: repeated on every page; all titles empty: none is drawn.
        share: its part of the width, beside those of the others.
        mono: values as they are stored, in the monospaced font.
        right: numbers stand at the right.
    """

    title: str
    share: float
    mono: bool = False
    right: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts, one for each column."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as wide as the page, if it is that large."""

    image: QImage


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that is printed at once.

    Attributes:
        title: what it is, for the first page and the file's properties.
        header: store, stream, version, time zone: on every page.
        footer: by which program and when, on every page.
        blocks: the content.
    """

    title: str
    header: tuple[str, ...]
    footer: str
    blocks: tuple[Block, ...]

    @property
    def size(self) -> int:
        """Units of work that laying it out takes: rows, and one for every other block."""
        return sum(len(b.rows) if isinstance(b, Table) else 1 for b in self.blocks)
