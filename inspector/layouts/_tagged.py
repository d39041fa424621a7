"""Stores without streams, whose events carry tags in a table of their own.

Every tag is shown as a stream of the events that carry it; an event with two tags is in two
streams and counted once in the store.

Imports SQLAlchemy expressions and the helpers of layouts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from inspector.core.texts import tr
from inspector.layouts._api import Catalog, Match, NearMiss, PlainLayout, Table
from inspector.layouts._describe import Cells, Expression, Labels, word
from inspector.layouts._probe import Shape, beside, having, nearest_misses
from inspector.layouts._scoring import Scale


class TaggedLayout(PlainLayout):
    """A layout of a table of events, in one of several forms, with a table of tags beside it.

    Attributes:
        forms: the table of events, by variant.
        tags: the table of tags.
        snapshots: a table of snapshots, where the library may have one.
    """

    forms: Mapping[str, Shape]
    tags: Shape
    snapshots: Shape | None = None

    def judge(self, scale: Scale, events: Table, tags: Table) -> None:
        """What else speaks for or against a match."""

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events with its tags."""
        found: list[Match] = []
        for variant, shape in self.forms.items():
            for events in having(catalog, shape):
                tags = beside(catalog, self.tags, events)
                if tags is not None:
                    found.append(self._match(catalog, events, tags, variant))
        return found

    def _match(self, catalog: Catalog, events: Table, tags: Table, variant: str) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, self.forms[variant])
        scale.sibling("tags", tags)
        self.judge(scale, events, tags)
        tables = {"events": events, "tags": tags}
        if self.snapshots is not None:
            snapshots = beside(catalog, self.snapshots, events)
            if snapshots is not None:
                tables["snapshots"] = snapshots
                scale.sibling("snapshots", snapshots)
        return scale.match(tables, variant=variant)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks, or that its tags are not there."""
        for shape in self.forms.values():
            for events in having(catalog, shape):
                if beside(catalog, self.tags, events) is None:
                    text = tr("{table} is there, but no table of tags", table=events.full_name)
                    return (NearMiss(self.name, self.title, 50, (text,)),)
        return nearest_misses(catalog, self.name, self.title, self.forms.values())


@dataclass(frozen=True)
class Tagged:
    """Events, their tags, and how both are joined.

    Attributes:
        key: columns of the tags that make a stream's key.
        order: the column of the global order, in both tables or only named so in events.
        order_of_tags: the same in the tags.
        joined: column of events to column of tags.
        facts: labels of events, made of their cells.
        reserved: a key of tags that is the library's own and no stream.
        positive: rows whose order is negative have no final place yet and are left out.
    """

    events: Table
    tags: Table
    key: Sequence[str]
    order: str
    order_of_tags: str
    joined: Mapping[str, str]
    facts: Callable[[Cells], Labels]
    reserved: str = ""
    positive: bool = False

    def everything(self) -> sa.Select[Any]:
        """Every event once, under its first tag."""
        events = Cells(self.events, alias="m")
        labels: Labels = {f"stream_{i}": self._first(events, n) for i, n in enumerate(self.key)}
        chosen = events.select({**labels, "global_0": self.order, **self.facts(events)})
        return self._placed(chosen, events[self.order])

    def of_tag(self) -> sa.Select[Any]:
        """The events of each tag."""
        tags, events = Cells(self.tags, alias="t"), Cells(self.events, alias="m")
        test = [events[one] == tags[other] for one, other in self.joined.items()]
        source = tags.source.outerjoin(events.source, sa.and_(*test))
        labels: Labels = {f"stream_{i}": name for i, name in enumerate(self.key)}
        columns = tags.labelled({**labels, "global_0": self.order_of_tags})
        chosen = sa.select(*columns, *events.labelled(self.facts(events))).select_from(source)
        return self._placed(chosen.where(*self._own(tags)), tags[self.order_of_tags])

    def _first(self, events: Cells, name: str) -> Expression:
        """A column of the first tag of an event."""
        tags = Cells(self.tags, alias="f")
        test = [events[one] == tags[other] for one, other in self.joined.items()]
        order = [tags[column] for column in self.key]
        chosen = sa.select(tags[name]).select_from(tags.source).where(*test, *self._own(tags))
        found = chosen.order_by(*order).limit(1).correlate(events.source)
        return found.scalar_subquery()

    def _own(self, tags: Cells) -> list[Expression]:
        """What keeps the library's own tags out."""
        return [tags[self.key[0]] != word(self.reserved)] if self.reserved else []

    def _placed(self, chosen: sa.Select[Any], order: Expression) -> sa.Select[Any]:
        return chosen.where(order >= sa.literal_column("0")) if self.positive else chosen
