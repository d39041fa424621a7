"""The ladder of opening a file: what is read, how it is called, and that nothing was touched."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from inspector.core.errors import (
    Cancelled,
    LayoutUnknown,
    StoreBusy,
    StoreUnavailable,
)
from inspector.storage.opening import OpenOptions
from tests.helpers.stores import append, stream_rows, write_store
from tests.safety.browsing import browse, digests, with_log
from tests.safety.children import in_a_child, killed_half_way, killed_writer, read_only_place
from tests.storage.files import change
from tests.storage.servers import codes, open_and_close, opened

IMPATIENT = OpenOptions(lock_timeout=0.05)

ODD_NAMES = [
    "sp ace.db",
    "a#b.db",
    "a?mode=rwc&x=y.db",
    "100%41.db",
    "주문 기록.db",
    "two\nlines.db",
    "tab\tand\\back.db",
    "q'uo\"te;--.db",
    ":memory:.db",
    "-dash.db",
    "ends with dot.",
    "no extension",
]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return write_store(tmp_path / "s.db", stream_rows("order-1", 1, 5))


# -- names ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("form", ["path", "file:", "sqlite:"])
def test_any_file_name(name: str, form: str, tmp_path: Path) -> None:
    path = write_store(tmp_path / name, stream_rows("order-1", 1, 5))
    before = digests(path)
    address = {"path": str(path), "file:": path.as_uri(), "sqlite:": f"sqlite:///{path}"}[form]
    assert browse(address) == 5
    assert browse(address, touch_nothing=True) == 5
    assert digests(path) == before
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.skipif(sys.platform != "linux", reason="names of other systems are texts")
def test_a_name_that_is_no_utf8(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.db"))
    write_store(tmp_path / "s.db", stream_rows("order-1", 1, 5)).rename(path)
    assert browse(str(path)) == 5
    assert len(list(tmp_path.iterdir())) == 1


def test_a_link_to_a_file_finds_the_log_beside_the_file(tmp_path: Path) -> None:
    place = tmp_path / "real"
    place.mkdir()
    path = place / "s.db"
    killed_writer(path)
    link = tmp_path / "link.db"
    link.symlink_to(path)
    before = digests(*with_log(path))
    assert browse(str(link)) == 256
    assert browse(str(link), touch_nothing=True) == 256
    assert digests(*with_log(path)) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.db", "real"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.db"
    os.mkfifo(pipe)
    for options in (OpenOptions(), OpenOptions(touch_nothing=True)):
        with pytest.raises(StoreUnavailable, match="no file"):
            open_and_close(str(pipe), options)


def test_a_device_is_not_read() -> None:
    with pytest.raises(StoreUnavailable, match="no file"):
        open_and_close("/dev/zero", OpenOptions(touch_nothing=True))


# -- logs and journals ----------------------------------------------------------------------


def closed_wal(path: Path) -> Path:
    """A database in WAL mode that was closed well: no log, no index."""
    write_store(path, stream_rows("order-1", 1, 5))
    change(path, "PRAGMA journal_mode=WAL", "PRAGMA wal_checkpoint(TRUNCATE)")
    assert not path.with_name(path.name + "-wal").exists()
    return path


def look(address: str) -> str:
    """How a store was opened and what is in it, for a process without rights."""
    with opened(address) as store:
        how = store.connection.report.how
        return f"{how}: {store.reader.events.count(None).value} {','.join(codes(store))}"


def read_by_a_stranger(*files: Path) -> str:
    """Look at files in a folder that cannot be written; they stay as they are, and alone."""
    with read_only_place(files) as copy:
        before = digests(*copy.parent.iterdir())
        found = in_a_child(lambda: look(str(copy)))
        assert digests(*copy.parent.iterdir()) == before
    return found


def test_a_wal_database_on_a_read_only_medium(tmp_path: Path) -> None:
    path = closed_wal(tmp_path / "s.db")
    assert read_by_a_stranger(path) == "read-only, unchanging: 5 store-immutable"


def test_a_damaged_wal_database_on_a_read_only_medium_says_so(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 500))
    change(path, "PRAGMA journal_mode=WAL", "PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[-4096:] = b"\xaa" * 4096
    path.write_bytes(content)
    found = read_by_a_stranger(path)
    assert found.startswith("read-only, unchanging")
    assert found.endswith("store-immutable,store-damaged")


def test_a_log_with_content_on_a_read_only_medium_without_its_index(tmp_path: Path) -> None:
    """All rows are in the log; ``immutable`` would show an empty database."""
    path = tmp_path / "s.db"
    killed_writer(path)
    found = read_by_a_stranger(path, path.with_name("s.db-wal"))
    assert found == "private copy: 500 store-copied"


def test_a_log_and_its_index_on_a_read_only_medium(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    killed_writer(path)
    beside = [path.with_name("s.db-wal"), path.with_name("s.db-shm")]
    assert read_by_a_stranger(path, *beside) == "read-only: 500 "


def test_a_hot_journal_on_a_read_only_medium(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 3000))
    killed_half_way(path)
    found = read_by_a_stranger(path, path.with_name("s.db-journal"))
    assert found == "private copy: 3000 store-copied"


def test_a_live_log_is_followed(store: Path) -> None:
    """An application that writes meanwhile: its rows come, its log and file stay its own."""
    change(store, "PRAGMA journal_mode=WAL")
    with closing(sqlite3.connect(store, isolation_level=None)) as writer:
        writer.execute("INSERT INTO stored_events VALUES ('order-2', 1, 'shop:Order.Placed', '')")
        before = digests(*with_log(store))
        with opened(str(store)) as seen:
            assert seen.reader.events.count(None).value == 6
            marker = seen.connection.change_marker()
            assert digests(*with_log(store)) == before
            writer.execute("BEGIN IMMEDIATE")
            writer.execute(
                "INSERT INTO stored_events VALUES ('order-2', 2, 'shop:Order.Placed', '')"
            )
            assert seen.reader.events.count(None).value == 6, "not committed"
            writer.execute("COMMIT")
            assert seen.reader.events.count(None).value == 7
            assert seen.connection.change_marker() != marker
            # A reader that held a transaction would keep the log from being emptied.
            done = writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            assert done[0] == 0


def test_a_database_being_restored_is_busy_and_then_there(store: Path, tmp_path: Path) -> None:
    """A restore in steps holds the lock: the half of it is never shown as a store."""
    larger = write_store(tmp_path / "backup.db", stream_rows("order-1", 1, 5000))
    seen: list[str] = []

    def tried(_status: int, remaining: int, _total: int) -> None:
        if remaining and len(seen) < 2:
            with pytest.raises(StoreBusy) as caught:
                open_and_close(str(store), IMPATIENT)
            assert caught.value.hint
            seen.append(caught.value.code)

    with (
        closing(sqlite3.connect(larger)) as source,
        closing(sqlite3.connect(store)) as target,
    ):
        source.backup(target, pages=20, progress=tried)
    assert seen == ["store-busy", "store-busy"]
    with opened(str(store)) as whole:
        assert whole.reader.events.count(None).value == 5000


def test_a_writers_lock_comes_and_goes_between_two_pages(store: Path) -> None:
    with (
        closing(sqlite3.connect(store, isolation_level=None)) as writer,
        opened(str(store), IMPATIENT) as seen,
    ):
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy):
            seen.reader.events.page(None)
        writer.execute("ROLLBACK")
        assert len(seen.reader.events.page(None).rows) == 5


def test_a_locked_file_can_be_read_as_a_copy(tmp_path: Path) -> None:
    """What the writer has not committed is rolled back in the copy, and only there."""
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 3000))
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size=5")
        writer.execute("BEGIN EXCLUSIVE")
        writer.execute("UPDATE stored_events SET topic = 'lie'")
        before = digests(*with_log(path))
        with opened(str(path), OpenOptions(touch_nothing=True)) as copy:
            assert codes(copy) == ["store-copied"]
            assert copy.reader.events.count(None).value == 3000
            assert all(e.type != "lie" for e in copy.reader.events.page(None).rows)
        assert digests(*with_log(path)) == before
        writer.execute("ROLLBACK")


def test_a_private_copy_is_private_and_goes_away(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    with opened(str(store), OpenOptions(touch_nothing=True)):
        (folder,) = place.iterdir()
        assert folder.stat().st_mode & 0o077 == 0
        assert {p.name for p in folder.iterdir()} == {"store.db"}
    assert not list(place.iterdir())


def test_no_room_for_a_copy(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(StoreUnavailable, match="No space left on device") as caught:
        open_and_close(str(store), OpenOptions(touch_nothing=True))
    assert "space" in caught.value.hint
    assert not list(place.iterdir())


# -- files that are less than a database ------------------------------------------------------


@pytest.mark.parametrize("size", [1, 15, 16, 99, 100, 512, 4095, 4096, 4097, 9000, 20_000])
def test_a_file_cut_anywhere(size: int, tmp_path: Path) -> None:
    """Opens with a warning or is refused; never a crash, never silence."""
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 400))
    whole = path.read_bytes()
    assert len(whole) > 20_000
    path.write_bytes(whole[:size])
    before = digests(path)
    said = looked_at(path)
    assert any(word in said for word in ("damaged", "not an SQLite database")), said
    assert digests(path) == before


def looked_at(path: Path) -> str:
    """What is said about a file by opening it and reading from it."""
    said: list[str] = []
    try:
        with opened(str(path)) as store:
            said.extend(codes(store))
            store.reader.events.page(None)
            store.reader.streams.page()
    except (StoreUnavailable, LayoutUnknown) as error:
        said.extend((error.message, error.hint))
    return " ".join(said)


@pytest.mark.parametrize("place", range(100, 24_000, 1500))
def test_a_file_with_a_bad_spot(place: int, tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 400))
    content = bytearray(path.read_bytes())
    content[place : place + 64] = b"\xff" * 64
    path.write_bytes(content)
    if "ok" not in integrity(path):
        assert looked_at(path), "damage is never passed over in silence"
    looked_at(path)
    assert path.read_bytes() == bytes(content)


def integrity(path: Path) -> str:
    """SQLite's own verdict."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)


def test_a_file_that_goes_away_while_it_is_read(store: Path, tmp_path: Path) -> None:
    with opened(str(store)) as seen:
        store.rename(tmp_path / "elsewhere.db")
        assert len(seen.reader.events.page(None).rows) == 5


def test_a_read_is_stopped_from_another_thread_and_the_next_one_is_not(store: Path) -> None:
    endless = (
        "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n)"
    )
    with opened(str(store)) as seen:
        read = seen.connection.read_sql  # type: ignore[attr-defined]
        seen.connection.interrupt()  # nothing is running, so nothing is stopped
        assert seen.reader.events.count(None).value == 5
        for _ in range(3):
            timer = threading.Timer(0.1, seen.connection.interrupt)
            timer.start()
            with pytest.raises(Cancelled):
                read(f"SELECT {endless}")
            timer.join()
            assert seen.reader.events.count(None).value == 5


def test_rows_that_were_added_behind_a_copy_are_not_promised(store: Path) -> None:
    with opened(str(store), OpenOptions(touch_nothing=True)) as copy:
        append(store, stream_rows("order-1", 6, 5))
        assert copy.reader.events.count(None).value == 5
        assert "does not follow" in copy.findings[0].message
