"""One page of rows, and where the next one begins.

Pages are found by key, never by OFFSET, so that the last page costs what the first one does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from inspector.core.events import PageKey

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows in order.

    Attributes:
        rows: the rows, always oldest first, also when read backwards.
        before: key of the first row (``None`` for an empty page).
        after: key of the last row.
        more: whether rows follow in the direction of reading.
        marks: keys of every so-manieth row, where somebody asked for them.
    """

    rows: tuple[T, ...]
    before: PageKey | None
    after: PageKey | None
    more: bool
    marks: tuple[PageKey, ...] = ()
