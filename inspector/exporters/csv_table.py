"""CSV (RFC 4180) in UTF-8: one row for each record, also for spreadsheets.

Each row says in its last column whether the report is complete, since a table has no other
place for it. A text that a spreadsheet would calculate gets an apostrophe in front; numbers
stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from inspector.exporters._api import Exporter, Report, plain_cell

_FORMULA: Final = re.compile(r"\s*[=+\-@]")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def texts(report: Report) -> Iterator[str]:
    """The rows of a report."""
    extent = "partial" if report.partial else "complete"
    yield _row([*(column.name for column in report.columns), "report"])
    for record in report.records:
        yield _row([*(_cell(column.text(record)) for column in report.columns), extent])


def _cell(text: str) -> str:
    text = plain_cell(text)
    harmless = not _FORMULA.match(text) or _NUMBER.fullmatch(text)
    return text if harmless else f"'{text}"


def _row(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


EXPORTER = Exporter("csv", "CSV", ".csv", texts)
