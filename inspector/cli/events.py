"""``events``: the events of one stream, or of the whole store in global order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.cli.common import add_output_options, add_store, add_store_options
from inspector.cli.tables import Column, Row
from inspector.core.payloads import REPLAY_LIMIT, Undecoded
from inspector.core.sentences import sentence
from inspector.core.texts import counted, tr
from inspector.services.event_ranges import EventQuery, read_events
from inspector.services.filter_texts import read_filter
from inspector.services.filtering import Question, filtered
from inspector.services.finding_streams import the_stream
from inspector.services.ladders import ladder_of
from inspector.services.records import Record, event_record, upcast_record
from inspector.services.replaying import fold_rules
from inspector.services.whole_payload import read_whole

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from inspector.cli.output import Output
    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.core.events import Event
    from inspector.core.expressions import Filter
    from inspector.core.findings import Finding
    from inspector.core.rules import RuleSet
    from inspector.services.open_store import OpenedStore
    from inspector.services.tasks import Work

TOLD = 24
"""Places of the sentence about a payload, however narrow the terminal is."""


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_store(parser)
    add = parser.main.add_argument
    text = tr("id of a stream; without it, all events in global order")
    add("stream", metavar="STREAM", nargs="?", help=text)
    add("--category", metavar="C", help=tr("where several streams have the same id"))
    text = tr("begin at this version (without a stream: at this global position)")
    add("--from", dest="first", metavar="N", help=text)
    add("--to", dest="last", metavar="N", help=tr("end at this version or position"))
    add("--reverse", action="store_true", help=tr("newest first"))
    text = tr("only events for which this holds; a word alone is searched everywhere; repeatable")
    add("--filter", metavar="EXPR", action="append", default=[], help=text)
    add_output_options(parser, limit=tr("so many events at most"))
    add_store_options(parser)


def run(options: Namespace, session: Session) -> int:
    """Read the events and write them page by page."""
    filters = tuple(read_filter(text) for text in options.filter)
    with session.store(options) as store:
        query = _query(store, options)
        looked = Looked()
        whole = query.stream is None
        output = session.output
        table = None if output.json else output.table(*_columns(whole=whole))
        skip = fold_rules(store.reader.source).skipped_keys
        left = options.limit
        more = False
        for page in _pages(store, query, filters, session.work, looked):
            shown = [_loaded(store, e, session.work) for e in page[:left]]
            more = len(shown) < len(page)
            if table is None:
                for event in shown:
                    output.record(_record(event, store.rule_set))
            else:
                rules = store.rule_set
                output.rows(table, [_row(e, skip, rules, whole=whole) for e in shown])
            output.flush()
            left = None if left is None else left - len(shown)
            # The end of the store may be far from the last event that matches.
            if more or (filters and left == 0):
                break
        more = more or (bool(filters) and left == 0)
        _close(output, looked if filters else None, more=more)
    return 0


@dataclass
class Looked:
    """How far a filter has looked.

    Attributes:
        events: looked at; ``unread``: those that could not be read and might have passed.
    """

    events: int = 0
    unread: int = 0


def _pages(
    store: OpenedStore, query: EventQuery, filters: tuple[Filter, ...], work: Work, looked: Looked
) -> Iterator[tuple[Event, ...]]:
    """The events to be shown, a page at a time."""
    if not filters:
        yield from read_events(store.reader, query, work)
        return
    question = Question(filters, query, store.rule_set, store.replayer)
    for block in filtered(store.reader, question, work):
        looked.events, looked.unread = block.looked, block.unread
        yield block.events


def _loaded(store: OpenedStore, event: Event, work: Work) -> Event:
    """The event with a payload that was too large for its page, if it can be decoded at all."""
    content = event.payload.content
    if not isinstance(content, Undecoded) or content.code != "payload-too-large":
        return event
    return read_whole(store.reader, event, work) if content.size <= REPLAY_LIMIT else event


def _record(event: Event, rules: RuleSet | None) -> Record:
    record = event_record(event)
    return record if rules is None else {**record, **upcast_record(event, rules)}


def _query(store: OpenedStore, options: Namespace) -> EventQuery:
    stream = None
    if options.stream is not None:
        stream = the_stream(store.reader, options.stream, options.category)
    # One more than wanted, so that the end of the events can be told from the limit.
    limit = None if options.limit is None else options.limit + 1
    return EventQuery(stream, options.first, options.last, options.reverse, limit)


def _columns(*, whole: bool) -> Sequence[Column]:
    own = (
        Column(tr("VERSION"), right=True),
        Column(tr("TYPE"), role="type"),
        Column(tr("SCHEMA"), right=True),
        Column(tr("TIME"), role="muted"),
        Column(tr("DATA"), cut_to=TOLD),
    )
    if not whole:
        return own
    return (Column(tr("POSITION"), right=True), Column(tr("STREAM")), *own)


def _row(event: Event, skip: frozenset[str], rules: RuleSet | None, *, whole: bool) -> Row:
    version = "" if event.position is None else str(event.position)
    schema, findings = _schema(event, rules)
    recorded = "" if event.recorded_at is None else event.recorded_at.text
    cells = [version, event.type, schema, recorded, _told(event, skip)]
    if whole:
        place = "" if event.global_position is None else str(event.global_position)
        cells = [place, event.stream.name, *cells]
    roles = {"error": "danger", "warning": "warning"}
    below = [(f"! {f.code}: {f.message}", roles.get(f.severity.value, "muted")) for f in findings]
    return Row(cells, below)


def _schema(event: Event, rules: RuleSet | None) -> tuple[str, Sequence[Finding]]:
    """The stored version, the way to the newest one, and what is wrong."""
    if rules is None:
        stored = "" if event.schema_version is None else str(event.schema_version)
        return stored, event.findings
    trace = ladder_of(event, rules).trace
    known = "" if trace.stored.schema_version is None else str(trace.stored.schema_version)
    newest = [str(form.schema_version) for form in trace.final if trace.hops]
    text = f"{known} → {', '.join(newest)}" if newest else known
    return text, (*event.findings, *trace.findings)


def _told(event: Event, skip: frozenset[str]) -> str:
    """One line about the payload, and what kind of row it is if it is no plain event."""
    if isinstance(event.payload.content, Undecoded):
        told = tr("(not decoded)")
    else:
        told = sentence(event.data, skip=skip)
    if event.kind == "event":
        return told
    if event.origin is not None:
        name, version = event.origin
        home = name if version is None else f"{name} {version}"
        return tr("(link to {name}) {told}", name=home, told=told).rstrip()
    return f"({event.kind}) {told}".rstrip()


def _close(output: Output, looked: Looked | None, *, more: bool) -> None:
    if not output.written and looked is not None:
        text = counted(
            looked.events,
            "No event matches the filter; one was looked at.",
            "No event matches the filter; {n} were looked at.",
        )
        output.footer(text)
    elif not output.written:
        output.footer(tr("There are no events here."))
    else:
        output.footer(counted(output.written, "one event", "{n} events"))
    if looked is not None and looked.unread:
        text = counted(
            looked.unread,
            "One event could not be read and is not in the list; it might match.",
            "{n} events could not be read and are not in the list; they might match.",
        )
        output.note(text)
    if more:
        some = tr("There are more events; --limit ended the list.")
        output.note(some if looked is None else tr("There may be more; --limit ended the search."))
