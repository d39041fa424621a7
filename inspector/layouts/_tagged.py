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

from inspector.layouts._api import Table
from inspector.layouts._describe import Cells, Expression, Labels, word


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
