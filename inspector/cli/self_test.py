"""``self-test``: whether this installation is whole; what installers and their tests call."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from inspector.cli.common import add_output_options
from inspector.cli.doctor import tell_checks
from inspector.cli.window_options import NoWindow, starter
from inspector.core.errors import InspectorError
from inspector.core.texts import counted, tr
from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_store
from inspector.services.self_test import INCIDENT, INCIDENT_VERSION, check_installation
from inspector.services.system_check import Check, State
from inspector.services.window_request import WindowRequest

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session

PNG: Final = b"\x89PNG\r\n\x1a\n"
DRAWN: Final = 20_000
"""Bytes that a picture of the window has at least; an empty one has a tenth of it."""


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_output_options(parser)


def run(_options: Namespace, session: Session) -> int:
    """Use the program once, window included; 1 when something does not work."""
    output = session.output
    missing = tell_checks(output, _checks(session))
    if missing:
        output.footer(counted(missing, "One thing is broken.", "{n} things are broken."))
        return 1
    output.footer(tr("This installation is whole and works."))
    return 0


def _checks(session: Session) -> Iterator[Check]:
    yield from check_installation(session.work)
    yield _window(session)


def _window(session: Session) -> Check:
    """Draw the real window on the sample store."""
    what = tr("window")
    try:
        picture = _picture(session)
    except NoWindow as error:
        return Check(what, State.MISSING, error.message, error.hint)
    except (InspectorError, OSError) as error:
        return Check(what, State.MISSING, str(error), tr("Install the program again."))
    if not picture.startswith(PNG) or len(picture) < DRAWN:
        return Check(what, State.MISSING, tr("drawn empty"), tr("Install the program again."))
    return Check(what, State.OK, tr("drawn"))


def _picture(session: Session) -> bytes:
    request = WindowRequest(
        store=OpenRequest(str(sample_store())), stream=INCIDENT, at=INCIDENT_VERSION
    )
    with TemporaryDirectory() as folder, session.interrupts.released():
        file = Path(folder) / "window.png"
        starter(session).take(request, file)
        return file.read_bytes()
