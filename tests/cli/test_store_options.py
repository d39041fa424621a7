"""How a store is opened: keys, views, private copies, schemas, and that nothing is changed."""

from __future__ import annotations

import base64
import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.helpers.ssh import running_ssh_server
from tests.layouts.cases import Case
from tests.storage.servers import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Caller
    from tests.helpers.postgres import PostgresServer

AES = Case("pyeventsourcing", "aes", "sqlite")


@pytest.fixture
def secret() -> bytes:
    (secret,) = AES.keys.values()
    return secret


def key_options(secret: bytes, folder: Path) -> dict[str, str]:
    text = base64.b64encode(secret).decode()
    (folder / "raw.key").write_bytes(secret)
    (folder / "text.key").write_text(text + "\n")
    return {
        "base64": text,
        "variable": "env:INSPECTOR_TEST_KEY",
        "raw file": f"file:{folder / 'raw.key'}",
        "text file": f"file:{folder / 'text.key'}",
    }


@pytest.mark.parametrize("how", ["base64", "variable", "raw file", "text file"])
def test_a_key_opens_encrypted_payloads(  # noqa: PLR0917 - fixtures
    how: str, secret: bytes, call: Caller, unpacked: Callable[[Case], str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    options = key_options(secret, tmp_path)
    monkeypatch.setenv("INSPECTOR_TEST_KEY", options["base64"])
    store = unpacked(AES)
    (locked,) = call.json("events", store, "--limit", 1)
    assert "$undecoded" in locked["data"]
    assert {f["code"] for f in locked["findings"]} >= {"payload-undecodable"}
    result = call("events", store, "--limit", 1, "--json", "--key", f"cipher={options[how]}")
    assert result.code == 0
    assert "$undecoded" not in result.records[0]["data"]
    assert options["base64"] not in result.out + result.err


def test_a_wrong_key_says_so_at_the_row(call: Caller, unpacked: Callable[[Case], str]) -> None:
    wrong = base64.b64encode(bytes(32)).decode()
    (event,) = call.json("events", unpacked(AES), "--limit", 1, "--key", f"a={wrong}")
    assert "key" in event["data"]["$undecoded"]["reason"]


def test_bad_keys_are_refused_without_being_shown(call: Caller, shop: str) -> None:
    for source in ("c2hvcnQ=", "not!base64", "file:/no/such/file"):
        result = call("events", shop, "--key", f"name={source}", "--json")
        assert (result.code, result.error["code"]) == (2, "input-invalid")
        assert "c2hvcnQ=" not in result.err
        assert "not!base64" not in result.err


def test_nothing_is_changed(call: Caller, shop: str, tmp_path: Path) -> None:
    file = Path(shutil.copy(shop, tmp_path / "store.db"))
    before = hashlib.sha256(file.read_bytes()).digest()
    (stream, *_) = [row["stream"] for row in call.json("streams", file)]
    for command in (["recognise", file], ["events", file], ["state", file, stream, "--every"]):
        assert call(*command).code == 0
    assert hashlib.sha256(file.read_bytes()).digest() == before
    assert {path.name for path in tmp_path.iterdir()} <= {
        "store.db",
        "store.db-wal",
        "store.db-shm",
    }


def test_touch_nothing_reads_a_copy_and_says_so(call: Caller, shop: str, tmp_path: Path) -> None:
    file = Path(shutil.copy(shop, tmp_path / "store.db"))
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode=WAL")
    result = call("recognise", file, "--touch-nothing", "--json")
    assert result.code == 0
    assert {f["code"] for f in result.records[0]["findings"]} == {"store-copied"}
    assert "private copy" in result.err
    assert [path.name for path in tmp_path.iterdir()] == ["store.db"]


def test_views_are_read_only_when_allowed(
    call: Caller, unpacked: Callable[[Case], str], tmp_path: Path
) -> None:
    file = Path(shutil.copy(unpacked(Case("evtstore", "bank", "sqlite")), tmp_path / "viewed.db"))
    (match,) = call.json("recognise", file)
    table = match["tables"]["events"]
    with closing(sqlite3.connect(file)) as database:
        database.execute(f"ALTER TABLE {table} RENAME TO hidden")
        database.execute("ALTER TABLE hidden RENAME COLUMN event TO other")
        database.execute(f"CREATE VIEW {table} AS SELECT *, other AS event FROM hidden")
        database.commit()
    result = call("recognise", file, "--json")
    assert (result.code, result.error["code"]) == (3, "layout-unknown")
    assert f"Views were left out: {table}" in result.error["hint"]
    (found,) = call.json("recognise", file, "--allow-views")
    assert (found["layout"], found["certain"]) == ("evtstore", False)
    unsure = call("streams", file, "--allow-views", "--json")
    assert (unsure.code, unsure.error["code"]) == (3, "layout-ambiguous")
    assert "--layout" in unsure.error["hint"]
    assert call.json("streams", file, "--allow-views", "--layout", "evtstore")


def test_a_schema_narrows_the_search(call: Caller, unpacked: Callable[[Case], str]) -> None:
    store = unpacked(Case("commanded", "jsonb", "postgresql"))
    (match,) = call.json("recognise", store)
    assert (
        call.json("recognise", store, "--schema", match["schema"])[0]["schema"] == match["schema"]
    )
    result = call("recognise", store, "--schema", "no_such_schema", "--json")
    assert (result.code, result.error["code"]) == (3, "layout-unknown")


def test_a_role_that_can_write_is_noted(call: Caller, unpacked: Callable[[Case], str]) -> None:
    result = call("recognise", unpacked(Case("evtstore", "bank", "postgresql")), "--json")
    assert {f["code"] for f in result.records[0]["findings"]} >= {"role-can-write"}
    assert result.err.startswith("Note: ")
    opened = result.records[0]["opened"]
    assert opened["server"].startswith("PostgreSQL ")
    assert opened["user"] == "postgres"


def test_words_are_in_the_language_that_is_asked_for(call: Caller, shop: str) -> None:
    korean = call("streams", shop, "--lang", "ko")
    assert korean.code == 0
    assert "스트림" in korean.out
    assert "스트림" in call("streams", "--help", "--lang=ko").out
    assert "없습니다" in call("streams", "no-such-file", "--lang", "ko").err
    records = call("streams", shop, "--lang", "ko", "--json").records
    assert records == call("streams", shop, "--lang", "en", "--json").records


def test_through_an_ssh_server(
    call: Caller, unpacked: Callable[[Case], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = unpacked(Case("evtstore", "bank", "postgresql"))
    straight = call.json("streams", store)
    with running_ssh_server() as bastion:
        monkeypatch.setenv("EVENT_INSPECTOR_SSH_CONFIG", str(bastion.configuration))
        assert call.json("streams", store, "--ssh", "bastion") == straight
        where = f"{bastion.user}@127.0.0.1:{bastion.port}"
        opened = call.json("recognise", store, "--ssh", where, "--ssh-key", bastion.key)[0][
            "opened"
        ]
        assert where in opened["how"]
        bastion.knows(None)
        result = call("streams", store, "--ssh", "bastion", "--json")
        assert (result.code, result.error["code"]) == (3, "tunnel-failed")
        assert "not known on this computer" in result.error["message"]
        assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--ssh", "bastion"), "only for a PostgreSQL server"),
        (("--ssh-key", "id"), "needs --ssh"),
    ],
)
def test_a_file_is_not_reached_through_a_server(
    options: tuple[str, ...], words: str, call: Caller, shop: str
) -> None:
    result = call("streams", shop, *options, "--json")
    assert (result.code, result.error["code"]) == (2, "input-invalid")
    assert words in result.error["message"]


def test_an_option_is_no_server(call: Caller) -> None:
    result = call("streams", "postgresql://db/x", "--ssh=-oProxyCommand=true", "--json")
    assert (result.code, result.error["code"]) == (2, "input-invalid")
    assert "names no SSH server" in result.error["message"]


def test_values_are_opened_by_the_stores_own_keys_only_when_that_is_said(
    call: Caller, tmp_path: Path
) -> None:
    store = Case("patchlevel", "aggregate", "sqlite").unpack(tmp_path)
    closed = call.json("events", store)
    opened = call.json("events", store, "--use-store-keys")
    found = [f["code"] for event in closed for f in event["findings"]]
    assert (found.count("value-encrypted"), found.count("value-key-erased")) == (10, 2)
    left = [f["code"] for event in opened for f in event["findings"]]
    assert left == ["value-key-erased"] * 2
    assert any(event["data"].get("country") == "KR" for event in opened if event["data"])
    [told] = [e for e in closed if e["data"] and "$key_erased" in str(e["data"].get("country"))][:1]
    [state] = call.json("state", store, told["stream"], "--at", told["version"])
    assert state["marks"] == {"country": "unknown"}
    assert "$key_erased" in state["state"]["country"]


def test_the_databases_of_a_server(call: Caller, own_postgres_server: PostgresServer) -> None:
    server = own_postgres_server
    fill(server.create_database("shop"))
    found = {r["database"]: r for r in call.json("databases", server.conninfo("postgres"))}
    assert set(found) == {"postgres", "shop"}
    assert found["postgres"] == {"database": "postgres", "stores": [], "trouble": None}
    (store,) = found["shop"]["stores"]
    assert store["table"] == "public.shop_events"
    names = call.json("databases", server.conninfo("postgres"), "--names")
    assert names[1] == {"database": "shop", "stores": None, "trouble": None}
    people = call("databases", server.conninfo("postgres"))
    assert people.code == 0
    assert "shop_events" in people.out
    grants = call("recognise", server.conninfo("shop"), "--grant")
    assert grants.code == 0
    assert 'GRANT SELECT ON TABLE "public"."shop_events"' in grants.out


def test_a_file_has_neither_databases_nor_roles(call: Caller, shop: str) -> None:
    for arguments in (("databases", shop), ("recognise", shop, "--grant")):
        result = call(*arguments, "--json")
        assert (result.code, result.error["code"]) == (2, "input-invalid")
