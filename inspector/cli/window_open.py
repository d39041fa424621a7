"""``open``: the window, on a store or on nothing yet."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from inspector.cli.common import add_store, add_store_options, window_store_request
from inspector.cli.window_options import (
    add_look_options,
    add_place_options,
    require_screen,
    starter,
)
from inspector.core.errors import InputInvalid
from inspector.core.links import is_link, parse_link
from inspector.core.texts import tr
from inspector.services.window_request import WindowRequest

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_store(parser, optional=True)
    add_place_options(parser)
    add_look_options(parser)
    add_store_options(parser)
    text = tr("go where this link leads, in STORE; without STORE, in the store that it means")
    parser.main.add_argument("--link", metavar="ehi:…", help=text)
    text = tr("keep nothing: neither what is open nor the list of recent stores")
    parser.main.add_argument("--no-session", action="store_true", help=text)
    text = tr("a program of its own, even when one is running that could show this")
    parser.main.add_argument("--new-instance", action="store_true", help=text)
    parser.add_general(parser.group(tr("General")))


def run(options: Namespace, session: Session) -> int:
    """Show the window until it is closed."""
    case = _take_case(options)
    link = _take_link(options)
    if options.store is None and (options.stream is not None or options.at is not None):
        raise InputInvalid(tr("--stream and --at need a store to look into."))
    store = None if options.store is None else window_store_request(options, session.prompts)
    picture = "STORE" if options.store is None else shlex.quote(options.store)
    require_screen(picture if options.store else _sample_or(picture))
    window = starter(session)
    request = WindowRequest(
        store=store,
        stream=options.stream,
        category=options.category,
        at=options.at,
        link=link,
        case=case,
        panel=options.panel,
        theme=options.theme,
        size=options.size,
        lang=options.lang,
        session=not options.no_session,
        own=options.new_instance,
    )
    with session.interrupts.released():
        return window.run(request)


def _take_case(options: Namespace) -> Path | None:
    """The case file in STORE's place, checked before anything is loaded.

    Raises:
        InputInvalid: it cannot be used, or the call names a place in a store beside it.
    """
    if options.store is None or not options.store.lower().endswith(".ehcase"):
        return None
    if options.stream is not None or options.at is not None or options.link is not None:
        raise InputInvalid(tr("A case file names its store, and no place in it."))
    from inspector.services.case_files import case_path, read_case  # noqa: PLC0415 - seldom

    path = case_path(options.store)
    read_case(path)
    options.store = None
    return path


def _take_link(options: Namespace) -> str | None:
    """The link of the call, checked before anything is loaded; it may stand in STORE's place.

    Raises:
        InputInvalid: it cannot be followed, or the call names another place beside it.
    """
    if options.link is None and options.store is not None and is_link(options.store):
        options.link, options.store = options.store, None
    link: str | None = options.link
    if link is None:
        return None
    parse_link(link)
    if options.stream is not None or options.at is not None or options.panel is not None:
        raise InputInvalid(tr("A link names stream, version and panel itself."))
    return link


def _sample_or(text: str) -> str:
    """The bundled sample store, which is what somebody without a store can look at."""
    from inspector.services.resources import ResourceMissing  # noqa: PLC0415 - seldom needed
    from inspector.services.sample import sample_store  # noqa: PLC0415

    try:
        return shlex.quote(str(sample_store()))
    except ResourceMissing:
        return text
