"""Revo (.NET, Entity Framework Core) on PostgreSQL and SQLite.

Every column carries a prefix of its own, or, with another naming convention, none. The event has a
schema version; metadata are JSON.

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
from inspector.layouts._probe import Shape, having, nearest_misses
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
_PREFIX = "res_esr_"
PLAIN = Shape(
    {name.removeprefix(_PREFIX).replace("_", ""): kinds for name, kinds in EVENTS.required.items()},
    optional=frozenset({"isdispatchedtoasyncqueues"}),
)
FORMS = {"": EVENTS, "names without prefix": PLAIN}


class Revo(PlainLayout):
    """The table of rows."""

    name = "revo"
    title = "Revo"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of rows."""
        return [
            self._match(table, variant)
            for variant, shape in FORMS.items()
            for table in having(catalog, shape)
        ]

    def _match(self, events: Table, variant: str) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, FORMS[variant])
        key = ("res_esr_stream_id", "res_esr_stream_sequence_number")
        scale.index(events, *(_named(n, variant) for n in key), points=5)
        scale.index(events, _named("res_esr_global_sequence_number", variant), points=5)
        return scale.match({"events": events}, variant=variant)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return nearest_misses(catalog, self.name, self.title, FORMS.values())

    def source(self, match: Match, dialect: str) -> Source:
        """Events by their number in the store."""
        events = match.tables["events"]
        names = {label: _named(name, match.variant) for label, name in _LABELS.items()}
        return Source(
            events=Cells(events).select(names),  # type: ignore[arg-type]
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index(names["global_0"]),
            schema_versions="stored",
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The stream's id."""
        return StreamId(id_text(key[0]), None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id in the column's own form."""
        column = match.tables["events"].column(_named("res_esr_stream_id", match.variant))
        return [(own,) for own in id_keys(name, column)]


_LABELS = {
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


def _named(name: str, variant: str) -> str:
    """The name of a column in this form of the table."""
    return name.removeprefix(_PREFIX).replace("_", "") if variant else name


LAYOUT = Revo()
