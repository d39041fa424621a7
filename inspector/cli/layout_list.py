"""``layouts``: the store formats that are recognised, by the names that ``--layout`` takes.

With a name: what is recognised and what its words are called here, as in the manual.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from inspector.cli.common import add_output_options
from inspector.cli.tables import Column, Row
from inspector.core.texts import counted, tr
from inspector.services.layout_pages import page_of, write_pages
from inspector.services.store_form import layout_choices

if TYPE_CHECKING:
    from argparse import Namespace

    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    text = tr("one layout: what is recognised, and what its words are called here")
    parser.main.add_argument("layout", metavar="NAME", nargs="?", help=text)
    text = tr("write the manual's page of every layout into this folder")
    parser.group(tr("The manual")).add_argument("--manual", metavar="FOLDER", help=text)
    add_output_options(parser)


def run(options: Namespace, session: Session) -> int:
    """List the layouts by title, or say all about one."""
    if options.manual:
        written = write_pages(Path(options.manual))
        session.output.footer(counted(written, "one page", "{n} pages"))
        return 0
    if options.layout:
        return _one(options.layout, session)
    output = session.output
    known = layout_choices()
    if output.json:
        for name, title in known:
            output.record({"layout": name, "title": title})
        return 0
    table = output.table(Column(tr("LAYOUT")), Column(tr("LIBRARY")))
    output.rows(table, [Row((name, title)) for name, title in known])
    output.footer(counted(len(known), "one layout", "{n} layouts"))
    output.footer(tr("Any other table can be read with --map FILE, which names its columns."))
    return 0


def _one(name: str, session: Session) -> int:
    """The page of one layout."""
    title, text = page_of(name)
    if session.output.json:
        session.output.record({"layout": name, "title": title, "page": text})
        return 0
    for line in text.splitlines():
        session.output.line(line)
    return 0
