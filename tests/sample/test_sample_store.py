"""The sample store is what its page says, and its script writes it again row for row."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from inspector.services.long_scans import run_to_end
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.replaying import every_step
from inspector.services.rule_problems import StreamScan
from inspector.services.tasks import Work
from inspector.services.version_matrix import VersionScan, all_streams
from tests.benchmarks.filling import open_sqlite_shop
from tests.layouts.comparing import difference

FOLDER = Path(__file__).parents[2] / "resources" / "sample"
STORE = FOLDER / "sample-shop.sqlite"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
FAULTY_RELEASE = "2026.3.2"
JIWOOS_WALLET = "https://shop.example/wallets/C-1042"
TABLES = {
    "stored_events": "SELECT rowid, * FROM stored_events ORDER BY rowid",
    "stored_snapshots": "SELECT * FROM stored_snapshots ORDER BY 1, 2",
}


@dataclass(frozen=True, slots=True)
class Stored:
    """One event of the store, wrapped values taken out."""

    stream: UUID
    version: int
    name: str
    data: dict[str, Any]

    @property
    def metadata(self) -> dict[str, Any]:
        metadata: dict[str, Any] = self.data["metadata"]
        return metadata


@pytest.fixture(scope="module")
def events() -> list[Stored]:
    return [
        Stored(UUID(stream), version, topic.partition(":")[2], json.loads(state, object_hook=_bare))
        for _, stream, version, topic, state in _rows(STORE, "stored_events")
    ]


@dataclass(slots=True)
class DoubledRefund:
    """Two refunds of one order in one request."""

    customer: str
    stream: UUID
    order_no: str
    versions: list[int]
    amount: str
    reversed_at: int | None = None

    def as_row(self) -> str:
        """The row of the page's table, as far as it can be recomputed."""
        versions = ", ".join(map(str, self.versions))
        taken_back = "**never**" if self.reversed_at is None else str(self.reversed_at)
        cells = (self.customer, f"`{self.stream}`", self.order_no, versions, self.amount)
        return f"| {' | '.join(cells)} | {taken_back}"


