"""Cratis Chronicle (.NET), its storage in SQL, on PostgreSQL and SQLite.

One table for each sequence of events. The content of an event is kept once for every generation of
its schema: the ladder of its versions is in the database. The newest generation is shown and
folded, as the library hands it out; the payload has all of them. The order is the number in the
sequence, from 0. A stream is an event source; its events have no number of their own and are
counted. What was redacted keeps its place under the library's own type. Tags, revisions and hashes
are not read.

Source: Cratis Chronicle 16 to 19, ``EventSequenceMigrator`` and ``EventEntryConverter``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from inspector.layouts._api import (
    COLUMN,
    Catalog,
    Encoding,
    Match,
    NearMiss,
    Place,
    Places,
    PlainLayout,
    Source,
    Table,
)
from inspector.layouts._describe import Cells, Expression
from inspector.layouts._probe import Shape, having, near_misses
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "sequencenumber": ("integer",),
        "correlationid": ("text",),
        "causation": ("text",),
        "causedby": ("text",),
        "type": ("text",),
        "occurred": ("time", "text"),
        "eventsourcetype": ("text",),
        "eventsourceid": ("text",),
        "eventstreamtype": ("text",),
        "eventstreamid": ("text",),
        "content": ("text", "json"),
    },
    optional=frozenset({
        "contenthashes", "subject", "tags", "compensations", "revisions", "lastmutationordinal",
    }),
)  # fmt: skip
PLACES = Places(
    schema_version=Place("payload", ("generation",)),
    data=Place("payload", ("content",)),
    category=Place(COLUMN, ()),
)
CONTENT = Encoding(refine=("newest-generation",))


class Chronicle(PlainLayout):
    """A table of entries."""

    name = "chronicle"
    title = "Cratis Chronicle"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per sequence."""
        return [self._match(table) for table in having(catalog, EVENTS)]

    def _match(self, events: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "sequencenumber")
        scale.index(events, "eventsourceid", points=5)
        return scale.match({"events": events})

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Entries by their number in the sequence."""
        events = match.tables["events"]
        cells = Cells(events)
        return Source(
            events=cells.select(
                {
                    "stream_0": "eventsourceid",
                    "category": "eventsourcetype",
                    "global_0": "sequencenumber",
                    "type": "type",
                    "recorded_at": "occurred",
                    "payload": "content",
                    "metadata": "causation",
                    "correlation_id": "correlationid",
                    "actor": _first(cells["causedby"]),
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index("sequencenumber"),
            stream_order=("global_0",),
            counted_positions=True,
            payload=CONTENT,
            places=PLACES,
            schema_versions="stored",
        )


def _first(listed: Expression) -> Expression:
    """Identities out of a list of JSON, with commas; an empty list is nobody."""
    found: Expression = listed
    for sign in ("'['", "']'", "'\"'"):
        found = sa.func.replace(found, sa.literal_column(sign), sa.literal_column("''"))
    nobody: sa.ColumnElement[Any] = sa.literal_column("''")
    return sa.func.nullif(found, nobody)


LAYOUT = Chronicle()
