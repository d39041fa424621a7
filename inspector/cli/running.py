"""From arguments to an exit code: the outermost layer of the command line.

Here, and only here, every end of a command is turned into what a person, a script and a shell
expect: errors into a sentence, a stop into a mark, a fault of ours into a report, and a reader
who has seen enough into silence.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import sys
from argparse import Namespace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from inspector import __version__
from inspector.cli import STOPPED
from inspector.cli.commands import COMMANDS, PLANNED, Command
from inspector.cli.faults import fault_of
from inspector.cli.interrupts import Interrupts
from inspector.cli.output import Output
from inspector.cli.parsing import PROGRAM, HelpAsked, Parser
from inspector.cli.prompts import Prompts
from inspector.cli.session import Session
from inspector.core.cancelling import CancelToken
from inspector.core.errors import Cancelled, InputInvalid, InspectorError, Stopped
from inspector.core.links import is_link
from inspector.core.texts import tr
from inspector.services.languages import choose_language

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.services.window_request import WindowStarter

DONE = 0


def run(argv: list[str], window: WindowStarter | None) -> int:
    """Run the command that the arguments name."""
    options_given = argv[: argv.index("--")] if "--" in argv else argv
    output = Output(sys.stdout, sys.stderr, json="--json" in options_given)
    token = CancelToken()
    interrupts = Interrupts(token)
    name = "?"

    def carry_out() -> int:
        nonlocal name
        choose_language(_language(options_given))
        command, rest = _chosen(argv)
        name = command.name
        options = _parsed(command, rest)
        session = _session(output, token, interrupts, window)
        return command.load().run(options, session)

    with interrupts.listening():
        return _ended(carry_out, output, token, lambda: name)


def _language(arguments: list[str]) -> str | None:
    """The language that is asked for, before anything is said in one.

    Which words there may be is checked with all other arguments.
    """
    for word, following in pairwise([*arguments, ""]):
        if word == "--lang":
            return following
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return None


def _ended(
    carry_out: Callable[[], int], output: Output, token: CancelToken, name: Callable[[], str]
) -> int:
    """The exit code of whatever happens."""
    try:
        code = _told(carry_out, output, token, name)
        output.progress.hide()
        output.flush()
    except BrokenPipeError:
        # Who read the results has seen enough (`… | head`): no word, and none at exit either.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    return code


def _told(
    carry_out: Callable[[], int], output: Output, token: CancelToken, name: Callable[[], str]
) -> int:
    """The exit code, with what there is to say already said."""
    try:
        return carry_out()
    except HelpAsked as asked:
        output.line(asked.text.rstrip("\n"))
        return DONE
    except (Cancelled, KeyboardInterrupt):
        return _stopped(output)
    except InspectorError as error:
        if token.cancelled and not isinstance(error, Stopped):
            return _stopped(output)  # what was interrupted may report it in its own way
        if output.written:
            output.partial(error.code)
            output.flush()
        output.error(error)
        return error.exit_code
    except BrokenPipeError:
        raise
    # The boundary of the program: whatever else was raised is a fault of ours and becomes a
    # report, because a traceback helps nobody who only wanted to look at a store.
    except Exception as error:  # noqa: BLE001
        if output.written:
            output.partial("internal-fault")
            output.flush()
        fault = fault_of(error, name())
        output.error(fault)
        return fault.exit_code


def _stopped(output: Output) -> int:
    output.partial("stopped")
    output.flush()
    output.error(Stopped(tr("Stopped."), hint=tr("What was written until then is not complete.")))
    return STOPPED


def _session(
    output: Output, token: CancelToken, interrupts: Interrupts, window: WindowStarter | None
) -> Session:
    from inspector.services.tasks import Work  # noqa: PLC0415 - not for --help

    work = Work(token, output.progress.told)
    return Session(output, work, interrupts, Prompts(output, interrupts), window)


# -- which command --------------------------------------------------------------------------


def _chosen(argv: list[str]) -> tuple[Command, list[str]]:
    """The command that is meant, and its own arguments."""
    if not argv:
        return COMMANDS["open"], []
    word, rest = argv[0], argv[1:]
    if word in COMMANDS:
        return COMMANDS[word], rest
    if word in ("-h", "--help", "help"):
        if rest and rest[0] in COMMANDS:
            return COMMANDS[rest[0]], ["--help"]
        raise HelpAsked(_overview())
    if word in ("-V", "--version"):
        raise HelpAsked(f"{PROGRAM} {__version__}")
    if word in PLANNED and not Path(word).exists():
        raise InputInvalid(tr("The command {name} is not part of this version.", name=word))
    if word.startswith("-") or _is_store(word):
        return COMMANDS["open"], argv
    near = difflib.get_close_matches(word, COMMANDS, 1)
    hint = tr("Did you mean {word}?", word=near[0]) if near else ""
    raise InputInvalid(
        tr("There is no command “{word}”, and no file of that name.", word=word),
        hint=hint or tr("{program} --help lists the commands.", program=PROGRAM),
    )


def _is_store(word: str) -> bool:
    """Whether a first argument is a store rather than a mistyped command."""
    address = "://" in word or word.startswith(("service=", "sqlite:"))
    return address or is_link(word) or Path(word).exists()


def _parsed(command: Command, arguments: list[str]) -> Namespace:
    parser = Parser(command.name, tr(command.summary))
    command.load().add_arguments(parser)
    return parser.read(arguments)


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [
        tr("Usage: {program} COMMAND …", program=PROGRAM),
        "",
        tr("Open an event store, browse it and replay its state; only snapshots are ever written."),
        "",
        *(f"  {c.name:<{width}}  {tr(c.summary)}" for c in COMMANDS.values()),
        "",
        tr("{program} COMMAND --help says more about a command.", program=PROGRAM),
        "",
        tr(
            "Exit codes: 0 done, 1 done with findings, 2 the call is wrong, 3 the store cannot be "
            "opened or recognised, 4 refused, 5 stopped, 70 a fault of the program."
        ),
    ]
    return "\n".join(lines)
