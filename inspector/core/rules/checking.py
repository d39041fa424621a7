"""Hops as a whole: contradictions, circles and dead ends.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from inspector.core.rules.hops import HopRule
from inspector.core.rules.naming import TypeTable
from inspector.core.rules.places import KeyPath
from inspector.core.rules.problems import Problem
from inspector.core.rules.reader import Source
from inspector.core.texts import tr
from inspector.core.upcasting import SchemaVersion

Node = tuple[str, SchemaVersion]
Current = Mapping[str, tuple[SchemaVersion, Source, KeyPath]]


def newest_versions(
    hops: Sequence[HopRule], types: TypeTable, current: Mapping[str, SchemaVersion]
) -> dict[str, SchemaVersion]:
    """The newest version of every event that a hop or the table ``current`` speaks of."""
    newest: dict[str, SchemaVersion] = {}
    for hop in hops:
        for name, version in ((hop.event, hop.start), *_onward(hop, types)):
            known = newest.get(name)
            newest[name] = version if known is None else later(known, version)
    newest.update(current)
    return newest


def later(one: SchemaVersion, other: SchemaVersion) -> SchemaVersion:
    """The later of two versions; texts have no order, so that the second counts."""
    if isinstance(one, int) and isinstance(other, int):
        return max(one, other)
    return other


def check_hops(hops: Sequence[HopRule], types: TypeTable, current: Current) -> Iterator[Problem]:
    """What cannot be meant."""
    yield from _contradictions(hops)
    circle = list(_circles(hops, types))
    yield from circle
    if not circle:
        yield from _dead_ends(hops, types, current)


def _contradictions(hops: Sequence[HopRule]) -> Iterator[Problem]:
    seen: dict[Node, list[HopRule]] = {}
    for hop in hops:
        if _goes_back(hop):
            message = tr(
                "A hop leads to a later version, not from {a} to {b}.", a=hop.start, b=hop.goal
            )
            yield hop.source.problem((*hop.place, "to"), message)
        for other in seen.setdefault((hop.event, hop.start), []):
            if other.when is None or other.when_text == hop.when_text:
                message = tr(
                    "Two hops contradict each other: {other} is for the very same events.",
                    other=other.name,
                )
                yield hop.source.problem((*hop.place, "from"), message)
                break
        seen[hop.event, hop.start].append(hop)


def _goes_back(hop: HopRule) -> bool:
    if hop.type is not None or hop.parts:
        return False
    both = isinstance(hop.start, int) and isinstance(hop.goal, int)
    return both and hop.goal < hop.start  # type: ignore[operator]


def _onward(hop: HopRule, types: TypeTable) -> list[Node]:
    """Where a hop leads."""
    if hop.parts:
        return [(types.named(part.type).name, part.version) for part in hop.parts]
    name = hop.event if hop.type is None else types.named(hop.type).name
    return [(name, hop.goal)]


def _circles(hops: Sequence[HopRule], types: TypeTable) -> Iterator[Problem]:
    by_start: dict[Node, list[HopRule]] = {}
    for hop in hops:
        by_start.setdefault((hop.event, hop.start), []).append(hop)
    done: set[Node] = set()
    for start in by_start:
        open_now: set[Node] = set()
        walk: list[tuple[Node, bool]] = [(start, False)]
        while walk:
            node, leaving = walk.pop()
            if leaving:
                open_now.discard(node)
                done.add(node)
                continue
            if node in done or node in open_now:
                continue
            open_now.add(node)
            walk.append((node, True))
            for hop in by_start.get(node, ()):
                for onward in _onward(hop, types):
                    if onward in open_now:
                        words = "The hops go in a circle; this one leads back to {name} {version}."
                        message = tr(words, name=onward[0], version=onward[1])
                        yield hop.source.problem((*hop.place, "to"), message)
                        return
                    walk.append((onward, False))


def _dead_ends(hops: Sequence[HopRule], types: TypeTable, current: Current) -> Iterator[Problem]:
    newest = newest_versions(hops, types, {name: found[0] for name, found in current.items()})
    starts = {(hop.event, hop.start) for hop in hops}
    told: set[Node] = set()
    for hop in hops:
        if hop.drop is not None and hop.type is None and not hop.parts:
            continue
        for name, version in _onward(hop, types):
            known = newest.get(name)
            if known is None or version == known or (name, version) in starts | told:
                continue
            told.add((name, version))
            beyond = isinstance(version, int) and isinstance(known, int) and version > known
            words = (
                tr("{name} {version} is newer than the current version {newest}.",
                   name=name, version=version, newest=known)
                if beyond
                else tr("This is a dead end: no hop leads on from {name} {version} to {newest}.",
                        name=name, version=version, newest=known)
            )  # fmt: skip
            yield hop.source.problem((*hop.place, "to"), words)
