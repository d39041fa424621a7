"""``databases``: which databases a PostgreSQL server has, and which hold an event store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.cli.common import add_output_options, add_store, add_store_options, store_request
from inspector.cli.plain import plain_line
from inspector.cli.tables import Column, Row
from inspector.core.texts import counted, tr
from inspector.services.server_databases import look_into, server_databases

if TYPE_CHECKING:
    from argparse import Namespace

    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.services.server_databases import LookedInto


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_store(parser)
    text = tr("only the names; do not look into each for event stores")
    parser.main.add_argument("--names", action="store_true", help=text)
    add_output_options(parser)
    add_store_options(parser)


def run(options: Namespace, session: Session) -> int:
    """List them, each as soon as it was looked into."""
    output, work = session.output, session.work
    request = store_request(options, session.prompts)
    names = server_databases(request, work)
    table = output.table(Column(tr("DATABASE")), Column(tr("EVENT STORES")))
    for done, name in enumerate(names):
        work.report(done, len(names), tr("databases"))
        looked = None if options.names else look_into(request, name, work)
        if output.json:
            output.record(_record(name, looked))
        else:
            output.rows(table, [Row((plain_line(name), plain_line(_words(looked))))])
        output.flush()
    output.footer(counted(len(names), "one database", "{n} databases"))
    return 0


def _record(name: str, looked: LookedInto | None) -> dict[str, object]:
    if looked is None:
        return {"database": name, "stores": None, "trouble": None}
    stores = [
        {"layout": s.layout, "title": s.title, "table": s.table, "certain": s.certain}
        for s in looked.stores
    ]
    return {"database": name, "stores": stores, "trouble": looked.trouble or None}


def _words(looked: LookedInto | None) -> str:
    if looked is None:
        return ""
    if looked.trouble:
        return tr("could not be looked into: {reason}", reason=looked.trouble)
    return ", ".join(f"{s.title} ({s.table})" for s in looked.stores) or tr("none")
