"""``case``: bookmarks and notes on events of a store, kept in a case file beside it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from inspector.cli.common import add_output_options, add_store_options
from inspector.cli.parsing import one_of, whole_number
from inspector.cli.plain import plain_line
from inspector.cli.tables import Column, Row
from inspector.core.cases import Case, Merged, merge
from inspector.core.errors import InputInvalid, StreamUnknown
from inspector.core.texts import counted, tr
from inspector.services.case_files import (
    is_case_file,
    own_case,
    read_case,
    require_store,
    write_case,
)
from inspector.services.case_marks import (
    FOUND_WORDS,
    Found,
    checked_name,
    look_for,
    merged_words,
    new_mark,
    own_mark,
    place_of,
    this_person,
    with_note,
)
from inspector.services.event_ranges import EventQuery, read_events
from inspector.services.finding_streams import shown_name, the_stream
from inspector.services.fingerprints import fingerprint_of
from inspector.services.stepping import require_version

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from inspector.cli.output import Output
    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.core.cases import Mark, Place
    from inspector.services.case_files import CaseFile
    from inspector.services.case_marks import Seen
    from inspector.services.open_store import OpenedStore

TASKS: Final = ("list", "add", "note", "remove", "export", "import")
FINDINGS: Final = 1


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add = parser.main.add_argument
    text = tr("path of an SQLite file, postgresql://user@host/database, or service=NAME")
    add("store", metavar="STORE", help=text)
    text = tr(
        "list: all marks, and whether their events are as they were; add, remove: a bookmark; "
        "note: a bookmark with words; export, import: share a case file"
    )
    add("task", metavar="|".join(TASKS), type=one_of("case", TASKS), help=text)
    text = tr("add, note, remove: the stream; import: case files of other people")
    add("words", metavar="STREAM|FILE", nargs="*", help=text)
    add("--category", metavar="C", help=tr("where several streams have the same id"))
    add("--at", metavar="N", type=whole_number("--at"), help=tr("version of the event"))
    add("--event", metavar="ID", help=tr("id of the event, in place of stream and version"))
    add("--text", metavar="TEXT", help=tr("words of the note; - reads them from standard input"))
    add("--mark", metavar="ID", help=tr("remove: the mark with this id, whoever made it"))
    add("--by", metavar="NAME", help=tr("who makes the mark (your name here if not given)"))
    add("-o", "--output", metavar="FILE", help=tr("export: the file to write"))
    add_output_options(parser)
    add_store_options(parser)


def run(options: Namespace, session: Session) -> int:
    """List or change the marks of a store; 1 when a marked event is not as it was."""
    _check_options(options)
    if is_case_file(options.store):
        return _list_alone(options, session.output)
    with session.store(options) as store:
        fingerprint = fingerprint_of(store, store.reader)
        case = own_case(fingerprint, store.address.text)
        task = {
            "list": _list,
            "add": _add,
            "note": _add,
            "remove": _remove,
            "export": _export,
            "import": _import,
        }[options.task]
        return task(store, case, options, session)


def _check_options(options: Namespace) -> None:
    """Refuse what does not fit together before anything is opened.

    Raises:
        InputInvalid: it does not.
    """
    task = options.task
    if task == "note" and options.text is None:
        raise InputInvalid(tr("case note needs the words: --text TEXT."))
    if task == "export" and options.output is None:
        raise InputInvalid(tr("case export needs a file to write: -o FILE."))
    if task == "import" and not options.words:
        raise InputInvalid(tr("case import needs the files to read."))
    if task != "import" and len(options.words) > 1:
        raise InputInvalid(tr("case {task} takes one stream.", task=task))
    if task != "export" and options.output is not None:
        raise InputInvalid(tr("{option} belongs to case export.", option="--output"))


# -- which event ----------------------------------------------------------------------------------


def _place(store: OpenedStore, options: Namespace, session: Session) -> Place:
    """The event that is meant.

    Raises:
        InputInvalid: the call names none; StreamUnknown: there is no such event.
    """
    if options.event is not None:
        found = store.reader.events.with_id(options.event)
        if not found:
            name = shown_name(options.event)
            raise StreamUnknown(tr("No event has the id “{name}”.", name=name))
        return place_of(found[0], store.reader.source)
    if not options.words or options.at is None:
        raise InputInvalid(
            tr("case {task} needs an event.", task=options.task),
            hint=tr("Name it by STREAM and --at N, or by --event ID."),
        )
    stream = the_stream(store.reader, options.words[0], options.category)
    require_version(store.reader, stream, options.at, session.work)
    query = EventQuery(stream, options.at, options.at, limit=1)
    pages = read_events(store.reader, query, session.work)
    return place_of(next(event for page in pages for event in page), store.reader.source)


# -- tasks ----------------------------------------------------------------------------------------


def _add(store: OpenedStore, file: CaseFile, options: Namespace, session: Session) -> int:
    place = _place(store, options, session)
    by = checked_name(options.by or this_person())
    text = sys.stdin.read() if options.text == "-" else options.text
    made: list[Mark] = []

    def change(case: Case) -> Case:
        known = own_mark(case, place, by)
        mark = known or new_mark(place, by, text or "")
        if known is not None and text is not None:
            mark = with_note(known, text)
        made.append(mark)
        return case.with_mark(mark)

    file.change(change)
    _tell(session.output, store, made, session)
    return 0


def _remove(store: OpenedStore, file: CaseFile, options: Namespace, session: Session) -> int:
    case = file.read()
    if options.mark is not None:
        gone = [mark for mark in case.marks if mark.id == options.mark]
    else:
        own = own_mark(
            case, _place(store, options, session), checked_name(options.by or this_person())
        )
        gone = [] if own is None else [own]
    if not gone:
        raise InputInvalid(
            tr("There is no such mark."), hint=tr("case STORE list shows all of them with ids.")
        )
    file.change(lambda found: found.without(mark.id for mark in gone))
    session.output.footer(counted(len(gone), "one mark removed", "{n} marks removed"))
    if session.output.json:
        session.output.record({"removed": [mark.id for mark in gone]})
    return 0


def _export(_store: OpenedStore, file: CaseFile, options: Namespace, session: Session) -> int:
    case = file.read()
    path = Path(options.output)
    write_case(case, path)
    words = counted(len(case.marks), "one mark written", "{n} marks written")
    session.output.footer(words)
    if session.output.json:
        session.output.record({"file": str(path), "marks": len(case.marks)})
    return 0


def _import(_store: OpenedStore, file: CaseFile, options: Namespace, session: Session) -> int:
    others = []
    for name in options.words:
        other = read_case(Path(name))
        require_store(Path(name), other, file.store)
        others.append(other)
    merged = Merged(Case(file.store))

    def change(case: Case) -> Case:
        nonlocal merged
        merged = Merged(case)
        for other in others:
            step = merge(merged.case, other)
            merged = Merged(step.case, merged.added + step.added, merged.both + step.both)
        return merged.case

    after = file.change(change)
    if session.output.json:
        record = {"added": merged.added, "kept_both": merged.both, "marks": len(after.marks)}
        session.output.record(record)
    else:
        session.output.written += 1
        for words in merged_words(merged):
            session.output.line(words)
    return 0


def _list(store: OpenedStore, file: CaseFile, options: Namespace, session: Session) -> int:
    marks = file.read().marks
    if options.words:
        marks = tuple(mark for mark in marks if mark.place.stream == options.words[0])
    return _tell(session.output, store, marks, session)


def _list_alone(options: Namespace, output: Output) -> int:
    """A case file without its store: what it says, nothing checked."""
    if options.task != "list":
        raise InputInvalid(
            tr("A case file alone can only be listed."),
            hint=tr("Name the store, and the case file with case STORE import FILE."),
        )
    _write(output, [(mark, None) for mark in read_case(Path(options.store)).marks])
    return 0


# -- writing --------------------------------------------------------------------------------------


def _tell(output: Output, store: OpenedStore, marks: Sequence[Mark], session: Session) -> int:
    """The marks, with what became of their events."""
    seen = [look_for(store.reader, mark, session.work) for mark in marks]
    _write(output, list(zip(marks, seen, strict=True)))
    return FINDINGS if any(one.found is not Found.HERE for one in seen) else 0


def _write(output: Output, marks: Sequence[tuple[Mark, Seen | None]]) -> None:
    if output.json:
        for mark, seen in marks:
            output.record(_record(mark, seen))
        return
    if marks:
        table = output.table(
            Column(tr("STREAM")),
            Column(tr("VERSION"), right=True),
            Column(tr("BY")),
            Column(tr("CHANGED"), role="muted"),
            Column(tr("MARK"), role="muted"),
        )
        output.rows(table, [_row(mark, seen) for mark, seen in marks])
    output.footer(counted(len(marks), "one mark", "{n} marks"))


def _row(mark: Mark, seen: Seen | None) -> Row:
    place = mark.place
    where = place.version if place.version is not None else place.event_id or place.position
    below: list[tuple[str, str]] = []
    if mark.rival_of:
        below.append((tr("another text of the mark {id}", id=mark.rival_of), "muted"))
    if seen is not None and seen.found is not Found.HERE:
        below.append((f"! {tr(FOUND_WORDS[seen.found])}", "warning"))
    below += [(plain_line(line), "plain") for line in mark.note.splitlines()]
    return Row([place.stream, str(where), mark.by, mark.at, mark.id], below)


def _record(mark: Mark, seen: Seen | None) -> dict[str, Any]:
    place = mark.place
    record: dict[str, Any] = {
        "mark": mark.id,
        "stream": place.stream,
        "category": place.category,
        "version": place.version,
        "event_id": place.event_id,
        "global_position": place.position,
        "by": mark.by,
        "changed_at": mark.at,
        "note": mark.note,
        "rival_of": mark.rival_of or None,
        "found": None if seen is None else seen.found.value,
    }
    if seen is not None and seen.found is Found.MOVED:
        now = None if seen.stream is None else seen.stream.name
        record |= {"now_stream": now, "now_version": seen.version}
    return record
