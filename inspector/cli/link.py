"""``link``: a text that leads to a place of a store, or what such a text says."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from inspector.cli.common import add_output_options, add_store, add_store_options
from inspector.cli.parsing import one_of, whole_number
from inspector.cli.plain import plain_line
from inspector.cli.window_options import PANELS
from inspector.core.errors import InputInvalid
from inspector.core.links import Link, format_link, is_link, parse_link
from inspector.core.texts import tr
from inspector.services.filter_texts import read_filter
from inspector.services.finding_streams import the_stream
from inspector.services.fingerprints import fingerprint_of, is_certain

if TYPE_CHECKING:
    from argparse import Namespace

    from inspector.cli.output import Output
    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_store(parser)
    add = parser.main.add_argument
    text = tr("id of the stream; the events of all streams if not given")
    add("stream", metavar="STREAM", nargs="?", help=text)
    add("--category", metavar="C", help=tr("where several streams have the same id"))
    add("--at", metavar="N", type=whole_number("--at"), help=tr("version to put the cursor on"))
    for name in ("a", "b"):
        text = tr("version that is pinned as {side}", side=name.upper())
        add(f"--{name}", metavar="N", type=whole_number(f"--{name}"), help=text)
    text = tr("tab that is in front: {names}", names=", ".join(PANELS))
    add("--panel", metavar="P", type=one_of("--panel", PANELS), help=text)
    text = tr("filter that is in use, such as type = 'Paid' and amount > 100")
    add("--filter", metavar="EXPR", default="", help=text)
    add_output_options(parser)
    add_store_options(parser)


def run(options: Namespace, session: Session) -> int:
    """Write the link; for a link in STORE's place, write what it says and open nothing."""
    if is_link(options.store):
        _write_parts(session.output, parse_link(options.store))
        return 0
    if options.stream is None and (options.at, options.a, options.b) != (None, None, None):
        raise InputInvalid(tr("--at, --a and --b are versions of a stream; name it."))
    if options.filter:
        read_filter(options.filter)
    text = format_link(_made(options, session))
    if session.output.json:
        session.output.record({"link": text})
    else:
        session.output.written += 1
        session.output.line(text)
    return 0


def _made(options: Namespace, session: Session) -> Link:
    with session.store(options) as store:
        stream = None
        if options.stream is not None:
            stream = the_stream(store.reader, options.stream, options.category)
        return Link(
            store=fingerprint_of(store, store.reader),
            stream="" if stream is None else stream.name,
            category=None if stream is None else stream.category,
            at=options.at,
            panel=options.panel or "",
            pins=(options.a, options.b),
            filter=options.filter,
        )


def _write_parts(output: Output, link: Link) -> None:
    record: dict[str, Any] = asdict(link)
    first, second = record.pop("pins")
    record |= {"a": first, "b": second, "certain": is_certain(link.store)}
    if output.json:
        output.record(record)
        return
    output.written += 1
    for name, value in record.items():
        if name != "certain" and value not in (None, ""):
            output.line(f"{name:<9} {plain_line(str(value))}")
