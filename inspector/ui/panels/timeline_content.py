"""What the timeline shows of a stream, or of the whole store, as a value."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from textwrap import wrap
from typing import TYPE_CHECKING, Final, TypeVar

from inspector.core.texts import thousands, tr
from inspector.ui.models.event_table import short_type, summary_text
from inspector.ui.models.store_outline import OutlineState
from inspector.ui.theme import FontRole, Role
from inspector.ui.widgets.timeline_data import NO_DATA, TimelineData
from inspector.ui.widgets.timeline_hover import CardLine, change_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from inspector.core.instants import Instant
    from inspector.services.moment_facts import MomentFacts
    from inspector.services.replaying import StreamReplay
    from inspector.services.store_density import StoreDensity
    from inspector.ui.models.store_clock import StoreClock
    from inspector.ui.models.store_outline import StoreOutline
    from inspector.ui.widgets.timeline_data import SnapshotVerdict


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be said about rows of a stream, by stored position.

    Attributes:
        warnings: what is to be known about a row.
        broken: what rules say, where it begins not to hold.
        verdicts: what checks found about the snapshot after a row.
        bookmarks: what people say about a row that they marked.
        of_store: the same by position in the whole store.
    """

    warnings: Mapping[int, Sequence[str]] = field(default_factory=dict)
    broken: Mapping[int, Sequence[str]] = field(default_factory=dict)
    verdicts: Mapping[int, SnapshotVerdict] = field(default_factory=dict)
    bookmarks: Mapping[int, Sequence[str]] = field(default_factory=dict)
    of_store: Mapping[int, Sequence[str]] = field(default_factory=dict)


NOTHING_SAID: Final = Said()

CARD_WIDTH: Final = 60
"""Characters of a line of the card."""


def stream_data(
    replay: StreamReplay,
    snapshots: tuple[int, ...],
    describe: Callable[[int], str],
    times: Sequence[int] | None = None,
    said: Said = NOTHING_SAID,
) -> TimelineData:
    """What the timeline shows of a stream, as far as it is loaded.

    The codes are copied: the view keeps a buffer of them, and an array with a buffer in use
    could not grow while the rest of the stream is being read.
    """
    history, count = replay.history, len(replay)
    marks = (history.exact_index_of(position) for position in snapshots)
    failures = replay.failures
    return TimelineData(
        count=count,
        type_codes=history.codes[:count],
        type_names=[short_type(name) for name in history.types],
        snapshots=[index for index in marks if index is not None and index < count],
        findings=failures,
        verdicts=_by_index(replay, said.verdicts),
        warnings=_without(_by_index(replay, said.warnings), failures),
        broken=_without(_by_index(replay, said.broken), failures),
        bookmarks=_by_index(replay, said.bookmarks),
        failure_from=failures[0] if failures else None,
        position_of=history.position_at,
        describe=describe,
        complete=replay.complete,
        times=times,
    )


def _by_index(replay: StreamReplay, by_position: Mapping[int, T]) -> dict[int, T]:
    """What is said at positions, by row, ascending; only for rows that are loaded."""
    found = ((replay.history.exact_index_of(place), said) for place, said in by_position.items())
    inside = [(row, said) for row, said in found if row is not None and row < len(replay)]
    return dict(sorted(inside, key=lambda pair: pair[0]))


def _without(said: dict[int, T], failures: Sequence[int]) -> dict[int, T]:
    """What is wrong with a row that could not be applied is said by its own sign."""
    failed = set(failures)
    return {row: words for row, words in said.items() if row not in failed}


def no_clock(outline: StoreOutline) -> str:
    """Why the whole store cannot be shown on a clock; nothing where it can."""
    lanes, density = outline.lanes, outline.density
    if lanes is None or density is None:
        return tr("Open a store first.")
    if lanes.store is not None and not lanes.store.reader.outline.may_have_times:
        return tr("This store keeps no time of its events.")
    if density.types is None and outline.state is not OutlineState.COMPLETE:
        return tr("A clock for the whole store needs its events to be counted first.")
    return ""


