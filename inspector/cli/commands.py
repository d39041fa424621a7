"""All commands: name, one line about each, and where it is.

Only the module of the command that runs is loaded. The imports are written out, so that tools
that pack the program find them.
"""
# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from inspector.cli.parsing import Parser
    from inspector.cli.session import Session


class CommandModule(Protocol):
    """What the module of a command has."""

    def add_arguments(self, parser: Parser) -> None:
        """Say which arguments it takes."""

    def run(self, options: Namespace, session: Session, /) -> int:
        """Carry it out; gives the exit code."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        summary: one line for people, in English; it is translated when it is shown.
        load: gives its module.
    """

    name: str
    summary: str
    load: Callable[[], CommandModule]


def _recognise() -> CommandModule:
    from inspector.cli import recognise

    return recognise


def _databases() -> CommandModule:
    from inspector.cli import databases

    return databases


def _streams() -> CommandModule:
    from inspector.cli import streams

    return streams


def _events() -> CommandModule:
    from inspector.cli import events

    return events


def _state() -> CommandModule:
    from inspector.cli import state

    return state


def _upcast() -> CommandModule:
    from inspector.cli import upcast

    return upcast


def _history() -> CommandModule:
    from inspector.cli import history

    return history


def _versions() -> CommandModule:
    from inspector.cli import versions

    return versions


def _open() -> CommandModule:
    from inspector.cli import window_open

    return window_open


def _demo() -> CommandModule:
    from inspector.cli import window_demo

    return window_demo


def _screenshot() -> CommandModule:
    from inspector.cli import window_picture

    return window_picture


def _layouts() -> CommandModule:
    from inspector.cli import layout_list

    return layout_list


def _manual() -> CommandModule:
    from inspector.cli import manual

    return manual


def _doctor() -> CommandModule:
    from inspector.cli import doctor

    return doctor


def _self_test() -> CommandModule:
    from inspector.cli import self_test

    return self_test


def _rules() -> CommandModule:
    from inspector.cli import rules

    return rules


def _snapshots() -> CommandModule:
    from inspector.cli import snapshots

    return snapshots


def _print() -> CommandModule:
    from inspector.cli import print_pdf

    return print_pdf


def _link() -> CommandModule:
    from inspector.cli import link

    return link


def _case() -> CommandModule:
    from inspector.cli import case

    return case


COMMANDS = {
    command.name: command
    for command in (
        Command("open", "the window (also when no command is given)", _open),
        Command("demo", "the window on the bundled sample store", _demo),
        Command("recognise", "which library wrote a store, and why it looks so", _recognise),
        Command("databases", "the databases of a server, and which hold a store", _databases),
        Command("streams", "the streams of a store", _streams),
        Command("events", "the events of a stream, or of the whole store", _events),
        Command("state", "the state of a stream at a version or a time", _state),
        Command("upcast", "every form of one event, hop by hop (with --rules)", _upcast),
        Command("history", "all values of a field, and the events and rules behind", _history),
        Command("versions", "which event types in which schema versions are stored", _versions),
        Command("rules", "rules: suggest a first file, or try one on a store", _rules),
        Command("snapshots", "stored snapshots: list them, check them with a replay", _snapshots),
        Command("screenshot", "a picture of the window, drawn without a screen", _screenshot),
        Command("print", "a state, an event or a range of events, as a PDF file", _print),
        Command("link", "a text that leads to a place of a store, or what one says", _link),
        Command("case", "bookmarks and notes on events: list, make and share them", _case),
        Command("layouts", "the store formats that are recognised", _layouts),
        Command("manual", "the manual: a page, what is found in it, or all as HTML", _manual),
        Command("doctor", "what this computer lacks for the window", _doctor),
        Command("self-test", "whether this installation is whole and works", _self_test),
    )
}

PLANNED = frozenset(
    {"when", "at", "trace", "search", "compare",
     "check", "baseline", "export"}
)  # fmt: skip
"""Commands of the contract that this version does not have yet."""
