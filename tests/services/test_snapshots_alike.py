"""Snapshots written beside those of PHP's and Ruby's libraries, and equal to theirs.

A snapshot that the library wrote is taken out of a copy of its store, the inspector writes one
of the same version, and both rows are compared column by column.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from inspector.core.errors import SnapshotConflict, WriteRefused
from inspector.core.snapshot_checks import Cause, Verdict
from inspector.layouts.patchlevel import is_sealed
from inspector.services.finding_streams import the_stream
from inspector.services.open_store import open_lane
from inspector.services.snapshot_scan import scan_snapshots, verify
from inspector.services.snapshotting import Planner, create, preview
from inspector.services.tasks import Work
from inspector.services.write_log import WriteLog
from inspector.services.write_unlock import unlock
from inspector.storage import writing
from tests.helpers.written import OwnStore, own_copy
from tests.layouts.cases import Case

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.core.events import Snapshot
    from inspector.services.open_store import OpenedStore
    from tests.helpers.postgres import PostgresServer


@dataclass(frozen=True)
class Rows:
    """Where a layout's snapshots are.

    Attributes:
        stream: chooses the snapshots of a stream by its name or id.
        newer: of these, the ones from a version on.
        of_their_own: columns that no two snapshots share, or that only tell the time.
    """

    table: str
    stream: str
    newer: str = "1 = ?"
    of_their_own: frozenset[str] = frozenset()


ROWS = {
    "spatie": Rows(
        "snapshots", "aggregate_uuid = ?", "aggregate_version >= ?",
        frozenset({"id", "created_at", "updated_at"}),
    ),
    "patchlevel": Rows("cache_items", "item_id = ?", of_their_own=frozenset({"item_time"})),
    "prooph": Rows("snapshots", "aggregate_id = ?", of_their_own=frozenset({"created_at"})),
    "ecotone": Rows(
        "ecotone_document_store", "document_id = ?", of_their_own=frozenset({"updated_at"})
    ),
    "sequent": Rows(
        "sequent_schema.snapshot_records", "aggregate_id = ?", "sequence_number > ?",
        frozenset({"created_at"}),
    ),
}  # fmt: skip
SNAPSHOT_EVENTS = (
    " FROM event_store_events_in_streams s JOIN event_store_events e ON s.event_id = e.event_id"
    " WHERE s.stream = ? || '_snapshots'"
)
"""Those of a stream of Rails Event Store."""

EQUAL = [
    # What cannot be told from the other snapshots of the store is refused; the rest is equal.
    (Case("spatie", "sqlite", "sqlite"), 6, 2),
    (Case("spatie", "pg", "postgresql"), 7, 0),
    (Case("patchlevel", "stream", "sqlite"), 10, 0),
    (Case("patchlevel", "stream", "postgresql"), 10, 0),
    (Case("patchlevel", "aggregate", "sqlite"), 13, 1),
    (Case("patchlevel", "aggregate", "postgresql"), 13, 1),
    (Case("patchlevel", "multi", "sqlite"), 6, 0),
    (Case("patchlevel", "multi", "postgresql"), 6, 0),
    (Case("prooph", "single", "postgresql"), 6, 2),
    (Case("prooph", "aggregate", "postgresql"), 1, 3),
    (Case("ecotone", "partition", "postgresql"), 2, 1),
    (Case("rails_event_store", "yaml", "sqlite"), 2, 1),
    (Case("rails_event_store", "bytea", "postgresql"), 2, 1),
    (Case("sequent", "8", "postgresql"), 5, 2),
]


@pytest.mark.parametrize(("case", "equal", "refused"), EQUAL, ids=str)
def test_a_written_row_is_the_library_s_own(
    case: Case, equal: int, refused: int, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    log = WriteLog(tmp_path / "log" / "written.jsonl")
    own = own_copy(case, tmp_path, postgres_server)
    with own.open() as (store, *_):
        found = matching(store, own, case)
        outcomes = [equals(store, own, case, snapshot, log) for snapshot in found]
    assert (outcomes.count(True), outcomes.count(False)) == (equal, refused)
    assert [line["outcome"] for line in log.lines()] == ["begun", "written"] * equal


def test_an_older_version_is_not_written_last(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Where the library takes the last row, that row would throw the application back."""
    for case, name, at in (
        (Case("spatie", "pg", "postgresql"), "63845739-3b57-407a-b", 230),
        (Case("rails_event_store", "yaml", "sqlite"), "Banking::Account$8d6976a2", 210),
    ):
        own = own_copy(case, tmp_path, postgres_server)
        with own.open() as (store, *_):
            matching(store, own, case)
            rows = store.reader.streams.page(None, 1000).rows
            stream = next(row.stream for row in rows if row.stream.name.startswith(name))
            with pytest.raises(SnapshotConflict, match="newer snapshot"):
                preview(Planner(store), stream, at, Work())


