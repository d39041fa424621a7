"""``rules suggest`` and ``rules try``: for people and programs, exit codes, nothing replaced."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inspector.services.rules import read_rules
from tests.cli.conftest import SHOP

if TYPE_CHECKING:
    from tests.cli.conftest import Caller

RULES = str(SHOP.folder / "bank.rules.toml")
PROPOSAL = {"part", "table", "line", "title", "confidence", "evidence", "agreed", "cases",
            "against"}  # fmt: skip
DIFFERENCE = {"stream", "version", "type", "before", "after", "changes"}
TRIAL = {"tried", "failed_before", "failed_after", "mended", "broken", "differing", "complete"}


def broken(tmp_path: Path) -> str:
    text = (
        Path(RULES)
        .read_text(encoding="utf-8")
        .replace("segment = \"'unknown'\"", 'segment = "data.nothing"')
    )
    path = tmp_path / "broken.rules.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_suggested_rules_can_be_used_as_they_are(call: Caller, shop: str, tmp_path: Path) -> None:
    told = call("rules", "suggest", shop)
    assert told.code == 0
    assert "# agrees: balance as stored in 7 of 7 snapshots" in told.out
    assert "# guess" not in told.out
    assert "guesses with their evidence" in told.err
    path = tmp_path / "new.rules.toml"
    assert call("rules", "suggest", shop, "--least", "guess", "-o", path).code == 0
    assert "# guess" in path.read_text(encoding="utf-8")
    assert read_rules([path]).rules.aggregates
    before = path.read_bytes()
    again = call("rules", "suggest", shop, "-o", path, "--json")
    assert (again.code, again.error["code"]) == (2, "input-invalid")
    assert path.read_bytes() == before


def test_proposals_as_json(call: Caller, shop: str) -> None:
    records = call.json("rules", "suggest", shop, "--least", "agrees")
    assert all(record.keys() == PROPOSAL for record in records)
    assert {record["confidence"] for record in records} == {"agrees"}
    assert {record["part"] for record in records} == {"hops", "state"}


def test_rules_are_tried_on_all_events(call: Caller, shop: str, tmp_path: Path) -> None:
    fine = call("rules", "try", shop, "--rules", RULES)
    assert fine.code == 0
    assert "Failing: 0." in fine.out
    bad = broken(tmp_path)
    result = call("rules", "try", shop, "--rules", RULES, "--before", bad, "--failing", "--json")
    assert result.code == 0
    *differences, last = result.records
    trial = last["trial"]
    assert trial.keys() == TRIAL
    assert (trial["complete"], trial["failed_after"]) == (True, 0)
    assert trial["failed_before"] == trial["tried"] == trial["mended"] > 0
    assert all(one.keys() == DIFFERENCE for one in differences)
    assert {one["before"]["code"] for one in differences} == {"upcaster-failed"}
    worse = call("rules", "try", shop, "--rules", bad, "--before", RULES)
    assert worse.code == 1
    assert "after: !" in worse.out


@pytest.mark.parametrize(
    "words",
    [
        ("suggest", "--before", RULES),
        ("try",),
        ("try", "--rules", RULES, "--failing"),
        ("try", "--rules", RULES, "-o", "x"),
        ("suggest", "--least", "certain"),
        ("mend",),
    ],
)
def test_options_that_do_not_fit(call: Caller, shop: str, words: tuple[str, ...]) -> None:
    task, *rest = words
    result = call("rules", task, shop, *rest, "--json")
    assert (result.code, result.error["code"]) == (2, "input-invalid")
