"""How sure a layout is, with the sentences that say why.

Imports the layout contract only. A table with the right columns begins at ``BASE``; its keys,
its sibling tables and its rows add to that, oddities take away. The sum stays within 0 to 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from inspector.layouts._api import Match, Table
from inspector.layouts._probe import LISTED, Shape

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
        self.evidence.append(f"{table.full_name} has {', '.join(shape.required)}")
        extras = shape.extras(table)
        if extras:
            listed = ", ".join(extras[:LISTED]) + (" …" if len(extras) > LISTED else "")
            self.against(min(10, 5 * len(extras)), f"columns of another origin: {listed}")

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
        listed = ", ".join(columns)
        if table.has_index(*columns):
            self.found(points, f"{table.full_name} has a key or index on ({listed})")
        else:
            self.against(0, f"{table.full_name} has no index on ({listed}): reading is slow")

    def match(
        self,
        tables: Mapping[str, Table],
        *,
        variant: str = "",
        options: Mapping[str, object] | None = None,
    ) -> Match:
        """The match with everything that was collected."""
        return Match(
            layout=self.layout,
            title=self.title,
            score=max(0, min(100, self.score)),
            tables=dict(tables),
            evidence=tuple(self.evidence),
            variant=variant,
            doubts=tuple(self.doubts),
            options=options or {},
        )
