"""``doctor``: what this computer has, and what it lacks for the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.cli.common import add_output_options
from inspector.cli.plain import plain_line
from inspector.core.texts import counted, tr
from inspector.services.system_check import Check, State, check_all

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from inspector.cli.output import Output
    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session

_SIGNS = {State.OK: ("✓", "added"), State.WARNING: ("!", "warning"), State.MISSING: ("✗", "danger")}
WIDTH = 20


def add_arguments(parser: Parser) -> None:
    """Say which arguments it takes."""
    add_output_options(parser)


def run(_options: Namespace, session: Session) -> int:
    """Look at everything; 1 when something that is needed is missing."""
    output = session.output
    missing = tell_checks(output, check_all())
    if missing:
        output.footer(counted(missing, "One thing is missing.", "{n} things are missing."))
    else:
        output.footer(tr("Nothing that is needed is missing."))
    return 1 if missing else 0


def tell_checks(output: Output, checks: Iterable[Check]) -> int:
    """Write each check as it is made; returns how many found something missing."""
    missing = 0
    for check in checks:
        missing += check.state is State.MISSING
        if output.json:
            output.record(
                {
                    "check": check.name,
                    "state": check.state.value,
                    "found": check.found,
                    "remedy": check.remedy,
                }
            )
        else:
            _tell(output, check)
    return missing


def _tell(output: Output, check: Check) -> None:
    output.written += 1
    sign, role = _SIGNS[check.state]
    name = output.paint(f"{check.name:<{WIDTH}}", "plain")
    output.line(f"{output.paint(sign, role)} {name} {plain_line(check.found)}".rstrip())
    if check.remedy:
        output.line(f"{'':<{WIDTH + 2}} {output.paint(plain_line(check.remedy), role)}")
