"""From blocks to pages: where every line stands, on paper of any size.

Lengths are points (1/72 inch). Nothing is drawn while laying out, so it can be done a little at a
time; drawing a page afterwards takes no thought. A table repeats its titles on every page; a row is
kept together while it is short, and split between lines when it is longer than that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QTextLayout, QTextOption

from inspector.core.texts import tr
from inspector.ui.printing.blocks import Heading, Paragraph, Picture, Table
from inspector.ui.theme.fonts import MONO, SANS
from inspector.ui.widgets.plain_text import visible_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.ui.printing.blocks import Block, Column, Document

A4: Final = QSizeF(595, 842)
MARGIN: Final = 42.0
HEADER: Final = 34.0
FOOTER: Final = 22.0
GAP: Final = 8.0
CELL: Final = 6.0
"""Between two columns."""

TOGETHER: Final = 8
"""Lines up to which a row stays on one page."""

INK: Final = "#1A2027"
QUIET: Final = "#56606D"
RULE: Final = "#C3CAD3"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in its place."""

    place: QRectF
    text: str
    font: QFont
    colour: str = INK
    right: bool = False


@dataclass(slots=True)
class Page:
    """What stands on one page."""

    lines: list[Line] = field(default_factory=list)
    rules: list[float] = field(default_factory=list)
    pictures: list[tuple[QRectF, QImage]] = field(default_factory=list)


def font(name: str, size: float, *, heavy: bool = False) -> QFont:
    """A font whose size does not depend on the resolution of a printer."""
    made = QFont(name)
    made.setPixelSize(round(size))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if heavy:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def wrapped(text: str, used: QFont, width: float) -> list[str]:
    """A text in lines of this width; where no blank helps, it is broken anywhere."""
    lines: list[str] = []
    for part in text.split("\n"):
        shown = visible_text(part)
        layout = QTextLayout(shown, used)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        # Qt counts in UTF-16, Python in characters.
        raw = shown.encode("utf-16-le", "surrogatepass")
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 8.0))
            begin, length = line.textStart(), line.textLength()
            piece = raw[2 * begin : 2 * (begin + length)]
            lines.append(piece.decode("utf-16-le", "surrogatepass"))
        layout.endLayout()
    return lines or [""]


