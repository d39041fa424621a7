"""Statements for the outline of a store: types and times without payloads, and counts of types.

Counting goes by chunks of key order, so that it can tell how far it is and be stopped: one
statement counts the types of the next rows, several bins at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from inspector.storage.statements import Range, Statement, beyond, untyped, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.core.events import PageKey
    from inspector.storage.statements import Statements


class OutlineStatements:
    """Statements about the outline of one source; each is built once."""

    def __init__(self, statements: Statements) -> None:
        self.source = statements.source
        self._statements = statements
        chosen = self.source.stream_events
        self._all = self.source.events.subquery("e")
        self._one = (self.source.events if chosen is None else chosen).subquery("e")
        self._kept: dict[tuple[object, ...], Statement] = {}

    @property
    def has_types(self) -> bool:
        """Whether the type of an event has a column of its own."""
        return "type" in self._all.c

    @property
    def has_payloads_of_all(self) -> bool:
        """Whether payloads can be read where the events of all streams are read together."""
        return "payload" in self._all.c

    @property
    def has_times(self) -> bool:
        """Whether the time of a stream's event has a column of its own."""
        return "recorded_at" in self._one.c

    @property
    def has_times_of_all(self) -> bool:
        """The same, where the events of all streams are read together."""
        return "recorded_at" in self._all.c

    def moments(self, stream: PageKey | None, order: Sequence[str], *, after: bool) -> Statement:
        """Order and stored time of the next ``limit`` rows of a stream (after ``a0`` …).

        ``None`` is the whole store.
        """
        nulls = None if stream is None else tuple(v is None for v in stream)
        name = ("moments", nulls, tuple(order), after)
        if name not in self._kept:
            base = self._all if stream is None else self._one
            columns = [base.c[n] for n in order]
            found: Statement = sa.select(*columns, base.c.recorded_at.label("moment"))
            if stream is not None:
                found = self._statements.of_stream(found, base, stream)
            if after:
                found = found.where(beyond(base, order, "a", False))
            if stream is None:
                found = self._reached(found, after)
            self._kept[name] = found.order_by(*columns).limit(whole("limit"))
        return self._kept[name]

    def types(self, *, after: bool) -> Statement:
        """Order and type of the store's next ``limit`` rows (after ``a0`` …)."""
        name = ("types", after)
        if name not in self._kept:
            order = [self._all.c[n] for n in self.source.order_key]
            found: Statement = sa.select(*order, self._type().label("kind_of_event"))
            if after:
                found = found.where(beyond(self._all, self.source.order_key, "a", False))
            found = self._reached(found, after)
            self._kept[name] = found.order_by(*order).limit(whole("limit"))
        return self._kept[name]

    def placed(self, *, after: bool) -> Statement:
        """Order, type and stored time of the store's next ``limit`` rows (after ``a0`` …)."""
        name = ("placed", after)
        if name not in self._kept:
            order = [self._all.c[n] for n in self.source.order_key]
            kind, moment = self._type().label("kind_of_event"), self._all.c.recorded_at
            found: Statement = sa.select(*order, kind, moment.label("moment"))
            if after:
                found = found.where(beyond(self._all, self.source.order_key, "a", False))
            found = self._reached(found, after)
            self._kept[name] = found.order_by(*order).limit(whole("limit"))
        return self._kept[name]

    def payloads(self, *, after: bool) -> Statement:
        """Order, type (where it has a column) and payload of the store's next rows."""
        kind = ("type",) if self.has_types else ()
        order = tuple(self.source.order_key)
        build = self._statements.history_after if after else self._statements.history
        return build(None, order, (*order, *kind, "payload"))

    def tally(self, *, after: bool) -> Statement:
        """How many of each type are in each ``bin`` of the next ``limit`` rows."""
        name = ("tally", after)
        if name not in self._kept:
            order = [self._all.c[n] for n in self.source.order_key]
            place = sa.func.row_number().over(order_by=order) - sa.literal_column("1")
            found = sa.select(self._type().label("kind_of_event"), place.label("place"))
            if after:
                found = found.where(beyond(self._all, self.source.order_key, "a", False))
            found = self._reached(found, after)
            rows = found.order_by(*order).limit(whole("limit")).subquery("r")
            bins = sa.select(
                (rows.c.place - rows.c.place % whole("bin")).label("first_place"),
                rows.c.kind_of_event,
            ).subquery("b")
            groups = (bins.c.first_place, bins.c.kind_of_event)
            self._kept[name] = sa.select(*groups, sa.func.count()).group_by(*groups)
        return self._kept[name]

    def between(self) -> Statement:
        """How many rows lie after ``a0`` … and not after ``u0`` …."""
        if ("between",) not in self._kept:
            order = self.source.order_key
            left: Any = self._all.c[order[0]]
            right: Any = untyped("u0")
            if len(order) > 1:
                left = sa.tuple_(*(self._all.c[n] for n in order))
                right = sa.tuple_(*(untyped(f"u{i}") for i in range(len(order))))
            counted = sa.select(sa.func.count()).select_from(self._all)
            self._kept[("between",)] = counted.where(
                beyond(self._all, order, "a", False), left <= right
            )
        return self._kept[("between",)]

    def _reached(self, statement: Statement, after: bool) -> Statement:
        """Only what the next rows of the store can be among."""
        order, how = self.source.order_key, Range(after=after)
        return self._statements.within_reach(statement, self._all, order, where=how)

    def _type(self) -> sa.ColumnElement[Any]:
        return self._all.c.type if self.has_types else sa.null()
