"""Names, versions and hops that a sample of events suggests."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from inspector.core.payloads import Undecoded
from inspector.core.suggesting.hops import HopLine, hop_lines
from inspector.core.suggesting.naming import Name, named, pattern_text
from inspector.core.suggesting.proposals import Confidence, Part, Place, Proposal, toml_text
from inspector.core.suggesting.shapes import Versions, versions_of
from inspector.core.suggesting.witnesses import paths_in, plain, read
from inspector.core.texts import tr

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inspector.core.events import Event
    from inspector.core.upcasting import SchemaVersion
    from inspector.services.event_sampling import TypeSample

_VALUES = 400


@dataclass(slots=True)
class Family:
    """All stored types that are one event.

    Attributes:
        event: what it is called.
        names: stored types of it.
        events: sampled events, with the version that is stated or that the name ends in.
        versions: its shapes.
        hops: lines by the versions they lead between.
    """

    event: str
    names: list[Name] = field(default_factory=list)
    events: list[tuple[int, SchemaVersion | None, Event]] = field(default_factory=list)
    versions: Versions = field(default_factory=lambda: Versions({}))
    hops: dict[tuple[SchemaVersion, SchemaVersion], list[HopLine]] = field(default_factory=dict)

    @property
    def suffixed(self) -> bool:
        """Whether names of types tell the versions."""
        return any(name.version is not None for name in self.names)


class TypeFinder:
    """Looks at types.

    Args:
        samples: sampled events by stored type.
        hidden: keys of payloads that the library keeps for itself.

    Attributes:
        families: by event name.
    """

    def __init__(self, samples: Mapping[str, TypeSample], hidden: frozenset[str]) -> None:
        self._samples = samples
        self._hidden = hidden
        self.names = self._unique(named(samples))
        self.families: dict[str, Family] = {}
        for stored, name in self.names.items():
            family = self.families.setdefault(name.event, Family(name.event))
            family.names.append(name)
            for number, event in enumerate(samples[stored].events):
                place = event.global_position
                place = place if isinstance(place, int) else number
                stated = name.version if name.version is not None else event.schema_version
                if not isinstance(event.payload.content, Undecoded):
                    family.events.append((place, _whole(stated), event))
        for family in self.families.values():
            self._find_versions(family)

    @staticmethod
    def _unique(names: Mapping[str, Name]) -> dict[str, Name]:
        """Two namespaces with the same last part keep the part before it."""
        spaces: dict[str, set[str]] = defaultdict(set)
        for name in names.values():
            spaces[name.event].add(name.prefix)
        return {
            stored: replace(name, event=f"{_last(name.prefix)}{name.event}")
            if len(spaces[name.event]) > 1
            else name
            for stored, name in names.items()
        }

    def _find_versions(self, family: Family) -> None:
        own = _version_keys(family)
        hidden = self._hidden | own
        seen = [
            (place, version, _visible(event.data, hidden))
            for place, version, event in family.events
        ]
        family.versions = versions_of(seen)
        shapes = list(family.versions.shapes.items())
        for (one, old), (other, new) in pairwise(shapes):
            samples = {
                **self._values("old", family, one),
                **self._values("new", family, other),
            }
            family.hops[one, other] = hop_lines(old, new, samples)

    def _values(
        self, side: str, family: Family, version: SchemaVersion
    ) -> dict[str, frozenset[object]]:
        shape = family.versions.shapes[version]
        found: dict[str, set[object]] = defaultdict(set)
        for place, stated, event in family.events:
            mine = stated == version or (stated is None and shape.first <= place <= shape.last)
            if not mine:
                continue
            for path in paths_in(event.data):
                value = read(event.data, path)
                if isinstance(value, str) and len(found[path]) < _VALUES:
                    found[path].add(plain(value))
        return {f"{side}:{path}": frozenset(values) for path, values in found.items()}

    # -- proposals ------------------------------------------------------------------------------

    def proposals(self) -> list[Proposal]:
        """Rows of the type table, then hops."""
        return [*self._rows(), *self.hop_proposals()]

    def rows_of(self, event: str) -> tuple[Place, ...]:
        """Rows of the type table without which nothing is called by this name."""
        family = self.families.get(event)
        if family is None:
            return ()
        prefixes = {name.prefix for name in family.names}
        return tuple(
            row.place
            for row in self._rows()
            if f"event = {toml_text(event)}" in row.place.header.split("\n")
            or any(prefix and row.place == _prefix_place(prefix) for prefix in prefixes)
        )

    def _rows(self) -> Iterator[Proposal]:
        common: dict[str, list[Name]] = defaultdict(list)
        for family in self.families.values():
            if family.suffixed:
                yield from self._suffixed(family)
            elif family.versions.expression:
                yield from (self._own_row(family, name) for name in family.names)
            else:
                for name in family.names:
                    whole = name.stored == f"{name.prefix}{name.event}"
                    if not whole:
                        yield self._renamed(name)
                    elif name.prefix:
                        common[name.prefix].append(name)
        for prefix, names in sorted(common.items()):
            yield self._prefix_row(prefix, names)

    def _suffixed(self, family: Family) -> Iterator[Proposal]:
        for name in sorted(family.names, key=lambda name: name.version or 0):
            title = tr(
                "{type} is {event}, version {n}", type=name.stored, event=name.event, n=name.version
            )
            count = self._samples[name.stored].seen
            evidence = tr("by the end of its name; {n} events seen", n=count)
            yield _row(_equals(name, str(name.version)), title, Confidence.LIKELY, evidence)

    def _own_row(self, family: Family, name: Name) -> Proposal:
        versions = family.versions
        counts = ", ".join(f"{v}: {s.events}" for v, s in versions.shapes.items())
        title = tr("Versions of {event} by shape", event=name.event)
        how = (
            tr("fields that exclude each other") if versions.apart else tr("fields that some lack")
        )
        evidence = tr("{how}; events by version {counts}", how=how, counts=counts)
        sure = Confidence.LIKELY if versions.apart else Confidence.GUESS
        return _row(_equals(name, f'"{versions.expression}"'), title, sure, evidence)

    def _renamed(self, name: Name) -> Proposal:
        title = tr("{type} is called {event}", type=name.stored, event=name.event)
        evidence = tr("the last part alone would stand for two types")
        return _row(_equals(name, ""), title, Confidence.LIKELY, evidence)

    def _prefix_row(self, prefix: str, names: list[Name]) -> Proposal:
        title = tr("Events are called by what follows {prefix}", prefix=prefix)
        seen = sum(self._samples[name.stored].seen for name in names)
        evidence = tr("{n} types begin so, {m} events seen", n=len(names), m=seen)
        return Proposal(_prefix_place(prefix), "", "", "", title, Confidence.LIKELY, evidence)

    def hop_proposals(self) -> Iterator[Proposal]:
        """Lines of all hops."""
        for family in self.families.values():
            places = self.hop_places(family)
            needs = (*self.rows_of(family.event), *places)
            for number, ((one, other), lines) in enumerate(family.hops.items()):
                place = places[number]
                where = tr("{event} {a} → {b}", event=family.event, a=one, b=other)
                if not lines:
                    evidence = tr("no field differs in what was seen")
                    title = tr("{where}: nothing changes", where=where)
                    yield Proposal(
                        place, "", "", "", title, Confidence.LIKELY, evidence, needs=needs
                    )
                for line in lines:
                    title = tr("{where}: {what}", where=where, what=line.title)
                    yield Proposal(
                        place, line.verb, line.path, line.value, title,
                        line.confidence, line.evidence, needs=needs,
                    )  # fmt: skip

    def hop_places(self, family: Family) -> tuple[Place, ...]:
        """The tables of a family's hops, in order."""
        types = {name.version: name.stored for name in family.names}
        made = []
        for one, other in family.hops:
            lines = ["[[upcast]]", f"event = {toml_text(family.event)}"]
            lines += [f"from = {_toml(one)}", f"to = {_toml(other)}"]
            if family.suffixed and isinstance(other, int) and other in types:
                lines.append(f"type = {toml_text(types[other])}")
            made.append(Place(Part.HOPS, "\n".join(lines)))
        return tuple(made)


