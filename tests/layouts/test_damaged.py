"""Stores that are not as their library leaves them: renamed, emptied, columns gone, NULLs.

Whatever is missing, the answer is a store that can be read as far as it goes, or no store and
the reason; never a crash, never a lost row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from inspector.layouts import recognise
from tests.layouts.cases import Case, cases
from tests.layouts.conftest import Open, described

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.layouts._api import Table
    from tests.layouts.conftest import Shelf
    from tests.layouts.reads import PlainReads

each_case = pytest.mark.parametrize("case", cases(), ids=str)

NULLED = ("payload", "metadata", "type", "recorded_at", "id")
"""Labels of columns that may be NULL in a store that somebody has edited."""


REFERENCES = """
    SELECT conname, conrelid::regclass::text FROM pg_constraint
    WHERE contype = 'f' AND confrelid = %s::regclass AND conparentid = 0
"""
"""What would not let a column of a table become NULL."""


CHECKS = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass"
UNIQUE = """
    SELECT indexrelid::regclass::text FROM pg_index
    WHERE indisunique AND indrelid = %s::regclass
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


def quoted(table: Table) -> str:
    parts = [p.replace('"', '""') for p in (table.schema, table.name) if p]
    return ".".join(f'"{part}"' for part in parts)


def rebuild(reads: PlainReads, table: Table, without: str = "") -> None:
    """An SQLite table again, with no key and no constraint, perhaps with a column less."""
    kept = [column for column in table.columns if column.name != without]
    names = ", ".join(f'"{column.name}"' for column in kept)
    typed = ", ".join(f'"{column.name}" {column.type}' for column in kept)
    reads.execute(f"CREATE TABLE rebuilt ({typed})")
    reads.execute(f"INSERT INTO rebuilt SELECT {names} FROM {quoted(table)} ORDER BY 1")
    reads.execute(f"DROP TABLE {quoted(table)}")
    reads.execute(f"ALTER TABLE rebuilt RENAME TO {quoted(table)}")


def drop_column(reads: PlainReads, table: Table, column: str) -> None:
    if reads.dialect == "sqlite":
        rebuild(reads, table, column)
        return
    try:
        with reads.connection.transaction():
            reads.execute(f'ALTER TABLE {quoted(table)} DROP COLUMN "{column}" CASCADE')
    except psycopg.errors.InvalidTableDefinition:  # part of the key of a partitioned table
        reads.execute(f'ALTER TABLE {quoted(table)} RENAME COLUMN "{column}" TO gone')


def read_a_little(found: Open) -> None:
    """A page of everything; an exception is the failure that the tests look for."""
    for reader in found.readers:
        if reader.source.order_key:
            reader.events.page(None, limit=20)
        for summary in reader.streams.page(limit=3).rows:
            reader.events.page(summary.stream, limit=5)
            reader.snapshots.positions(summary.stream)
        reader.snapshots.page(limit=5)


@each_case
def test_table_names_do_not_matter(case: Case, shelf: Shelf) -> None:
    with shelf.spoiled(case) as reads:
        for table in reads.catalog().tables:
            reads.execute(f'ALTER TABLE {quoted(table)} RENAME TO "Zz {table.name}é"')
        found = described(reads.catalog(), reads, case)
        assert [store.match.layout for store in found.stores] == [case.layout] * case.stores
        assert all(store.certain for store in found.stores)
        before = {frozenset(store.match.tables) for store in shelf.open(case).stores}
        assert {frozenset(store.match.tables) for store in found.stores} == before
        read_a_little(found)


@each_case
def test_an_empty_store_is_recognised_and_empty(case: Case, shelf: Shelf) -> None:
    with shelf.spoiled(case) as reads:
        for table in reads.catalog().tables:
            words = "DELETE FROM" if case.dialect == "sqlite" else "TRUNCATE"
            cascade = "" if case.dialect == "sqlite" else " CASCADE"
            reads.execute(f"{words} {quoted(table)}{cascade}")
        found = described(reads.catalog(), reads, case)
        # Without a row nothing tells Protean from other writers of the same table.
        layout = "message_db" if case.layout == "protean" else case.layout
        assert [store.match.layout for store in found.stores] == [layout] * case.stores
        for reader in found.readers:
            assert reader.events.page(None).rows == ()
            assert reader.streams.page().rows == ()
            assert reader.streams.find("anything") == ()
            assert reader.snapshots.page() == ()


