"""AxonIQ's PostgreSQL engine (Java, commercial): events with tags instead of streams.

The history of an entity is what carries its tag, such as ``Order=42``. Rows with a negative index
are written but have no final place yet: they are left out, as the engine does. In the first form
(2025) ``type`` carries name and version in one text and tags are also a column; since 5.2 there is
a column for the version and a table of tags, where ``__T`` is the engine's own key for types.
Snapshots are listed by the name and id of their entity; which tag that has, only the application
knows, and their position is one of the whole store.

Source: the published schema of the engine, 2025 and 5.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from inspector.core.events import PageKey, StreamId
from inspector.layouts._api import (
    Match,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells, Labels, row_key
from inspector.layouts._probe import Shape
from inspector.layouts._scoring import Scale
from inspector.layouts._tagged import Tagged, TaggedLayout

_COMMON: Mapping[str, tuple[str, ...]] = {
    "global_index": ("integer",),
    "timestamp": ("time",),
    "payload": ("bytes",),
    "metadata": ("json",),
    "identifier": ("text",),
    "type": ("text",),
}
_OTHERS = frozenset({"aggregate_sequence_number", "aggregate_identifier", "dead_letter_id"})
EVENTS = {
    "5.2": Shape({**_COMMON, "type_version": ("text",)}, forbidden=_OTHERS | {"tags"}),
    "2025": Shape({**_COMMON, "tags": ("json",)}, forbidden=_OTHERS | {"type_version"}),
}
TAGS = Shape({"key": ("text",), "value": ("text",), "global_index": ("integer",)}, closed=True)
SNAPSHOTS = Shape(
    {
        "qualified_name": ("text",),
        "identifier": ("text",),
        "position_value": ("integer",),
        "version": ("text",),
        "payload": ("bytes",),
        "timestamp": ("time",),
    }
)
_TYPE_KEY = "__T"


class AxonDcb(TaggedLayout):
    """Events and their tags, of either form."""

    name = "axon_dcb"
    title = "AxonIQ PostgreSQL engine"

    forms = EVENTS
    tags = TAGS
    snapshots = SNAPSHOTS

    def judge(self, scale: Scale, events: Table, tags: Table) -> None:
        """The indexes of the library."""
        scale.index(events, "global_index", points=5)
        scale.index(tags, "key", "value", points=5)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by index, and by tag."""
        events, snapshots = match.tables["events"], match.tables.get("snapshots")
        tagged = Tagged(
            events,
            match.tables["tags"],
            key=("key", "value"),
            order="global_index",
            order_of_tags="global_index",
            joined={"global_index": "global_index"},
            facts=_FACTS[match.variant],
            reserved=_TYPE_KEY,
            positive=True,
        )
        return Source(
            events=tagged.everything(),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0",),
            order_indexed=events.has_index("global_index"),
            stream_events=tagged.of_tag(),
            stream_order=("global_0",),
            counted_positions=True,
            schema_versions="stored",
            snapshots=None if snapshots is None else _snapshots(snapshots),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The tag; its key is the category."""
        kind = plain_text(key[0])
        return StreamId(f"{kind}={plain_text(key[1])}", kind, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """Key and value around the first equals sign; of a bare value the key stays open."""
        kind, sign, value = name.partition("=")
        if sign:
            return [(kind, value)]
        key: Any = ... if category is None else category
        return [(key, name)]

    def snapshot_key(self, stream: StreamId, match: Match) -> PageKey | None:
        """Which tag a snapshot's entity has, only the application knows."""
        return None


def _snapshots(table: Table) -> sa.Select[Any]:
    """States by the name of their entity; their position is one of the whole store."""
    cells = Cells(table)
    equals = sa.literal_column("'='", sa.Text())
    return cells.select(
        {
            "stream_name": cells["qualified_name"].op("||")(equals).op("||")(cells["identifier"]),
            "position": "position_value",
            "type": "qualified_name",
            "schema_version": "version",
            "recorded_at": "timestamp",
            "payload": "payload",
            "metadata": "metadata",
            "row_key": row_key(cells["qualified_name"], cells["identifier"]),
        }
    )


_PLAIN: Labels = {
    "id": "identifier",
    "recorded_at": "timestamp",
    "payload": "payload",
    "metadata": "metadata",
}


_WITH_VERSION: Labels = {**_PLAIN, "type": "type", "schema_version": "type_version"}


def _named(cells: Cells) -> Labels:
    """Name and version out of one text."""
    parts = [
        sa.func.split_part(cells["type"], sa.literal_column("'#'"), sa.literal_column(number))
        for number in ("1", "2")
    ]
    version = sa.func.nullif(parts[1], sa.literal_column("''"))
    return {**_PLAIN, "type": parts[0], "schema_version": version}


_FACTS: Mapping[str, Callable[[Cells], Labels]] = {
    "5.2": lambda _: _WITH_VERSION,
    "2025": _named,
}

LAYOUT = AxonDcb()
