"""``demo``: the window on the sample store that comes with the program."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from inspector.cli.window_options import (
    NoWindow,
    add_look_options,
    add_place_options,
    require_screen,
    starter,
)
from inspector.core.texts import tr
from inspector.services.open_store import OpenRequest
from inspector.services.resources import ResourceMissing
from inspector.services.sample import sample_rules, sample_store
from inspector.services.window_request import WindowRequest

if TYPE_CHECKING:
    from argparse import Namespace

    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_place_options(parser)
    add_look_options(parser)
    text = tr("use the rules file of the sample: versions and exact states")
    parser.main.add_argument("--with-rules", action="store_true", help=text)
    parser.add_general(parser.group(tr("General")))


def run(options: Namespace, session: Session) -> int:
    """Show the sample store until the window is closed."""
    try:
        sample = str(sample_store())
        rules = (str(sample_rules()),) if options.with_rules else ()
    except ResourceMissing as error:
        raise NoWindow(
            tr("The sample store is missing: this installation is not complete."),
            hint=tr("Install the program again."),
        ) from error
    require_screen(shlex.quote(sample))
    request = WindowRequest(
        store=OpenRequest(sample, rules=rules),
        stream=options.stream,
        category=options.category,
        at=options.at,
        panel=options.panel,
        theme=options.theme,
        size=options.size,
        lang=options.lang,
        session=False,
    )
    window = starter(session)
    with session.interrupts.released():
        return window.run(request)
