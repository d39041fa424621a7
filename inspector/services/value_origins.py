"""Why a value is what it is: the events that made it, and the rules by which they did.

The stream is walked from its first event, as for a line under the timeline; only the places
where the value became another one are kept. An event that wrote the same value again is not
among them. Where a value is not known, the event from which on is named with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from inspector.core.errors import InputInvalid
from inspector.core.rules import RulesChain, RulesFolder
from inspector.core.texts import tr
from inspector.services.value_history import NOTHING, Reading, ValueWalk, value_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.core.folding import Truth
    from inspector.core.paths import Path
    from inspector.core.payloads import Value
    from inspector.core.rules.aggregates import Aggregate
    from inspector.core.rules.hops import RuleForm
    from inspector.core.rules.places import KeyPath
    from inspector.core.rules.reader import Source
    from inspector.services.replaying import StreamReplay
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

KEPT: Final = 200
"""Changes of a value that are told, the latest ones."""

_MOST_RULES: Final = 6
"""Rules of one event that are named."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule that took part.

    Attributes:
        file, line: where it stands, with the file's name as the rules know it.
        text: the line itself.
    """

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One event that made the value another one.

    Attributes:
        index: row of the stream, from 0; -1 is what the state begins with.
        position: of the event, as stored, or ``None``.
        type: stored type of the event; empty for the beginning.
        before, after: the value; ``NOTHING`` where there was none.
        known: the value is known after it.
        reason: why not; empty where it is.
        rules: the rules that wrote it; empty where none did, or nobody says.
    """

    index: int
    position: int | None
    type: str
    before: Value
    after: Value
    known: bool = True
    reason: str = ""
    rules: tuple[RuleLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueStory:
    """All that is told about one value.

    Attributes:
        path: where it is; ``index`` the row up to which it was followed.
        changes: oldest first; the last one made the value what it is there.
        count: how many changes there were in all.
        truth: what holds for values that nothing makes unknown; ``told_by`` who says so.
    """

    path: Path
    index: int
    changes: tuple[ValueChange, ...]
    count: int
    truth: Truth
    told_by: str


def story_of(
    replay: StreamReplay, path: Path, reader: StoreReader, work: Work, index: int | None = None
) -> ValueStory:
    """How a value came about.

    Args:
        replay: the stream, loaded as far as ``index``.
        index: up to which row; the last one by default.

    Raises:
        InputInvalid: the path names the whole state.
    """
    if not path:
        raise InputInvalid(tr("Name one value; the whole state comes from all events."))
    last = len(replay) - 1 if index is None else min(index, len(replay) - 1)
    walk = ValueWalk(replay, [path])
    walk.run(reader, work, last)
    (line,) = walk.lines()
    teller = _Teller(replay, path, reader)
    begun = value_at(replay.folder.begin().frame().state, path)
    places = [
        (at, line.values[n - 1] if n else begun, line.values[n], Reading(line.readings[n]))
        for n, at in enumerate(line.starts)
    ]
    if places and places[0][1] == places[0][2] and type(begun) is type(places[0][2]):
        del places[0]  # the first event left it as the state begins
    first = () if begun is NOTHING else (teller.beginning(begun),)
    kept = places[-KEPT:]
    changes = []
    for place in kept:
        work.check()
        changes.append(teller.change(*place))
    shown = (*first, *changes) if len(kept) == len(places) else tuple(changes)
    count = len(places) + len(first)
    return ValueStory(path, last, shown, count, replay.folder.truth, replay.folder.name)


class _Teller:
    """Says of one change which event and which rules made it."""

    def __init__(self, replay: StreamReplay, path: Path, reader: StoreReader) -> None:
        self._replay, self._path, self._reader = replay, path, reader
        folder = replay.folder
        rules = folder if isinstance(folder, RulesFolder) else None
        self._aggregate: Aggregate | None = None if rules is None else rules.aggregate
        self._chain = None if rules is None else RulesChain(rules.rules)

    def beginning(self, value: Value) -> ValueChange:
        """What the state begins with."""
        aggregate = self._aggregate
        rules: tuple[RuleLine, ...] = ()
        if aggregate is not None:
            place = (*aggregate.place, "initial", str(self._path[0]))
            rules = (_line(aggregate.source, place),)
        return ValueChange(-1, None, "", NOTHING, value, rules=rules)

    def change(self, index: int, before: Value, after: Value, reading: Reading) -> ValueChange:
        """One event's change."""
        history = self._replay.history
        known = reading is not Reading.UNKNOWN
        reason = "" if known else self._reason(index)
        rules = self._rules(index) if known else ()
        return ValueChange(
            index, history.position_at(index), history.type_at(index), before, after, known,
            reason, rules,
        )  # fmt: skip

    def _reason(self, index: int) -> str:
        step = self._replay.step(self._reader, index)
        return " ".join(f.message for f in step.findings if f.code != "invariant-broken")

    def _rules(self, index: int) -> tuple[RuleLine, ...]:
        aggregate, chain = self._aggregate, self._chain
        if aggregate is None or chain is None:
            return ()
        event: Any = self._replay.history.entries(self._reader, index, index + 1)[0]
        trace = chain.trace(event)
        sources = chain.rules.sources
        lines = [_file_line(sources, hop.file, hop.line) for hop in trace.hops]
        forms = [] if trace.findings else chain.current(event)
        for form in forms:
            lines += self._writers(aggregate, form)
        return tuple(dict.fromkeys(lines))[:_MOST_RULES]

    def _writers(self, aggregate: Aggregate, form: RuleForm) -> list[RuleLine]:
        """The steps that write where the value is."""
        handler = aggregate.handler(form.name)
        if handler is None:
            return []
        top = self._path[0]
        steps = (step for step in handler.steps if top in step.writes or "*" in step.writes)
        return [_line(aggregate.source, step.place) for step in steps]


def _line(source: Source, place: KeyPath) -> RuleLine:
    line, _column = source.places.of_key(place)
    return RuleLine(source.name, line, _text(source, line))


def _file_line(sources: Sequence[Source], name: str, line: int) -> RuleLine:
    """A hop: the line of its heading says nothing, the ones below do."""
    source = next(one for one in sources if one.name == name)
    below = (_text(source, line + more) for more in range(5))
    words = " · ".join(text for text in below if text.startswith(("event", "from", "to")))
    return RuleLine(name, line, words or _text(source, line))


def _text(source: Source, line: int) -> str:
    lines = source.text.split("\n")
    return lines[line - 1].strip() if 0 < line <= len(lines) else ""


def change_facts(change: ValueChange) -> dict[str, Any]:
    """A change with the keys of the command line's JSON."""
    return {
        "version": change.position,
        "type": change.type or None,
        "before": None if change.before is NOTHING else change.before,
        "had_value": change.before is not NOTHING,
        "after": None if change.after is NOTHING else change.after,
        "has_value": change.after is not NOTHING,
        "known": change.known,
        "reason": change.reason or None,
        "rules": [{"file": r.file, "line": r.line, "text": r.text} for r in change.rules],
    }
