"""``screenshot``: a picture of the real window, drawn without a screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from inspector.cli.common import add_store, add_store_options, store_request
from inspector.cli.window_options import add_look_options, add_place_options, starter
from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.services.window_request import WindowRequest

if TYPE_CHECKING:
    from argparse import Namespace

    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_store(parser)
    text = tr("the picture")
    parser.main.add_argument("-o", "--output", metavar="FILE.png", required=True, help=text)
    add_place_options(parser)
    add_look_options(parser)
    add_store_options(parser)
    parser.add_general(parser.group(tr("General")))


def run(options: Namespace, session: Session) -> int:
    """Draw the window as it shows what was asked for."""
    file = _picture_file(options.output)
    request = WindowRequest(
        store=store_request(options, session.prompts),
        stream=options.stream,
        category=options.category,
        at=options.at,
        panel=options.panel,
        theme=options.theme,
        size=options.size,
        lang=options.lang,
    )
    window = starter(session)
    with session.interrupts.released():
        window.take(request, file)
    return 0


def _picture_file(name: str) -> Path:
    """Where the picture goes; found out before the window is built.

    Raises:
        InputInvalid: it is no PNG, or its folder does not exist.
    """
    file = Path(name).expanduser()
    if file.suffix.lower() != ".png":
        raise InputInvalid(
            tr("A picture is written as PNG, not as “{name}”.", name=file.name),
            hint=tr("End the file's name in .png."),
        )
    if not file.parent.is_dir():
        raise InputInvalid(tr("There is no folder {folder}.", folder=file.parent))
    return file