def test_what_sequent_needs_beside_a_snapshot(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    own = own_copy(Case("sequent", "8", "postgresql"), tmp_path, postgres_server)
    needed = "sequent_schema.aggregates_that_need_snapshots"
    name = "832ccf04-35bd-46e4-88f8-169769fa60d8"
    own.execute(f"UPDATE {needed} SET snapshot_outdated_at = now()")
    log = WriteLog(tmp_path / "log")
    with own.open() as (store, *_):
        planner, stream = Planner(store), the_stream(store.reader, name)
        for at in (285, 240):  # an older one leaves the mark of the newer
            shown = preview(planner, stream, at, Work())
            assert [one.text.split()[:2] for one in shown.beside] == [["INSERT", "INTO"]]
            assert create(planner, shown, unlock(store, store.name), Work(), log).verified
            [row] = own.execute(f"SELECT * FROM {needed} WHERE aggregate_id = ?", name)
            assert row[1:] == (286, None, None)
        assert {c.verdict for c in verify(store, [stream], Work())} == {Verdict.MATCHES}
        other = [row for row in own.execute(f"SELECT * FROM {needed}") if str(row[0]) != name]
        assert all(row[2] is not None for row in other)


def test_sequent_before_8_is_refused(tmp_path: Path, postgres_server: PostgresServer) -> None:
    own = own_copy(Case("sequent", "7", "postgresql"), tmp_path, postgres_server)
    with own.open() as (store, *_):
        stream = the_stream(store.reader, "832ccf04-35bd-46e4-88f8-169769fa60d8")
        with pytest.raises(WriteRefused, match="not known how"):
            preview(Planner(store), stream, 280, Work())


def test_another_row_for_the_same_stream_is_noticed(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Between preview and writing the application takes a snapshot of its own."""
    log = WriteLog(tmp_path / "log")
    for case, name in (
        (Case("spatie", "sqlite", "sqlite"), "c119c9a3"),
        (Case("patchlevel", "multi", "sqlite"), "bank_account-cde"),
        (Case("prooph", "single", "postgresql"), "24f5bc72"),
    ):
        own = own_copy(case, tmp_path, postgres_server)
        with own.open() as (store, *_):
            found = matching(store, own, case)
            planner = Planner(store)
            snapshot = next(s for s in found if s.stream.name.startswith(name))
            taken = take_out(own, case, snapshot)
            stream = the_stream(store.reader, snapshot.stream.name)
            shown = preview(planner, stream, snapshot.position, Work())
            put_back(own, case, taken)
            with pytest.raises(SnapshotConflict, match="changed since the preview"):
                create(planner, shown, unlock(store, store.name), Work(), log)
            assert len(rows_of(own, case, snapshot)) == 1
    assert [line["outcome"] for line in log.lines()] == ["begun", "not-written"] * 3


def matching(store: OpenedStore, own: OwnStore, case: Case) -> list[Snapshot]:
    """The snapshots that tell the truth, newest first; the others are taken out of the store."""
    found = []
    for check in scan_snapshots(store, Work(), processes=1):
        if check.verdict is Verdict.MATCHES:
            found.append(check.snapshot)
        else:
            rows = ROWS[case.layout]
            where = f"{rows.table} WHERE {rows.stream}"
            own.execute(f"DELETE FROM {where}", key_of(case, check.snapshot))
    return sorted(found, key=lambda snapshot: -(snapshot.position or 0))


def equals(
    store: OpenedStore, own: OwnStore, case: Case, snapshot: Snapshot, log: WriteLog
) -> bool:
    """Write a snapshot in the place of the library's; ``False``: that was refused."""
    taken = take_out(own, case, snapshot)
    planner = Planner(store)
    stream = the_stream(store.reader, snapshot.stream.name, None)
    try:
        shown = preview(planner, stream, snapshot.position, Work())
    except WriteRefused as error:
        put_back(own, case, taken)
        if "uncertain" not in error.message:
            raise
        return False
    made = create(planner, shown, unlock(store, store.name), Work(), log)
    assert made.verified, made.reason
    ours = rows_of(own, case, snapshot)
    assert len(ours) == 1
    assert ours[0] == taken["compared"]
    take_out(own, case, snapshot)
    put_back(own, case, taken)
    return True


def key_of(case: Case, snapshot: Snapshot) -> Any:
    return snapshot.stream.key[-1] if case.layout == "spatie" else snapshot.stream.name


def rows_of(own: OwnStore, case: Case, snapshot: Snapshot) -> list[dict[str, Any]]:
    """The snapshot's rows, without what is theirs alone."""
    if case.layout == "rails_event_store":
        found = own.execute(
            f"SELECT e.event_type, e.data, e.valid_at, s.position{SNAPSHOT_EVENTS}",
            snapshot.stream.name,
        )
        names = ["event_type", "data", "valid_at", "position"]
        rows = [dict(zip(names, row, strict=True)) for row in found]
        return [row for row in rows if f":version: {snapshot.position}\n".encode() in row["data"]]
    rows = ROWS[case.layout]
    where = f"{rows.stream} AND {rows.newer}"
    found = own.execute(
        f"SELECT * FROM {rows.table} WHERE {where}", key_of(case, snapshot), version(rows, snapshot)
    )
    return [
        {
            name: without_time(cell)
            for name, cell in zip(columns(own, rows.table), row, strict=True)
            if name not in rows.of_their_own
        }
        for row in found
    ]


def version(rows: Rows, snapshot: Snapshot) -> int:
    return 1 if rows.newer.startswith("1") else snapshot.position or 0


def columns(own: OwnStore, table: str) -> list[str]:
    if own.path is not None:
        return [row[1] for row in own.execute(f"PRAGMA table_info({table})")]
    found = own.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = ?"
        " ORDER BY ordinal_position",
        table.rpartition(".")[2],
    )
    return [row[0] for row in found]


def without_time(cell: Any) -> Any:
    return {k: v for k, v in cell.items() if k != "created_at"} if isinstance(cell, dict) else cell


def take_out(own: OwnStore, case: Case, snapshot: Snapshot) -> dict[str, Any]:
    """Take a snapshot, and all newer ones of its stream, out of the store."""
    compared = next(iter(rows_of(own, case, snapshot)), None)
    if case.layout == "rails_event_store":
        return {"compared": compared, "rows": take_out_events(own, snapshot)}
    rows = ROWS[case.layout]
    where = f"{rows.stream} AND {rows.newer}"
    values = key_of(case, snapshot), version(rows, snapshot)
    taken = own.execute(f"SELECT * FROM {rows.table} WHERE {where}", *values)
    own.execute(f"DELETE FROM {rows.table} WHERE {where}", *values)
    return {"compared": compared, "rows": {rows.table: taken}}


def take_out_events(own: OwnStore, snapshot: Snapshot) -> dict[str, list[Any]]:
    links, events = "event_store_events_in_streams", "event_store_events"
    found = own.execute(f"SELECT e.event_id, e.data{SNAPSHOT_EVENTS}", snapshot.stream.name)
    taken: dict[str, list[Any]] = {events: [], links: []}
    for own_id, data in found:
        at = int(bytes(data).rpartition(b":version: ")[2])
        if at >= (snapshot.position or 0):
            for table in (events, links):
                taken[table] += own.execute(f"SELECT * FROM {table} WHERE event_id = ?", own_id)
            for table in (links, events):
                own.execute(f"DELETE FROM {table} WHERE event_id = ?", own_id)
    return taken


def put_back(own: OwnStore, case: Case, taken: dict[str, Any]) -> None:
    for table, rows in taken["rows"].items():
        for row in rows:
            marks = ", ".join("?" for _ in row)
            cells = [json.dumps(c) if isinstance(c, dict | list) else c for c in row]
            own.execute(f"INSERT INTO {table} VALUES ({marks})", *cells)


def test_what_is_encrypted_is_not_said_to_differ(tmp_path: Path) -> None:
    """One order has a coupon that only a key of another table opens, one is of an old model."""
    case = Case("patchlevel", "aggregate", "sqlite")
    own = own_copy(case, tmp_path, None)
    with own.open() as (store, *_):
        checks = scan_snapshots(store, Work(), processes=1)
        odd = {c.snapshot.stream.name[:16]: c for c in checks if c.verdict is not Verdict.MATCHES}
        sealed, old = odd.pop("shop_order-54864"), odd.pop("shop_order-0358f")
        assert not odd
        assert (sealed.verdict, sealed.cause) == (Verdict.UNVERIFIABLE, Cause.ENCRYPTED)
        assert sealed.reason == "Encrypted by the application, so it cannot be compared: coupon"
        assert (old.verdict, old.cause) == (Verdict.DIFFERS, Cause.OLD_SCHEMA)
        planner = Planner(store)
        with pytest.raises(WriteRefused, match="what the application encrypted: coupon"):
            preview(planner, the_stream(store.reader, sealed.snapshot.stream.name), None, Work())
        # Neither says that the rules are wrong: the library reads over the old one.
        rows = store.reader.streams.page(None, 1000).rows
        other = next(r.stream for r in rows if r.stream.name.startswith("shop_order-08e1b"))
        assert preview(planner, other, None, Work()).plan.kind == "shop_order"


def test_what_keys_opened_is_never_written_open(tmp_path: Path) -> None:
    case = Case("patchlevel", "aggregate", "sqlite")
    own = own_copy(case, tmp_path, None)
    with own.open() as (store, *_):
        request = replace(store.request, use_stored_keys=True)
        lane = open_lane(replace(store, request=request))
        rows = lane.reader.streams.page(None, 1000).rows
        other = next(r.stream for r in rows if r.stream.name.startswith("shop_order-08e1b"))
        try:
            with pytest.raises(WriteRefused, match="a snapshot would keep them open"):
                preview(Planner(lane), other, None, Work())
        finally:
            lane.close()


def test_encrypted_and_different_is_different(tmp_path: Path) -> None:
    case = Case("patchlevel", "aggregate", "sqlite")
    own = own_copy(case, tmp_path, None)
    own.execute(
        "UPDATE cache_items SET item_data = CAST(replace(CAST(item_data AS TEXT),"
        ' \'s:7:"orderNo";s:9:"ORD-82577"\', \'s:7:"orderNo";s:9:"ORD-00000"\') AS BLOB)'
        " WHERE item_id LIKE 'shop_order-54864%'"
    )
    with own.open() as (store, *_):
        checks = scan_snapshots(store, Work(), processes=1)
        [found] = [c for c in checks if c.snapshot.stream.name.startswith("shop_order-54864")]
    assert found.verdict is Verdict.DIFFERS
    assert [change.path for change in found.changes] == [("orderNo",), ("coupon",)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("MkwyQ28rVHN6VkpMMDRjS09uUlpOY25XeSt1RFRpOEphY01hUVNBSUpTdklyWWNkQ2lyM0tCeUhQa2lsSTVGNg==",
         True),
        ({"__enc": "v1", "data": "eA==", "method": "aes128", "iv": "eA=="}, True),
        ("", False), ("KRW", False), ("order", False), ("aGVsbG8=", False), ("YWJjZA==", False),
        ({"data": "eA=="}, False), (None, False), (5, False), ("김", False),
    ],
)  # fmt: skip
def test_how_encrypted_fields_of_patchlevel_look(value: Any, expected: bool) -> None:
    assert is_sealed(value) is expected