def test_file_opens_anywhere_and_leaves_nothing_beside_it() -> None:
    with closing(_open(STORE)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert not list(FOLDER.glob("sample-shop.sqlite-*"))


def test_events_table_is_the_librarys_own(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.sqlite"
    open_sqlite_shop(fresh).close()
    assert _definition(STORE, "stored_events") == _definition(fresh, "stored_events")
    assert "WITHOUT ROWID" in _definition(STORE, "stored_snapshots")


def test_script_writes_the_same_rows_again(tmp_path: Path) -> None:
    again = tmp_path / "again.sqlite"
    script = FOLDER / "make_sample_store.py"
    subprocess.run([sys.executable, str(script), str(again)], check=True, capture_output=True)
    for table in TABLES:
        assert _rows(again, table) == _rows(STORE, table), table


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the newest release loads."""
    copy = tmp_path_factory.mktemp("release") / "copy.sqlite"
    shutil.copy(STORE, copy)
    application = FOLDER / "application"
    folders = [str(application / "common"), str(application / "release_3")]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("replay_all.py")), str(copy)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(folders)},
        check=True,
        capture_output=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_newest_release_loads_every_stream_with_and_without_snapshots(
    loaded: dict[str, Any],
) -> None:
    assert loaded["count"] == 926
    assert loaded["differing"] == []
    assert loaded["balances"]["C-1042"] == "-25.00"
    assert [number for number, value in loaded["balances"].items() if Decimal(value) < 0] == [
        "C-1042"
    ]


def test_the_rules_file_computes_what_the_newest_release_computes(loaded: dict[str, Any]) -> None:
    rules = str(FOLDER / "sample-shop.rules.toml")
    checked = 0
    with closing(open_store(OpenRequest(str(STORE), rules=(rules,)), Work())) as store:
        for stream in all_streams(store.reader, Work()):
            *_, last = every_step(store.reader, stream, Work(), store.rule_set)
            assert (last.truth.value, dict(last.marks)) == ("exact", {})
            assert difference(last.state, loaded["states"][stream.name]) == "", stream.name
            checked += 1
        assert checked == loaded["count"]
        scan = VersionScan(store.rule_set)
        scan.run(store.reader, Work())
        assert all(cell.reducer and not cell.failed for cell in scan.cells())
        (jiwoo,) = store.reader.streams.find(str(uuid5(NAMESPACE_URL, JIWOOS_WALLET)))
        assert store.rule_set is not None
        check = StreamScan(jiwoo, store.rule_set)
        run_to_end(check, store.reader, Work())
    (found,) = check.fetch()
    assert found.finding.code == "invariant-broken"
    assert found.event_type.endswith("Wallet.RefundReversed")


def test_page_counts_what_is_there(events: list[Stored]) -> None:
    first = Counter(event.name.partition(".")[0] for event in events if event.version == 1)
    old, middle, new = sorted(
        Counter(event.data.get("class_version", 1) for event in events).items()
    )
    begin, end = (_minute(events[index]) for index in (0, -1))
    for phrase in (
        f"| {begin} UTC to {end} UTC |",
        f"| {first.total()}: {first['Order']} orders, {first['Payment']} payments,",
        f" {first['Wallet']} wallets, {first['Deployments']} log of deployments |",
        f"| {len(events):,} of {len({event.name for event in events})} types |",
        f"| {len(_rows(STORE, 'stored_snapshots'))} (wallets every 10 versions, orders every 6) |",
        f"({old[1]:,} events have\nversion 1, {middle[1]} version 2, {new[1]} version 3.)",
        f"{_steps_back(events)} places where the\ntimestamps run backwards",
        f"have the same three versions ({', '.join(map(str, _snapshot_versions()))})",
    ):
        assert phrase in PAGE


def test_page_names_every_event_type(events: list[Stored]) -> None:
    for aggregate in ("Wallet", "Order", "Payment", "Deployments"):
        row = re.search(rf"`shop\.\w+:{aggregate}` \| (.*) \|", PAGE)
        assert row is not None
        stored = {event.name for event in events if event.name.startswith(aggregate + ".")}
        assert {f"{aggregate}.{name}" for name in row[1].split(", ")} == stored


def test_three_schema_versions_lie_in_the_order_they_were_written(events: list[Stored]) -> None:
    placed = [event for event in events if event.name == "Order.Placed"]
    versions = [event.data.get("class_version", 1) for event in placed]
    assert versions == sorted(versions)
    assert set(versions) == {1, 2, 3}
    assert {"items", "total_cents_after"} <= placed[0].data.keys()
    assert {"lines", "total_after", "channel"} <= placed[-1].data.keys()


def test_page_lists_the_doubled_refunds(events: list[Stored]) -> None:
    doubled = _doubled_refunds(events)
    assert len(doubled) == 9
    for refund in doubled:
        assert refund.as_row() in PAGE
    assert PAGE.count("| O-2") == len(doubled)


def test_only_voucher_orders_of_the_faulty_release_are_refunded_twice(
    events: list[Stored],
) -> None:
    doubled = {refund.order_no for refund in _doubled_refunds(events)}
    refunds = [event for event in events if event.name == "Wallet.RefundIssued"]
    by_voucher_when_faulty = {
        event.data["order_no"]
        for event in refunds
        if event.metadata["release"] == FAULTY_RELEASE and event.data["voucher_code"]
    }
    assert doubled == by_voucher_when_faulty
    single = Counter(event.data["order_no"] for event in refunds)
    assert {order for order, count in single.items() if count > 1} == doubled
    assert {"O-2257", "O-2259", "O-2245", "O-2277", "O-2302"} <= single.keys() - doubled


def test_solution_on_the_page_holds(events: list[Stored]) -> None:
    jiwoo = UUID("97e74d34-be82-5e8a-96b5-b0ea03c322a8")
    history = {event.version: event for event in events if event.stream == jiwoo}
    balances = {version: history[version].data["balance_after"] for version in (15, 18, 19, 20, 21)}
    assert balances == {15: "7.70", 18: "46.10", 19: "84.50", 20: "13.40", 21: "-25.00"}
    first, second = history[18], history[19]
    assert first.metadata["correlation_id"] == second.metadata["correlation_id"]
    assert first.metadata["correlation_id"] in PAGE
    by_id = {event.metadata["event_id"]: event for event in events}
    accepted = by_id[first.metadata["causation_id"]]
    released = by_id[second.metadata["causation_id"]]
    assert (accepted.name, accepted.version) == ("Order.ReturnAccepted", 7)
    assert (released.name, released.version) == ("Payment.VoucherReleased", 3)
    assert str(accepted.stream) in PAGE
    assert str(released.stream) in PAGE
    assert {first.metadata["release"], second.metadata["release"]} == {FAULTY_RELEASE}


def test_causes_come_before_their_effects(events: list[Stored]) -> None:
    seen: set[str] = set()
    for event in events:
        cause = event.metadata["causation_id"]
        assert cause is None or cause in seen, event
        seen.add(event.metadata["event_id"])
    assert len(seen) == len(events)


def _doubled_refunds(events: list[Stored]) -> list[DoubledRefund]:
    customers = {
        event.stream: event.data["customer_no"] for event in events if event.name == "Wallet.Opened"
    }
    grouped: dict[tuple[str, str], list[Stored]] = defaultdict(list)
    for event in events:
        if event.name == "Wallet.RefundIssued":
            key = (event.metadata["correlation_id"], event.data["order_no"])
            grouped[key].append(event)
    found = [
        DoubledRefund(
            customers[pair[0].stream],
            pair[0].stream,
            order_no,
            [event.version for event in pair],
            pair[1].data["amount"],
        )
        for (_, order_no), pair in grouped.items()
        if len(pair) > 1
    ]
    for refund in found:
        for event in events:
            if event.name == "Wallet.RefundReversed" and event.data["order_no"] == refund.order_no:
                refund.reversed_at = event.version
    return found


def _steps_back(events: list[Stored]) -> int:
    times = [event.data["timestamp"] for event in events]
    return sum(later < earlier for earlier, later in pairwise(times))


def _minute(event: Stored) -> str:
    return str(event.data["timestamp"])[:16].replace("T", " ")


def _snapshot_versions() -> list[int]:
    """How many snapshots hold a model of version 1, 2, 3."""
    states = (json.loads(row[3])["state"] for row in _rows(STORE, "stored_snapshots"))
    counted = Counter(state.get("class_version", 1) for state in states)
    return [counted[version] for version in sorted(counted)]


def _bare(value: dict[str, Any]) -> Any:
    """Take a value out of the library's wrapper."""
    return value["_data_"] if value.keys() == {"_type_", "_data_"} else value


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path.as_uri() + "?mode=ro", uri=True)


def _rows(path: Path, table: str) -> list[tuple[Any, ...]]:
    with closing(_open(path)) as connection:
        return connection.execute(TABLES[table]).fetchall()


def _definition(path: Path, table: str) -> str:
    with closing(_open(path)) as connection:
        (text,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
    return str(text)
