"""``snapshots create``: a dry run unless it is told otherwise, and named, and provable."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.helpers.written import OwnStore, own_copy
from tests.layouts.cases import Case

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Caller

ORDER = "017ac2f5-0463-4c9b-ac12-ac7ab298d4d7"
GONE = "6c511b28-8245-41fe-afec-b3fcfdfc6487"
KEYS = {
    "stream", "version", "table", "row_key", "written", "dry_run", "statement", "parameters",
    "beside", "state_sha256", "checked", "verified",
}  # fmt: skip


@pytest.fixture
def bank(tmp_path: Path) -> OwnStore:
    return own_copy(Case("pyeventsourcing", "plain", "sqlite"), tmp_path, None)


def words(bank: OwnStore, *more: object) -> list[object]:
    return ["snapshots", "create", bank.address, "--rules", bank.request.rules[0], *more]


def digest(bank: OwnStore) -> str:
    assert bank.path is not None
    return hashlib.sha256(bank.path.read_bytes()).hexdigest()


def test_a_dry_run_writes_nothing(call: Caller, bank: OwnStore) -> None:
    before = digest(bank)
    [shown] = call.json(*words(bank, ORDER))
    assert shown.keys() == KEYS
    assert (shown["stream"], shown["version"], shown["table"]) == (ORDER, 11, "stored_snapshots")
    assert (shown["written"], shown["dry_run"], shown["verified"]) == (False, True, False)
    assert shown["statement"].startswith('INSERT INTO "stored_snapshots"')
    assert shown["parameters"]["originator_version"] == 11
    assert '"topic":"bankdemo.orders:ShopOrder"' in shown["parameters"]["state"]
    people = call(*words(bank, ORDER))
    assert people.code == 0
    assert "INSERT INTO" in people.out
    assert "Nothing was written" in people.out
    assert digest(bank) == before


def test_writing_has_to_be_confirmed(call: Caller, bank: OwnStore) -> None:
    before = digest(bank)
    unasked = call(*words(bank, ORDER, "--write"))
    assert (unasked.code, unasked.out) == (4, "")
    assert "not confirmed" in unasked.err
    misnamed = call(*words(bank, ORDER, "--write", "--yes", "another"))
    assert misnamed.code == 4
    assert digest(bank) == before


def test_one_snapshot(call: Caller, bank: OwnStore) -> None:
    name = bank.path.name if bank.path is not None else ""
    [made] = call.json(*words(bank, ORDER, "--at", 9, "--write", "--yes", name))
    assert (made["version"], made["written"], made["dry_run"], made["verified"]) == (
        9, True, False, True,
    )  # fmt: skip
    [first, _] = call.json("snapshots", "list", bank.address, ORDER)
    assert (first["version"], first["row_key"]) == (9, made["row_key"])
    again = call(*words(bank, ORDER, "--at", 9, "--write", "--yes", name))
    assert again.code == 4
    assert "already" in again.err


def test_many_streams(call: Caller, bank: OwnStore) -> None:
    name = bank.path.name if bank.path is not None else ""
    many = ["--longer-than", 20, "--newer-than", 3, "--json"]
    shown = call(*words(bank, *many))
    assert len(shown.records) > 1
    assert all(one["dry_run"] for one in shown.records)
    made = call(*words(bank, *many, "--write", "--yes", name))
    assert [one["stream"] for one in made.records] == [one["stream"] for one in shown.records]
    assert all(one["verified"] for one in made.records)
    # Three of the long streams have no state that could be kept, which is said every time.
    again = call(*words(bank, *many))
    assert again.records == []
    assert [result.code for result in (shown, made, again)] == [4, 4, 4]
    assert again.err.count("Note:") == 3
    assert call.json(*words(bank, "--longer-than", 100_000)) == []
    assert "No stream needs" in call(*words(bank, "--longer-than", 100_000)).out


def test_a_refusal_among_many_is_told(call: Caller, bank: OwnStore) -> None:
    result = call(*words(bank, ORDER, GONE))
    assert result.code == 4
    assert ORDER in result.out
    assert "aggregate is gone" in result.err


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ((), "Name a stream"),
        ((ORDER, "--longer-than", 3), "not both"),
        (("--longer-than", 3, "--at", 4), "one stream"),
        ((ORDER, GONE, "--at", 4), "one stream"),
    ],
)
def test_wrong_calls(call: Caller, bank: OwnStore, more: tuple[object, ...], says: str) -> None:
    result = call(*words(bank, *more))
    assert result.code == 2
    assert says in result.err


def test_listing_takes_no_option_of_creating(call: Caller, bank: OwnStore) -> None:
    result = call("snapshots", "list", bank.address, "--write")
    assert result.code == 2
    assert "--write belongs to" in result.err
