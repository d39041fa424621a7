"""``manual``: a page of the manual as text, what is found in it, or all of it as HTML files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from inspector.cli.command_pages import command_pages
from inspector.cli.tables import Column, Row
from inspector.core.errors import InputInvalid
from inspector.core.texts import counted, tr
from inspector.services.languages import current_language
from inspector.services.manual import Manual

if TYPE_CHECKING:
    from argparse import Namespace

    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session
    from inspector.services.manual import Page


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add = parser.main.add_argument
    add("page", metavar="PAGE", nargs="?", help=tr("show this page (the list of all if not given)"))
    add("--find", metavar="TEXT", help=tr("list the places where all these words stand"))
    text = tr("write all pages as HTML into this folder; index.html is the first")
    add("-o", "--output", metavar="FOLDER", help=text)
    group = parser.group(tr("How results are written"))
    group.add_argument("--json", action="store_true", help=tr("one JSON object per line"))
    parser.add_general(group)


def run(options: Namespace, session: Session) -> int:
    """Write, find, show a page, or list all."""
    given = [word for word in (options.page, options.find, options.output) if word is not None]
    if len(given) > 1:
        raise InputInvalid(tr("Give a page, --find or --output, not several of them."))
    language = current_language()
    manual = Manual(language, command_pages(language))
    if options.output is not None:
        _write(manual, options.output, session)
    elif options.find is not None:
        _find(manual, options.find, session)
    elif options.page is not None:
        _show(manual, options.page, session)
    else:
        _list(manual, session)
    return 0


def _write(manual: Manual, folder: str, session: Session) -> None:
    from inspector.services.manual_site import write_site  # noqa: PLC0415 - its parser is slow

    written = write_site(manual, Path(folder).expanduser())
    if session.output.json:
        session.output.record({"folder": folder, "pages": written})
    session.output.footer(counted(written, "one page", "{n} pages"))


def _find(manual: Manual, text: str, session: Session) -> None:
    from inspector.services.manual_search import Index  # noqa: PLC0415 - as above

    index = Index(manual)
    while index.take_next():
        session.work.check()
    hits = index.find(text)
    output = session.output
    if output.json:
        for hit in hits:
            output.record({"page": hit.page, "title": hit.title, "heading": hit.heading,
                           "line": hit.line})  # fmt: skip
        return
    table = output.table(Column(tr("PAGE")), Column(tr("TEXT")))
    output.rows(table, [Row((hit.page, hit.line or hit.heading)) for hit in hits])
    output.footer(counted(len(hits), "one place", "{n} places"))


def _show(manual: Manual, name: str, session: Session) -> None:
    page = manual.page(name) or _only_page(manual, name)
    if session.output.json:
        session.output.record(
            {"page": page.name, "title": page.title, "text": manual.text(page.name)}
        )
        return
    for line in manual.text(page.name).splitlines():
        session.output.line(line)


def _only_page(manual: Manual, name: str) -> Page:
    """The page whose name ends so: ``state`` may be a panel or a command."""
    found = [page for page in manual.pages if page.name.rpartition("/")[2] == name]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(page.name for page in found)
        raise InputInvalid(tr("Several pages have that name: {names}.", names=names))
    raise InputInvalid(
        tr("The manual has no page “{name}”.", name=name),
        hint=tr("The command manual without a page lists all of them."),
    )


def _list(manual: Manual, session: Session) -> None:
    output = session.output
    if output.json:
        for page in manual.pages:
            output.record({"page": page.name, "title": page.title, "part": page.part.value})
        return
    table = output.table(Column(tr("PAGE")), Column(tr("TITLE")))
    output.rows(table, [Row((page.name, page.title)) for page in manual.pages])
    output.footer(counted(len(manual.pages), "one page", "{n} pages"))
