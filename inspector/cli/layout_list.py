"""``layouts``: the store formats that are recognised, by the names that ``--layout`` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.cli.common import add_output_options
from inspector.cli.tables import Column, Row
from inspector.core.texts import counted, tr
from inspector.services.store_form import layout_choices

if TYPE_CHECKING:
    from argparse import Namespace

    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_output_options(parser)


def run(_options: Namespace, session: Session) -> int:
    """List the layouts by title."""
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
