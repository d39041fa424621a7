"""Every store of ``data``, unpacked, restored and opened once a session."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from inspector.codecs import Key
from inspector.layouts import Recognised, layout_named, recognise
from inspector.storage.store_reader import StoreReader
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
    readers: list[StoreReader]


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
        reads = sqlite_reads(path) if case.dialect == "sqlite" else self._postgres(path)
        return opened(reads, case)

    def _postgres(self, path: Path) -> PlainReads:
        return postgres_reads(self._restore(path))

    @contextmanager
    def spoiled(self, case: Case) -> Iterator[PlainReads]:
        """A store to damage: nothing of it stays."""
        reads = self.open(case).reads
        if case.dialect == "sqlite":
            copy = sqlite3.connect(":memory:")
            reads.connection.backup(copy)
            yield PlainReads("sqlite", copy)
            copy.close()
        else:
            with reads.connection.transaction(force_rollback=True):
                yield reads

    def close(self) -> None:
        for found in self._open.values():
            found.reads.close()


def opened(reads: PlainReads, case: Case) -> Open:
    """Recognise what is there now, with a reader of every store."""
    catalog = reads.catalog()
    stores = recognise(catalog).stores
    keys = tuple(Key(n, v) for n, v in case.keys.items())
    readers = [
        StoreReader(reads, layout_named(store.match.layout), store.match, keys) for store in stores
    ]
    return Open(catalog, reads, stores, readers)


@pytest.fixture(scope="session")
def shelf(
    tmp_path_factory: pytest.TempPathFactory, restore_dump: Callable[[Path], str]
) -> Iterator[Shelf]:
    """Stores by case."""
    shelf = Shelf(tmp_path_factory.mktemp("stores"), restore_dump)
    yield shelf
    shelf.close()
