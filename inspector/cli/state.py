"""``state``: the state of a stream at a version or a time, or after every event."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.cli.common import add_output_options, add_store, add_store_options
from inspector.cli.parsing import whole_number
from inspector.cli.plain import json_line, plain_line
from inspector.core.diffing import Op
from inspector.core.errors import InputInvalid
from inspector.core.findings import Severity
from inspector.core.folding import Truth
from inspector.core.jsontext import to_json
from inspector.core.paths import ROOT, path_text
from inspector.core.texts import counted, tr
from inspector.core.zones import parse_user_time
from inspector.services.early_state import Question, early_state, newest_snapshot
from inspector.services.event_times import last_event_until
from inspector.services.finding_streams import shown_name, the_stream
from inspector.services.records import state_record
from inspector.services.snapshot_files import beginning_at, load
from inspector.services.stepping import ToldStep, require_version, step_at, told_steps

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from inspector.cli.output import Output
    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.core.diffing import Change
    from inspector.core.events import StreamId
    from inspector.core.findings import Finding
    from inspector.core.replaying import Step
    from inspector.services.open_store import OpenedStore

_SIGNS = {
    Op.ADD: ("+", "added"),
    Op.REMOVE: ("−", "removed"),
    Op.CHANGE: ("~", "changed"),
    Op.MOVE: ("↕", "changed"),
}
_WORTH = 100
"""Places of a value in a list of changes; the state itself is shown in full."""


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_store(parser)
    add = parser.main.add_argument
    add("stream", metavar="STREAM", help=tr("id of the stream"))
    add("--category", metavar="C", help=tr("where several streams have the same id"))
    place = parser.main.add_mutually_exclusive_group()
    text = tr("after the event with this version (the last one if not given)")
    place.add_argument("--at", metavar="N", type=whole_number("--at"), help=text)
    text = tr("after the last event recorded at or before this time (UTC unless it says a zone)")
    place.add_argument("--time", metavar="T", help=text)
    text = tr("begin at the newest snapshot instead of the first event; the state is unverified")
    add("--from-snapshot", action="store_true", help=text)
    text = tr("begin at a file of snapshots create --file, once its digests are checked")
    add("--from-file", metavar="FILE", help=text)
    add("--every", action="store_true", help=tr("every step until then, with what it changed"))
    add_output_options(parser, limit=tr("so many steps at most, with --every"))
    add_store_options(parser)


def run(options: Namespace, session: Session) -> int:
    """Replay the stream and write its state."""
    _require_one_way(options)
    # A time that cannot be read is the caller's mistake whatever the store says.
    moment = None if options.time is None else parse_user_time(options.time)
    with session.store(options) as store:
        reader, output = store.reader, session.output
        stream = the_stream(reader, options.stream, options.category)
        at = options.at
        beside: tuple[Finding, ...] = ()
        if moment is not None:
            _require_times(store)
            event = last_event_until(reader, stream, moment, session.work)
            at = event.position
            beside = tuple(f for f in event.findings if f.code.startswith("time-"))
        if options.from_snapshot or options.from_file:
            told = _early(store, stream, at, options, session)
            _write(output, stream, told, beside, _truth(told.step, store))
            wrong = False
        elif options.every:
            wrong = _write_every(store, stream, at, options, session)
        else:
            told = step_at(reader, stream, at, session.work, store.application)
            _write(output, stream, told, beside, _truth(told.step, store))
            wrong = _is_wrong(told)
    # With rules or a replayer, somebody asked whether the history agrees with them.
    return int(wrong and store.application is not None)


def _require_one_way(options: Namespace) -> None:
    if options.from_snapshot and options.from_file:
        raise InputInvalid(tr("Say either --from-snapshot or --from-file, but not both."))
    if options.every and (options.from_snapshot or options.from_file):
        raise InputInvalid(
            tr("--every begins at the first event; leave --from-snapshot and --from-file out.")
        )


def _early(
    store: OpenedStore, stream: StreamId, at: int | None, options: Namespace, session: Session
) -> ToldStep:
    """The state from the newest snapshot, or from a snapshot file, on.

    Raises:
        InputInvalid: there is no snapshot that it could exactly follow from.
    """
    if store.application is None:
        raise InputInvalid(
            tr("From a snapshot on, nobody can fold without rules or a replayer."),
            hint=tr("Give the rules of the application (--rules FILE)."),
        )
    if at is not None:
        require_version(store.reader, stream, at, session.work)
    if options.from_file is None:
        beginning = newest_snapshot(store.reader, stream, at, store.rule_set)
    else:
        file = load(Path(options.from_file).expanduser())
        beginning = beginning_at(file, store, stream, session.work)
    asked = Question(
        store.reader, stream, store.application, session.work, at, worth=0, far=sys.maxsize
    )
    early = early_state(asked, beginning)
    if early is None and options.from_file is not None:
        raise InputInvalid(
            tr("The state does not follow from the file, which is of version {n}.",
               n=None if beginning is None else beginning.position),
            hint=tr("Choose a later version, or leave --from-file out."),
        )  # fmt: skip
    if early is None:
        raise InputInvalid(
            tr("The stream “{name}” has no snapshot that its state could follow from.",
               name=shown_name(stream.name)),
            hint=tr("Leave --from-snapshot out; snapshots verify may say what is wrong with it."),
        )  # fmt: skip
    return ToldStep(early.type, early.step)


def _is_wrong(told: ToldStep) -> bool:
    return any(f.severity is not Severity.INFO for f in told.step.findings)


def _require_times(store: OpenedStore) -> None:
    if not store.has_times:
        raise InputInvalid(
            tr("This store records no times, so a state at a time cannot be found."),
            hint=tr("Choose a version with --at; the command streams lists them."),
        )


# -- one state ------------------------------------------------------------------------------


def _write(
    output: Output, stream: StreamId, told: ToldStep, beside: tuple[Finding, ...], truth: str
) -> None:
    step = told.step
    for finding in beside:
        output.note(finding.message)
    if output.json:
        output.record(_record(stream, told, changes=False))
        return
    output.written += 1
    output.line(_heading(output, stream, told))
    output.line(f"  {truth}")
    for line in to_json(step.state, indent=2).split("\n"):
        output.line(_painted(output, json_line(line)))
    for path, mark in step.marks.items():
        where = plain_line(path_text(path)) or _everything(step)
        output.line(output.paint(f"? {where}: {tr(mark.value)}", "warning"))
    _write_findings(output, step.findings)


def _record(stream: StreamId, told: ToldStep, *, changes: bool) -> dict[str, object]:
    record = state_record(stream.name, told.step, changes=changes)
    return {**record, "category": stream.category, "type": told.type}


def _heading(output: Output, stream: StreamId, told: ToldStep) -> str:
    step = told.step
    version = (
        tr("row {n}", n=step.index + 1)
        if step.position is None
        else tr("version {n}", n=step.position)
    )
    name = output.paint(plain_line(stream.name), "heading")
    kind = output.paint(plain_line(told.type), "type")
    rest = counted(step.applied, "one event applied", "{n} events applied")
    if step.truth is Truth.UNVERIFIED:
        n = step.origin.position
        in_file = step.origin.kind == "snapshot-file"
        rest = tr("from a file of version {n}", n=n) if in_file else tr("from snapshot {n}", n=n)
    return f"{name}  {version}  {kind}  {output.paint(rest, 'muted')}"


def _everything(step: Step) -> str:
    """What the mark of the whole state holds for."""
    return tr("everything else") if len(step.marks) > 1 else tr("the whole state")


def _truth(step: Step, store: OpenedStore) -> str:
    trail = store.match.trail and store.application is None
    if trail and step.marks:
        return tr("partly unknown: the audit trail did not record all of this record")
    if trail:
        return tr("exact: what the audit trail recorded of this record")
    if step.truth is Truth.EXACT:
        return _exact(step)
    if step.truth is Truth.UNVERIFIED:
        return tr("unverified: from a snapshot on, which the history was not asked about")
    return tr("inferred: of every field, the last value that an event wrote under its name")


def _exact(step: Step) -> str:
    """Words for a state of rules or a replayer, which may have failed at some event."""
    if ROOT in step.marks:
        return tr("unknown: an event could not be applied, so no value is certain")
    if step.marks:
        return tr("mixed: exact, but for the values that are named below")
    return tr("exact: what the rules, or the application itself, make of the events")


def _painted(output: Output, line: str) -> str:
    """A line of indented JSON with its key in colour."""
    text = line.lstrip(" ")
    if not output.paint.on or not text.startswith('"'):
        return line
    end = _end_of_text(text)
    if text[end : end + 1] != ":":
        return line
    return " " * (len(line) - len(text)) + output.paint(text[:end], "key") + text[end:]


def _end_of_text(text: str) -> int:
    """Where the JSON string that a text begins with ends."""
    place = 1
    while place < len(text) and text[place] != '"':
        place += 2 if text[place] == "\\" else 1
    return place + 1


def _write_findings(output: Output, findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        words = f"! {finding.code}: {plain_line(finding.message)}"
        output.line(output.paint(words, "warning"))


# -- every step -----------------------------------------------------------------------------


def _write_every(
    store: OpenedStore, stream: StreamId, at: int | None, options: Namespace, session: Session
) -> bool:
    """Write the steps; gives whether something is wrong with one of them."""
    output = session.output
    wrong = False
    if at is not None:
        require_version(store.reader, stream, at, session.work)
    steps = told_steps(store.reader, stream, session.work, store.application)
    for told in _until(steps, at):
        if output.written == options.limit:
            output.note(tr("There are more steps; --limit ended the list."))
            return wrong
        wrong = wrong or _is_wrong(told)
        if output.json:
            output.record(_record(stream, told, changes=True))
        else:
            _write_step(output, stream, told)
        if not output.written % 256:
            output.flush()
    if not output.written:
        # The same question without --every says what is the matter.
        step_at(store.reader, stream, at, session.work)
    return wrong


def _until(steps: Iterator[ToldStep], at: int | None) -> Iterator[ToldStep]:
    for told in steps:
        position = told.step.position
        if at is not None and position is not None and position > at:
            return
        yield told
        if at is not None and position == at:
            return


def _write_step(output: Output, stream: StreamId, told: ToldStep) -> None:
    output.written += 1
    output.line(_heading(output, stream, told))
    for change in told.step.changes:
        output.line(changed_line(output, change))
    _write_findings(output, told.step.findings)


def changed_line(output: Output, change: Change) -> str:
    """One change on one line."""
    sign, role = _SIGNS[change.op]
    where = plain_line(path_text(change.path)) or tr("(all)")
    head = output.paint(f"  {sign} {where}", role)
    if change.op is Op.ADD:
        return f"{head}  {_value(change.after)}"
    if change.op is Op.REMOVE:
        return f"{head}  {_value(change.before)}"
    if change.op is Op.MOVE:
        return f"{head}  {tr('was at {n}', n=change.source)}"
    was = output.paint(tr("was {value}", value=_value(change.before)), "muted")
    return f"{head}  {_value(change.after)}  {was}"


def _value(value: object) -> str:
    """A value on one line; a long one ends in a sign that there is more."""
    text = json_line(to_json(value))
    return text if len(text) <= _WORTH else text[: _WORTH - 1] + "…"
