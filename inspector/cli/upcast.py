"""``upcast``: one event as stored, after every hop, and as a reducer sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.cli.common import add_output_options, add_store, add_store_options
from inspector.cli.parsing import whole_number
from inspector.cli.plain import json_line, plain_line
from inspector.cli.state import changed_line
from inspector.core.errors import InputInvalid
from inspector.core.jsontext import to_json
from inspector.core.texts import tr
from inspector.services.finding_streams import the_stream
from inspector.services.ladders import ladder_at
from inspector.services.records import ladder_record

if TYPE_CHECKING:
    from argparse import Namespace

    from inspector.cli.output import Output
    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.core.upcasting import Form
    from inspector.services.ladders import Ladder, Rung


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_store(parser)
    add = parser.main.add_argument
    add("stream", metavar="STREAM", help=tr("id of the stream"))
    add("--category", metavar="C", help=tr("where several streams have the same id"))
    text = tr("version of the event")
    add("--at", metavar="N", type=whole_number("--at"), required=True, help=text)
    add_output_options(parser)
    add_store_options(parser)


def run(options: Namespace, session: Session) -> int:
    """Lead the event through the hops and write every form."""
    if not options.rules and not options.replayer:
        raise InputInvalid(
            tr("Only rules and replayers know how events become newer ones."),
            hint=tr("Add --rules FILE or --replayer COMMAND."),
        )
    with session.store(options) as store:
        stream = the_stream(store.reader, options.stream, options.category)
        ladder = ladder_at(store.reader, stream, options.at, store.application, session.work)
    if session.output.json:
        session.output.record(ladder_record(ladder))
    else:
        _write(session.output, ladder)
    return int(bool(ladder.trace.findings))


def _write(output: Output, ladder: Ladder) -> None:
    output.written += 1
    event, trace = ladder.event, ladder.trace
    name = output.paint(plain_line(event.stream.name), "heading")
    output.line(f"{name}  {tr('version {n}', n=event.position)}  {plain_line(ladder.name)}")
    _write_form(output, tr("stored"), trace.stored)
    for rung in ladder.rungs:
        _write_rung(output, rung)
    if not trace.findings:
        for form in trace.final:
            _write_form(output, tr("newest form"), form)
        if not trace.final:
            output.line(tr("The rules leave this event out."))
    for finding in trace.findings:
        words = f"! {finding.code}: {plain_line(finding.message)}"
        output.line(output.paint(words, "warning"))


def _write_form(output: Output, title: str, form: Form) -> None:
    version = "" if form.schema_version is None else tr("schema {n}", n=form.schema_version)
    kind = output.paint(plain_line(form.type), "type")
    output.line(f"{output.paint(title, 'heading')}  {kind}  {version}".rstrip())
    for line in to_json(form.value, indent=2).split("\n"):
        output.line(f"  {json_line(line)}")


def _write_rung(output: Output, rung: Rung) -> None:
    output.line(f"{output.paint('↓', 'muted')} {plain_line(rung.hop.rule)}")
    for change in rung.changes:
        output.line(changed_line(output, change))
    if len(rung.hop.after) > 1:
        output.line(tr("  split into {n} events", n=len(rung.hop.after)))
