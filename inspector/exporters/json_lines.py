"""JSON Lines: a first object that says what follows and whether it is everything, then one
object for each record."""

from __future__ import annotations

from collections.abc import Iterator

from inspector.core.jsontext import to_json
from inspector.exporters._api import Exporter, Report


def texts(report: Report) -> Iterator[str]:
    """The lines of a report."""
    yield _line(
        {
            "report": report.kind,
            **report.facts,
            "complete": not report.partial,
            "partial": report.partial or None,
            "records": len(report.records),
        }
    )
    for record in report.records:
        yield _line(dict(record))


def _line(record: dict[str, object]) -> str:
    """One line for every reader: two more characters end a line for some of them."""
    text = to_json(record)
    return text.replace("\u2028", r"\u2028").replace("\u2029", r"\u2029") + "\n"


EXPORTER = Exporter("jsonl", "JSON Lines", ".jsonl", texts)
