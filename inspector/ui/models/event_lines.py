"""The opened payload of an event as a few plain lines, for the full density of the table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from inspector.core.payloads import Undecoded
from inspector.core.texts import thousands, tr
from inspector.ui.widgets.json_text import name_text, preview_text, value_text

if TYPE_CHECKING:
    from inspector.core.events import Event
    from inspector.core.payloads import Value

LINES = 5
"""Lines of one event; all rows of a table have the same height."""

TEXT_LIMIT = 240


@dataclass(frozen=True, slots=True)
class PayloadLine:
    """One line of an opened payload.

    Attributes:
        name: a field's name; empty for a whole value or a remark.
        text: its value in one line.
        trouble: what is wrong, in words; drawn as such.
        quiet: a remark of ours.
    """

    name: str
    text: str
    trouble: bool = False
    quiet: bool = False


def payload_lines(
    event: Event, envelope: frozenset[str] = frozenset(), limit: int = LINES
) -> tuple[PayloadLine, ...]:
    """At most ``limit`` lines; the last one says how much is left out.

    Args:
        envelope: fields that the library adds to every payload; they come last.
    """
    lines = [
        PayloadLine("", f"{finding.message} {tr(finding.remedy)}", trouble=True)
        for finding in event.findings
        if finding.severity != "info"
    ][: limit - 1]
    room = limit - len(lines)
    if not isinstance(event.payload.content, Undecoded):
        lines += _fields(event.data, envelope, room)
    return tuple(lines)


def _fields(data: Value, envelope: frozenset[str], room: int) -> list[PayloadLine]:
    if not isinstance(data, dict):
        if data is None:
            return [PayloadLine("", tr("no payload"), quiet=True)]
        return [PayloadLine("", _one_line(data))]
    if not data:
        return [PayloadLine("", tr("an empty map"), quiet=True)]
    fits = len(data) <= room
    own = ((key, value) for key, value in data.items() if key not in envelope)
    added = ((key, value) for key, value in data.items() if key in envelope)
    shown = list(islice(chain(own, added), room if fits else room - 1))
    lines = [PayloadLine(_name(key), _one_line(value)) for key, value in shown]
    if not fits:
        left = thousands(len(data) - len(shown))
        lines.append(PayloadLine("", tr("{n} more fields", n=left), quiet=True))
    return lines


def _name(key: object) -> str:
    return name_text(key) if isinstance(key, str) else value_text(key, 60)


def _one_line(value: Value) -> str:
    if isinstance(value, dict | list | tuple) and value:
        return f"{value_text(value)} {preview_text(value, TEXT_LIMIT)}"
    return value_text(value, TEXT_LIMIT)
