"""``recognise``: which library wrote a store, and why it looks so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.cli.common import add_output_options, add_store, add_store_options
from inspector.cli.plain import plain_line
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
    add_output_options(parser)
    add_store_options(parser)


def run(options: Namespace, session: Session) -> int:
    """Describe every store in the database, best match first."""
    output = session.output
    with session.stores(options) as stores:
        output.findings(stores[0].findings)
        chosen = stores if options.table is None else (choose(stores, stores[0].request),)
        for store in chosen:
            counts = quick_counts(store.reader, session.work)
            if output.json:
                output.record(match_record(store, counts))
            else:
                _tell(output, store, counts)
    return 0


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
