"""What the stores of Akka and Pekko share: types out of manifests, tags, markers.

Imports SQLAlchemy expressions and the helpers of layouts.

Source: the serializers in the cores of Akka 2.10 and Pekko 1.2; ``JacksonSerializer`` for the
version in a manifest.
"""

from __future__ import annotations

import sqlalchemy as sa

from inspector.layouts._api import Table
from inspector.layouts._describe import Cells, Expression, Labels, word
from inspector.layouts._probe import Shape

TAGS_BY_KEY = Shape(
    {"persistence_id": ("text",), "sequence_number": ("integer",), "tag": ("text",)}
)
TAGS_BY_NUMBER = Shape({"event_id": ("integer",), "tag": ("text",)}, closed=True)

_JACKSON = (31, 32, 33)


def facts(cells: Cells, serializer: str, manifest: str) -> Labels:
    """Type and schema version: the manifest up to ``#``, and what follows it.

    Without a manifest, the manifest of the event's adapter is the type, or else the number of
    the serializer. Jackson's first version has no ``#``.
    """
    hash_sign = sa.literal_column("'#'", sa.Text())
    named = sa.func.nullif(cells[manifest], sa.literal_column("''", sa.Text()))
    adapter = cells.maybe("adapter_manifest")
    numbered = sa.literal_column("'serializer '", sa.Text()).op("||")(
        sa.cast(cells[serializer], sa.Text)
    )
    others = [] if adapter is None else [sa.func.nullif(adapter, sa.literal_column("''"))]
    told = sa.func.coalesce(named, *others, numbered)
    version = sa.func.substring(cells[manifest], sa.literal_column("'#([0-9]+)$'", sa.Text()))
    ids: list[Expression] = [sa.literal_column(str(number)) for number in _JACKSON]
    first = sa.case((cells[serializer].in_(ids), sa.literal_column("'1'", sa.Text())))
    return {
        "type": sa.func.split_part(told, hash_sign, sa.literal_column("1")),
        "schema_version": sa.func.coalesce(version, first),
    }


def kind(cells: Cells) -> Expression:
    """A deleted event is there for its number alone."""
    return sa.case((cells["deleted"], word("tombstone")), else_=word("event"))


def tags_of(table: Table, cells: Cells) -> Expression:
    """The tags of an event, from either generation of the table."""
    tags = Cells(table, alias="t")
    tests = []
    if "event_id" in tags:
        tests.append(tags["event_id"] == cells["ordering"])
    if "persistence_id" in tags:
        same = tags["persistence_id"] == cells["persistence_id"]
        tests.append(sa.and_(same, tags["sequence_number"] == cells["sequence_number"]))
    # An arm for each generation: one condition for both would find no index.
    chosen = [
        sa.select(tags["tag"]).select_from(tags.source).where(test).correlate(cells.source)
        for test in tests
    ]
    every = chosen[0] if len(chosen) == 1 else sa.union_all(*chosen)
    return sa.func.array(every.scalar_subquery())


def entity(persistence_id: str) -> str | None:
    """The type before the bar of a typed actor's id."""
    before, bar, _ = persistence_id.partition("|")
    return before if bar and before else None
