"""``snapshots list`` and ``snapshots verify``, on the sample store and on planted faults."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from inspector.services.resources import resource
from inspector.services.sample import sample_store
from tests.benchmarks.scenario import Shape
from tests.benchmarks.snapshot_faults import VERDICTS, write_store

if TYPE_CHECKING:
    from tests.cli.conftest import Caller

RULES = str(resource("sample", "sample-shop.rules.toml"))
SHOP_RULES = Path(__file__).resolve().parents[1] / "benchmarks" / "shop.rules.toml"
WALLET = "97e74d34-be82-5e8a-96b5-b0ea03c322a8"


@pytest.fixture(scope="module")
def shop() -> str:
    """The bundled sample store."""
    return str(sample_store())


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, str]]:
    """A small store with all kinds of faults, and the plan."""
    path = tmp_path_factory.mktemp("planted") / "r4.sqlite"
    return str(path), write_store(path, Shape(12_000, 150))


def test_a_list(call: Caller, shop: str) -> None:
    found = call.json("snapshots", "list", shop, WALLET)
    assert [(s["version"], s["events_since"], s["newest"]) for s in found] == [
        (10, 16, False),
        (20, 6, True),
    ]
    first = found[0]
    assert first["stream"] == WALLET
    assert first["table"] == "stored_snapshots"
    assert first["state"]["customer_no"] == "C-1042"
    assert {"type", "schema_version", "taken_at", "row_key", "size"} <= first.keys()
    people = call("snapshots", "list", shop, WALLET)
    assert people.lines[0].split()[:3] == ["STREAM", "VERSION", "EVENTS"]
    assert "2 snapshots" in people.out


def test_the_worst_come_first(call: Caller, shop: str) -> None:
    found = call.json("snapshots", "list", shop, "--worst", "--limit", 5)
    behind = [snapshot["events_since"] for snapshot in found]
    assert behind == sorted(behind, reverse=True)
    assert all(snapshot["newest"] for snapshot in found)
    assert len(found) == 5


def test_without_rules_nothing_is_called_right(call: Caller, shop: str) -> None:
    result = call("snapshots", "verify", shop, "--json")
    assert result.code == 0
    assert {record["verdict"] for record in result.records} == {"unverifiable"}
    assert "Needed: rules or a replayer" in result.records[0]["reason"]


def test_the_sample_s_snapshots_match(call: Caller, shop: str) -> None:
    result = call("snapshots", "verify", shop, "--rules", RULES, "--processes", 1)
    assert result.code == 0, result.out
    total = len(call.json("snapshots", "list", shop))
    assert f"matches: {total}" in result.out


def test_planted_faults_are_found(call: Caller, planted: tuple[str, dict[str, str]]) -> None:
    store, plan = planted
    words = ["snapshots", "verify", store, "--rules", str(SHOP_RULES), "--json"]
    one = call(*words, "--processes", 1)
    assert one.code == 1
    bad = {
        record["stream"].replace("-", ""): (record["verdict"], record["cause"] or "")
        for record in one.records
        if record["verdict"] != "matches"
    }
    expected = {
        ("dead" + stream[4:] if kind == "orphan" else stream): VERDICTS[kind]
        for stream, kind in plan.items()
    }
    assert bad == expected
    two = call(*words, "--processes", 2)
    assert two.records == one.records
    assert two.code == 1


def test_people_see_the_first_difference(call: Caller, planted: tuple[str, dict[str, str]]) -> None:
    store, plan = planted
    rounded = next(stream for stream, kind in plan.items() if kind == "rounded")
    name = f"{rounded[:8]}-{rounded[8:12]}-{rounded[12:16]}-{rounded[16:20]}-{rounded[20:]}"
    result = call("snapshots", "verify", store, name, "--rules", str(SHOP_RULES))
    assert result.code == 1
    assert "differs: numbers-rounded" in result.out
    assert "balance: snapshot " in result.out
    assert "One snapshot was checked." in result.out


def test_a_missing_field_is_not_told_as_null(
    call: Caller, planted: tuple[str, dict[str, str]]
) -> None:
    store, plan = planted
    stream = next(stream for stream, kind in plan.items() if kind == "field-added")
    name = f"{stream[:8]}-{stream[8:12]}-{stream[12:16]}-{stream[16:20]}-{stream[20:]}"
    result = call("snapshots", "verify", store, name, "--rules", str(SHOP_RULES))
    assert "limit: snapshot missing, replay " in result.out


def test_one_fault_of_another_kind(call: Caller, shop: str, tmp_path: Path) -> None:
    """An event that was taken out of the middle later."""
    copy = tmp_path / "copy.sqlite"
    shutil.copyfile(shop, copy)
    with closing(sqlite3.connect(copy)) as database:
        database.execute(
            "DELETE FROM stored_events WHERE originator_id = ? AND originator_version = 9",
            (WALLET.replace("-", ""),),
        )
        database.commit()
    found = call("snapshots", "verify", str(copy), WALLET, "--rules", RULES, "--json")
    assert found.code == 1
    first, second = found.records
    assert (first["verdict"], first["cause"]) == ("differs", "events-changed-since")
    assert "no version 9" in first["reason"]
    assert second["verdict"] == "matches"  # later events have overwritten what is missing


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["delete"], "must be one of list, verify"),
        (["verify", "STORE", "x", "--all"], "but not both"),
        (["list", "STORE", "no-such-stream"], "no-such-stream"),
    ],
)
def test_a_wrong_call(call: Caller, shop: str, words: list[str], message: str) -> None:
    words = [shop if word == "STORE" else word for word in words]
    result = call("snapshots", *words)
    assert result.code == 2
    assert message in result.err


def test_a_store_without_snapshots(call: Caller, own_store: Any) -> None:
    own = own_store([("s", 1, "T", "{}", None, "2024-01-01T00:00:00Z", None, None)])
    result = call("snapshots", "list", *own.arguments)
    assert result.code == 2
    assert "no place for snapshots" in result.err


@pytest.mark.parametrize("ending", ["jsonl", "csv", "html"])
def test_a_report_is_saved(call: Caller, shop: str, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"report.{ending}"
    words = ["snapshots", "verify", shop, WALLET, "--rules", RULES]
    assert call(*words, "-o", file).code == 0
    text = file.read_text(encoding="utf-8")
    assert text.count("matches") >= 2
    assert text.count(WALLET) >= 2
    named = tmp_path / "named"
    assert call(*words, "-o", named, "--format", ending).code == 0
    assert len(named.read_text(encoding="utf-8")) == len(text)


def test_a_limited_report_says_that_it_is_partial(call: Caller, shop: str, tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    words = ["snapshots", "verify", shop, WALLET, "--rules", RULES, "-o", file, "--limit"]
    assert call(*words, 1).code == 0
    assert file.read_text(encoding="utf-8").splitlines()[1].endswith(",partial")
    assert call(*words, 2).code == 0
    assert file.read_text(encoding="utf-8").splitlines()[2].endswith(",complete")


def test_a_report_needs_a_known_format(call: Caller, shop: str, tmp_path: Path) -> None:
    wrong = call("snapshots", "verify", shop, "-o", tmp_path / "report.doc")
    assert wrong.code == 2
    assert ".html" in wrong.err
    assert call("snapshots", "list", shop, "-o", tmp_path / "x.csv").code == 2
    assert call("snapshots", "verify", shop, "--format", "csv").code == 2
    assert not list(tmp_path.iterdir())
