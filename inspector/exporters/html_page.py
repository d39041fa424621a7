"""One HTML file that needs nothing else: no script, no link, no picture.

Store text is escaped and cannot be anything but text. The page forbids itself to load or run
anything, in case somebody adds to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from inspector.core.texts import tr
from inspector.exporters._api import Exporter, Report, plain_cell

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 14px/1.45 system-ui, sans-serif; margin: 2rem; max-width: 110rem; }
h1 { font-size: 1.4rem; margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 0 1rem; }
dt { opacity: .7; }
dd { margin: 0; overflow-wrap: anywhere; }
ul { margin: 0 0 1rem; padding-left: 1.2rem; }
p.partial { border: 2px solid; padding: .5rem .75rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { border-bottom: 1px solid #8886; padding: .25rem .5rem; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
th { position: sticky; top: 0; background: Canvas; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.bad td:first-child { border-left: 4px solid #c62828; }
@media print { th { position: static; } body { margin: 0; } }
"""


def texts(report: Report) -> Iterator[str]:
    """The page."""
    yield from _head(report)
    yield "<table>\n<thead><tr>"
    for column in report.columns:
        yield f"<th{_side(column.right)}>{_text(column.title)}</th>"
    yield "</tr></thead>\n<tbody>\n"
    for record in report.records:
        yield _row(report, record)
    yield "</tbody>\n</table>\n</body>\n</html>\n"


def _head(report: Report) -> Iterator[str]:
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="viewport" content="width=device-width">\n'
    yield f"<title>{_text(report.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    yield f"<h1>{_text(report.title)}</h1>\n"
    if report.partial:
        yield f'<p class="partial">{_text(tr("Partial: {why}", why=report.partial))}</p>\n'
    yield "<dl>\n"
    for name, value in report.facts.items():
        yield f"<dt>{_text(name.replace('_', ' '))}</dt><dd>{_text(value)}</dd>\n"
    yield "</dl>\n"
    if report.summary:
        lines = "".join(f"<li>{_text(line.strip())}</li>" for line in report.summary)
        yield f"<ul>{lines}</ul>\n"


def _row(report: Report, record: Mapping[str, Any]) -> str:
    cells = "".join(
        f"<td{_side(column.right)}>{_text(column.text(record))}</td>" for column in report.columns
    )
    mark = ' class="bad"' if report.bad(record) else ""
    return f"<tr{mark}>{cells}</tr>\n"


def _side(right: bool) -> str:
    return ' class="n"' if right else ""


def _text(text: str) -> str:
    return escape(plain_cell(text))


EXPORTER = Exporter("html", "HTML", ".html", texts)
