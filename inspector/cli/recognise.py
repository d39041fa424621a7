"""``recognise``: which library wrote a store, and why it looks so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.cli.common import (
    add_output_options,
    add_store,
    add_store_options,
    store_request,
)
from inspector.cli.plain import plain_line
from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.services.counting import quick_counts
from inspector.services.open_store import choose
from inspector.services.records import match_record

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from inspector.cli.output import Output
    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.services.counting import StoreCounts
    from inspector.services.open_store import OpenedStore

LABEL = 12


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_store(parser)
    parser.add_argument(
        "--propose",
        action="store_true",
        help=tr("guess a map file for a table of events that no layout knows, and write it"),
    )
    parser.add_argument(
        "--grant",
        action="store_true",
        help=tr("write the statements that make a role which can only read this store"),
    )
    add_output_options(parser)
    add_store_options(parser)


def run(options: Namespace, session: Session) -> int:
    """Describe every store in the database, best match first."""
    output = session.output
    if options.propose:
        return _propose(options, session)
    with session.stores(options) as stores:
        output.findings(stores[0].findings)
        if options.grant:
            return _grant(stores, output)
        chosen = stores if options.table is None else (choose(stores, stores[0].request),)
        for store in chosen:
            counts = quick_counts(store.reader, session.work)
            if output.json:
                output.record(match_record(store, counts))
            else:
                _tell(output, store, counts)
    return 0


def _grant(stores: tuple[OpenedStore, ...], output: Output) -> int:
    """The statements; nothing is run."""
    from inspector.services.reading_role import ROLE, grant_text  # noqa: PLC0415 - as above

    text = grant_text(stores)
    if output.json:
        output.record({"type": "grant", "role": ROLE, "statements": text})
    else:
        for line in text.splitlines():
            output.line(plain_line(line))
    return 0


def _propose(options: Namespace, session: Session) -> int:
    """Write a guessed map of the likeliest table, or of the one that was named."""
    from inspector.services.map_guessing import likeliest, proposal_text  # noqa: PLC0415
    from inspector.services.mapping import open_mapping  # noqa: PLC0415 - only when asked for

    mapping = open_mapping(store_request(options, session.prompts), session.work)
    session.interrupts.reading(mapping.interrupt)
    try:
        tables = mapping.survey().tables
        named = [t for t in tables if options.table in (t.name, t.table)]
        table = likeliest(tables) if options.table is None else next(iter(named), None)
        if table is None:
            raise InputInvalid(
                tr("There is no such table to propose a map for."),
                hint=tr("Tables: {names}.", names=", ".join(t.name for t in tables[:20])),
            )
        proposal = mapping.proposal(table.name, tables)
    finally:
        session.interrupts.reading(None)
        mapping.close()
    text = proposal_text(proposal)
    if session.output.json:
        session.output.record(
            {"type": "proposal", "table": table.name, "map": text, "whole": proposal.whole,
             "missing": list(proposal.draft.missing), "reasons": dict(proposal.reasons),
             "doubts": list(proposal.doubts)}
        )  # fmt: skip
    else:
        session.output.line(text.rstrip("\n"))
    return 0 if proposal.whole else 1


def _tell(output: Output, store: OpenedStore, counts: StoreCounts) -> None:
    """One store for people."""
    output.written += 1
    match = store.match
    sure = tr("certain") if store.certain else tr("not certain")
    title = output.paint(plain_line(match.title), "heading")
    output.line(f"{title}  ({match.layout}, {match.score} %, {sure})")
    for label, text in _facts(store, counts):
        role = output.paint(f"  {label:<{LABEL}}", "muted")
        output.line(f"{role}{plain_line(text)}")
    output.line()


def _facts(store: OpenedStore, counts: StoreCounts) -> Iterator[tuple[str, str]]:
    match, report = store.match, store.connection.report
    yield tr("store"), f"{store.address.display}  ({report.how}, {report.server})"
    for role, table in match.tables.items():
        yield (tr("tables") if role == "events" else ""), f"{role}: {table.full_name}"
    pattern = tr("{streams} streams, {events} events")
    if not counts.exact:
        pattern = tr("at least {streams} streams and {events} events")
    yield tr("counts"), pattern.format(streams=counts.streams, events=counts.events)
    yield tr("can tell"), ", ".join(_abilities(store)) or tr("nothing beyond events")
    yield from _listed(tr("because"), match.evidence)
    yield from _listed(tr("but"), match.doubts)
    nearest = [f"{n.title} ({n.score} %): {', '.join(n.why_not)}" for n in store.alternatives]
    yield from _listed(tr("rather than"), nearest)


def _abilities(store: OpenedStore) -> Iterator[str]:
    source = store.reader.source
    if source.ordered:
        yield tr("the order of the whole store")
    if store.has_times:
        yield tr("times")
    if source.schema_versions != "none":
        yield tr("schema versions")
    if source.snapshots is not None:
        yield tr("snapshots")


def _listed(label: str, texts: tuple[str, ...] | list[str]) -> Iterator[tuple[str, str]]:
    for i, text in enumerate(texts):
        yield ("" if i else label), text
