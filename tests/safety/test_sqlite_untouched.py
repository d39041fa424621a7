"""The bytes of a database file and of its log never change, whatever state they are in."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.core.errors import InspectorError, StoreBusy
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.tasks import Work
from tests.helpers.stores import EVENTS, append, stream_rows, write_store
from tests.safety.browsing import browse, digests, with_log
from tests.safety.children import in_a_child, killed_half_way, killed_writer, read_only_place


def test_a_plain_file_stays_as_it_was(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 600))
    before = digests(path)
    assert browse(str(path)) == 256
    assert digests(path) == before
    assert [p.name for p in tmp_path.iterdir()] == ["s.db"]


def test_what_a_killed_writer_left_in_the_log_is_read_and_stays_there(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    killed_writer(path)
    files = with_log(path)
    before = digests(*files)
    assert "s.db-wal" in before
    assert browse(str(path)) == 256
    assert digests(*files) == before


def test_the_log_alone_without_its_index_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    killed_writer(path)
    path.with_name("s.db-shm").unlink()
    files = with_log(path)
    before = digests(*files)
    assert browse(str(path)) == 256
    assert digests(*files) == before


def test_a_hot_journal_is_never_rolled_back_nor_its_rows_shown_as_facts(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 3000))
    killed_half_way(path)
    files = with_log(path)
    before = digests(*files)
    assert "s.db-journal" in before
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        codes = [finding.code for finding in store.findings]
        assert store.reader.events.count(None).value == 3000
        assert all("lie" not in e.data for e in store.reader.events.page(None).rows)
    assert codes == ["store-copied"]
    assert digests(*files) == before


def test_touch_nothing_reads_a_copy_and_removes_it(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    killed_writer(path)
    before = digests(*tmp_path.iterdir())
    assert browse(str(path), touch_nothing=True) == 256
    assert digests(*tmp_path.iterdir()) == before


@pytest.mark.parametrize("folder", ["sp dir#1", "a?b", "100%41", "한글", "ev'e\"nts;.d"])
def test_an_odd_folder_name_neither_loses_the_lock_nor_makes_a_stray_file(
    tmp_path: Path, folder: str
) -> None:
    place = tmp_path / folder
    place.mkdir()
    path = write_store(place / "s#1?.db", stream_rows("order-1", 1, 5))
    before = digests(path)
    assert browse(str(path)) == 5
    assert digests(path) == before
    assert [p.name for p in place.iterdir()] == ["s#1?.db"]
    assert [p.name for p in tmp_path.iterdir()] == [folder]


def test_a_store_in_a_folder_that_cannot_be_written_is_read(tmp_path: Path) -> None:
    """As a user without rights, since root may write everywhere."""
    path = tmp_path / "s.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    append_schema(path)
    append(path, stream_rows("order-1", 1, 5))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not path.with_name("s.db-wal").exists()
    words = read_as_stranger(path)
    assert words == "5 store-immutable"


def append_schema(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(EVENTS)


def read_as_stranger(path: Path) -> str:
    """Read a copy in a folder of somebody else's, in a child process without rights."""
    with read_only_place([path]) as copy:
        return in_a_child(lambda: _count_and_codes(copy))


def _count_and_codes(path: Path) -> str:
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        codes = ",".join(finding.code for finding in store.findings)
        return f"{store.reader.events.count(None).value} {codes}"


def test_a_locked_file_says_so_and_can_be_read_later(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 5))
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy, match="locked"):
            open_store(OpenRequest(str(path)), Work())
        writer.execute("ROLLBACK")
    assert browse(str(path)) == 5


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO stored_events VALUES ('x', 1, 't', 's')",
        "UPDATE stored_events SET topic = 'x'",
        "DELETE FROM stored_events",
        "DROP TABLE stored_events",
        "CREATE TEMP TABLE t (a)",
        "ATTACH DATABASE '{folder}/made.db' AS made",
        "VACUUM INTO '{folder}/copy.db'",
        "PRAGMA journal_mode=DELETE",
        "PRAGMA query_only=OFF",
        "SELECT load_extension('x')",
        "SELECT writefile('{folder}/w', 'x')",
    ],
)
def test_the_connection_itself_refuses_everything_but_reading(
    tmp_path: Path, statement: str
) -> None:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 5))
    before = digests(path)
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        read = store.connection.read_sql  # type: ignore[attr-defined]
        with pytest.raises(InspectorError):
            read(statement.format(folder=tmp_path))
    assert digests(path) == before
    assert [p.name for p in tmp_path.iterdir()] == ["s.db"]
