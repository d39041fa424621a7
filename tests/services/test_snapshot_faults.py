"""What goes wrong while a snapshot is written: exactly no or one new row, and the user knows."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from inspector.core.errors import ConnectionLost, InspectorError, SnapshotConflict, WriteRefused
from inspector.services import snapshotting
from inspector.services.open_store import OpenRequest
from inspector.services.write_log import WriteLog
from inspector.storage import writing
from tests.helpers.lending import lending
from tests.helpers.small_disk import small_disk
from tests.helpers.unprivileged import server_identity
from tests.services.lending_stores import LendingStore, postgres_lending, sqlite_lending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
VERSION = 12


@pytest.fixture(params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_server: PostgresServer
) -> LendingStore:
    if request.param == "sqlite":
        return sqlite_lending(tmp_path)
    return postgres_lending(tmp_path, postgres_server)


@pytest.fixture
def server_store(tmp_path: Path, postgres_server: PostgresServer) -> LendingStore:
    return postgres_lending(tmp_path, postgres_server)


def still_whole(store: LendingStore, rows: int, version: int = VERSION) -> None:
    """The library loads the loan and can go on; there are so many snapshots."""
    assert store.rows() == rows
    with store.application() as app:
        assert app.facts(store.loan)["version"] == version
        app.go_on(store.loan, 1)
    if store.own.path is not None:
        with closing(sqlite3.connect(store.own.path)) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# -- the process ends ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "rows", "outcomes"),
    [
        ("before", 0, ["begun"]),
        ("in", 0, ["begun"]),
        ("after", 1, ["begun", "written"]),
    ],
)
def test_the_process_is_killed(
    store: LendingStore, when: str, rows: int, outcomes: list[str]
) -> None:
    asked = {
        "address": store.own.address, "rules": store.own.request.rules[0], "at": 10,
        "stream": str(store.loan), "log": str(store.log.path), "when": when,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.killed_writer", json.dumps(asked)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert store.outcomes == outcomes
    still_whole(store, rows)
    if rows:
        with pytest.raises(SnapshotConflict, match="already"):
            store.create(at=10)
    else:  # nothing is in the way of another try
        assert store.create(at=10).verified
    assert store.rows() == 1


# -- the connection --------------------------------------------------------------------------------


def test_the_connection_is_lost_in_the_transaction(
    server_store: LendingStore, monkeypatch: pytest.MonkeyPatch, postgres_server: PostgresServer
) -> None:
    real = writing._require_one

    def lost(rows: int) -> None:
        end_writers(server_store, postgres_server)
        real(rows)

    monkeypatch.setattr(writing, "_require_one", lost)
    with pytest.raises(ConnectionLost, match="was not written"):
        server_store.create()
    assert server_store.outcomes == ["begun", "not-written"]
    still_whole(server_store, 0)


def end_writers(store: LendingStore, server: PostgresServer) -> None:
    """Cut the connections that are in the middle of a transaction."""
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{store.environment['POSTGRES_DBNAME']}'"
        " AND state = 'idle in transaction'"
    )


def test_the_answer_to_the_commit_is_lost(
    store: LendingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is there although the driver could not say so: that is what the user hears."""
    real = writing.write

    def unheard(*arguments: Any) -> None:
        real(*arguments)
        raise ConnectionLost("The connection was lost.")

    monkeypatch.setattr(snapshotting, "write", unheard)
    assert store.create().verified
    assert store.outcomes == ["begun", "written"]
    still_whole(store, 1)


