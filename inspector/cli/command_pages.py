"""The manual's page of each command, from what the command declares of its arguments.

What a command is for and how it is used, in words, may stand beside it in the manual's folder
``commands``; the arguments never do, so that they cannot be others than the program takes.
"""

from __future__ import annotations

import textwrap
from functools import partial
from typing import TYPE_CHECKING

from inspector.cli.commands import COMMANDS
from inspector.cli.parsing import Parser
from inspector.core.texts import tr
from inspector.services.manual import FALLBACK, Page, Part
from inspector.services.resources import ResourceMissing, resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.cli.commands import Command


def command_pages(language: str) -> Iterator[Page]:
    """A page for each command, in the order of the overview; made when it is read."""
    for command in COMMANDS.values():
        name = f"commands/{command.name}"
        yield Page(name, command.name, Part.COMMANDS, partial(_text, command, language))


def _text(command: Command, language: str) -> str:
    parser = Parser(command.name, tr(command.summary))
    command.load().add_arguments(parser)
    parts = [f"# {command.name}", _sentence(tr(command.summary)), *_prose(command.name, language)]
    parts += [f"## {tr('Call')}", f"```sh\n{_folded(parser.call())}\n```"]
    for title, rows in parser.described():
        parts.append(f"## {title}")
        lines = [f"| `{_cell(call)}` | {_cell(text)} |" for call, text in rows]
        parts.append(
            "\n".join([f"| {tr('argument')} | {tr('meaning')} |", "| --- | --- |", *lines])
        )
    return "\n\n".join(parts) + "\n"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _prose(name: str, language: str) -> Iterator[str]:
    """What the manual says of the command beside its arguments, where it does."""
    for code in (language, FALLBACK):
        try:
            yield resource("manual", code, "commands", f"{name}.md").read_text("utf-8").strip()
        except ResourceMissing:
            continue
        return


def _folded(call: str) -> str:
    lines = textwrap.wrap(call, 76, subsequent_indent="    ", break_on_hyphens=False)
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