def _row(header: str, title: str, sure: Confidence, evidence: str) -> Proposal:
    return Proposal(Place(Part.TYPES, header), "", "", "", title, sure, evidence)


def _prefix_place(prefix: str) -> Place:
    pattern = "^" + pattern_text(prefix) + r"(?<event>[^.:/\\]+)$"
    return Place(Part.TYPES, f"[[type]]\nmatch = {toml_text(pattern)}")


def _equals(name: Name, version: str) -> str:
    lines = ["[[type]]", f"equals = {toml_text(name.stored)}", f"event = {toml_text(name.event)}"]
    return "\n".join([*lines, f"version = {version}"] if version else lines)


def _toml(version: SchemaVersion) -> str:
    return str(version) if isinstance(version, int) else toml_text(version)


def _whole(version: SchemaVersion | None) -> SchemaVersion | None:
    """A version as a number, where it is one."""
    return int(version) if isinstance(version, str) and version.isdecimal() else version


def _version_keys(family: Family) -> frozenset[str]:
    """Keys of payloads that hold nothing but the stated version."""
    candidates: dict[str, bool] = {}
    for _, version, event in family.events:
        if version is None or not isinstance(event.data, dict):
            continue
        for key, value in event.data.items():
            if "version" in str(key).lower() or "schema" in str(key).lower():
                candidates[key] = candidates.get(key, True) and str(value) == str(version)
    return frozenset(key for key, fits in candidates.items() if fits)


def _last(prefix: str) -> str:
    """The last part of a namespace, with its sign."""
    body = prefix[:-1]
    cut = max(body.rfind(sign) for sign in ".:/\\")
    return prefix[cut + 1 :]


def _visible(data: Any, hidden: frozenset[str]) -> Any:
    """A payload without what the library keeps in it for itself."""
    if not isinstance(data, dict):
        return data
    return {key: value for key, value in data.items() if key not in hidden}