class Layout:
    """Lays a document out, block by block.

    Args:
        document: what is printed.
        paper: the size of a page in points.

    Attributes:
        pages: what is ready; complete when :meth:`run` has ended.
    """

    def __init__(self, document: Document, paper: QSizeF) -> None:
        self.document, self.paper = document, paper
        self.pages: list[Page] = []
        self._body, self._mono = font(SANS, 9), font(MONO, 8)
        self._head, self._title = font(SANS, 10, heavy=True), font(SANS, 15, heavy=True)
        self._small = font(SANS, 8)
        self._y = 0.0
        self._new_page()

    @property
    def width(self) -> float:
        """Of what is between the margins."""
        return self.paper.width() - 2 * MARGIN

    @property
    def _bottom(self) -> float:
        return self.paper.height() - MARGIN - FOOTER

    def run(self) -> Iterator[int]:
        """Lay everything out; gives after each step how many rows are done."""
        done = 0
        self._text(self.document.title, self._title, INK)
        self._y += GAP / 2
        for block in self.document.blocks:
            if isinstance(block, Table):
                for _row in self._table(block):
                    done += 1
                    yield done
            else:
                self._single(block)
                done += 1
                yield done

    def draw(self, painter: QPainter, number: int) -> None:
        """Draw a page, its header and its footer; the painter counts in points."""
        page = self.pages[number]
        for line in page.lines:
            _draw_line(painter, line)
        painter.setPen(QColor(RULE))
        for y in page.rules:
            painter.drawLine(QPointF(MARGIN, y), QPointF(MARGIN + self.width, y))
        for place, image in page.pictures:
            painter.drawImage(place, image)
        self._draw_frame(painter, number)

    # -- inside -------------------------------------------------------------------------------

    def _single(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._y += GAP
            self._room(3 * _height(self._head))
            self._text(block.text, self._head, INK)
        elif isinstance(block, Paragraph):
            self._text(block.text, self._body, QUIET if block.quiet else INK)
        elif isinstance(block, Picture):
            self._picture(block.image)

    def _text(self, text: str, used: QFont, colour: str) -> None:
        height = _height(used)
        for words in wrapped(text, used, self.width):
            self._room(height)
            place = QRectF(MARGIN, self._y, self.width, height)
            self.pages[-1].lines.append(Line(place, words, used, colour))
            self._y += height

    def _picture(self, image: QImage) -> None:
        if image.isNull():
            return
        size = QSizeF(image.size()).scaled(
            self.width, self._bottom - MARGIN - HEADER, Qt.AspectRatioMode.KeepAspectRatio
        )
        self._room(size.height())
        self.pages[-1].pictures.append((QRectF(QPointF(MARGIN, self._y), size), image))
        self._y += size.height() + GAP

    def _table(self, table: Table) -> Iterator[None]:
        places = self._places(table.columns)
        self._titles(table.columns, places)
        height = max(_height(self._body), _height(self._mono))
        for row in table.rows:
            cells = [
                wrapped(text, self._font(column), width)
                for text, column, (_x, width) in zip(row, table.columns, places, strict=True)
            ]
            lines = max(map(len, cells))
            if lines <= TOGETHER and self._y + lines * height > self._bottom:
                self._next(table.columns, places)
            for number in range(lines):
                if self._y + height > self._bottom:
                    self._next(table.columns, places)
                for cell, column, (x, width) in zip(cells, table.columns, places, strict=True):
                    if number < len(cell):
                        place = QRectF(x, self._y, width, height)
                        line = Line(place, cell[number], self._font(column), INK, column.right)
                        self.pages[-1].lines.append(line)
                self._y += height
            self._y += 2
            self.pages[-1].rules.append(self._y)
            self._y += 2
            yield
        self._y += GAP

    def _font(self, column: Column) -> QFont:
        return self._mono if column.mono else self._body

    def _places(self, columns: tuple[Column, ...]) -> list[tuple[float, float]]:
        room = self.width - CELL * (len(columns) - 1)
        whole = sum(column.share for column in columns)
        x, places = MARGIN, []
        for column in columns:
            width = room * column.share / whole
            places.append((x, width))
            x += width + CELL
        return places

    def _titles(self, columns: tuple[Column, ...], places: list[tuple[float, float]]) -> None:
        if not any(column.title for column in columns):
            return
        height = _height(self._small)
        self._room(height * 3)
        for column, (x, width) in zip(columns, places, strict=True):
            words = wrapped(column.title, self._small, width)[0]
            place = QRectF(x, self._y, width, height)
            self.pages[-1].lines.append(Line(place, words, self._small, QUIET, column.right))
        self._y += height + 2
        self.pages[-1].rules.append(self._y)
        self._y += 2

    def _next(self, columns: tuple[Column, ...], places: list[tuple[float, float]]) -> None:
        self._new_page()
        self._titles(columns, places)

    def _room(self, height: float) -> None:
        if self._y + height > self._bottom and self._y > MARGIN + HEADER:
            self._new_page()

    def _new_page(self) -> None:
        self.pages.append(Page())
        self._y = MARGIN + HEADER

    def _draw_frame(self, painter: QPainter, number: int) -> None:
        height = _height(self._small)
        words = " · ".join(part for part in self.document.header if part)
        numbered = tr("Page {n} of {total}", n=number + 1, total=len(self.pages))
        top = QRectF(MARGIN, MARGIN, self.width, height)
        side = QFontMetricsF(self._small).horizontalAdvance(numbered) + CELL
        shown = wrapped(words, self._small, self.width - side)
        first = shown[0] if len(shown) == 1 else f"{shown[0].rstrip()}…"
        _draw_line(painter, Line(top, first, self._small, QUIET))
        _draw_line(painter, Line(top, numbered, self._small, QUIET, right=True))
        bottom = self.paper.height() - MARGIN - height
        place = QRectF(MARGIN, bottom, self.width, height)
        _draw_line(painter, Line(place, self.document.footer, self._small, QUIET))
        painter.setPen(QColor(RULE))
        for y in (MARGIN + height + 4, bottom - 4):
            painter.drawLine(QPointF(MARGIN, y), QPointF(MARGIN + self.width, y))


def _height(used: QFont) -> float:
    return QFontMetricsF(used).height()


def _draw_line(painter: QPainter, line: Line) -> None:
    painter.setFont(line.font)
    painter.setPen(QColor(line.colour))
    side = Qt.AlignmentFlag.AlignRight if line.right else Qt.AlignmentFlag.AlignLeft
    flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    painter.drawText(line.place, int(flags | Qt.TextFlag.TextDontClip), line.text)