def store_data(
    outline: StoreOutline,
    describe: Callable[[int], str],
    times: Sequence[int] | None = None,
    said: Said = NOTHING_SAID,
) -> TimelineData:
    """What the timeline shows of the whole store, as far as it is counted.

    Args:
        times: of all rows, where the axis is a clock and these are few.
    """
    density = outline.density
    if density is None:
        return NO_DATA
    types = density.types  # once, and before the names: a lane may be counting on meanwhile
    names = [short_type(name) for name in density.names]
    if types is not None:
        return TimelineData(
            len(types),
            types,
            names,
            position_of=_positions(density),
            describe=describe,
            times=times,
            bookmarks=_by_row(density, said.of_store, len(types)),
            of_store=True,
        )
    counted = density.counted()
    return TimelineData(
        count=counted.rows,
        type_codes=array("H"),
        type_names=names,
        position_of=_positions(density),
        describe=describe,
        complete=counted.complete,
        bookmarks=_by_row(density, said.of_store, counted.rows),
        density=counted,
        closeup=outline.closeup,
        expected=density.expected,
        of_store=True,
    )


def _by_row(
    density: StoreDensity, said: Mapping[int, Sequence[str]], rows: int
) -> dict[int, Sequence[str]]:
    """What is said at positions, by row; only where positions have no gap."""
    first = density.first_position
    if first is None:
        return {}
    return {p - first: words for p, words in sorted(said.items()) if 0 <= p - first < rows}


def _positions(density: StoreDensity) -> Callable[[int], int] | None:
    """The stored position of a row, where positions have no gap; ``None``: rows are numbered."""
    first = density.first_position
    return None if first is None else lambda row: first + row


def clock_data(
    outline: StoreOutline,
    clock: StoreClock,
    describe: Callable[[int], str],
    time_of: Callable[[int], int | None],
) -> TimelineData | None:
    """What the timeline shows of a large store on a clock; ``None`` while that is not known."""
    density, known = outline.density, clock.known
    if density is None or known is None:
        return None
    return TimelineData(
        count=known.rows,
        position_of=_positions(density),
        type_names=[short_type(name) for name in density.names],
        describe=describe,
        clock=known,
        clock_closeup=clock.closeup,
        time_of=time_of,
        of_store=True,
    )


def outline_note(outline: StoreOutline) -> str:
    """How far the counting of the store is, in words; nothing when it is complete."""
    density = outline.density
    if outline.state is OutlineState.COUNTING:
        expected = None if density is None else density.expected
        if expected is None:
            return tr("counting…")
        return tr("counting… about {n}", n=thousands(expected))
    if outline.state is OutlineState.STOPPED:
        return tr("stopped: only a part is counted")
    if outline.state is OutlineState.FAILED:
        return tr("failed: only a part is counted")
    return ""


def card_lines(
    data: TimelineData,
    index: int,
    shared: int,
    time_forms: Callable[[Instant], Sequence[str]],
    facts: MomentFacts | None,
) -> list[CardLine]:
    """What the card beside the mouse says; more of it once the facts have arrived.

    Args:
        shared: how many events share the pixel under the mouse.
    """
    name = data.type_name(index)
    event = None if facts is None else facts.event
    if event is not None and not name:
        name = short_type(event.type)
    place = thousands(data.position(index))
    lines = [CardLine(f"{place}  {name}".rstrip(), FontRole.HEADING)]
    if event is not None and event.recorded_at is not None:
        forms = time_forms(event.recorded_at)
        lines.extend(CardLine(text, FontRole.MONO, Role.TEXT_MUTED) for text in forms)
    world = None if event is None else event.global_position
    if data.of_store and world is not None and world != data.position(index):
        place = thousands(world) if isinstance(world, int) else world
        lines.append(CardLine(tr("position {n}", n=place), colour=Role.TEXT_MUTED))
    if data.of_store or facts is None or event is None:
        pass
    elif facts.changes:
        lines.extend(change_lines(facts.changes))
    else:
        lines.append(CardLine(tr("Changes nothing in the state"), colour=Role.TEXT_MUTED))
    if event is not None and not (facts and facts.changes):
        words = summary_text(event)
        lines += [CardLine(words, FontRole.MONO)] if words else []
    for words in data.marks(index):
        lines.extend(
            CardLine(part, colour=Role.WARNING)
            for part in wrap(words, CARD_WIDTH, break_on_hyphens=False)
        )
    if facts is None:
        lines.append(CardLine("…", FontRole.MONO, Role.TEXT_MUTED))
    if shared > 1:
        here = tr("{n} events at this place; zoom in to tell them apart", n=thousands(shared))
        lines.append(CardLine(here, colour=Role.TEXT_MUTED))
    return lines
