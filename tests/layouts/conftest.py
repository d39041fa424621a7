"""Every store of ``data``, unpacked, restored and opened once a session."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from inspector.layouts import Recognised, layout_named, recognise
from inspector.storage.address import parse_address
from inspector.storage.catalog import read_catalog
from inspector.storage.opening import OpenOptions, open_connection
from inspector.storage.store_reader import StoreReader
from tests.layouts.reads import PlainReads, postgres_reads, sqlite_reads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from inspector.layouts._api import Catalog
    from tests.layouts.cases import Case


@dataclass
class Open:
    """One database: what it holds, readers of its stores, and what was read already."""

    catalog: Catalog
    stores: tuple[Recognised, ...]
    readers: list[StoreReader]
    histories: dict[str, Any] = field(default_factory=dict)


class Shelf:
    """Opens stores as the product does and keeps them open."""

    def __init__(self, folder: Path, restore: Callable[[Path], str]) -> None:
        self._folder = folder
        self._restore = restore
        self._open: dict[Case, Open] = {}
        self._plain: dict[Case, PlainReads] = {}
        self._closing: list[Any] = []

    def open(self, case: Case) -> Open:
        """The stores of a database, through the product's own connection."""
        if case not in self._open:
            connection = open_connection(parse_address(self._address(case)), OpenOptions())
            self._closing.append(connection)
            self._open[case] = described(read_catalog(connection), connection, case)
        return self._open[case]

    def plain(self, case: Case) -> PlainReads:
        """A bare connection to the same database."""
        if case not in self._plain:
            path = case.unpack(self._folder)
            sqlite = case.dialect == "sqlite"
            reads = sqlite_reads(path) if sqlite else postgres_reads(self._restore(path))
            self._closing.append(reads)
            self._plain[case] = reads
        return self._plain[case]

    @contextmanager
    def spoiled(self, case: Case) -> Iterator[PlainReads]:
        """A store to damage: nothing of it stays.

        It is opened first, since nobody else can look while the damage holds its locks.
        """
        self.open(case)
        reads = self.plain(case)
        if case.dialect == "sqlite":
            copy = sqlite3.connect(":memory:")
            reads.connection.backup(copy)
            yield PlainReads("sqlite", copy)
            copy.close()
        else:
            with reads.connection.transaction(force_rollback=True):
                yield reads

    def _address(self, case: Case) -> str:
        path = case.unpack(self._folder)
        if case.dialect == "sqlite":
            return str(path)
        parts = conninfo_to_dict(self._restore(path))
        name, *rest = parts.pop("dbname"), *(f"{k}={v}" for k, v in parts.items())
        return f"postgresql:///{name}?{'&'.join(rest)}"

    def close(self) -> None:
        for connection in self._closing:
            connection.close()


def described(catalog: Catalog, connection: Any, case: Case) -> Open:
    """Recognise what is there now, with a reader of every store."""
    stores = recognise(catalog).stores
    keys = case.given_keys
    readers = [
        StoreReader(connection, layout_named(store.match.layout), store.match, keys)
        for store in stores
    ]
    return Open(catalog, stores, readers)


@pytest.fixture(scope="session")
def shelf(
    tmp_path_factory: pytest.TempPathFactory, restore_dump: Callable[[Path], str]
) -> Iterator[Shelf]:
    """Stores by case."""
    shelf = Shelf(tmp_path_factory.mktemp("stores"), restore_dump)
    yield shelf
    shelf.close()
