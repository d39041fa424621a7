"""Looking at a database while somebody names the columns of a table that no layout knows.

A :class:`MappingSession` holds one read-only connection; one thread at a time uses it, and
:meth:`MappingSession.interrupt` may come from another one.

May import storage and layouts. Promises that a preview shows exactly what the map would give.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from inspector import layouts
from inspector.layouts._map_file import parse_map
from inspector.layouts.mapped import MappedLayout
from inspector.layouts.mapped import check as check_map
from inspector.services.map_draft import TableView
from inspector.services.map_guessing import Proposal, proposed
from inspector.storage.address import parse_address
from inspector.storage.catalog import read_catalog
from inspector.storage.opening import open_connection
from inspector.storage.store_reader import StoreReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.core.events import Event
    from inspector.layouts._api import Catalog, NearMiss, Table
    from inspector.services.open_store import OpenRequest
    from inspector.services.tasks import Work
    from inspector.storage.opening import Connection

PREVIEW_ROWS: Final = 8
CELL_LIMIT: Final = 200
"""Characters of a cell in a preview."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a database holds, and what was looked for in it.

    Attributes:
        place: where the database is, for people.
        near_misses: layouts that came closest, with what was missing.
        skipped_views: views that were not looked at.
    """

    place: str
    tables: tuple[TableView, ...]
    looked_for: tuple[str, ...]
    near_misses: tuple[NearMiss, ...]
    skipped_views: tuple[str, ...] = ()


class MappingSession:
    """One connection to a database whose columns somebody names."""

    def __init__(self, request: OpenRequest, connection: Connection, catalog: Catalog) -> None:
        self._request = request
        self._connection = connection
        self._catalog = catalog

    def survey(self) -> Survey:
        """The tables, and what recognition says about them."""
        recognition = layouts.recognise(self._catalog)
        misses = [miss for store in recognition.stores for miss in store.alternatives]
        return Survey(
            place=self._connection.address.display,
            tables=tuple(view_of(table) for table in self._catalog.tables),
            looked_for=recognition.looked_for,
            near_misses=(*recognition.near_misses, *misses),
            skipped_views=self._catalog.skipped_views,
        )

    def first_rows(self, name: str) -> tuple[tuple[str | None, ...], ...]:
        """The first rows of a table as short texts; ``None`` is SQL's NULL or a huge cell."""
        table = next((t for t in self._catalog.tables if t.full_name == name), None)
        if table is None:
            return ()
        names = [column.name.lower() for column in table.columns]
        rows = self._catalog.sampler(table)[:PREVIEW_ROWS]
        return tuple(tuple(cell_text(row[name]) for name in names) for row in rows)

    def proposal(self, name: str, tables: Sequence[TableView]) -> Proposal:
        """What a table could mean, by its columns, its keys and its first rows."""
        table = next(t for t in tables if t.name == name)
        stored = next((t for t in self._catalog.tables if t.full_name == name), None)
        samples = self._catalog.sampler(stored) if stored is not None and stored.readable else ()
        names = [column.lower() for column, _ in table.columns]
        return proposed(table, [tuple(row[n] for n in names) for row in samples], tables)

    def preview(self, text: str) -> tuple[Event, ...]:
        """A few events as the map reads them, in no particular order.

        Raises:
            InputInvalid: the map does not fit the table; the message says what is wrong.
        """
        columns = parse_map(text)
        check_map(columns, self._catalog)
        layout = MappedLayout(columns)
        [match] = layout.match(self._catalog)
        reader = StoreReader(self._connection, layout, match, self._request.keys)
        return reader.events.some(PREVIEW_ROWS)

    def interrupt(self) -> None:
        """Stop the running read; from any thread."""
        self._connection.interrupt()

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def open_mapping(request: OpenRequest, work: Work) -> MappingSession:
    """Connect to the database of a request, whatever tables it holds.

    Raises:
        StoreUnavailable, StoreBusy, AccessDenied: it cannot be opened.
    """
    options = request.options
    connection = open_connection(parse_address(request.address), options)
    try:
        work.check()
        catalog = read_catalog(connection, allow_views=options.allow_views, schema=request.schema)
    except BaseException:
        connection.close()
        raise
    return MappingSession(request, connection, catalog)


def survey_of(request: OpenRequest, work: Work) -> Survey:
    """Connect, look at the tables once, and give the connection back; errors as above."""
    session = open_mapping(request, work)
    try:
        return session.survey()
    finally:
        session.close()


def mapped_request(request: OpenRequest, text: str, file: str = "") -> OpenRequest:
    """The request with columns named by the user, in place of every other choice."""
    return replace(request, map_text=text, map_file=file, layout=None, choice=None)


def cell_text(value: object) -> str | None:
    """A stored cell as a short text; bytes that are no text in hexadecimal."""
    if value is None:
        return None
    if isinstance(value, bytes | bytearray | memoryview):
        head = bytes(value[: 4 * CELL_LIMIT])
        try:
            text = head.decode("utf-8")
        except UnicodeDecodeError:
            text = f"0x{head[: CELL_LIMIT // 2].hex()}"
        return text[:CELL_LIMIT]
    return str(value)[:CELL_LIMIT]


def view_of(table: Table) -> TableView:
    """A table as a person chooses it."""
    columns = tuple((column.name, column.type) for column in table.columns)
    keys = (
        tuple(dict.fromkeys((table.primary_key, *table.unique)))
        if table.primary_key
        else table.unique
    )
    name = table.full_name
    return TableView(name, table.schema, table.name, columns, table.readable, keys)
