"""Every store of ``data``, unpacked, restored and opened once a session."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from inspector.codecs import Key
from inspector.layouts import Recognised, layout_named, recognise
from inspector.storage.store_reader import StoreReader
from tests.layouts.catalogs import postgres_catalog, sqlite_catalog
from tests.layouts.reads import PlainReads, postgres_reads, sqlite_reads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from inspector.layouts._api import Catalog
    from tests.layouts.cases import Case


@dataclass
class Open:
    """One database: what it holds, and readers of its stores."""

    catalog: Catalog
    reads: PlainReads
    stores: tuple[Recognised, ...]
    readers: list[StoreReader] = field(default_factory=list)


class Shelf:
    """Opens stores and keeps them open."""

    def __init__(self, folder: Path, restore: Callable[[Path], str]) -> None:
        self._folder = folder
        self._restore = restore
        self._open: dict[Case, Open] = {}

    def open(self, case: Case) -> Open:
        if case not in self._open:
            self._open[case] = self._opened(case)
        return self._open[case]

    def _opened(self, case: Case) -> Open:
        path = case.unpack(self._folder)
        if case.dialect == "sqlite":
            catalog, reads = sqlite_catalog(path), sqlite_reads(path)
        else:
            conninfo = self._restore(path)
            catalog, reads = postgres_catalog(conninfo), postgres_reads(conninfo)
        found = Open(catalog, reads, recognise(catalog).stores)
        keys = tuple(Key(n, v) for n, v in case.keys.items())
        found.readers = [
            StoreReader(reads, layout_named(store.match.layout), store.match, keys)
            for store in found.stores
        ]
        return found

    def close(self) -> None:
        for found in self._open.values():
            found.reads.close()


@pytest.fixture(scope="session")
def shelf(
    tmp_path_factory: pytest.TempPathFactory, restore_dump: Callable[[Path], str]
) -> Iterator[Shelf]:
    """Stores by case."""
    shelf = Shelf(tmp_path_factory.mktemp("stores"), restore_dump)
    yield shelf
    shelf.close()
