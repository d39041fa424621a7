"""``snapshots trigger``: let the application take a snapshot, by a command or a request.

What it is, is said once for each store. Without ``--write`` it is only shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from inspector.cli.parsing import whole_number
from inspector.cli.plain import plain_line
from inspector.cli.snapshot_create import require_none, unlocked_by_name
from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.services.snapshot_records import check_record
from inspector.services.snapshot_triggering import prepare, trigger_snapshot
from inspector.services.snapshot_triggers import (
    LONGEST,
    SECONDS,
    Call,
    Trigger,
    command_trigger,
    request_trigger,
)
from inspector.services.trigger_memory import usual_trigger_memory

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.core.events import StreamId
    from inspector.services.open_store import OpenedStore
    from inspector.services.snapshot_triggering import Prepared, Triggered

FINDINGS: Final = 1
_OWN: Final = ("command", "request", "body", "time_limit", "forget")


def add_arguments(parser: Parser) -> None:
    """Say which options it takes besides those of creating."""
    group = parser.group(tr("Letting the application create them (snapshots trigger)"))
    text = tr("keep this command for the store; {stream} {version} {category} are filled in")
    group.add_argument("--command", metavar="COMMAND", help=text)
    text = tr("keep this request for the store, for example “POST https://host/{stream}”")
    group.add_argument("--request", metavar="REQUEST", help=text)
    group.add_argument("--body", metavar="JSON", help=tr("what the request sends"))
    text = tr("seconds that it may take ({n} if not given)", n=int(SECONDS))
    limit = whole_number("--time-limit", least=1)
    group.add_argument("--time-limit", metavar="N", type=limit, help=text)
    group.add_argument("--forget", action="store_true", help=tr("keep nothing for the store"))


def require_own_options(options: Namespace) -> None:
    """Make sure that its options come with it, and fit together.

    Raises:
        InputInvalid: they do not.
    """
    if options.task != "trigger":
        require_none(options, _OWN, "trigger")
        return
    chosen = [name for name in ("command", "request", "forget") if getattr(options, name)]
    if len(chosen) > 1:
        raise InputInvalid(tr("Say one of --command, --request and --forget."))
    if options.body is not None and options.request is None:
        raise InputInvalid(tr("--body is what a --request sends."))
    if options.time_limit is not None and not {"command", "request"} & set(chosen):
        raise InputInvalid(tr("--time-limit is kept with a --command or --request."))
    if options.time_limit is not None and options.time_limit > LONGEST:
        raise InputInvalid(tr("The time limit is {n} seconds at most.", n=int(LONGEST)))


def run(
    store: OpenedStore, streams: Sequence[StreamId] | None, options: Namespace, session: Session
) -> int:
    """Keep, show or run; 1 when it failed, or made no snapshot that could be found."""
    memory = usual_trigger_memory()
    said = _said(options)
    if said is not None or options.forget:
        memory.remember(store, said)
    trigger = memory.of(store)
    if streams is None:
        _show(trigger, session)
        return 0
    if trigger is None:
        raise InputInvalid(
            tr("Nobody said what makes the application take a snapshot of {name}.",
               name=store.name),
            hint=tr("Say it once with --command or --request."),
        )  # fmt: skip
    if len(streams) > 1:
        raise InputInvalid(tr("Name one stream."))
    prepared = prepare(store, trigger, streams[0], options.at)
    if not options.write:
        _tell_call(prepared.call, session, _record(prepared, None))
        return 0
    unlocked = unlocked_by_name(store, options, session)
    for line in prepared.call.shown:
        session.output.note(tr("Runs: {text}", text=line))
    done = trigger_snapshot(store, prepared, unlocked, session.work)
    _tell(done, session)
    return 0 if done.ran.succeeded and (done.made or not store.reader.snapshots.available) else 1


def _said(options: Namespace) -> Trigger | None:
    seconds = SECONDS if options.time_limit is None else float(options.time_limit)
    if options.command:
        return command_trigger(options.command, seconds)
    return (
        request_trigger(options.request, options.body or "", seconds) if options.request else None
    )


def _show(trigger: Trigger | None, session: Session) -> None:
    """What is kept for the store."""
    if session.output.json:
        session.output.record(_kept(trigger))
    elif trigger is None:
        session.output.line(tr("Nothing is kept for this store."))
    else:
        _lines(Call(trigger), session)


def _kept(trigger: Trigger | None) -> dict[str, Any]:
    if trigger is None:
        return {"trigger": None}
    call = {"command": list(trigger.words)} if trigger.is_command else {
        "request": f"{trigger.method} {trigger.url}", "body": trigger.body,
    }  # fmt: skip
    return {"trigger": {**call, "seconds": trigger.seconds}}


def _lines(call: Call, session: Session) -> None:
    for line in call.shown:
        session.output.line(plain_line(line))


def _tell_call(call: Call, session: Session, record: dict[str, Any]) -> None:
    if session.output.json:
        session.output.record(record)
        return
    session.output.line(tr("Would run:"))
    for line in call.shown:
        session.output.line(f"  {plain_line(line)}")
    session.output.footer(tr("Nothing was run; --write does it."))


def _tell(done: Triggered, session: Session) -> None:
    output, ran = session.output, done.ran
    if output.json:
        output.record(_record(done.prepared, done))
        return
    for line in ran.output.splitlines():
        output.line(f"  {plain_line(line)}")
    if ran.is_cut:
        output.note(tr("It said more than is kept."))
    sign, role = ("✓", "added") if ran.succeeded else ("✗", "danger")
    ended = tr("no end within the time limit") if ran.status is None else tr(
        "status {n}", n=ran.status
    )  # fmt: skip
    output.line(f"{output.paint(sign, role)} {ended}")
    if done.check is not None:
        version, verdict = done.check.snapshot.position, done.check.verdict.value
        output.line(tr("New snapshot of version {n}: {verdict}", n=version, verdict=verdict))
    elif done.made:
        output.line(tr("New snapshot of version {n}", n=done.made[-1]))
    if done.reason:
        output.note(done.reason)


def _record(prepared: Prepared, done: Triggered | None) -> dict[str, Any]:
    record: dict[str, Any] = {
        "stream": prepared.stream.name,
        "version": prepared.version,
        **_kept(prepared.call.trigger),
        "dry_run": done is None,
    }
    if done is None:
        return record
    check = None if done.check is None else check_record(done.check)
    return {
        **record,
        "status": done.ran.status,
        "succeeded": done.ran.succeeded,
        "output": done.ran.output,
        "output_cut": done.ran.is_cut,
        "made": list(done.made),
        "check": check,
        "reason": done.reason,
    }
