"""``history``: all values that a field of a stream's state ever had, and what made them so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.cli.common import add_output_options, add_store, add_store_options
from inspector.cli.parsing import whole_number
from inspector.cli.plain import json_line, plain_line
from inspector.core.errors import InputInvalid
from inspector.core.jsontext import to_json
from inspector.core.paths import parse_path, path_text
from inspector.core.texts import counted, tr
from inspector.services.finding_streams import the_stream
from inspector.services.replaying import StreamReplay
from inspector.services.value_history import NOTHING
from inspector.services.value_origins import change_facts, story_of

if TYPE_CHECKING:
    from argparse import Namespace

    from inspector.cli.output import Output
    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.core.events import StreamId
    from inspector.core.paths import Path
    from inspector.core.payloads import Value
    from inspector.services.value_origins import ValueChange, ValueStory


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_store(parser)
    add = parser.main.add_argument
    add("stream", metavar="STREAM", help=tr("id of the stream"))
    add("path", metavar="PATH", help=tr("where the value is, such as balance or lines[0].qty"))
    add("--category", metavar="C", help=tr("where several streams have the same id"))
    text = tr("up to the event with this version (the last one if not given)")
    add("--at", metavar="N", type=whole_number("--at"), help=text)
    add_output_options(parser)
    add_store_options(parser)


def run(options: Namespace, session: Session) -> int:
    """Walk the stream and write each change of the value, oldest first; 1 when it is not known."""
    path = _path(options.path)
    with session.store(options) as store:
        stream = the_stream(store.reader, options.stream, options.category)
        replay = StreamReplay(store.reader, stream, store.application)
        replay.load(store.reader, session.work)
        index = None if options.at is None else replay.index_at(options.at)
        story = story_of(replay, path, store.reader, session.work, index)
    if session.output.json:
        for change in story.changes:
            session.output.record(_record(stream, story, change))
    else:
        _write(session.output, stream, story)
    return int(bool(story.changes) and not story.changes[-1].known)


def _path(text: str) -> Path:
    try:
        return parse_path(text)
    except ValueError as error:
        raise InputInvalid(
            tr("The path {text!r} cannot be read: {why}.", text=text, why=error),
            hint=tr('Write it as in balance, lines[0].qty or ["first name"].'),
        ) from None


def _record(stream: StreamId, story: ValueStory, change: ValueChange) -> dict[str, object]:
    truth = story.truth.value if change.known else "unknown"
    head = {"stream": stream.name, "path": path_text(story.path)}
    return head | change_facts(change) | {"truth": truth}


def _write(output: Output, stream: StreamId, story: ValueStory) -> None:
    output.written += 1
    name = output.paint(plain_line(stream.name), "heading")
    output.line(f"{name}  {plain_line(path_text(story.path))}  ({story.truth.value})")
    if story.count > len(story.changes):
        output.line(tr("Of {n} changes, the latest:", n=story.count))
    for change in story.changes:
        _write_change(output, change)
    if not story.changes:
        output.line(tr("It never had a value."))
    output.footer(counted(story.count, "one change", "{n} changes"))


def _write_change(output: Output, change: ValueChange) -> None:
    place = tr("beginning") if change.index < 0 else _place(change)
    kind = output.paint(plain_line(change.type), "type")
    values = f"{_shown(change.before)} → {_shown(change.after)}"
    if not change.known:
        values = output.paint(tr("not known from here on"), "warning")
    output.line(f"{place}  {kind}  {values}".rstrip())
    if change.reason:
        output.line(f"    {output.paint(plain_line(change.reason), 'warning')}")
    for rule in change.rules:
        where = output.paint(f"{plain_line(rule.file)}:{rule.line}", "muted")
        output.line(f"    {where}  {plain_line(rule.text)}")


def _place(change: ValueChange) -> str:
    return f"row {change.index + 1}" if change.position is None else str(change.position)


def _shown(value: Value) -> str:
    return "·" if value is NOTHING else json_line(to_json(value))
