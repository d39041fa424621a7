"""Recognising stores: one file per store format, found by looking into this package.

Imports the layouts, which import ``inspector.core`` and SQLAlchemy expressions. A new file with
a module-level ``LAYOUT`` is a new layout; there is no list to edit. Promises that a layout that
raises is reported and skipped, and that whatever happens the answer says what was looked for.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from inspector.core.errors import InputInvalid, InspectorError
from inspector.core.findings import Finding
from inspector.core.texts import tr
from inspector.layouts import mapped
from inspector.layouts._api import CERTAIN, MARGIN, Catalog, Layout, Match, NearMiss

NEAR_MISSES = 8
"""More runners-up than this explain nothing."""


@dataclass(frozen=True)
class Recognised:
    """A store in the database.

    Attributes:
        match: the best description of it.
        certain: good enough to be taken unasked: a high score and no rival near it.
        rivals: other layouts that fit the same table, best first.
        alternatives: rivals and near misses, each with why it was not chosen.
    """

    match: Match
    certain: bool
    rivals: tuple[Match, ...] = ()
    alternatives: tuple[NearMiss, ...] = ()


@dataclass(frozen=True)
class Recognition:
    """What was recognised in a database.

    Attributes:
        stores: stores by score, best first.
        near_misses: what came close in the whole database, best first; the explanation when
            there is no store.
        looked_for: titles of the layouts that were tried.
        findings: layouts that failed and were skipped.
    """

    stores: tuple[Recognised, ...]
    near_misses: tuple[NearMiss, ...] = ()
    looked_for: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def matches(self) -> tuple[Match, ...]:
        """The best match of each store."""
        return tuple(store.match for store in self.stores)


@cache
def builtin_layouts() -> tuple[Layout, ...]:
    """All layouts of this package, by name.

    Raises:
        InspectorError: there is none; a packaged program lost its modules.
    """
    names = (m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    found: list[Layout] = [importlib.import_module(f"{__name__}.{n}").LAYOUT for n in names]
    if not found:
        raise InspectorError(
            tr("The program was packed without its store layouts and cannot recognise any store."),
            hint=tr("Install it again; this is a fault of the package."),
        )
    return tuple(sorted(found, key=lambda layout: layout.name))


def layout_named(name: str, layouts: Sequence[Layout] | None = None) -> Layout:
    """The layout of that name.

    Raises:
        InputInvalid: there is none; the hint lists the names.
    """
    known = builtin_layouts() if layouts is None else tuple(layouts)
    for layout in known:
        if layout.name == name:
            return layout
    names = ", ".join(layout.name for layout in known)
    raise InputInvalid(
        tr("There is no layout {name!r}.", name=name),
        hint=tr("Known layouts: {names}.", names=names),
    )


def recognise(
    catalog: Catalog,
    *,
    only: str | None = None,
    map: mapped.ColumnMap | None = None,  # noqa: A002 - the command line's word for it
    layouts: Sequence[Layout] | None = None,
) -> Recognition:
    """Find every store in a database.

    Args:
        catalog: the tables.
        only: look with this layout alone (the user overrules).
        map: columns named by the user; then nothing else is looked for.
        layouts: instead of the built-in ones (with plug-ins added).

    Raises:
        InputInvalid: ``only`` names no layout, or the map does not fit the tables.
    """
    chosen = tuple(builtin_layouts() if layouts is None else layouts)
    if map is not None:
        mapped.check(map, catalog)
        chosen = (mapped.MappedLayout(map),)
    elif only is not None:
        chosen = (layout_named(only, chosen),)
    look = _Look(catalog, chosen)
    matches = look.matches()
    stores = tuple(look.store(group) for group in _by_table(matches))
    return Recognition(
        stores=_events_before_trails(stores),
        near_misses=look.nearly(catalog, chosen),
        looked_for=tuple(layout.title for layout in chosen if layout is not mapped.LAYOUT),
        findings=tuple(look.findings),
    )


class _Look:
    """One look at one catalog; remembers which layouts failed."""

    def __init__(self, catalog: Catalog, layouts: Sequence[Layout]) -> None:
        self._catalog = catalog
        self._layouts = layouts
        self.findings: list[Finding] = []

    def matches(self) -> list[Match]:
        found: list[Match] = []
        for layout in self._layouts:
            try:
                found.extend(layout.match(self._catalog))
            # A layout may be anybody's plug-in: whatever it raises, the others go on.
            except Exception as fault:  # noqa: BLE001
                self._failed(layout, fault)
        return [_sobered(match) for match in found]

    def nearly(self, catalog: Catalog, layouts: Iterable[Layout]) -> tuple[NearMiss, ...]:
        found: list[NearMiss] = []
        for layout in layouts:
            try:
                found.extend(layout.nearly(catalog))
            # As above: explaining must not fail either.
            except Exception as fault:  # noqa: BLE001
                self._failed(layout, fault)
        return tuple(sorted(found, key=lambda miss: -miss.score)[:NEAR_MISSES])

    def store(self, group: Sequence[Match]) -> Recognised:
        best, *rivals = group
        close = any(best.score - rival.score < MARGIN for rival in rivals)
        beaten = tuple(_beaten(rival, best) for rival in rivals)
        tables = Catalog(self._catalog.dialect, tuple(best.tables.values()), self._catalog.sampler)
        names = {match.layout for match in group}
        others = (layout for layout in self._layouts if layout.name not in names)
        return Recognised(
            match=best,
            certain=best.score >= CERTAIN and not close,
            rivals=tuple(rivals),
            alternatives=(*beaten, *self.nearly(tables, others)),
        )

    def _failed(self, layout: Layout, fault: Exception) -> None:
        text = tr("The layout {name} failed: {fault}", name=layout.name, fault=repr(fault))
        finding = Finding("plugin-failed", text[:500], layout.name)
        if finding not in self.findings:
            self.findings.append(finding)


def _by_table(matches: Sequence[Match]) -> list[list[Match]]:
    """Matches of the same events table together, the best first."""
    groups: dict[tuple[str | None, str], list[Match]] = {}
    for match in sorted(matches, key=lambda match: -match.score):
        events = match.tables["events"]
        groups.setdefault((events.schema, events.name), []).append(match)
    return list(groups.values())


def _events_before_trails(stores: Iterable[Recognised]) -> tuple[Recognised, ...]:
    """Best first; beside a certain store of events, an audit trail is not taken unasked."""
    ranked = sorted(stores, key=lambda store: (store.match.trail, -store.match.score))
    if not any(store.certain and not store.match.trail for store in ranked):
        return tuple(ranked)
    return tuple(replace(s, certain=False) if s.match.trail else s for s in ranked)


def _sobered(match: Match) -> Match:
    """Views and tables without permission are never taken unasked, nor silently."""
    doubts = list(match.doubts)
    score = match.score
    events = match.tables["events"]
    if events.kind in ("view", "foreign"):
        doubts.append(tr("{table} is no table of this database", table=events.full_name))
        score = min(score, CERTAIN - 5)
    for role, table in match.tables.items():
        if not table.readable:
            doubts.append(
                tr(
                    "{table} ({role}) may not be read by this role",
                    table=table.full_name,
                    role=role,
                )
            )
    return replace(match, score=score, doubts=tuple(doubts))


def _beaten(rival: Match, best: Match) -> NearMiss:
    reason = tr(
        "{title} fits the same table better ({one} against {other})",
        title=best.title,
        one=best.score,
        other=rival.score,
    )
    return NearMiss(rival.layout, rival.title, rival.score, (*rival.doubts, reason))


__all__ = [
    "ColumnMap", "Recognised", "Recognition", "builtin_layouts", "layout_named", "recognise",
]  # fmt: skip

ColumnMap = mapped.ColumnMap
