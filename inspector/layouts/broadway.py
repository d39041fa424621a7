"""Broadway (PHP) with its DBAL event store: one table, any name, the same in all releases.

A stream is a ``uuid``; what kind of thing it is about is not stored. ``playhead`` counts from
0. ``type`` is the class with dots; payload and metadata are JSON texts of the form
``{"class": …, "payload": …}``. Schema versions are a habit of naming classes (``…V2``). On SQLite
with binary ids the column holds 16 bytes that the driver stored as text.

Broadway keeps no snapshots in a table, deletes nothing and archives nothing.

Source: broadway/event-store-dbal 0.1 to 0.7, broadway 2.5.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from inspector.core.events import Event, PageKey, StreamId
from inspector.core.texts import tr
from inspector.layouts._api import (
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
from inspector.layouts._describe import Cells
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._php_family import objects, samples
from inspector.layouts._probe import Shape, having, is_kind, near_misses
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "id": ("integer",),
        "uuid": ("text", "bytes"),
        "playhead": ("integer",),
        "payload": ("text", "json"),
        "metadata": ("text", "json"),
        "recorded_on": ("text", "time"),
        "type": ("text",),
    },
    closed=True,
)

PLACES = Places(
    data=Place("payload", ("payload",)),
)

_VERSION = re.compile(r"(?<=[a-z0-9])V(\d{1,4})\Z")
_PAIR = frozenset({"class", "payload"})
_WRAPPED = "payload"
_VALUES = "values"


class Broadway(PlainLayout):
    """The table of Broadway's DBAL event store."""

    name = "broadway"
    title = "Broadway (PHP)"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table."""
        return [self._match(catalog, table) for table in having(catalog, EVENTS)]

    def _match(self, catalog: Catalog, table: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(table, EVENTS)
        scale.index(table, "uuid", "playhead")
        rows = samples(catalog, table)
        cells = objects(rows, "payload")
        if rows and len(cells) == len(rows) and all(c.keys() == _PAIR for c in cells):
            scale.found(15, tr("payloads are pairs of a class and its payload"))
        elif rows:
            scale.against(20, tr("payloads are not pairs of a class and its payload"))
        return scale.match({"events": table})

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """The table as it is."""
        table = match.tables["events"]
        column = table.column("uuid")
        return Source(
            events=Cells(table).select(
                {
                    "stream_0": "uuid",
                    "position": "playhead",
                    "global_0": "id",
                    "type": "type",
                    "recorded_at": "recorded_on",
                    "payload": "payload",
                    "metadata": "metadata",
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=table.has_index("id"),
            byte_key=column is not None and is_kind(column, "bytes"),
            payload=Encoding(codecs=("json",), refine=("php-wrappings",)),
            metadata=Encoding(codecs=("json",), refine=("php-wrappings",)),
            places=PLACES,
            schema_versions="named",
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The id with its dashes."""
        return StreamId(id_text(key[0]), None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id in the column's own form."""
        column = match.tables["events"].column("uuid")
        return tuple((value,) for value in id_keys(name, column))

    adjusts: frozenset[str] | None = frozenset({"meta", "schema_version"})

    def adjust(self, event: Event) -> Event:
        """Metadata out of their wrapping, and the version that a class is named after."""
        found = _VERSION.search(event.type)
        version = int(found[1]) if found else None
        meta = event.meta
        if isinstance(meta, dict) and meta.keys() == _PAIR:
            meta = meta[_WRAPPED]
            if isinstance(meta, dict) and meta.keys() == {_VALUES}:  # the reflection serializer
                meta = meta[_VALUES]
        return replace(event, meta=meta, schema_version=version)


LAYOUT = Broadway()
