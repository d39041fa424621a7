"""Pages onto paper: Qt's printer, a preview of it, or a PDF file, whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter

from inspector.core.errors import OutputFailed
from inspector.core.texts import tr
from inspector.ui.printing.pages import Layout

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from inspector.ui.printing.blocks import Document


def new_printer(*, landscape: bool, pdf: str = "") -> QPrinter:
    """A printer whose pages begin at the very edge; the margins are ours.

    Args:
        landscape: wide pages.
        pdf: a file in place of a printer.
    """
    from PySide6.QtPrintSupport import QPrinter  # noqa: PLC0415 - only when somebody prints

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if pdf:
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(pdf)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    sides = QPageLayout.Orientation
    printer.setPageOrientation(sides.Landscape if landscape else sides.Portrait)
    printer.setFullPage(True)
    return printer


def paper_of(printer: QPrinter) -> QSizeF:
    """The size of its pages in points."""
    layout = printer.pageLayout()
    size = QSizeF(layout.pageSize().size(QPageSize.Unit.Point))
    wide = layout.orientation() is QPageLayout.Orientation.Landscape
    return size.transposed() if wide else size


def draw_pages(layout: Layout, printer: QPrinter, first: int = 0, last: int | None = None) -> bool:
    """Draw pages; returns whether the printer took them."""
    painter = QPainter()
    if not painter.begin(printer):
        return False
    scale = printer.resolution() / 72
    pages = range(first, len(layout.pages) if last is None else min(last + 1, len(layout.pages)))
    for number in pages:
        if number != first and not printer.newPage():
            painter.end()
            return False
        painter.save()
        painter.scale(scale, scale)
        layout.draw(painter, number)
        painter.restore()
    return painter.end()


def wanted_pages(printer: QPrinter) -> tuple[int, int | None]:
    """First and last page that somebody chose in a printer's dialog, from 0."""
    first, last = printer.fromPage(), printer.toPage()
    return (max(first, 1) - 1, last - 1) if last else (0, None)


def laid_out(document: Document, paper: QSizeF) -> Layout:
    """A whole layout at once."""
    layout = Layout(document, paper)
    for _done in layout.run():
        pass
    return layout


def write_pdf(layout: Layout, path: Path, *, landscape: bool) -> None:
    """Write all pages into a PDF file.

    Raises:
        OutputFailed: it cannot be written; what was there is unchanged.
    """
    try:
        handle = tempfile.NamedTemporaryFile(  # noqa: SIM115 - Qt writes it, by its name
            dir=path.parent, prefix=".print", suffix=".pdf", delete=False
        )
        handle.close()
    except OSError as error:
        raise _not_written(path, error.strerror or str(error)) from error
    made = Path(handle.name)
    try:
        printer = new_printer(landscape=landscape, pdf=str(made))
        printer.setDocName(layout.document.title)
        reason = "" if draw_pages(layout, printer) else tr("the pages could not be drawn")
        if not reason:
            made.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
    finally:
        made.unlink(missing_ok=True)
    if reason:
        raise _not_written(path, reason)


def _not_written(path: Path, reason: str) -> OutputFailed:
    return OutputFailed(tr("{file} could not be written: {reason}.", file=path, reason=reason))
