"""``snapshots``: list the stored snapshots, check them against the history, create new ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from inspector.cli import snapshot_create, snapshot_trigger
from inspector.cli.common import add_output_options, add_store_options
from inspector.cli.output import Limited, in_blocks
from inspector.cli.parsing import one_of, whole_number
from inspector.cli.plain import json_line, plain_line
from inspector.cli.report_options import add_report_options, report_file
from inspector.cli.tables import Column, Row
from inspector.core.diffing import Op
from inspector.core.errors import InputInvalid
from inspector.core.jsontext import to_json
from inspector.core.snapshot_checks import BAD, Verdict
from inspector.core.texts import counted, tr
from inspector.services.finding_streams import the_stream
from inspector.services.snapshot_listing import SnapshotRow, snapshots_of, worst_first
from inspector.services.snapshot_records import check_record, listed_record, summary_of
from inspector.services.snapshot_reports import (
    CheckedLine,
    facts_of,
    format_for,
    line_of,
    report_of,
    save_report,
)
from inspector.services.snapshot_scan import scan_snapshots, verify

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator, Sequence

    from inspector.cli.output import Output
    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.core.events import StreamId
    from inspector.core.snapshot_checks import SnapshotCheck
    from inspector.services.open_store import OpenedStore

TASKS: Final = ("list", "verify", "create", "trigger")
FINDINGS: Final = 1
_SIGNS: Final = {
    Verdict.MATCHES: ("✓", "added"),
    Verdict.UNVERIFIABLE: ("?", "muted"),
    Verdict.BEHIND: ("?", "muted"),
}


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add = parser.main.add_argument
    text = tr(
        "list: what is stored; verify: compare with a replay; create: write a new one; "
        "trigger: let the application write one"
    )
    add("task", metavar="list|verify|create|trigger", type=one_of("snapshots", TASKS), help=text)
    text = tr("path of an SQLite file, postgresql://user@host/database, or service=NAME")
    add("store", metavar="STORE", help=text)
    add("streams", metavar="STREAM", nargs="*", help=tr("only of these streams"))
    add("--all", action="store_true", help=tr("of all streams (also when none is named)"))
    add("--worst", action="store_true", help=tr("list: newest ones only, most events since first"))
    text = tr("verify the whole store with so many processes (one for each core if not given)")
    add("--processes", metavar="N", type=whole_number("--processes", least=1), help=text)
    add_report_options(parser, tr("verify: write a report to this file, too"))
    snapshot_create.add_arguments(parser)
    snapshot_trigger.add_arguments(parser)
    add_output_options(parser, limit=tr("so many snapshots at most"))
    add_store_options(parser)


def run(options: Namespace, session: Session) -> int:
    """List, check or create snapshots; 1 when some are wrong."""
    if options.all and options.streams:
        raise InputInvalid(tr("Name streams, or say --all, but not both."))
    snapshot_create.require_own_options(options)
    snapshot_trigger.require_own_options(options)
    _require_verify(options)
    with session.store(options) as store:
        streams = [the_stream(store.reader, name) for name in options.streams] or None
        if options.task == "create":
            return snapshot_create.run(store, streams, options, session)
        if options.task == "trigger":
            return snapshot_trigger.run(store, streams, options, session)
        if options.task == "list":
            return _list(store, streams, options, session)
        return _verify(store, streams, options, session)


def _require_verify(options: Namespace) -> None:
    """Make sure that a report is asked for where there is one, before anything slow begins.

    Raises:
        InputInvalid: the options do not fit together, or the file cannot be written there.
    """
    if report_file(options) is not None and options.task != "verify":
        raise InputInvalid(tr("{option} belongs to snapshots verify.", option="--output"))


# -- list ------------------------------------------------------------------------------------------


def _list(
    store: OpenedStore, streams: Sequence[StreamId] | None, options: Namespace, session: Session
) -> int:
    output = session.output
    rows: Iterable[SnapshotRow] = snapshots_of(store.reader, streams, session.work)
    if options.worst:
        rows = worst_first(rows)
    rows = Limited(options.limit).of(rows)
    if output.json:
        for row in rows:
            output.record(listed_record(row))
        return 0
    table = output.table(
        Column(tr("STREAM")),
        Column(tr("VERSION"), right=True),
        Column(tr("EVENTS SINCE"), right=True),
        Column(tr("SCHEMA"), right=True),
        Column(tr("BYTES"), right=True),
        Column(tr("TYPE")),
        Column(tr("TAKEN"), role="muted"),
    )
    for block in in_blocks(rows):
        output.rows(table, [_listed(row) for row in block])
    if output.written:
        output.footer(counted(output.written, "one snapshot", "{n} snapshots"))
    else:
        output.footer(tr("There are no snapshots."))
    return 0


def _listed(row: SnapshotRow) -> Row:
    snapshot = row.snapshot
    cells = [
        snapshot.stream.name,
        "" if snapshot.position is None else str(snapshot.position),
        tr("no events") if row.events_since is None else str(row.events_since),
        "" if snapshot.schema_version is None else str(snapshot.schema_version),
        str(snapshot.payload.size),
        snapshot.type or "",
        "" if snapshot.taken_at is None else snapshot.taken_at.text,
    ]
    return Row(cells, [(f"! {f.message}", "warning") for f in snapshot.findings])


# -- verify ----------------------------------------------------------------------------------------


def _verify(
    store: OpenedStore, streams: Sequence[StreamId] | None, options: Namespace, session: Session
) -> int:
    output = session.output
    if streams is None:
        checks = scan_snapshots(store, session.work, processes=options.processes)
    else:
        checks = verify(store, streams, session.work)
    done: list[CheckedLine] = []
    left = False
    for check in checks:
        if len(done) == options.limit:
            left = True
            break
        done.append(line_of(check))
        if output.json:
            output.record(check_record(check))
        elif check.verdict is not Verdict.MATCHES:
            _tell(output, check)
    if options.output is not None:
        _save(store, done, options, session, cut=left)
    if not output.json:
        for line in summary_of(done):
            output.footer(line)
    return FINDINGS if any(check.verdict in BAD for check in done) else 0


def _save(
    store: OpenedStore,
    done: Sequence[CheckedLine],
    options: Namespace,
    session: Session,
    *,
    cut: bool,
) -> None:
    """Write the report; one that ``--limit`` cut off says so."""
    file = Path(options.output).expanduser()
    partial = tr("only the first {n} snapshots were asked for", n=len(done)) if cut else ""
    report = report_of(done, facts_of(store), partial)
    save_report(report, format_for(file, options.format), file, session.work)


def _tell(output: Output, check: SnapshotCheck) -> None:
    """A snapshot that does not match, with its first difference."""
    snapshot = check.snapshot
    sign, role = _SIGNS.get(check.verdict, ("✗", "danger"))
    verdict = (
        check.verdict.value if not check.cause else f"{check.verdict.value}: {check.cause.value}"
    )
    output.written += 1
    name = plain_line(snapshot.stream.name)
    version = "" if snapshot.position is None else f" @{snapshot.position}"
    output.line(f"{output.paint(sign, role)} {name}{version}  {output.paint(verdict, role)}")
    if check.reason:
        output.line(f"    {plain_line(check.reason)}")
    for told in _differences(check):
        output.line(f"    {told}")


def _differences(check: SnapshotCheck) -> Iterator[str]:
    record = check_record(check)
    first = record["first_difference"]
    if first is None:
        return
    here = tr("missing") if first["op"] == Op.ADD.value else json_line(to_json(first["snapshot"]))
    there = tr("missing") if first["op"] == Op.REMOVE.value else json_line(to_json(first["replay"]))
    yield tr("{path}: snapshot {a}, replay {b}", path=first["path"] or "·", a=here, b=there)
    more = record["differences"] - 1
    if more:
        yield counted(more, "and one difference more", "and {n} differences more")