def test_nobody_can_tell_any_more(store: LendingStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def unheard(*_arguments: Any) -> None:
        monkeypatch.setattr(snapshotting, "open_lane", unheard)
        raise ConnectionLost("The connection was lost.")

    monkeypatch.setattr(snapshotting, "write", unheard)
    with pytest.raises(ConnectionLost, match="cannot be told now"):
        store.create()
    assert store.outcomes == ["begun", "unknown"]
    still_whole(store, 0)


# -- no room, no right -----------------------------------------------------------------------------


def test_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = sqlite_lending(tmp_path, text="a long note " * 500)
    real = writing._connect_sqlite

    def full(path: Path, order: writing.WriteOrder) -> sqlite3.Connection:
        raw = real(path, order)
        raw.set_authorizer(None)
        [pages] = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count = {pages}")
        raw.set_authorizer(writing._only_into(order.row.table.name))
        return raw

    with monkeypatch.context() as patch:
        patch.setattr(writing, "_connect_sqlite", full)
        with pytest.raises(WriteRefused, match="no room left"):
            store.create()
    assert store.outcomes == ["begun", "not-written"]
    still_whole(store, 0)
    assert store.create().verified


def test_the_disk_is_really_full() -> None:
    with small_disk() as disk:
        store = sqlite_lending(disk.folder / "data", text="a long note " * 500)
        assert store.own.path is not None
        with closing(sqlite3.connect(store.own.path)) as file:
            file.execute("PRAGMA journal_mode = DELETE")  # else nobody could read it without room
        disk.fill()
        # The record is on this disk, too; without it nothing is even tried.
        with pytest.raises(WriteRefused, match="record of what is written"):
            store.create()
        assert store.rows() == 0
        with elsewhere(store), pytest.raises(WriteRefused, match="no room left"):
            store.create()
        disk.free()
        still_whole(store, 0)
        assert store.create().verified


@contextmanager
def elsewhere(store: LendingStore) -> Iterator[None]:
    """The record is kept on another disk for a moment."""
    here = store.log
    with tempfile.TemporaryDirectory() as folder:
        store.log = WriteLog(Path(folder) / "log")
        yield
        assert store.outcomes == ["begun", "not-written"]
    store.log = here


def test_the_server_s_disk_is_full(tmp_path: Path, postgres_server: PostgresServer) -> None:
    """The snapshots are on a disk of their own, and that is full."""
    store = postgres_lending(tmp_path, postgres_server, text="a long note " * 500)
    database, table = store.environment["POSTGRES_DBNAME"], store.snapshots
    space = f"space_{database}"
    postgres_server.execute(
        f"ALTER TABLE {table} ALTER COLUMN state SET STORAGE EXTERNAL", database
    )
    with small_disk() as disk:
        postgres_server.execute(f"CREATE TABLESPACE {space} LOCATION '{disk.folder / 'data'}'")
        postgres_server.execute(f"ALTER TABLE {table} SET TABLESPACE {space}", database)
        try:
            disk.fill()
            with pytest.raises(WriteRefused, match="server has no room left"):
                store.create()
            assert store.outcomes == ["begun", "not-written"]
            assert store.rows() == 0
            disk.free()
            still_whole(store, 0)
            assert store.create().verified
            still_whole(store, 1, VERSION + 1)
        finally:
            postgres_server.execute(f"ALTER TABLE {table} SET TABLESPACE pg_default", database)
            postgres_server.execute(f"DROP TABLESPACE {space}")


@pytest.mark.skipif(os.name == "nt", reason="rights of files are of another kind there")
def test_a_file_that_may_only_be_read() -> None:
    folder = Path(tempfile.mkdtemp(prefix="inspector-read-only-"))
    try:
        store = sqlite_lending(folder)
        assert store.own.path is not None
        with closing(sqlite3.connect(store.own.path)) as file:
            file.execute("PRAGMA journal_mode = DELETE")  # else nobody could read it at all
        before = store.own.path.read_bytes()
        (folder / "log").mkdir()
        (folder / "log").chmod(0o777)
        store.own.path.chmod(0o444)
        folder.chmod(0o555)
        with nobody(), pytest.raises(WriteRefused, match="may not be written to"):
            store.create()
        folder.chmod(0o755)
        store.own.path.chmod(0o644)
        assert store.own.path.read_bytes() == before
        assert store.outcomes == ["begun", "not-written"]
        still_whole(store, 0)
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


@contextmanager
def nobody() -> Iterator[None]:
    """Root may write everywhere; so be somebody else for a moment."""
    who = server_identity()
    if who.user is None:
        yield
        return
    import pwd  # noqa: PLC0415 - exists on Unix only

    os.seteuid(pwd.getpwnam(who.user).pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_role_that_may_only_read(
    server_store: LendingStore, postgres_server: PostgresServer
) -> None:
    database = server_store.environment["POSTGRES_DBNAME"]
    role = f"reader_{database}"
    postgres_server.execute(
        f"CREATE ROLE {role} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}", database
    )
    request = server_store.own.request
    address = request.address.replace("user=postgres", f"user={role}")
    with pytest.raises(WriteRefused, match="lets nothing be written"):
        server_store.create(request=OpenRequest(address, rules=request.rules))
    assert server_store.outcomes == ["begun", "not-written"]
    still_whole(server_store, 0)


def test_a_table_that_stays_locked(
    server_store: LendingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "WAIT_SECONDS", 0.2)
    assert server_store.own.conninfo is not None
    with psycopg.connect(server_store.own.conninfo) as other:
        other.execute(f"LOCK TABLE {server_store.snapshots} IN SHARE MODE".encode())
        with pytest.raises(InspectorError, match=r"locked.*was not written"):
            server_store.create()
    still_whole(server_store, 0)


def test_a_file_that_stays_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = sqlite_lending(tmp_path)
    monkeypatch.setattr(writing, "WAIT_SECONDS", 0.2)
    assert store.own.path is not None
    with closing(sqlite3.connect(store.own.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(InspectorError, match=r"locked.*was not written"):
            store.create()
        other.execute("ROLLBACK")
    still_whole(store, 0)


# -- somebody else writes --------------------------------------------------------------------------


@contextmanager
def busy(store: LendingStore, *, same: bool) -> Iterator[None]:
    """The application itself, saving events as fast as it can."""
    stop, going = threading.Event(), threading.Event()

    def work() -> None:
        app = lending(store.environment)
        target = store.loan if same else app.open(2)
        while not stop.is_set():
            app.go_on(target, 2)
            going.set()
        app.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert going.wait(30)
        yield
    finally:
        stop.set()
        thread.join()


def test_another_stream_grows_at_full_speed(store: LendingStore) -> None:
    with busy(store, same=False):
        made = [store.create(at=at) for at in (6, 8, 10)]
    assert all(one.verified for one in made)
    still_whole(store, 3)


def test_the_same_stream_grows_at_full_speed(store: LendingStore) -> None:
    written = 0
    with busy(store, same=True):
        for at in (6, 8, 10):
            try:
                assert store.create(at=at).verified
            except SnapshotConflict:
                continue
            written += 1
    assert store.rows() == written
    with store.application() as app:
        version = app.facts(store.loan)["version"]
    still_whole(store, written, version)
    assert store.create(at=12).verified
