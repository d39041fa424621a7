"""Tables for people that can be as long as a store: rows come in blocks and are never collected.

The first block decides how wide the columns are. On a terminal a line never exceeds its width:
what may be cut ends in ``…``, everything else (ids above all) is wrapped, and when even that
does not fit, rows become little cards. Elsewhere nothing is cut and nothing is wrapped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from inspector.cli.paint import Paint
from inspector.cli.plain import cut, plain_line, width_of, wrapped
from inspector.core.texts import tr

GAP = "  "
ALIGNED = 48
"""Away from a terminal, cells wider than this stick out instead of widening all rows."""

NARROWEST = 8
LONGEST = 4000
"""Characters of one cell on a terminal; a longer one says how long it is."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        title: its heading.
        right: aligned to the right, as numbers are.
        cut_to: it may be cut visibly, down to so many places; 0 when it is never cut.
        role: the colour of its cells.
    """

    title: str
    right: bool = False
    cut_to: int = 0
    role: str = "plain"


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``below`` are lines that belong to it, with their role."""

    cells: Sequence[str]
    below: Sequence[tuple[str, str]] = ()


class Table:
    """Makes the lines of one table.

    Args:
        columns: what the cells of each row are.
        width: places of the terminal, or ``None`` where there is no edge.
    """

    def __init__(self, columns: Sequence[Column], width: int | None, paint: Paint) -> None:
        self._columns = columns
        self._width = width
        self._paint = paint
        self._widths: list[int] | None = None
        self._cards = False

    def lines(self, rows: Iterable[Row]) -> Iterator[str]:
        """The lines of the next rows, with the heading before the first ones."""
        block = [Row([self._plain(c) for c in row.cells], row.below) for row in rows]
        if self._widths is None:
            self._widths = self._measured(block)
            if not self._cards:
                yield self._heading(self._widths)
        for row in block:
            yield from self._card(row) if self._cards else self._row(row, self._widths)
            yield from self._below(row)

    def _plain(self, text: str) -> str:
        if self._width is not None and len(text) > LONGEST:
            said = tr("… ({n} characters)", n=len(text))
            return plain_line(text[:LONGEST]) + said
        return plain_line(text)

    # -- widths ---------------------------------------------------------------------------

    def _measured(self, rows: Sequence[Row]) -> list[int]:
        widths = [
            max([width_of(c.title), *(width_of(row.cells[i]) for row in rows)])
            for i, c in enumerate(self._columns)
        ]
        if self._width is None:
            return [min(w, max(ALIGNED, width_of(c.title))) for w, c in self._zip(widths)]
        over = sum(widths) + len(GAP) * (len(widths) - 1) - self._width
        over = self._narrow(widths, over, [c.cut_to for c in self._columns])
        floor = [0 if c.right or c.cut_to else NARROWEST for c in self._columns]
        over = self._narrow(widths, over, floor)
        self._cards = over > 0
        return widths

    def _zip(self, widths: Sequence[int]) -> Iterator[tuple[int, Column]]:
        return zip(widths, self._columns, strict=True)

    @staticmethod
    def _narrow(widths: list[int], over: int, floors: Sequence[int]) -> int:
        """Take places from the widest columns that have a floor; gives what is still too much."""
        while over > 0:
            able = [i for i, floor in enumerate(floors) if floor and widths[i] > floor]
            if not able:
                break
            widest = max(able, key=lambda i: widths[i])
            next_wide = max([widths[i] for i in able if i != widest], default=0)
            floor = max(floors[widest], min(next_wide, widths[widest] - 1))
            taken = min(over, widths[widest] - floor)
            widths[widest] -= taken
            over -= taken
        return over

    # -- lines ----------------------------------------------------------------------------

    def _heading(self, widths: Sequence[int]) -> str:
        cells = [self._padded(cut(c.title, w), w, c.right) for w, c in self._zip(widths)]
        return self._paint(GAP.join(cells).rstrip(), "heading")

    def _row(self, row: Row, widths: Sequence[int]) -> Iterator[str]:
        cells = [self._parts(text, i, widths[i]) for i, text in enumerate(row.cells)]
        for line in range(max(len(parts) for parts in cells)):
            texts = [parts[line] if line < len(parts) else "" for parts in cells]
            last = max((i for i, text in enumerate(texts) if text), default=0)
            yield GAP.join(
                self._cell(text, i, widths[i], is_last=i == last)
                for i, text in enumerate(texts[: last + 1])
            )

    def _parts(self, text: str, index: int, width: int) -> list[str]:
        if self._width is None:
            return [text]
        if self._columns[index].cut_to:
            return [cut(text, width)]
        return wrapped(text, width)

    def _cell(self, text: str, index: int, width: int, *, is_last: bool) -> str:
        column = self._columns[index]
        padded = text if is_last and not column.right else self._padded(text, width, column.right)
        painted = self._paint(text, column.role)
        return padded.replace(text, painted, 1) if text else padded

    @staticmethod
    def _padded(text: str, width: int, right: bool) -> str:
        blanks = " " * max(0, width - width_of(text))
        return blanks + text if right else text + blanks

    def _card(self, row: Row) -> Iterator[str]:
        """One line per field, for a terminal that is too narrow for all columns."""
        width = self._width or ALIGNED
        for column, text in zip(self._columns, row.cells, strict=True):
            if text:
                label = f"{column.title}: "
                for i, part in enumerate(wrapped(label + text, width)):
                    yield part if i else self._paint(label, "muted") + part[len(label) :]
        yield ""

    def _below(self, row: Row) -> Iterator[str]:
        for text, role in row.below:
            width = 10_000_000 if self._width is None else max(self._width - 4, NARROWEST)
            for part in wrapped(self._plain(text), width):
                yield "    " + self._paint(part, role)
