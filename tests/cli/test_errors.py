"""Everything that can be wrong with a store or a call: a sentence, a hint, an exit code."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from inspector.cli.commands import COMMANDS, PLANNED
from inspector.core.errors import (
    AccessDenied,
    ConnectionLost,
    InputInvalid,
    InspectorError,
    LayoutAmbiguous,
    LayoutUnknown,
    OutputFailed,
    Stopped,
    StoreBusy,
    StoreChanged,
    StoreUnavailable,
    StreamUnknown,
)
from tests.cli.conftest import EVENT
from tests.layouts.cases import Case

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Caller, Result
    from tests.helpers.postgres import PostgresServer

STORE_COMMANDS = (["recognise"], ["streams"], ["events"], ["state", "some-stream"])
each_command = pytest.mark.parametrize("command", STORE_COMMANDS, ids=lambda c: c[0])


def refused(result: Result, code: int, word: str) -> dict[str, str]:
    """The error object of a call that ended with this exit code and wrote no result."""
    assert result.code == code
    assert result.out == ""
    error = result.error
    assert error["code"] == word
    assert error["message"].endswith(".") or ": " in error["message"]  # a driver's own words
    assert result.err.startswith("Error: ")
    return error


def called(call: Caller, command: list[str], store: object) -> Result:
    return call(command[0], store, *command[1:], "--json")


def test_exit_codes_are_those_of_the_contract() -> None:
    codes = {
        3: (StoreUnavailable, StoreBusy, ConnectionLost, AccessDenied, LayoutUnknown,
            LayoutAmbiguous, StoreChanged),
        2: (InputInvalid, StreamUnknown),
        5: (Stopped,),
        70: (OutputFailed, InspectorError),
    }  # fmt: skip
    for code, kinds in codes.items():
        assert {kind.exit_code for kind in kinds} == {code}


# -- what is no store -----------------------------------------------------------------------


@each_command
def test_no_such_file(command: list[str], call: Caller, tmp_path: Path) -> None:
    error = refused(called(call, command, tmp_path / "none.db"), 3, "store-unavailable")
    assert "none.db" in error["message"]
    assert not list(tmp_path.iterdir())


@each_command
def test_a_folder(command: list[str], call: Caller, tmp_path: Path) -> None:
    error = refused(called(call, command, tmp_path), 3, "store-unavailable")
    assert error["hint"]


@each_command
def test_not_a_database(command: list[str], call: Caller, tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("this is a text, and no database at all\n" * 100)
    error = refused(called(call, command, file), 3, "store-unavailable")
    assert "not an SQLite database" in error["message"]


@each_command
def test_an_empty_file(command: list[str], call: Caller, tmp_path: Path) -> None:
    file = tmp_path / "empty.db"
    file.touch()
    error = refused(called(call, command, file), 3, "layout-unknown")
    assert "Python eventsourcing" in error["hint"]
    assert file.stat().st_size == 0


@each_command
def test_no_event_table_says_what_was_looked_for(
    command: list[str], call: Caller, tmp_path: Path
) -> None:
    file = tmp_path / "contacts.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE contacts (id, name, phone)")
    error = refused(called(call, command, file), 3, "layout-unknown")
    for title in ("Emmett", "Message DB", "Commanded", "Castore"):
        assert title in error["hint"]


def test_the_closest_layout_says_what_is_missing(call: Caller, tmp_path: Path) -> None:
    file = tmp_path / "almost.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute(
            "CREATE TABLE stored_events (originator_id, originator_version, topic, blob)"
        )
    error = refused(call("recognise", file, "--json"), 3, "layout-unknown")
    assert "no column state" in error["hint"]


def test_an_empty_store_is_no_error(call: Caller, shop: str, tmp_path: Path) -> None:
    file = Path(shutil.copy(shop, tmp_path / "emptied.db"))
    with closing(sqlite3.connect(file)) as database:
        for table in ("stored_events", "stored_snapshots"):
            database.execute(f"DELETE FROM {table}")
        database.commit()
    (match,) = call.json("recognise", file)
    assert match["counts"] == {"streams": 0, "events": 0, "exact": True}
    for command in ("streams", "events"):
        result = call(command, file)
        assert result.code == 0
        assert "no " in result.out
        assert call.json(command, file) == []
    refused(call("state", file, "some-stream", "--json"), 2, "stream-unknown")


@each_command
def test_a_truncated_file(command: list[str], call: Caller, shop: str, tmp_path: Path) -> None:
    file = tmp_path / "cut.db"
    content = Path(shop).read_bytes()
    file.write_bytes(content[: len(content) // 3])
    result = called(call, command, file)
    assert result.code in (2, 3)
    assert result.error["message"]
    assert file.stat().st_size == len(content) // 3


def test_a_locked_file(call: Caller, shop: str, tmp_path: Path) -> None:
    file = Path(shutil.copy(shop, tmp_path / "locked.db"))
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=DELETE")
        writer.execute("BEGIN EXCLUSIVE")
        error = refused(call("streams", file, "--json"), 3, "store-busy")
        assert error["hint"]
    assert call("streams", file).code == 0


def test_no_permission(call: Caller, shop: str, tmp_path: Path) -> None:
    file = Path(shutil.copy(shop, tmp_path / "secret.db"))
    file.chmod(0)
    if os.access(file, os.R_OK):  # root reads everything; a socket cannot be read by anybody
        import socket  # noqa: PLC0415 - only for root

        file = tmp_path / "socket.db"
        with closing(socket.socket(socket.AF_UNIX)) as listener:
            listener.bind(str(file))
            refused(call("streams", file, "--json"), 3, "store-unavailable")
        return
    refused(call("streams", file, "--json"), 3, "store-unavailable")


# -- servers --------------------------------------------------------------------------------


def test_no_server(call: Caller) -> None:
    store = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"
    error = refused(call("streams", store, "--json"), 3, "store-unavailable")
    assert "127.0.0.1" in error["message"]


@pytest.fixture
def login(postgres_server: PostgresServer) -> Callable[[str], str]:
    """An address of a role that needs its password; the text is that password."""
    postgres_server.execute(
        "DO $$ BEGIN CREATE ROLE cli_reader LOGIN PASSWORD 'right-secret'; "
        "EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    postgres_server.execute(
        "DO $$ BEGIN CREATE ROLE password_roles; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    postgres_server.execute("GRANT password_roles TO cli_reader")
    place = f"{postgres_server.host}:{postgres_server.port}/postgres"

    def address(password: str) -> str:
        mark = f":{password}" if password else ""
        return f"postgresql://cli_reader{mark}@{place}"

    return address


def test_a_wrong_password_is_refused_and_never_printed(
    call: Caller, login: Callable[[str], str]
) -> None:
    result = call("streams", login("wrong-secret"), "--json")
    refused(result, 3, "store-unavailable")
    assert "wrong-secret" not in result.err


def test_a_missing_password_is_not_asked_for_without_a_terminal(
    call: Caller, login: Callable[[str], str]
) -> None:
    refused(call("streams", login(""), "--json"), 3, "store-unavailable")


def test_the_right_password_from_the_environment(
    call: Caller, login: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "right-secret")
    result = call("streams", login(""), "--json")
    assert result.error["code"] == "layout-unknown"  # it was let in; that database is no store
    assert "right-secret" not in result.err


def test_no_permission_on_the_table(
    call: Caller, unpacked: Callable[[Case], str], postgres_server: PostgresServer
) -> None:
    store = unpacked(Case("evtstore", "bank", "postgresql"))
    postgres_server.execute(
        "DO $$ BEGIN CREATE ROLE cli_stranger LOGIN; "
        "EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    result = call("events", store.replace("user=postgres", "user=cli_stranger"), "--json")
    assert result.code == 3
    assert result.error["message"]


# -- wrong calls ----------------------------------------------------------------------------

WRONG_CALLS: dict[str, list[str]] = {
    "no such command": ["stream"],
    "an option of nobody": ["streams", "STORE", "--nothing"],
    "no store": ["streams"],
    "no stream": ["state", "STORE"],
    "one too many": ["events", "STORE", "one", "two"],
    "no number": ["streams", "STORE", "--limit", "x"],
    "no such number": ["streams", "STORE", "--limit", "0"],
    "no value": ["streams", "STORE", "--limit"],
    "no such kind": ["streams", "STORE", "--kind", "odd"],
    "no such order": ["streams", "STORE", "--sort", "size"],
    "no version": ["state", "STORE", "some", "--at", "last"],
    "no time": ["state", "STORE", "some", "--time", "yesterday"],
    "both": ["state", "STORE", "some", "--at", "1", "--time", "2024-01-01"],
    "a flag with a value": ["streams", "STORE", "--touch-nothing=yes"],
    "no rules file": ["events", "STORE", "--rules", "no such file"],
    "a replayer": ["events", "STORE", "--replayer", "command"],
    "no version of a ladder": ["upcast", "STORE", "some", "--rules", "no such file"],
    "no language": ["streams", "STORE", "--lang", "xx"],
    "a shortened option": ["streams", "STORE", "--cat", "x"],
    "no map file": ["streams", "STORE", "--map", "no such file"],
    "no such layout": ["streams", "STORE", "--layout", "nothing"],
    "a key without a source": ["streams", "STORE", "--key", "name"],
    "a key of an unset variable": ["streams", "STORE", "--key", "k=env:INSPECTOR_TEST_UNSET"],
    "a key that is no base64": ["streams", "STORE", "--key", "k=ünicode"],
    "a key nobody can be asked for": ["streams", "STORE", "--key", "k=prompt"],
    "an unknown kind of store": ["streams", "mongodb://host/x"],
    "no address": ["streams", ""],
    "a bad address": ["streams", "postgresql://host/x?nothing=1"],
}


@pytest.mark.parametrize("name", WRONG_CALLS)
def test_a_wrong_call(name: str, call: Caller, shop: str) -> None:
    arguments = [shop if word == "STORE" else word for word in WRONG_CALLS[name]]
    error = refused(call(*arguments, "--json"), 2, "input-invalid")
    assert error["message"]
    plain = call(*arguments)
    assert (plain.code, plain.out) == (2, "")
    assert json.dumps(error["message"])[1:-1] in json.dumps(plain.err)


@pytest.mark.parametrize("name", sorted(PLANNED))
def test_commands_of_later_versions_say_so(name: str, call: Caller, shop: str) -> None:
    error = refused(call(name, shop, "--json"), 2, "input-invalid")
    assert name in error["message"]


def test_a_map_file_with_a_mistake_names_its_line(call: Caller, shop: str, tmp_path: Path) -> None:
    file = tmp_path / "map.toml"
    file.write_text('[events]\ntable = "stored_events"\nstraem = "originator_id"\n')
    error = refused(call("streams", shop, "--map", file, "--json"), 2, "input-invalid")
    assert "line 3" in error["message"]


def test_help_of_every_command(call: Caller) -> None:
    overview = call("--help")
    assert overview.code == 0
    for name in COMMANDS:
        assert name in overview.out
        for asked in (call(name, "--help"), call(name, "x", "-h"), call("help", name)):
            assert asked.code == 0
            assert asked.out.startswith(f"Usage: event-inspector {name}")
            assert "SUPPRESS" not in asked.out
    assert call("--version").out.startswith("event-inspector ")


# -- streams, versions, times ---------------------------------------------------------------


def test_an_unknown_stream(call: Caller, shop: str) -> None:
    for arguments in (["state", shop, "none"], ["events", shop, "none"]):
        error = refused(call(*arguments, "--json"), 2, "stream-unknown")
        assert "“none”" in error["message"]
        assert "--match" in error["hint"]


def test_a_version_that_is_not_there(
    call: Caller, shop: str, shop_streams: list[dict[str, Any]]
) -> None:
    stream = shop_streams[0]
    for rest in ([], ["--every"]):
        result = call("state", shop, stream["id"], "--at", 10_000, "--json", *rest)
        error = refused(result, 2, "input-invalid")
        assert f"1 to {stream['last_version']}" in error["message"]


def test_a_time_before_everything(
    call: Caller, shop: str, shop_streams: list[dict[str, Any]]
) -> None:
    result = call("state", shop, shop_streams[0]["id"], "--time", "1999-12-31", "--json")
    error = refused(result, 2, "input-invalid")
    assert "1999-12-31T00:00:00Z" in error["message"]
    assert shop_streams[0]["first_event_time"][:19] in error["hint"]


def test_a_time_in_a_store_without_times(call: Caller, tmp_path: Path) -> None:
    from tests.cli.conftest import write_own  # noqa: PLC0415 - with a map of its own

    own = write_own(tmp_path, [EVENT])
    own.map.write_text(own.map.read_text().replace('recorded_at = "at"\n', ""))
    error = refused(call("state", *own.arguments, "s", "--time", "2024-01-01", "--json"), 2,
                    "input-invalid")  # fmt: skip
    assert "no times" in error["message"]
    assert "--at" in error["hint"]


def test_a_time_where_no_event_has_one(call: Caller, own_store: Callable[..., Any]) -> None:
    own = own_store([("s", 1, "T", "{}", None, "some day", None, None)])
    error = refused(call("state", *own.arguments, "s", "--time", "2024-01-01", "--json"), 2,
                    "input-invalid")  # fmt: skip
    assert "time that can be read" in error["message"]


def test_the_whole_of_a_store_without_an_order(call: Caller, own_store: Callable[..., Any]) -> None:
    own = own_store([EVENT])
    own.map.write_text(own.map.read_text().replace('order = "id"\n', ""))
    error = refused(call("events", *own.arguments, "--json"), 2, "stream-unknown")
    assert "no order" in error["message"]
    assert "stream" in error["hint"]
    assert len(call.json("events", *own.arguments, "s")) == 1


def test_bounds_that_are_no_numbers(call: Caller, shop: str) -> None:
    for bound in ("x", "9" * 30):
        refused(call("events", shop, "--from", bound, "--json"), 2, "input-invalid")
    assert call.json("events", shop, "--from", "-5", "--to", "2", "--limit", 1)


# -- which store, which stream --------------------------------------------------------------


def test_several_stores_have_to_be_chosen_from(
    call: Caller, unpacked: Callable[[Case], str]
) -> None:
    store = unpacked(Case("pyeventsourcing", "plain", "postgresql"))
    tables = [match["tables"]["events"] for match in call.json("recognise", store)]
    assert len(tables) == 2
    error = refused(call("streams", store, "--json"), 3, "layout-ambiguous")
    assert "--table" in error["hint"]
    assert all(table in error["hint"] for table in tables)
    counts = [len(call.json("streams", store, "--table", table)) for table in tables]
    assert all(counts)
    refused(call("streams", store, "--table", "none", "--json"), 3, "layout-ambiguous")
    (one,) = call.json("recognise", store, "--table", tables[1])
    assert one["tables"]["events"] == tables[1]


def test_the_same_id_in_two_categories(call: Caller, unpacked: Callable[[Case], str],
                                       tmp_path: Path) -> None:  # fmt: skip
    file = Path(shutil.copy(unpacked(Case("evtstore", "bank", "sqlite")), tmp_path / "two.db"))
    with closing(sqlite3.connect(file)) as database:
        (table,) = database.execute(
            "SELECT name FROM sqlite_schema WHERE sql LIKE '%aggregate_id%' AND type = 'table'"
        ).fetchone()
        stream, other = database.execute(
            f"SELECT DISTINCT stream, aggregate_id FROM {table} ORDER BY 1, 2 LIMIT 1"
        ).fetchone()
        database.execute(
            f"UPDATE {table} SET aggregate_id = ? WHERE stream <> ? AND aggregate_id ="
            f" (SELECT min(aggregate_id) FROM {table} WHERE stream <> ?)",
            (other, stream, stream),
        )
        database.commit()
    error = refused(call("state", file, other, "--json"), 2, "stream-unknown")
    assert "--category" in error["hint"]
    categories = {row["category"] for row in call.json("streams", file) if row["stream"] == other}
    assert len(categories) == 2
    for category in categories:
        assert category in error["hint"]
        (state,) = call.json("state", file, other, "--category", category)
        assert state["category"] == category
    wrong = refused(call("state", file, other, "--category", "x", "--json"), 2, "stream-unknown")
    assert all(category in wrong["hint"] for category in categories)


# -- faults of ours -------------------------------------------------------------------------


def test_a_fault_of_ours_leaves_a_report_and_no_traceback(
    call: Caller, shop: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words = "first line\nsecond line"

    def broken(*_arguments: object) -> int:
        raise RuntimeError(words)

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("inspector.cli.streams.run", broken)
    result = call("streams", shop, "--match", "secret-argument", "--json")
    assert result.code == 70
    assert result.error["code"] == "internal-fault"
    (report,) = tmp_path.rglob("fault-*.txt")
    assert str(report) in result.error["hint"]
    text = report.read_text()
    assert "RuntimeError" in text
    assert "command streams" in text
    assert "secret-argument" not in text
    assert "second line" not in text


def test_a_fault_report_goes_elsewhere_when_logs_cannot_be_written(
    call: Caller, shop: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_arguments: object) -> int:
        raise RuntimeError

    blocked = tmp_path / "a file"
    blocked.touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("inspector.cli.streams.run", broken)
    result = call("streams", shop, "--json")
    assert result.code == 70
    assert len(list(tmp_path.glob("fault-*.txt"))) == 1


def test_a_fault_after_results_marks_them(
    call: Caller, shop: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from inspector.services.records import stream_record  # noqa: PLC0415

    seen: list[object] = []

    def breaks_late(row: Any) -> dict[str, Any]:
        seen.append(row)
        if len(seen) == 4:
            raise RuntimeError
        return stream_record(row)

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("inspector.cli.streams.stream_record", breaks_late)
    result = call("streams", shop, "--json")
    assert result.code == 70
    assert result.records[-1] == {"partial": {"reason": "internal-fault", "objects": 3}}
    assert len(result.records) == 4


def test_a_store_that_breaks_off_marks_what_came(
    call: Caller, shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inspector.storage.reading import EventReader  # noqa: PLC0415

    page, pages = EventReader.page, []

    def breaks_off(reader: EventReader, *arguments: Any, **more: Any) -> Any:
        pages.append(arguments)
        if len(pages) == 3:
            raise ConnectionLost("The connection was lost.", hint="Open it again.")
        return page(reader, *arguments, **more)

    monkeypatch.setattr(EventReader, "page", breaks_off)
    result = call("events", shop, "--json")
    assert result.code == 3
    assert result.error["code"] == "connection-lost"
    assert result.records[-1] == {"partial": {"reason": "connection-lost", "objects": 512}}
    assert len(result.records) == 513
    pages.clear()
    plain = call("events", shop)
    assert plain.code == 3
    assert "512" in plain.lines[-1]
    assert "not all" in plain.lines[-1]
