"""Reading stored snapshots: state that the application kept, not replayed by us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from inspector.core.events import Snapshot, StreamId
from inspector.core.findings import Finding
from inspector.core.payloads import EAGER_LIMIT, Undecoded
from inspector.storage.statements import beyond, key_parameters, untyped, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.core.events import PageKey
    from inspector.storage.opened import Opened

LABELS = (
    "stream_name",
    "position",
    "type",
    "schema_version",
    "recorded_at",
    "row_key",
)

CELLS = ("payload", "metadata")


class SnapshotReader:
    """Reads snapshots of one matched store through one connection."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    @property
    def available(self) -> bool:
        """Whether the store keeps snapshots where this layout knows to look."""
        return self._opened.source.snapshots is not None

    def positions(self, stream: StreamId, limit: int = 10_000) -> tuple[int, ...]:
        """Positions of the stream's snapshots, for marks on the timeline."""
        if self._opened.source.snapshots is None:
            return ()
        key = self._opened.layout.snapshot_key(stream, self._opened.match)
        if key is None:
            return ()
        table = self._opened.source.snapshots.subquery("s")
        if "position" not in table.c:  # it is within the stored state
            found = (s.position for s in self.page(stream, limit))
            return tuple(sorted(p for p in found if p is not None))
        chosen = sa.select(table.c.position).where(*self._of_stream(table)).limit(whole("limit"))
        parameters = {"limit": limit, **key_parameters("k", key)}
        rows = self._opened.connection.read(chosen, parameters)
        return tuple(sorted(int(row[0]) for row in rows if row[0] is not None))

    def page(self, stream: StreamId | None = None, limit: int = 1000) -> tuple[Snapshot, ...]:
        """Snapshots of a stream, or the first of the store, by stream and position."""
        if self._opened.source.snapshots is None:
            return ()
        table = self._opened.source.snapshots.subquery("s")
        tests: list[Any] = []
        parameters: dict[str, Any] = {"limit": limit}
        if stream is not None:
            key = self._opened.layout.snapshot_key(stream, self._opened.match)
            if key is None:
                return ()
            tests, parameters = self._of_stream(table), parameters | key_parameters("k", key)
        return tuple(self._snapshot(row) for row in self._rows(table, tests, parameters))

    def newest(self, stream: StreamId, until: int | None = None) -> Snapshot | None:
        """The stream's newest snapshot, of those at or before a position."""
        if self._opened.source.snapshots is None:
            return None
        key = self._opened.layout.snapshot_key(stream, self._opened.match)
        table = self._opened.source.snapshots.subquery("s")
        if key is None:
            return None
        if "position" not in table.c:  # it is within the stored state; there are few of these
            found = [s for s in self.page(stream) if s.position is not None]
            found = [s for s in found if until is None or (s.position or 0) <= until]
            return max(found, key=lambda s: s.position or 0, default=None)
        tests, parameters = self._of_stream(table), {"limit": 1, **key_parameters("k", key)}
        tests.append(table.c.position.is_not(None))
        if until is not None:
            tests.append(table.c.position <= whole("until"))
            parameters["until"] = until
        rows = self._rows(table, tests, parameters, newest=True)
        return self._snapshot(rows[0]) if rows else None

    def pages(
        self, limit: int = 500, part: int = 0, parts: int = 1
    ) -> Iterator[tuple[Snapshot, ...]]:
        """All snapshots of the store, a page at a time; a stream is never torn apart.

        Args:
            part, parts: only every so manieth page, beginning with ``part``; what is in the
                others is not decoded.
        """
        if self._opened.source.snapshots is None:
            return
        table = self._opened.source.snapshots.subquery("s")
        names = self._key_labels(table)
        after: PageKey | None = None
        number = 0
        while True:
            rows = self._rows_after(table, after, limit)
            if len(rows) == limit:
                rows = self._whole_streams(table, rows, names)
            if not rows:
                return
            if number % parts == part:
                yield tuple(self._snapshot(row) for row in rows)
            number += 1
            after = tuple(rows[-1][name] for name in names)

    def _rows_after(
        self, table: sa.Subquery, after: PageKey | None, limit: int
    ) -> list[dict[str, Any]]:
        tests: list[Any] = []
        parameters: dict[str, Any] = {"limit": limit}
        if after is not None:
            tests = [beyond(table, self._key_labels(table), "a", False)]
            parameters |= key_parameters("a", after)
        return self._rows(table, tests, parameters)

    def _rows(
        self,
        table: sa.Subquery,
        tests: list[Any],
        parameters: dict[str, Any],
        *,
        newest: bool = False,
    ) -> list[dict[str, Any]]:
        """Rows by stream and position, at most ``limit`` where the parameters name one."""
        columns = self._columns(table)
        order = [table.c.position.desc()] if newest else self._order(table)
        found = sa.select(*columns).where(*tests).order_by(*order)
        if "limit" in parameters:
            found = found.limit(whole("limit"))
        labels = [c.key for c in columns]
        rows = self._opened.connection.read(found, {"size": EAGER_LIMIT, **parameters})
        return [dict(zip(labels, row, strict=True)) for row in rows]

    def _of_stream(self, table: sa.Subquery) -> list[Any]:
        """The conditions that choose one stream, by the parameters ``k0`` …"""
        return [table.c[n] == untyped(f"k{i}") for i, n in enumerate(self._key_labels(table))]

    def _whole_streams(
        self, table: sa.Subquery, rows: list[dict[str, Any]], names: tuple[str, ...]
    ) -> list[dict[str, Any]]:
        """A full page without its last stream, which may go on; or all of that one stream."""
        last = [rows[-1][name] for name in names]
        whole_ones = [row for row in rows if [row[name] for name in names] != last]
        if whole_ones:
            return whole_ones
        return self._rows(table, self._of_stream(table), key_parameters("k", tuple(last)))

    def _columns(self, table: sa.Subquery) -> list[Any]:
        columns: list[Any] = [table.c[n] for n in self._key_labels(table)]
        columns += [table.c[n] for n in LABELS if n in table.c]
        for name in CELLS:
            if name in table.c:
                size = self._opened.statements.size_of(table.c[name])
                columns.append(sa.case((size <= whole("size"), table.c[name])).label(name))
                columns.append(size.label(f"{name}_size"))
        return columns

    def _order(self, table: sa.Subquery) -> list[Any]:
        """By stream and position, as far as a column tells the position."""
        return [table.c[n] for n in (*self._key_labels(table), "position") if n in table.c]

    def _key_labels(self, table: sa.Subquery) -> tuple[str, ...]:
        if "stream_name" in table.c and "stream_0" not in table.c:
            return ("stream_name",)
        return tuple(n for n in self._opened.source.stream_key if n in table.c)

    def _snapshot(self, row: dict[str, Any]) -> Snapshot:
        shaper = self._opened.shaper
        names = self._opened.source.stream_key
        if all(n in row for n in names):
            stream = shaper.stream(tuple(row[n] for n in names), row.get("stream_name"))
        else:
            stream = StreamId(str(row.get("stream_name") or row.get("stream_0") or ""))
        states = self._opened.states.of(str(row.get("type") or ""))
        payload = shaper.cell(row["payload"], row["payload_size"], states)
        findings: tuple[Finding, ...] = ()
        if isinstance(payload.content, Undecoded):
            findings = (Finding(payload.content.code, payload.content.reason, stream.name),)
        position = row.get("position")
        snapshot = Snapshot(
            stream=stream,
            position=None if position is None else int(position),
            type=None if row.get("type") is None else str(row["type"]),
            schema_version=row.get("schema_version"),
            taken_at=shaper.instant(row.get("recorded_at")),
            state=payload.value,
            payload=payload,
            table=self._opened.match.tables["snapshots"].full_name
            if "snapshots" in self._opened.match.tables
            else self._opened.match.tables["events"].full_name,
            row_key=str(row.get("row_key") or ""),
            findings=findings,
            meta=shaper.cell(row.get("metadata"), None, self._opened.states).value,
        )
        return self._opened.layout.adjust_snapshot(snapshot)
