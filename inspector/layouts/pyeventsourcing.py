"""Python ``eventsourcing`` 9: the library's own tables on SQLite and PostgreSQL.

Both have ``originator_id``, ``originator_version``, ``topic`` and ``state``. SQLite's global
order is the implicit row id, and the snapshots table is the same table without one. On
PostgreSQL the events table has ``notification_id`` besides; every application has tables and a
numbering of its own, so that several applications in one database are several stores.

Source: eventsourcing 9.0.0 to 9.5.6, modules ``eventsourcing.sqlite`` and ``.postgres``.
"""

from __future__ import annotations

from collections.abc import Sequence

from inspector.core.texts import tr
from inspector.layouts._api import Catalog, Match, NearMiss, Source, Table
from inspector.layouts._describe import Cells
from inspector.layouts._probe import Shape, having, is_kind, near_misses, paired
from inspector.layouts._pyeventsourcing_family import (
    OLDER,
    PLACES,
    STATE,
    TEXT_IDS,
    TRACKING,
    StateLayout,
    snapshots,
)
from inspector.layouts._scoring import Scale

_COLUMNS = {
    "originator_id": ("text", "uuid"),
    "originator_version": ("integer",),
    "topic": ("text",),
    "state": ("bytes",),
}
_STRANGE = OLDER | {"id", "uid", "application_name"}
LITE = Shape(_COLUMNS, forbidden=_STRANGE | {"notification_id"})
BIG = Shape(_COLUMNS | {"notification_id": ("integer",)}, forbidden=_STRANGE)
BIG_SNAPSHOTS = Shape(_COLUMNS, closed=True)


class PyEventsourcing(StateLayout):
    """Tables of the library itself."""

    name = "pyeventsourcing"
    title = "Python eventsourcing 9"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per events table."""
        events = self._events(catalog)
        if catalog.dialect == "sqlite":
            stored = [t for t in having(catalog, LITE) if not t.rowid]
        else:
            stored = list(having(catalog, BIG_SNAPSHOTS))
        of_events = paired(events, stored)
        tracking = paired(events, list(having(catalog, TRACKING)))
        return [self._match(t, of_events.get(t), tracking.get(t), catalog) for t in events]

    def _events(self, catalog: Catalog) -> list[Table]:
        if catalog.dialect == "sqlite":
            return [t for t in having(catalog, LITE) if t.rowid]
        return list(having(catalog, BIG))

    def _match(
        self, events: Table, stored: Table | None, tracking: Table | None, catalog: Catalog
    ) -> Match:
        scale = Scale(self.name, self.title)
        lite = catalog.dialect == "sqlite"
        scale.columns(events, LITE if lite else BIG)
        scale.index(events, "originator_id", "originator_version")
        tables = {"events": events}
        if lite:
            scale.found(0, tr("the implicit row id is the order of the whole store"))
        else:
            scale.index(events, "notification_id", points=5)
        if stored is not None:
            tables["snapshots"] = stored
            scale.sibling("snapshots", stored)
        if tracking is not None:
            tables["tracking"] = tracking
            scale.sibling("tracking", tracking)
        column = events.column("originator_id")
        texts = not lite and column is not None and not is_kind(column, "uuid")
        return scale.match(tables, variant=TEXT_IDS if texts else "")

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks to be the events table."""
        shape = LITE if catalog.dialect == "sqlite" else BIG
        return near_misses(catalog, self.name, self.title, shape)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by row id (SQLite) or notification id (PostgreSQL)."""
        events = match.tables["events"]
        lite = dialect == "sqlite"
        cells = Cells(events, rowid=lite)
        order = "rowid" if lite else "notification_id"
        return Source(
            events=cells.select(
                {
                    "stream_0": "originator_id",
                    "position": "originator_version",
                    "global_0": order,
                    "type": "topic",
                    "payload": "state",
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=lite or events.has_index(order),
            snapshots=snapshots(match.tables.get("snapshots"), "originator_id"),
            payload=STATE,
            places=PLACES,
            schema_versions="stored",
            snapshot_write="native",
        )


LAYOUT = PyEventsourcing()
