"""``streams``: the streams of a store, with exact counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.cli.common import add_output_options, add_store, add_store_options
from inspector.cli.output import Limited, in_blocks
from inspector.cli.parsing import one_of
from inspector.cli.tables import Column, Row
from inspector.core.events import StreamKind
from inspector.core.texts import counted, tr
from inspector.services.records import stream_record
from inspector.services.stream_listing import Sort, StreamQuery, every_stream
from inspector.services.stream_ranking import sorted_streams

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from inspector.cli.output import Output
    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.core.events import StreamSummary
    from inspector.core.instants import Instant
    from inspector.services.open_store import OpenedStore

KINDS = (*StreamKind, "all")


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_store(parser)
    add = parser.main.add_argument
    add("--match", metavar="TEXT", default="", help=tr("any part of the id, whatever its case"))
    add("--category", metavar="C", help=tr("only streams of this category"))
    kinds, text = "|".join(KINDS), tr("streams of this kind (primary unless said otherwise)")
    read = one_of("--kind", KINDS)
    add("--kind", metavar=kinds, default=StreamKind.PRIMARY.value, type=read, help=text)
    text = tr("id: A to Z; events: most first; last: newest first (the store's order if not given)")
    add("--sort", metavar="|".join(Sort), type=one_of("--sort", tuple(Sort)), help=text)
    add_output_options(parser, limit=tr("so many streams at most"))
    add_store_options(parser)


def run(options: Namespace, session: Session) -> int:
    """List the streams."""
    output = session.output
    kind = None if options.kind == "all" else StreamKind(options.kind)
    query = StreamQuery(options.match, options.category, kind)
    with session.store(options) as store:
        found = _found(store, query, options, session)
        more = Limited(options.limit)
        if output.json:
            for row in more.of(found):
                output.record(stream_record(row))
        else:
            _tell(output, more.of(found), all_kinds=kind is not StreamKind.PRIMARY)
            _close(output, query)
        if more.reached:
            output.note(tr("There may be more streams; --limit ended the list."))
    return 0


def _found(
    store: OpenedStore, query: StreamQuery, options: Namespace, session: Session
) -> Iterable[StreamSummary]:
    if options.sort is None:
        return every_stream(store.reader, query, session.work)
    return sorted_streams(store.reader, query, Sort(options.sort), options.limit, session.work)


def _tell(output: Output, rows: Iterable[StreamSummary], *, all_kinds: bool) -> None:
    """The table for people; columns that the store has nothing for are left out."""
    table = None
    with_category = False
    for block in in_blocks(rows):
        if table is None:
            with_category = any(r.stream.category is not None for r in block)
            table = output.table(*_columns(category=with_category, kind=all_kinds))
        made = [_row(r, category=with_category, kind=all_kinds) for r in block]
        output.rows(table, made)


def _columns(*, category: bool, kind: bool) -> list[Column]:
    return [
        Column(tr("STREAM")),
        *([Column(tr("CATEGORY"))] if category else []),
        *([Column(tr("KIND"))] if kind else []),
        Column(tr("EVENTS"), right=True),
        Column(tr("VERSIONS"), right=True),
        Column(tr("FIRST"), role="muted"),
        Column(tr("LAST"), role="muted"),
        Column(""),
    ]


def _row(summary: StreamSummary, *, category: bool, kind: bool) -> Row:
    stream = summary.stream
    first, last = summary.first_position, summary.last_position
    versions = "" if first is None else f"{first}–{last}"
    cells = [
        stream.name,
        *([stream.category or ""] if category else []),
        *([stream.kind.value] if kind else []),
        str(summary.events.value),
        versions,
        _time(summary.first_time),
        _time(summary.last_time),
        ", ".join(_remarks(summary)),
    ]
    below = [(f"! {f.message}", "warning") for f in summary.findings]
    return Row(cells, below)


def _time(moment: Instant | None) -> str:
    return "" if moment is None else moment.text


def _remarks(summary: StreamSummary) -> list[str]:
    remarks = []
    if summary.archived:
        remarks.append(tr("archived"))
    if summary.deleted:
        remarks.append(tr("deleted"))
    if summary.tenant is not None:
        remarks.append(tr("tenant {name}", name=summary.tenant))
    return remarks


def _close(output: Output, query: StreamQuery) -> None:
    if output.written:
        output.footer(counted(output.written, "one stream", "{n} streams"))
    elif query.is_search:
        output.footer(tr("No stream matches."))
    else:
        output.footer(tr("There are no streams of this kind."))
