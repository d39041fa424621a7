"""``snapshots create``: write a correct snapshot, after showing exactly what would be written.

Without ``--write`` nothing is written. With it, the store has to be named: typed on a terminal,
or given with ``--yes``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from inspector.cli.parsing import whole_number
from inspector.cli.plain import plain_line
from inspector.core.errors import InputInvalid, WriteRefused
from inspector.core.texts import counted, tr
from inspector.services.snapshot_files import compute, save
from inspector.services.snapshot_records import file_record
from inspector.services.snapshotting import Planner, create, due, preview
from inspector.services.statement_texts import value_lines, values_of
from inspector.services.write_unlock import unlock

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Mapping, Sequence

    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.core.events import StreamId
    from inspector.services.open_store import OpenedStore
    from inspector.services.snapshotting import Created, Preview
    from inspector.services.write_unlock import Unlock

FINDINGS: Final = 1


def add_arguments(parser: Parser) -> None:
    """Say which options it takes besides those of listing."""
    group = parser.group(tr("Creating snapshots"))
    text = tr("the version; the last one by default")
    group.add_argument("--at", metavar="N", type=whole_number("--at", least=0), help=text)
    text = tr("of all streams with more events than N")
    least = whole_number("--longer-than", least=0)
    group.add_argument("--longer-than", metavar="N", type=least, help=text)
    text = tr("but only where the newest snapshot is at least M events old (1 if not given)")
    least = whole_number("--newer-than", least=1)
    group.add_argument("--newer-than", metavar="M", type=least, help=text)
    text = tr("write; without this, only what would be written is shown")
    group.add_argument("--write", action="store_true", help=text)
    text = tr("the store's name, to confirm writing where nobody can be asked")
    group.add_argument("--yes", metavar="NAME", help=text)
    text = tr("write the exact state of one stream to this file instead of the store")
    group.add_argument("--file", metavar="FILE", help=text)


def require_own_options(options: Namespace) -> None:
    """Make sure that nobody means to write while listing.

    Raises:
        InputInvalid: an option of ``create`` was given to another task, or two that do not fit.
    """
    names = {"create": (), "trigger": ("longer_than", "newer_than", "file")}.get(
        options.task, ("at", "longer_than", "newer_than", "write", "yes", "file")
    )
    require_none(options, names, "create")
    if options.file is not None and (options.write or options.yes or options.longer_than):
        raise InputInvalid(tr("--file writes a file of your own and nothing to the store."))


def require_none(options: Namespace, names: Iterable[str], task: str) -> None:
    """Make sure that none of some options was given.

    Raises:
        InputInvalid: one was; the message says where it belongs.
    """
    for name in names:
        if getattr(options, name) not in (None, False):
            option = f"--{name.replace('_', '-')}"
            text = tr("{option} belongs to snapshots {task}.", option=option, task=task)
            raise InputInvalid(text)


def run(
    store: OpenedStore, streams: Sequence[StreamId] | None, options: Namespace, session: Session
) -> int:
    """Show or write; 1 when a written snapshot could not be verified, 4 when some were refused."""
    wanted = _wanted(store, streams, options, session)
    if options.file is not None:
        return _to_file(store, streams, options, session)
    unlocked = unlocked_by_name(store, options, session) if options.write else None
    planner = Planner(store)
    if streams is not None and len(streams) == 1:
        return _one(planner, streams[0], options.at, unlocked, session)
    refused = unverified = 0
    for stream in wanted:
        if options.limit is not None and session.output.written >= options.limit:
            break
        try:
            unverified += _one(planner, stream, None, unlocked, session)
        except WriteRefused as error:
            refused += 1
            session.output.note(f"{stream.name}: {error.message} {error.hint}")
    written = session.output.written
    session.output.footer(
        counted(written, "one snapshot", "{n} snapshots")
        if written or refused
        else tr("No stream needs a snapshot.")
    )
    return WriteRefused.exit_code if refused else FINDINGS if unverified else 0


def _wanted(
    store: OpenedStore, streams: Sequence[StreamId] | None, options: Namespace, session: Session
) -> Iterable[StreamId]:
    """The streams that are meant.

    Raises:
        InputInvalid: that is not clear.
    """
    if (streams is None) == (options.longer_than is None):
        raise InputInvalid(tr("Name a stream, or say --longer-than N for many, but not both."))
    if (streams is None and options.at is not None) or (
        streams and len(streams) > 1 and options.at
    ):
        raise InputInvalid(tr("--at is the version of one stream."))
    if streams is not None:
        return streams
    return due(store, options.longer_than, options.newer_than or 1, session.work)


def _to_file(
    store: OpenedStore, streams: Sequence[StreamId] | None, options: Namespace, session: Session
) -> int:
    """The exact state with its digests as a file; nothing is written to the store."""
    if streams is None or len(streams) != 1:
        raise InputInvalid(tr("--file takes the snapshot of one stream."))
    file = Path(options.file).expanduser()
    if not file.parent.is_dir():
        raise InputInvalid(tr("There is no folder {folder}.", folder=file.parent))
    snapshot = compute(store, streams[0], options.at, session.work)
    save(snapshot, file)
    output = session.output
    if output.json:
        output.record(file_record(snapshot, file))
    else:
        output.line(
            plain_line(
                tr("Wrote the state of {stream} @ {n} to {file}; the store is as it was.",
                   stream=snapshot.stream, n=snapshot.position, file=file)
            )
        )  # fmt: skip
    return 0


def unlocked_by_name(store: OpenedStore, options: Namespace, session: Session) -> Unlock:
    """The store, unlocked by its name.

    Raises:
        WriteRefused: it was not named, or another name was given.
    """
    typed = options.yes
    if typed is None:
        question = tr("Type the name of the store to write to it ({name}): ", name=store.name)
        typed = session.prompts.visible(question)
    if typed is None:
        raise WriteRefused(
            tr("Writing was not confirmed; nothing was written."),
            hint=tr("Say --yes {name} where nobody can be asked.", name=store.name),
        )
    return unlock(store, typed)


def _one(
    planner: Planner, stream: StreamId, at: int | None, unlocked: Unlock | None, session: Session
) -> int:
    """One stream; 1 when its snapshot was written and could not be verified."""
    shown = preview(planner, stream, at, session.work)
    created = None
    if unlocked is not None:
        created = create(planner, shown, unlocked, session.work)
    if session.output.json:
        session.output.record(_record(shown, created))
    else:
        _tell(shown, created, session)
    if created is None or created.verified:
        return 0
    session.output.note(tr("The snapshot is written, but: {reason}", reason=created.reason))
    return FINDINGS


def _record(shown: Preview, created: Created | None) -> dict[str, Any]:
    plan = shown.plan
    return {
        "stream": plan.stream.name,
        "version": plan.position,
        "table": plan.table.full_name,
        "row_key": shown.row_key if created is None else created.row_key,
        "written": created is not None,
        "dry_run": created is None,
        "statement": shown.statement,
        "parameters": values_of(shown.parameters),
        "beside": [
            {"statement": one.text, "parameters": values_of(one.parameters)} for one in shown.beside
        ],
        "state_sha256": plan.state_sha256,
        "checked": plan.checked,
        "verified": created is not None and created.verified,
    }


def _tell(shown: Preview, created: Created | None, session: Session) -> None:
    """The same for people: the statement with its values, and what became of it."""
    plan, output = shown.plan, session.output
    where = {"stream": plan.stream.name, "n": plan.position, "table": plan.table.full_name}
    if created is None:
        output.line(plain_line(tr("Would write {stream} @ {n} to {table}:", **where)))
        _tell_statement(shown.statement, shown.parameters, session)
        for one in shown.beside:
            output.line(tr("and beside it:"))
            _tell_statement(one.text, one.parameters, session)
        output.line(tr("  SHA-256 of the state: {digest}", digest=plan.state_sha256))
        output.footer(tr("Nothing was written; --write does it."))
    else:
        sign = "✓" if created.verified else "!"
        output.line(plain_line(tr("{sign} Wrote {stream} @ {n} to {table}", sign=sign, **where)))
    output.written += 1


def _tell_statement(statement: str, parameters: Mapping[str, Any], session: Session) -> None:
    session.output.line(f"  {plain_line(statement)}")
    for line in value_lines(parameters):
        session.output.line(f"  {plain_line(line)}")
