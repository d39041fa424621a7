"""Printing for the command line: what was read already, into a PDF file, without a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.ui.app import application
from inspector.ui.models.times import TimeChoice
from inspector.ui.printing.contents import document, event_blocks, rows_blocks, state_blocks
from inspector.ui.printing.output import laid_out, write_pdf
from inspector.ui.printing.pages import A4
from inspector.ui.theme.fonts import build_fonts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inspector.services.window_request import PrintRequest
    from inspector.ui.printing.blocks import Block


def print_pdf(request: PrintRequest, output: Path) -> int:
    """Print; gives the number of pages. Times are in UTC.

    Raises:
        OutputFailed: the file cannot be written.
    """
    application()
    build_fonts()
    times = TimeChoice()
    made = document(request.title, request.header, times, _blocks(request, times))
    layout = laid_out(made, A4.transposed() if request.wide else A4)
    write_pdf(layout, output, landscape=request.wide)
    return len(layout.pages)


def _blocks(request: PrintRequest, times: TimeChoice) -> Iterator[Block]:
    if request.what == "state" and request.step is not None:
        return state_blocks(request.step)
    if request.what == "event" and request.events:
        return event_blocks(request.events[0], times)
    return rows_blocks(request.events, times, more=request.more)
