"""How sure a layout is, with the sentences that say why.

Imports the layout contract only. A table with the right columns begins at ``BASE``; its keys,
its sibling tables and its rows add to that, oddities take away. The sum stays within 0 to 100.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from inspector.core.texts import tr
from inspector.layouts._api import Catalog, Match, Table
from inspector.layouts._probe import LISTED, Shape, having, paired

BASE = 75


@dataclass
class Scale:
    """Collects evidence for and against one match.

    Attributes:
        layout, title: of the layout that looks.
        score: the sum so far.
        evidence, doubts: the sentences so far.
    """

    layout: str
    title: str
    score: int = BASE
    evidence: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def columns(self, table: Table, shape: Shape) -> None:
        """Say which columns were recognised, and doubt those that nobody knows."""
        listed = ", ".join(shape.required)
        self.evidence.append(tr("{table} has {columns}", table=table.full_name, columns=listed))
        extras = shape.extras(table)
        if extras:
            listed = ", ".join(extras[:LISTED]) + (" …" if len(extras) > LISTED else "")
            self.against(
                min(10, 5 * len(extras)), tr("columns of another origin: {columns}", columns=listed)
            )

    def found(self, points: int, sentence: str) -> None:
        """Something speaks for the match."""
        self.score += points
        self.evidence.append(sentence)

    def against(self, points: int, sentence: str) -> None:
        """Something is odd."""
        self.score -= points
        self.doubts.append(sentence)

    def index(self, table: Table, *columns: str, points: int = 10) -> None:
        """An index the library makes: expected, and its absence is worth a doubt."""
        listed, name = ", ".join(columns), table.full_name
        if table.has_index(*columns):
            text = tr("{table} has a key or index on ({columns})", table=name, columns=listed)
            self.found(points, text)
        else:
            text = tr("{table} has no index on ({columns})", table=name, columns=listed)
            self.against(0, text)

    def sibling(self, role: str, table: Table, points: int = 5) -> None:
        """A table that the library makes beside its events."""
        name = table.full_name
        self.found(points, tr("{table} has the columns of {role}", table=name, role=role))

    def match(
        self,
        tables: Mapping[str, Table],
        *,
        variant: str = "",
        options: Mapping[str, object] | None = None,
        trail: bool = False,
    ) -> Match:
        """The match with everything that was collected."""
        return Match(
            layout=self.layout,
            title=tr(self.title),
            score=max(0, min(100, self.score)),
            tables=dict(tables),
            evidence=tuple(self.evidence),
            variant=variant,
            doubts=tuple(self.doubts),
            options=options or {},
            trail=trail,
        )


def journals(
    scale: Callable[[], Scale],
    catalog: Catalog,
    shapes: tuple[Shape, Shape],
    index: Sequence[str],
) -> list[Match]:
    """A store for every table of events, each with its table of snapshots if there is one.

    Args:
        scale: makes the layout's empty scale.
        shapes: of events and of snapshots.
        index: columns of the index that finds a stream.
    """
    events = list(having(catalog, shapes[0]))
    snapshots = paired(events, list(having(catalog, shapes[1])))
    return [_journal(scale(), table, snapshots.get(table), shapes[0], index) for table in events]


def _journal(
    scale: Scale, events: Table, snapshots: Table | None, shape: Shape, index: Sequence[str]
) -> Match:
    scale.columns(events, shape)
    scale.index(events, *index)
    tables = {"events": events}
    if snapshots is not None:
        tables["snapshots"] = snapshots
        scale.sibling("snapshots", snapshots)
    return scale.match(tables)