@each_case
def test_a_missing_column_is_named_or_done_without(case: Case, shelf: Shelf) -> None:
    for table in shelf.open(case).stores[0].match.tables.values():
        for column in table.columns:
            with shelf.spoiled(case) as reads:
                drop_column(reads, table, column.name)
                found = described(reads.catalog(), reads, case)
                recognition = recognise(found.catalog)
                assert not recognition.findings
                if case.layout not in {match.layout for match in recognition.matches}:
                    reasons = [text for miss in recognition.near_misses for text in miss.why_not]
                    named = (column.name.lower(), "there is no", "is there, but no")
                    assert any(word in text for word in named for text in reasons), reasons
                read_a_little(found)


@each_case
def test_rows_with_nulls_stay(case: Case, shelf: Shelf) -> None:
    before = sum(reader.events.count(None).value for reader in shelf.open(case).readers)
    for label in NULLED:
        with shelf.spoiled(case) as reads:
            known = list(columns_of(shelf.open(case), label))
            columns = [column for table, column in known if make_null(reads, table, column)]
            found = described(reads.catalog(), reads, case)
            after = sum(reader.events.count(None).value for reader in found.readers)
            # Without a type nothing tells Sequent's snapshots from the events among them.
            assert after == before or (label == "type" and after > before)
            read_a_little(found)
            for reader in found.readers:
                for event in reader.events.page(None, limit=5).rows:
                    usual = {code for codes in case.about.get("findings", ()) for code in codes}
                    codes = {finding.code for finding in event.findings} - usual
                    if label == "type" and columns:
                        assert (event.type, codes) == ("", {"type-missing"})
                    assert label != "payload" or not columns or event.data is None


def columns_of(found: Open, label: str) -> Iterator[tuple[Table, str]]:
    """The stored column behind a label, in each store that has it."""
    for reader in found.readers:
        parts = reader.source.parts
        sources = [parts.describe(n) for n in parts.names] if parts else [reader.source]
        for source in sources:
            described: Any = source.events.selected_columns.get(label)
            column: Any = getattr(described, "element", None)
            origin: Any = getattr(column, "table", None)
            if origin is None:
                continue
            name = getattr(origin, "element", origin).name
            tables = found.catalog.tables
            yield next(table for table in tables if table.name == name), str(column.name)


def make_null(reads: PlainReads, table: Table, column: str) -> bool:
    """Empty a column; not one that decides in which partition a row lies."""
    emptied = f'UPDATE {quoted(table)} SET "{column}" = NULL'
    if reads.dialect == "sqlite":
        rebuild(reads, table)
        reads.execute(emptied)
        return True
    try:
        with reads.connection.transaction():
            for name, owner in reads.read_sql(REFERENCES, [quoted(table)]):
                reads.execute(f'ALTER TABLE {owner} DROP CONSTRAINT "{name}"')
            reads.execute(
                f'ALTER TABLE {quoted(table)} DROP CONSTRAINT IF EXISTS "{table.name}_pkey" CASCADE'
            )
            for (index,) in reads.read_sql(UNIQUE, [quoted(table)]):
                reads.execute(f"DROP INDEX {index}")
            reads.execute(f'ALTER TABLE {quoted(table)} ALTER COLUMN "{column}" DROP NOT NULL')
            for (name,) in reads.read_sql(CHECKS, [quoted(table)]):
                reads.execute(f'ALTER TABLE {quoted(table)} DROP CONSTRAINT "{name}"')
            reads.execute(emptied)
    except psycopg.errors.CheckViolation:
        return False
    return True
