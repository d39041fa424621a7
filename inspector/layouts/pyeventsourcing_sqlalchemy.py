"""``eventsourcing_sqlalchemy``: the Python eventsourcing library's tables through SQLAlchemy.

As the library's own tables, with a column ``id`` that is the global order on every database.
SQLite holds the UUID as 16 raw bytes, PostgreSQL as ``uuid``.

Source: eventsourcing_sqlalchemy 1.0.1; 0.1 to 0.9 have the same tables.
"""

from __future__ import annotations

from collections.abc import Sequence

from inspector.layouts._api import Catalog, Match, NearMiss, Source, Table
from inspector.layouts._describe import Cells
from inspector.layouts._probe import Shape, having, near_misses, paired
from inspector.layouts._pyeventsourcing_family import (
    OLDER,
    PLACES,
    STATE,
    TRACKING,
    StateLayout,
    snapshots,
)
from inspector.layouts._scoring import Scale

_COLUMNS = {
    "originator_id": ("uuid", "bytes", "text"),
    "originator_version": ("integer",),
    "topic": ("text",),
    "state": ("bytes",),
}
_STRANGE = OLDER | {"application_name", "notification_id", "uid"}
EVENTS = Shape({"id": ("integer",)} | _COLUMNS, forbidden=_STRANGE)
SNAPSHOTS = Shape(_COLUMNS, forbidden=_STRANGE | {"id"})


class PyEventsourcingSqlalchemy(StateLayout):
    """Tables made by the SQLAlchemy extension."""

    name = "pyeventsourcing_sqlalchemy"
    title = "Python eventsourcing with SQLAlchemy"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per events table; each application has its own."""
        events = list(having(catalog, EVENTS))
        stored = paired(events, list(having(catalog, SNAPSHOTS)))
        tracking = paired(events, list(having(catalog, TRACKING)))
        return [self._match(t, stored.get(t), tracking.get(t)) for t in events]

    def _match(self, events: Table, stored: Table | None, tracking: Table | None) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "originator_id", "originator_version")
        scale.index(events, "id", points=5)
        tables = {"events": events}
        if stored is not None:
            tables["snapshots"] = stored
            scale.sibling("snapshots", stored)
        if tracking is not None:
            tables["tracking"] = tracking
            scale.sibling("tracking", tracking)
        return scale.match(tables)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks to be the events table."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by id."""
        events = match.tables["events"]
        return Source(
            events=Cells(events).select(
                {
                    "stream_0": "originator_id",
                    "position": "originator_version",
                    "global_0": "id",
                    "type": "topic",
                    "payload": "state",
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index("id"),
            snapshots=snapshots(match.tables.get("snapshots"), "originator_id"),
            payload=STATE,
            places=PLACES,
            schema_versions="stored",
            snapshot_write="native",
        )


LAYOUT = PyEventsourcingSqlalchemy()
