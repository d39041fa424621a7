"""``eventsourcing_django``: the Python eventsourcing library's tables as Django models.

All applications of a project share one table and one global order; a stream is an application's
name together with an id, so the same id may exist twice. The application is the category.

Source: eventsourcing_django 0.6 (on eventsourcing 9.4).
"""

from __future__ import annotations

from collections.abc import Sequence

from inspector.layouts._api import Catalog, Match, NearMiss, Source, Table
from inspector.layouts._describe import Cells
from inspector.layouts._probe import Shape, beside, having, near_misses
from inspector.layouts._pyeventsourcing_family import (
    OLDER,
    PLACES,
    STATE,
    StateLayout,
    snapshots,
)
from inspector.layouts._scoring import Scale

_COLUMNS = {
    "application_name": ("text",),
    "originator_id": ("uuid", "text"),
    "originator_version": ("integer",),
    "topic": ("text",),
    "state": ("bytes",),
}
_STRANGE = OLDER | {"notification_id"}
EVENTS = Shape({"id": ("integer",)} | _COLUMNS, forbidden=_STRANGE)
SNAPSHOTS = Shape({"uid": ("integer",)} | _COLUMNS, forbidden=_STRANGE)
TRACKING = Shape(
    {
        "application_name": ("text",),
        "upstream_application_name": ("text",),
        "notification_id": ("integer",),
    }
)


class PyEventsourcingDjango(StateLayout):
    """Tables made by Django's migrations."""

    name = "pyeventsourcing_django"
    title = "Python eventsourcing with Django"
    id_index = 1

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per events table, with all its applications."""
        return [self._match(catalog, table) for table in having(catalog, EVENTS)]

    def _match(self, catalog: Catalog, events: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "application_name", "originator_id", "originator_version")
        tables = {"events": events}
        for role, shape in (("snapshots", SNAPSHOTS), ("tracking", TRACKING)):
            table = beside(catalog, shape, events)
            if table is not None:
                tables[role] = table
                scale.sibling(role, table)
        return scale.match(tables)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks to be the events table."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by id, streams by application and id."""
        events = match.tables["events"]
        return Source(
            events=Cells(events).select(
                {
                    "stream_0": "application_name",
                    "stream_1": "originator_id",
                    "position": "originator_version",
                    "global_0": "id",
                    "type": "topic",
                    "payload": "state",
                }
            ),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0",),
            order_indexed=events.has_index("id"),
            snapshots=snapshots(match.tables.get("snapshots"), "application_name", "originator_id"),
            payload=STATE,
            places=PLACES,
            schema_versions="stored",
            snapshot_write="native",
        )


LAYOUT = PyEventsourcingDjango()
