"""Options of commands that write a report to a file, beside what they print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from inspector.cli.parsing import one_of
from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.services.snapshot_reports import format_for, format_names

if TYPE_CHECKING:
    from argparse import Namespace

    from inspector.cli.parsing import Parser


def add_report_options(parser: Parser, output: str) -> None:
    """Add where the report goes; ``output`` says what is written."""
    add = parser.main.add_argument
    add("-o", "--output", metavar="FILE", help=output)
    text = tr("format of the report (told by the file's ending if not given)")
    add("--format", metavar="jsonl|csv|html", type=one_of("--format", format_names()), help=text)


def report_file(options: Namespace) -> Path | None:
    """Where the report goes, or ``None``; looked at before anything slow begins.

    Raises:
        InputInvalid: the options do not fit together, or no file can be written there.
    """
    if options.output is None:
        if options.format is not None:
            raise InputInvalid(tr("--format says how the file of -o is written; name one."))
        return None
    file = Path(options.output).expanduser()
    format_for(file, options.format)
    if not file.parent.is_dir():
        raise InputInvalid(tr("There is no folder {folder}.", folder=file.parent))
    return file