def test_both_rows_or_none(
    tmp_path: Path, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a library writes two rows, a failure after the first leaves neither."""
    real, seen = writing._require_one, []

    def fails_at_the_second(rows: int) -> None:
        seen.append(rows)
        real(rows if len(seen) % 2 else 0)

    monkeypatch.setattr(writing, "_require_one", fails_at_the_second)
    log = WriteLog(tmp_path / "log")
    for case, name, at, tables in (
        (Case("rails_event_store", "yaml", "sqlite"), "Banking::Account$8d6976a2", None,
         ("event_store_events", "event_store_events_in_streams")),
        (Case("sequent", "8", "postgresql"), "832ccf04", 285,
         ("sequent_schema.snapshot_records", "sequent_schema.aggregates_that_need_snapshots")),
    ):  # fmt: skip
        own = own_copy(case, tmp_path, postgres_server)
        with own.open() as (store, *_):
            rows = store.reader.streams.page(None, 1000).rows
            stream = next(
                row.stream for row in rows
                if row.stream.name.startswith(name) and not row.stream.name.endswith("_snapshots")
            )  # fmt: skip
            if at is None:  # the library took a snapshot of the last version itself
                take_out_events(own, store.reader.snapshots.page(stream)[-1])
            before = [own.execute(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]
            planner = Planner(store)
            shown = preview(planner, stream, at, Work())
            with pytest.raises(SnapshotConflict):
                create(planner, shown, unlock(store, store.name), Work(), log)
        assert [own.execute(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables] == before
    assert seen == [1, 1, 1, 1]


def test_yaml_in_a_column_of_texts(tmp_path: Path) -> None:
    case = Case("rails_event_store", "yaml", "sqlite")
    own = own_copy(case, tmp_path, None)
    own.execute(
        "UPDATE event_store_events SET data = CAST(data AS TEXT), metadata = CAST(metadata AS TEXT)"
    )
    log = WriteLog(tmp_path / "log")
    with own.open() as (store, *_):
        rows = store.reader.streams.page(None, 1000).rows
        stream = next(r.stream for r in rows if r.stream.name.startswith("Banking::Account$8d69"))
        newest = store.reader.snapshots.page(stream)[-1]
        [[theirs]] = own.execute(f"SELECT e.data{SNAPSHOT_EVENTS} ORDER BY s.id DESC LIMIT 1",
                                 stream.name)  # fmt: skip
        own.execute("DELETE FROM event_store_events_in_streams WHERE id = ?", int(newest.row_key))
        planner = Planner(store)
        shown = preview(planner, stream, newest.position, Work())
        assert create(planner, shown, unlock(store, store.name), Work(), log).verified
        ours = own.execute(
            f"SELECT e.data, typeof(e.metadata){SNAPSHOT_EVENTS} ORDER BY s.id DESC LIMIT 1",
            stream.name,
        )
    assert ours == [(theirs, "text")]
