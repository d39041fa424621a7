"""The audit trigger of 2ndQuadrant (PostgreSQL): ``audit.logged_actions`` and its many copies.

A row keeps the old row of a table (the new one of an insert) and the fields that changed. No
column says which record it is, and no index finds one, so a stream is a whole *table*: who did
what to it, and when. A state of many records is none; no row is said to tell one. Rows are
``hstore``, or JSON in newer copies.

Source: 2ndQuadrant/audit-trigger, ``audit.sql``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from inspector.core.events import PageKey, StreamId
from inspector.core.row_changes import Effect, Untold
from inspector.core.texts import tr
from inspector.layouts._api import (
    COLUMN,
    Catalog,
    Encoding,
    Folding,
    Match,
    NearMiss,
    Place,
    Places,
    PlainLayout,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._audit_trail import assembled, explain, in_words, json_row
from inspector.layouts._describe import Cells, Expression
from inspector.layouts._probe import Shape, having, is_kind, near_misses
from inspector.layouts._scoring import Scale

ACTIONS = Shape(
    {
        "event_id": ("integer",),
        "schema_name": ("text",),
        "table_name": ("text",),
        "relid": (),
        "action_tstamp_tx": ("time",),
        "action": ("text",),
        "row_data": (),
        "changed_fields": (),
    },
    optional=frozenset(
        {"session_user_name", "action_tstamp_stm", "action_tstamp_clk", "transaction_id",
         "application_name", "client_addr", "client_port", "client_query", "statement_only"}
    ),
)  # fmt: skip
KEPT = (
    "application_name", "client_addr", "client_port", "client_query", "transaction_id",
    "statement_only",
)  # fmt: skip
"""Columns that are shown as metadata, with those that were added."""

WORDS: dict[int | str, str] = {"I": "INSERT", "U": "UPDATE", "D": "DELETE", "T": "TRUNCATE"}
"""What the letters stand for."""


class LoggedActions(PlainLayout):
    """Rows of ``logged_actions``, by table."""

    name = "logged_actions"
    title = "logged_actions (triggers), audit trail"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One trail per table of actions."""
        return [self._match(table) for table in having(catalog, ACTIONS)]

    def _match(self, table: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(table, ACTIONS)
        scale.index(table, "relid", points=15)
        means = tr("a stream is a table; no state, since no column says which record a row is of")
        explain(scale, means, tr("what happened while triggers were off"))
        return scale.match({"events": table}, trail=True)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, ACTIONS)

    def source(self, match: Match, dialect: str) -> Source:
        """Actions in the order of their numbers, tables by their object id."""
        table = match.tables["events"]
        cells = Cells(table)
        kept = [n for n in (*KEPT, *ACTIONS.extras(table)) if n in cells]
        named: Any = sa.cast(cells["schema_name"], sa.Text).op("||")(sa.literal_column("'.'"))
        rows = {n: _as_json(table, cells, n) for n in ("row_data", "changed_fields")}
        return Source(
            events=cells.select(
                {
                    "stream_0": "relid",
                    "category": named.op("||")(sa.cast(cells["table_name"], sa.Text)),
                    "global_0": "event_id",
                    "type": in_words(cells["action"], WORDS),
                    "recorded_at": "action_tstamp_tx",
                    "payload": json_row(rows, dialect),
                    "metadata": assembled(cells, table, kept, dialect) if kept else None,
                    "actor": "session_user_name",
                    "correlation_id": "transaction_id",
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=table.has_index("event_id"),
            stream_order=("global_0",),
            counted_positions=True,
            payload=Encoding(refine=("hstore-in-json",)),
            places=Places(category=Place(COLUMN, ())),
            folding=Folding(ignore_kinds=frozenset(), effect_of=effect_of),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The table's object id; its rows tell the name, which may have changed."""
        return StreamId(plain_text(key[0]), None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The object id."""
        fits = name.isascii() and name.isdigit() and int(name) < 2**32
        return ((int(name),),) if fits else ()


def _as_json(table: Table, cells: Cells, name: str) -> Expression:
    """JSON as it is, and hstore in its text form."""
    column = table.column(name)
    known = column is not None and is_kind(column, "json")
    return cells[name] if known else sa.cast(cells[name], sa.Text)


def effect_of(_event_type: str, _value: Any) -> Effect:
    """Of which record, nobody says."""
    return Untold(tr("The row is of one of the table's records; no column says of which."))


LAYOUT = LoggedActions()
