"""``print``: a state, an event, or a range of events, as pages of a PDF file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from inspector.cli.common import add_output_options, add_store, add_store_options
from inspector.cli.parsing import one_of, whole_number
from inspector.cli.plain import plain_line
from inspector.cli.window_options import starter
from inspector.core.errors import InputInvalid
from inspector.core.texts import counted, tr
from inspector.services.event_ranges import EventQuery, read_events
from inspector.services.finding_streams import the_stream
from inspector.services.stepping import require_version, step_at
from inspector.services.window_request import PrintRequest

if TYPE_CHECKING:
    from argparse import Namespace

    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.core.events import Event, StreamId
    from inspector.services.open_store import OpenedStore

MOST: Final = 2000
"""Events that are printed at once."""

KINDS: Final = ("state", "event", "events")


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_store(parser)
    add = parser.main.add_argument
    add("stream", metavar="STREAM", help=tr("id of the stream"))
    text = tr("the PDF file")
    add("-o", "--output", metavar="FILE.pdf", required=True, help=text)
    add("--category", metavar="C", help=tr("where several streams have the same id"))
    text = tr("what is printed: {names}", names=", ".join(KINDS))
    add("--what", metavar="W", type=one_of("--what", KINDS), default="state", help=text)
    text = tr("the version of the state or of the event (the last one if not given)")
    add("--at", metavar="N", type=whole_number("--at"), help=text)
    text = tr("first version of the events")
    add("--from", dest="first", metavar="N", type=whole_number("--from"), help=text)
    text = tr("last version of the events")
    add("--to", dest="last", metavar="N", type=whole_number("--to"), help=text)
    add("--wide", action="store_true", help=tr("pages lie on their side"))
    add_output_options(parser)
    add_store_options(parser)


def run(options: Namespace, session: Session) -> int:
    """Read what is printed, then print it."""
    file = _pdf_file(options.output)
    window = starter(session)
    with session.store(options) as store:
        stream = the_stream(store.reader, options.stream, options.category)
        request = _request(store, stream, options, session)
    pages = window.print_pdf(request, file)
    if session.output.json:
        session.output.record({"file": str(file), "pages": pages, "more": request.more})
    else:
        words = counted(pages, "One page in {file}.", "{n} pages in {file}.", file=file)
        session.output.line(plain_line(words))
        if request.more:
            session.output.note(tr("The range holds more; {n} events are printed.", n=MOST))
    return 0


def _request(
    store: OpenedStore, stream: StreamId, options: Namespace, session: Session
) -> PrintRequest:
    work, at = session.work, options.at
    here = (store.name, stream.name)
    if options.what == "state":
        told = step_at(store.reader, stream, at, work, store.application)
        step = told.step
        version = step.index + 1 if step.position is None else step.position
        header = (*here, tr("version {n}", n=version))
        title = tr("State at version {n}", n=version)
        return PrintRequest("state", title, header, step=step, wide=options.wide)
    if options.what == "event":
        event = _event(store, stream, at, session)
        header = (*here, tr("version {n}", n=event.position))
        title = tr("Event {type}", type=event.type or "?")
        return PrintRequest("event", title, header, events=(event,), wide=options.wide)
    query = EventQuery(stream, options.first, options.last, limit=MOST + 1)
    events = [event for page in read_events(store.reader, query, work) for event in page]
    printed, more = tuple(events[:MOST]), len(events) > MOST
    title = tr("Events")
    if printed:
        title = tr("Events {first} to {last}", first=printed[0].position, last=printed[-1].position)
    return PrintRequest("events", title, here, events=printed, more=more, wide=options.wide)


def _event(store: OpenedStore, stream: StreamId, at: int | None, session: Session) -> Event:
    if at is not None:
        require_version(store.reader, stream, at, session.work)
        query = EventQuery(stream, at, at, limit=1)
    else:
        query = EventQuery(stream, reverse=True, limit=1)
    for page in read_events(store.reader, query, session.work):
        for event in page:
            return event
    raise InputInvalid(tr("The stream has no event of this version."))


def _pdf_file(name: str) -> Path:
    """Where the pages go; found out before anything is read.

    Raises:
        InputInvalid: it is no PDF file, or its folder does not exist.
    """
    file = Path(name).expanduser()
    if file.suffix.lower() != ".pdf":
        raise InputInvalid(
            tr("Pages are written as PDF, not as “{name}”.", name=file.name),
            hint=tr("End the file's name in .pdf."),
        )
    if not file.parent.is_dir():
        raise InputInvalid(tr("There is no folder {folder}.", folder=file.parent))
    return file
