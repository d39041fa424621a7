"""The bytes of a database file and of its log never change, whatever state they are in."""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import InspectorError, StoreBusy
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.tasks import Work
from tests.helpers.stores import EVENTS, append, stream_rows, write_store
from tests.helpers.unprivileged import server_identity
from tests.safety.browsing import browse, digests, with_log

if TYPE_CHECKING:
    from collections.abc import Callable

KILLED_WRITER = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode=WAL")
connection.execute(sys.argv[2])
connection.execute("BEGIN")
connection.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)",
    [("order-1", n, "shop:Order.Counted", b'{"n":%d}' % n) for n in range(1, 501)])
connection.execute("COMMIT")
os._exit(0)
"""

HALF_WAY = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode=DELETE")
connection.execute("PRAGMA cache_size=5")
connection.execute("PRAGMA cache_spill=1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE stored_events SET state = '{\\"lie\\":true}' || state")
connection.execute("DELETE FROM stored_events WHERE originator_version > 100")
os._exit(0)
"""


def run_and_die(script: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-c", script, *arguments], check=True)


def test_a_plain_file_stays_as_it_was(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 600))
    before = digests(path)
    assert browse(str(path)) == 256
    assert digests(path) == before
    assert [p.name for p in tmp_path.iterdir()] == ["s.db"]


def test_what_a_killed_writer_left_in_the_log_is_read_and_stays_there(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    run_and_die(KILLED_WRITER, str(path), EVENTS)
    files = with_log(path)
    before = digests(*files)
    assert "s.db-wal" in before
    assert browse(str(path)) == 256
    assert digests(*files) == before


def test_the_log_alone_without_its_index_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    run_and_die(KILLED_WRITER, str(path), EVENTS)
    path.with_name("s.db-shm").unlink()
    files = with_log(path)
    before = digests(*files)
    assert browse(str(path)) == 256
    assert digests(*files) == before


def test_a_hot_journal_is_never_rolled_back_nor_its_rows_shown_as_facts(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 3000))
    run_and_die(HALF_WAY, str(path))
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
    run_and_die(KILLED_WRITER, str(path), EVENTS)
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
    place = Path(tempfile.mkdtemp(dir="/tmp", prefix="inspector-read-only-"))
    try:
        shutil.copyfile(path, place / path.name)
        (place / path.name).chmod(0o444)
        place.chmod(0o555)
        return in_a_child(lambda: _count_and_codes(place / path.name))
    finally:
        place.chmod(0o755)
        shutil.rmtree(place)


def _count_and_codes(path: Path) -> str:
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        codes = ",".join(finding.code for finding in store.findings)
        return f"{store.reader.events.count(None).value} {codes}"


def in_a_child(job: Callable[[], str]) -> str:
    """What a job gives in a process that is no longer root's."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        words = "nothing"
        try:
            identity = server_identity()
            if identity.user is not None and identity.group is not None:
                os.setgroups([])
                os.setgid(identity.group)
                os.setuid(pwd.getpwnam(identity.user).pw_uid)
            words = job()
        except BaseException as error:  # noqa: BLE001 - the parent asserts on the words
            words = f"{type(error).__name__}: {error}"
        finally:
            os.write(writing, words.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        words = answer.read()
    os.waitpid(child, 0)
    return words


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
