"""Snapshots that the inspector writes, beside those that the real libraries wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from inspector.codecs import Key, decode
from inspector.core.errors import SnapshotConflict, WriteRefused
from inspector.core.snapshot_checks import Verdict
from inspector.services.finding_streams import the_stream
from inspector.services.snapshot_scan import verify
from inspector.services.snapshotting import Planner, create, due, preview
from inspector.services.tasks import Work
from inspector.services.write_log import WriteLog
from inspector.services.write_unlock import Unlock, unlock
from tests.helpers.written import OwnStore, own_copy
from tests.layouts.cases import Case, cases

if TYPE_CHECKING:
    from inspector.core.events import Snapshot
    from inspector.services.open_store import OpenedStore
    from tests.helpers.postgres import PostgresServer

LAYOUTS = (
    "pyeventsourcing", "pyeventsourcing_django", "pyeventsourcing_sqlalchemy", "commanded",
    "eventsource_py",
)  # fmt: skip
NATIVE = [c for c in cases() if c.layout in LAYOUTS and c.name != "term"]
PLAIN = Case("pyeventsourcing", "plain", "sqlite")
ORDER = "017ac2f5-0463-4c9b-ac12-ac7ab298d4d7"
KEY_OF_ROW = ("pyeventsourcing", "pyeventsourcing_sqlalchemy", "commanded")
"""Where rows are named by the stream and not by a number that the database gives."""

OF_ITS_TIME = {"timestamp", "created_at", "uid", "id"}
"""What tells when a snapshot was taken, or only where it lies."""


@pytest.fixture
def plain(tmp_path: Path) -> OwnStore:
    return own_copy(PLAIN, tmp_path, None)


@pytest.fixture
def log(tmp_path: Path) -> WriteLog:
    return WriteLog(tmp_path / "log" / "written.jsonl")


def newest_of_each_kind(store: OpenedStore) -> list[Snapshot]:
    """Some snapshots of every kind, in the newest class version of it."""
    most = 2 if store.address.path is not None else 1
    kinds: dict[Any, list[Snapshot]] = {}
    for page in store.reader.snapshots.pages():
        for snapshot in page:
            if snapshot.of_stream:
                kinds.setdefault(store.layout.snapshot_kind(snapshot), []).append(snapshot)
    chosen = []
    for found in kinds.values():
        newest = max(int(s.schema_version or 0) for s in found)
        chosen += [s for s in found if int(s.schema_version or 0) == newest][:most]
    return chosen


def cells(store: OpenedStore, row: tuple[Any, ...], keys: tuple[Key, ...]) -> dict[str, Any]:
    """The cells of a row by column, decoded, without what depends on the moment."""
    found = {}
    for column, cell in zip(store.match.tables["snapshots"].columns, row, strict=True):
        value = cell
        if isinstance(cell, bytes) and column.name != "originator_id":
            value = decode(cell, keys=keys).value  # type: ignore[union-attr]
        if isinstance(value, dict):
            value = {name: item for name, item in value.items() if name not in OF_ITS_TIME}
        if column.name not in OF_ITS_TIME:
            found[column.name] = value
    return found


@pytest.mark.parametrize("case", NATIVE, ids=str)
def test_a_written_row_is_the_library_s_own(
    case: Case, tmp_path: Path, postgres_server: PostgresServer, log: WriteLog
) -> None:
    own = own_copy(case, tmp_path, postgres_server)
    written = 0
    with own.open() as stores:
        for store in stores:
            if not store.reader.snapshots.available:
                continue
            for snapshot in newest_of_each_kind(store):
                theirs = own.remove(snapshot)
                planner = Planner(store)
                stream = the_stream(store.reader, snapshot.stream.name, snapshot.stream.category)
                shown = preview(planner, stream, snapshot.position, Work())
                made = create(planner, shown, unlock(store, store.name), Work(), log)
                assert made.verified, made.reason
                assert made.row_key == snapshot.row_key or case.layout not in KEY_OF_ROW
                keys = store.request.keys
                ours = cells(store, own.row(snapshot), keys)
                assert ours == cells(store, theirs, keys)
                own.put_back(snapshot, theirs)
                written += 1
    assert written
    outcomes = [line["outcome"] for line in log.lines()]
    assert outcomes == ["begun", "written"] * written


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_erlang_terms_are_refused(
    dialect: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    own = own_copy(Case("commanded", "term", dialect), tmp_path, postgres_server)
    with own.open() as (store, *_):
        stream = the_stream(store.reader, "account-469d8351-28f4-4378-9526-e3cd1a1449d2")
        with pytest.raises(WriteRefused, match="Erlang terms"):
            preview(Planner(store), stream, 255, Work())


def test_one_row_of_commanded_is_overwritten(
    tmp_path: Path, postgres_server: PostgresServer, log: WriteLog
) -> None:
    own = own_copy(Case("commanded", "jsonb", "postgresql"), tmp_path, postgres_server)
    with own.open() as (store, *_):
        name = "account-469d8351-28f4-4378-9526-e3cd1a1449d2"
        stream = the_stream(store.reader, name)
        planner = Planner(store)
        [before] = store.reader.snapshots.page(stream)
        with pytest.raises(SnapshotConflict, match="newer snapshot"):
            preview(planner, stream, 249, Work())
        shown = preview(planner, stream, 260, Work())
        assert create(planner, shown, unlock(store, store.name), Work(), log).verified
        [after] = store.reader.snapshots.page(stream)
        assert (before.position, after.position) == (250, 260)
        assert before.taken_at == after.taken_at  # the library leaves it, too
        with pytest.raises(SnapshotConflict):
            create(planner, shown, unlock(store, store.name), Work(), log)


# -- the gate --------------------------------------------------------------------------------------


def refused(own: OwnStore, match: str, *, at: int | None = 11, stream: str = ORDER) -> None:
    with own.open() as (store, *_):
        found = the_stream(store.reader, stream)
        before = own.execute("SELECT * FROM stored_snapshots")
        with pytest.raises(WriteRefused, match=match) as told:
            preview(Planner(store), found, at, Work())
        assert told.value.exit_code == 4
        assert own.execute("SELECT * FROM stored_snapshots") == before


def test_state_that_is_not_exact(plain: OwnStore) -> None:
    plain.request = type(plain.request)(plain.address)
    refused(plain, "not exact: there are no rules")


def test_an_event_that_fails(plain: OwnStore) -> None:
    plain.execute(
        "UPDATE stored_events SET state = ? WHERE originator_id = ? AND originator_version = 3",
        b"\x00", ORDER.replace("-", ""),
    )  # fmt: skip
    refused(plain, "could not be applied", at=8)


def test_an_event_that_is_gone(plain: OwnStore) -> None:
    plain.execute(
        "DELETE FROM stored_events WHERE originator_id = ? AND originator_version = 3",
        ORDER.replace("-", ""),
    )
    refused(plain, "no version 3")


def test_a_version_that_is_not_there(plain: OwnStore) -> None:
    refused(plain, "no version 4711", at=4711)


def test_a_snapshot_that_is_there(plain: OwnStore) -> None:
    refused(plain, "already", at=10)


def test_an_aggregate_that_is_gone(plain: OwnStore) -> None:
    refused(plain, "is gone", at=None, stream="6c511b28-8245-41fe-afec-b3fcfdfc6487")


def test_snapshots_that_the_rules_do_not_reproduce_are_listed(plain: OwnStore) -> None:
    [(name, version, state)] = plain.execute(
        "SELECT originator_id, originator_version, state FROM stored_snapshots"
        " WHERE CAST(state AS TEXT) LIKE '%ShopOrder%' AND originator_id <> ? LIMIT 1",
        ORDER.replace("-", ""),
    )
    value = json.loads(state)
    value["state"]["touches"] += 1
    plain.execute(
        "UPDATE stored_snapshots SET state = ? WHERE originator_id = ? AND originator_version = ?",
        json.dumps(value).encode(), name, version,
    )  # fmt: skip
    refused(plain, f"{name[:8]}.* @ {version}: differs")


def test_an_undecodable_snapshot_could_be_of_any_kind(plain: OwnStore) -> None:
    plain.execute("UPDATE stored_snapshots SET state = x'00' WHERE originator_version = 20")
    refused(plain, "undecodable")


def test_no_snapshot_to_learn_from(plain: OwnStore) -> None:
    plain.execute("DELETE FROM stored_snapshots WHERE CAST(state AS TEXT) LIKE '%ShopOrder%'")
    refused(plain, "no snapshot of bankdemo.orders:ShopOrder to learn from")


def test_two_encodings_side_by_side(plain: OwnStore) -> None:
    import zlib  # noqa: PLC0415

    [(name, version, state)] = plain.execute(
        "SELECT originator_id, originator_version, state FROM stored_snapshots"
        " WHERE CAST(state AS TEXT) LIKE '%ShopOrder%' LIMIT 1"
    )
    plain.execute(
        "UPDATE stored_snapshots SET state = ? WHERE originator_id = ? AND originator_version = ?",
        zlib.compress(state), name, version,
    )  # fmt: skip
    refused(plain, "encoded in different ways")


def test_a_table_that_could_hold_it_twice(tmp_path: Path) -> None:
    own = own_copy(Case("pyeventsourcing_django", "bank", "sqlite"), tmp_path, None)
    own.execute("CREATE TABLE loose AS SELECT * FROM snapshots")
    own.execute("DROP TABLE snapshots")
    own.execute("ALTER TABLE loose RENAME TO snapshots")
    with own.open() as (store, *_):
        stream = next(iter(due(store, 20, 3, Work())))
        with pytest.raises(WriteRefused, match="could hold the same snapshot twice"):
            preview(Planner(store), stream, None, Work())


def test_a_private_copy(plain: OwnStore) -> None:
    from dataclasses import replace  # noqa: PLC0415

    options = replace(plain.request.options, touch_nothing=True)
    plain.request = replace(plain.request, options=options)
    refused(plain, "copy of the store")


def test_rules_that_changed_on_disk(plain: OwnStore, tmp_path: Path) -> None:
    from dataclasses import replace  # noqa: PLC0415

    rules = tmp_path / "own.rules.toml"
    rules.write_bytes(Path(plain.request.rules[0]).read_bytes())
    plain.request = replace(plain.request, rules=(str(rules),))
    with plain.open() as (store, *_):
        rules.write_text(rules.read_text() + "\n# later\n")
        with pytest.raises(WriteRefused, match="has changed"):
            preview(Planner(store), the_stream(store.reader, ORDER), 11, Work())


def test_a_layout_that_is_not_known(tmp_path: Path) -> None:
    case = next(c for c in cases() if c.layout == "evtstore" and c.dialect == "sqlite")
    own = own_copy(case, tmp_path, None)
    own.request = type(own.request)(own.address)
    with own.open() as (store, *_):
        assert store.reader.source.snapshot_write == "none"
        row = store.reader.streams.page(None, 1).rows[0]
        with pytest.raises(WriteRefused, match="not known how"):
            preview(Planner(store), row.stream, None, Work())


# -- between preview and writing -------------------------------------------------------------------


def test_only_the_unlocked_store(plain: OwnStore, log: WriteLog) -> None:
    with plain.open() as (store, *_):
        planner = Planner(store)
        shown = preview(planner, the_stream(store.reader, ORDER), 11, Work())
        with pytest.raises(WriteRefused, match="not the name"):
            unlock(store, "another.sqlite")
        with pytest.raises(WriteRefused, match="Another store"):
            create(planner, shown, Unlock("elsewhere", store.table), Work(), log)
    assert log.lines() == ()


def test_the_stream_went_on(plain: OwnStore, log: WriteLog) -> None:
    with plain.open() as (store, *_):
        planner = Planner(store)
        shown = preview(planner, the_stream(store.reader, ORDER), 11, Work())
        plain.execute(
            "INSERT INTO stored_events SELECT originator_id, 12, topic, state FROM stored_events"
            " WHERE originator_id = ? AND originator_version = 11",
            ORDER.replace("-", ""),
        )
        with pytest.raises(SnapshotConflict, match="changed since the preview"):
            create(planner, shown, unlock(store, store.name), Work(), log)
    assert [line["outcome"] for line in log.lines()] == ["begun", "not-written"]


def test_the_same_preview_twice(plain: OwnStore, log: WriteLog) -> None:
    with plain.open() as (store, *_):
        planner, stream = Planner(store), the_stream(store.reader, ORDER)
        shown = preview(planner, stream, 11, Work())
        assert create(planner, shown, unlock(store, store.name), Work(), log).verified
        with pytest.raises(SnapshotConflict):
            create(planner, shown, unlock(store, store.name), Work(), log)
        assert store.reader.snapshots.positions(stream) == (10, 11)
        checks = list(verify(store, [stream], Work()))
        assert [check.verdict for check in checks] == [Verdict.MATCHES] * 2


def test_a_trigger_cannot_do_more(plain: OwnStore, log: WriteLog) -> None:
    plain.execute("CREATE TABLE told (what TEXT)")
    plain.execute(
        "CREATE TRIGGER more AFTER INSERT ON stored_snapshots"
        " BEGIN INSERT INTO told VALUES ('more'); END"
    )
    with plain.open() as (store, *_):
        planner, stream = Planner(store), the_stream(store.reader, ORDER)
        shown = preview(planner, stream, 11, Work())
        with pytest.raises(WriteRefused, match="more than one row"):
            create(planner, shown, unlock(store, store.name), Work(), log)
        assert store.reader.snapshots.positions(stream) == (10,)
    assert plain.execute("SELECT * FROM told") == []


def test_the_record_must_be_kept(plain: OwnStore, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with plain.open() as (store, *_):
        planner, stream = Planner(store), the_stream(store.reader, ORDER)
        shown = preview(planner, stream, 11, Work())
        with pytest.raises(WriteRefused, match="record of what is written"):
            create(planner, shown, unlock(store, store.name), Work(), WriteLog(blocked / "log"))
        assert store.reader.snapshots.positions(stream) == (10,)


def test_the_record_holds_no_payload(plain: OwnStore, log: WriteLog) -> None:
    with plain.open() as (store, *_):
        planner, stream = Planner(store), the_stream(store.reader, ORDER)
        shown = preview(planner, stream, 11, Work())
        create(planner, shown, unlock(store, store.name), Work(), log)
    line = log.lines()[-1]
    assert line.keys() == {
        "time", "user", "host", "outcome", "store", "table", "stream", "version",
        "state_sha256", "rules_sha256",
    }  # fmt: skip
    assert "Smith" not in log.path.read_text()
    assert (line["stream"], line["version"]) == (ORDER, 11)


def test_streams_that_could_use_one(plain: OwnStore) -> None:
    with plain.open() as (store, *_):
        found = list(due(store, 20, 3, Work()))
        for stream in found:
            last = store.reader.streams.summary(stream).last_position or 0
            assert last > 20
            assert last - max(store.reader.snapshots.positions(stream), default=0) >= 3
        assert found
        assert len(found) < len(list(due(store, 0, 1, Work())))
