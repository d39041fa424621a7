"""Documents out of what the window shows: state, event, rows, comparison, timeline.

Every document is bounded: a value that is longer, or a state with more fields, says how much was
left out, and where to find it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from inspector import __version__
from inspector.core.paths import key_part, path_text
from inspector.core.payloads import Undecoded
from inspector.core.texts import thousands, tr
from inspector.services.comparing import OP_GLYPHS, op_word, sides
from inspector.ui.printing.blocks import Column, Document, Heading, Paragraph, Picture, Table
from inspector.ui.truth_look import TRUTH_WORDS
from inspector.ui.widgets.event_facts import facts_of
from inspector.ui.widgets.json_text import preview_text, value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from PySide6.QtGui import QImage

    from inspector.core.diffing import Change
    from inspector.core.events import Event
    from inspector.core.findings import Finding
    from inspector.core.paths import Path
    from inspector.core.payloads import Value
    from inspector.core.replaying import Step
    from inspector.ui.models.times import TimeChoice
    from inspector.ui.printing.blocks import Block

FIELDS: Final = 3000
"""Fields of a state or a payload, and changes of a comparison, that are printed."""

VALUE: Final = 2000
"""Characters of one value."""

SUMMARY: Final = 400
"""Characters of a payload in a row of events."""


def document(
    title: str, header: Sequence[str], times: TimeChoice, blocks: Iterable[Block]
) -> Document:
    """A document with the zone of its times in every header."""
    zone = tr("times in {zone}", zone=times.title)
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    footer = tr("Event History Inspector {version}, printed {when}", version=__version__, when=when)
    return Document(title, (*header, zone), footer, tuple(blocks))


def state_blocks(step: Step) -> Iterator[Block]:
    """The state after an event: every value, and how it is known."""
    for finding in step.findings:
        yield _finding(finding)
    columns = (
        Column(tr("Field"), 4, mono=True),
        Column(tr("Value"), 6, mono=True),
        Column(tr("Known"), 1.4),
    )
    rows = [
        (path_text(path) or tr("(whole value)"), value_text(value, VALUE), _truth(step, path))
        for path, value in _leaves(step.state, FIELDS + 1)
    ]
    yield from _bounded(columns, rows)


def event_blocks(event: Event, times: TimeChoice) -> Iterator[Block]:
    """Everything the store says about an event."""
    for finding in event.findings:
        yield _finding(finding)
    yield Table((Column("", 2), Column("", 6, mono=True)), facts_of(event, times))
    for title, payload in (
        (tr("Payload"), event.payload), (tr("Metadata"), event.metadata),
    ):  # fmt: skip
        content = payload.content
        yield Heading(title)
        if isinstance(content, Undecoded):
            yield Paragraph(tr("This could not be read; only the stored bytes are there."))
            continue
        value = payload.value
        if value is None:
            yield Paragraph(tr("nothing"), quiet=True)
            continue
        columns = (Column(tr("Field"), 4, mono=True), Column(tr("Value"), 6, mono=True))
        rows = [
            (path_text(path) or tr("(whole value)"), value_text(leaf, VALUE))
            for path, leaf in _leaves(value, FIELDS + 1)
        ]
        yield from _bounded(columns, rows)


def rows_blocks(events: Sequence[Event], times: TimeChoice, *, more: bool) -> Iterator[Block]:
    """Events, one row each.

    Args:
        events: in the order of printing.
        times: the zone of their times.
        more: the range held more than is printed.
    """
    columns = (
        Column(tr("Version"), 0.9, right=True),
        Column(tr("Time"), 2.4, mono=True),
        Column(tr("Type"), 2.2),
        Column(tr("Payload"), 6, mono=True),
    )
    yield Table(columns, [_row(event, times) for event in events])
    if more:
        text = tr("The range holds more; {n} events are printed.", n=thousands(len(events)))
        yield Paragraph(text)
    if not events:
        yield Paragraph(tr("No event lies in this range."))


def changes_blocks(changes: Sequence[Change]) -> Iterator[Block]:
    """What differs between two states."""
    columns = (
        Column("", 0.9),
        Column(tr("Field"), 3, mono=True),
        Column(tr("Before"), 4, mono=True),
        Column(tr("After"), 4, mono=True),
    )
    rows = [_change(change) for change in changes[: FIELDS + 1]]
    yield from _bounded(columns, rows)
    if not changes:
        yield Paragraph(tr("Nothing differs."))


def picture_blocks(image: QImage) -> Iterator[Block]:
    """The timeline as it is shown."""
    yield Picture(image)


def _bounded(columns: tuple[Column, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[Block]:
    yield Table(columns, rows[:FIELDS])
    if len(rows) > FIELDS:
        text = tr("There is more; {n} rows are printed.", n=thousands(FIELDS))
        yield Paragraph(text)


def _leaves(value: Value, most: int) -> Iterator[tuple[Path, Value]]:
    """Values without anything below them, with their places, in order."""
    waiting: list[tuple[Path, Value]] = [((), value)]
    given = 0
    while waiting and given < most:
        path, found = waiting.pop()
        if isinstance(found, dict) and found:
            inner = [((*path, key_part(key)), item) for key, item in found.items()]
        elif isinstance(found, list | tuple) and found:
            inner = [((*path, place), item) for place, item in enumerate(found[:most])]
        else:
            given += 1
            yield path, found
            continue
        waiting.extend(reversed(inner))


def _truth(step: Step, path: Path) -> str:
    """How a value is known: what the longest part of its path says that says anything."""
    for length in range(len(path), -1, -1):
        known = step.marks.get(path[:length])
        if known is not None:
            return tr(TRUTH_WORDS[known][0])
    return tr(TRUTH_WORDS[step.truth][0])


def _row(event: Event, times: TimeChoice) -> tuple[str, ...]:
    when = event.recorded_at
    if isinstance(event.payload.content, Undecoded):
        words = tr("This could not be read; only the stored bytes are there.")
    elif isinstance(event.data, dict | list | tuple):
        words = preview_text(event.data, SUMMARY)
    else:
        words = value_text(event.data, SUMMARY)
    version = "" if event.position is None else str(event.position)
    return version, "" if when is None else times.format(when), event.type or "", words


def _change(change: Change) -> tuple[str, ...]:
    before, after = sides(change)
    if change.source is not None:
        old = tr("was at [{place}]", place=change.source)
    else:
        old = "" if before is None else value_text(before[0], VALUE)
    new = "" if after is None else value_text(after[0], VALUE)
    sign = f"{OP_GLYPHS[change.op]} {op_word(change)}"
    return sign, path_text(change.path) or tr("(whole value)"), old, new


def _finding(finding: Finding) -> Paragraph:
    return Paragraph(f"! {finding.message} {tr(finding.remedy)}".strip())
