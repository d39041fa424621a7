"""Revo (.NET, Entity Framework Core) on PostgreSQL and SQLite.

Every column carries a prefix of its own. The event has a schema version; metadata are JSON.

Source: Revo, January 2026.
"""

from __future__ import annotations

from collections.abc import Sequence

from inspector.core.events import PageKey, StreamId
from inspector.layouts._api import (
    Catalog,
    Match,
    NearMiss,
    PlainLayout,
    Source,
    Table,
)
from inspector.layouts._describe import Cells
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import Shape, having, near_misses
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "res_esr_event_stream_row_id": ("text",),
        "res_esr_global_sequence_number": ("integer",),
        "res_esr_stream_id": ("text",),
        "res_esr_stream_sequence_number": ("integer",),
        "res_esr_store_date": ("time", "text"),
        "res_esr_event_name": ("text",),
        "res_esr_event_version": ("integer",),
        "res_esr_event_json": ("text", "json"),
        "res_esr_additional_metadata_json": ("text", "json"),
    },
    optional=frozenset({"res_esr_is_dispatched_to_async_queues"}),
)


class Revo(PlainLayout):
    """The table of rows."""

    name = "revo"
    title = "Revo"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of rows."""
        return [self._match(table) for table in having(catalog, EVENTS)]

    def _match(self, events: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "res_esr_stream_id", "res_esr_stream_sequence_number", points=5)
        scale.index(events, "res_esr_global_sequence_number", points=5)
        return scale.match({"events": events})

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by their number in the store."""
        events = match.tables["events"]
        return Source(
            events=Cells(events).select(
                {
                    "stream_0": "res_esr_stream_id",
                    "position": "res_esr_stream_sequence_number",
                    "global_0": "res_esr_global_sequence_number",
                    "id": "res_esr_event_stream_row_id",
                    "type": "res_esr_event_name",
                    "schema_version": "res_esr_event_version",
                    "recorded_at": "res_esr_store_date",
                    "payload": "res_esr_event_json",
                    "metadata": "res_esr_additional_metadata_json",
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index("res_esr_global_sequence_number"),
            schema_versions="stored",
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The stream's id."""
        return StreamId(id_text(key[0]), None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id in the column's own form."""
        column = match.tables["events"].column("res_esr_stream_id")
        return [(own,) for own in id_keys(name, column)]


LAYOUT = Revo()
