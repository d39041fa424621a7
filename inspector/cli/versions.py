"""``versions``: which event types in which schema versions a store holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.cli.common import add_output_options, add_store, add_store_options
from inspector.cli.report_options import add_report_options, report_file
from inspector.cli.tables import Column, Row
from inspector.core.errors import Cancelled
from inspector.core.texts import counted, tr
from inspector.services.records import cell_record
from inspector.services.snapshot_reports import facts_of, format_for, save_report
from inspector.services.version_matrix import Cell, VersionScan
from inspector.services.version_reports import versions_report

if TYPE_CHECKING:
    from argparse import Namespace

    from inspector.cli.output import Output
    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_store(parser)
    add_report_options(parser, tr("write a report to this file, too"))
    add_output_options(parser)
    add_store_options(parser)


def run(options: Namespace, session: Session) -> int:
    """Look at all events and write what was counted; a stopped scan says that it is a part."""
    output = session.output
    file = report_file(options)
    with session.store(options) as store:
        scan = VersionScan(store.rule_set)
        try:
            scan.run(store.reader, session.work)
        except Cancelled:
            _write(output, scan)
            words = tr("Stopped after {n} events; this is only a part.", n=scan.done)
            output.note(words)
            raise
        _write(output, scan)
        if file is not None:
            known = store.rule_set is not None
            report = versions_report(scan.cells(), facts_of(store), with_rules=known)
            save_report(report, format_for(file, options.format), file, session.work)
    return int(any(cell.failed for cell in scan.cells()))


def _write(output: Output, scan: VersionScan) -> None:
    cells = scan.cells()
    if output.json:
        for cell in cells:
            output.record(cell_record(cell))
        return
    columns = (
        Column(tr("TYPE"), role="type"),
        Column(tr("NAME")),
        Column(tr("SCHEMA"), right=True),
        Column(tr("EVENTS"), right=True),
        Column(tr("FIRST"), role="muted"),
        Column(tr("LAST"), role="muted"),
        Column(tr("RULES")),
    )
    table = output.table(*columns)
    output.rows(table, [_row(cell, with_rules=scan.rules is not None) for cell in cells])
    output.footer(counted(scan.done, "one event", "{n} events"))


def _row(cell: Cell, *, with_rules: bool) -> Row:
    version = "" if cell.schema_version is None else str(cell.schema_version)
    first = "" if cell.first_time is None else cell.first_time.text
    last = "" if cell.last_time is None else cell.last_time.text
    told = _told(cell) if with_rules else ""
    below = []
    if cell.first_failure is not None:
        failure = cell.first_failure
        words = tr(
            "! {n} failed, first {stream} {version}: {why}",
            n=cell.failed, stream=failure.stream.name, version=failure.version, why=failure.message,
        )  # fmt: skip
        below.append((words, "danger"))
    return Row([cell.type, cell.name, version, str(cell.events), first, last, told], below)


def _told(cell: Cell) -> str:
    """What the rules cover, in words."""
    version = tr("current") if cell.current else tr("upcast") if cell.upcastable else tr("no hop")
    return version if cell.reducer else f"{version}, {tr('no reducer')}"
