"""Commands with rules: exact state, the ladder of an event, the matrix of versions, mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import SHOP
from tests.layouts.comparing import difference

if TYPE_CHECKING:
    from tests.cli.conftest import Caller

RULES = str(SHOP.folder / "bank.rules.toml")
OLD = next(u for u in SHOP.expected["upcasts"] if u["stored_type"].endswith("Opened"))


def changed(tmp_path: Path, old: str, new: str) -> str:
    text = Path(RULES).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "changed.rules.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return str(path)


def test_state_is_exact(call: Caller, shop: str) -> None:
    sample = SHOP.expected["states"][0]
    place = (shop, sample["stream_id"], "--at", sample["version"], "--rules", RULES)
    (record,) = call.json("state", *place)
    assert record["truth"] == "exact"
    assert record["marks"] == {}
    assert difference(record["state"], sample["state"]) == ""
    assert "exact" in call("state", *place).out


def test_every_step_is_told(call: Caller, shop: str) -> None:
    stream = OLD["stream_id"]
    records = call.json("state", shop, stream, "--every", "--rules", RULES)
    assert {record["truth"] for record in records} == {"exact"}
    assert records[0]["changes"]


def test_the_ladder_of_an_event(call: Caller, shop: str) -> None:
    place = (shop, OLD["stream_id"], "--at", OLD["version"], "--rules", RULES)
    (record,) = call.json("upcast", *place)
    assert record.keys() >= {"stream", "version", "stored", "hops", "final", "findings"}
    assert record["stored"]["schema_version"] == OLD["stored_schema_version"]
    assert difference(record["final"]["data"], OLD["upcast_payload"]) == ""
    for hop in record["hops"]:
        assert hop.keys() >= {"from", "to", "type", "data", "changes", "rule"}
        assert hop["changes"]
        assert "bank.rules.toml:" in hop["rule"]
    told = call("upcast", *place)
    assert told.code == 0
    assert "bank.rules.toml:" in told.out


def test_a_ladder_needs_rules(call: Caller, shop: str) -> None:
    result = call("upcast", shop, OLD["stream_id"], "--at", 1, "--json")
    assert (result.code, result.error["code"]) == (2, "input-invalid")
    assert "--rules" in result.error["hint"]


def test_a_failing_hop_is_a_finding_and_an_exit_code(
    call: Caller, shop: str, tmp_path: Path
) -> None:
    rules = changed(tmp_path, "segment = \"'unknown'\"", 'segment = "data.nothing"')
    place = (shop, OLD["stream_id"], "--at", OLD["version"], "--rules", rules)
    result = call("upcast", *place, "--json")
    (record,) = result.records
    assert result.code == 1
    assert record["final"] is None
    assert record["hops"][-1]["failed"]
    assert record["findings"][0]["code"] == "upcaster-failed"
    assert call("upcast", *place).code == 1
    state = call("state", *place, "--json")
    assert state.code == 1
    (told,) = state.records
    assert told["findings"][0]["code"] == "upcaster-failed"
    assert told["truth"] == "mixed"
    assert set(told["marks"].values()) == {"unknown"}


def test_the_matrix_of_versions(call: Caller, shop: str) -> None:
    cells = call.json("versions", shop, "--rules", RULES)
    assert sum(cell["events"] for cell in cells) == SHOP.expected["counts"]["events"]
    opened = {c["schema_version"]: c for c in cells if c["name"] == "Opened"}
    assert [opened[n]["current"] for n in (1, 2, 3)] == [False, False, True]
    assert [opened[n]["upcastable"] for n in (1, 2, 3)] == [True, True, False]
    logged = next(c for c in cells if c["type"].endswith("Logged"))
    assert not logged["reducer"]
    assert not any(cell["failed"] for cell in cells)
    told = call("versions", shop, "--rules", RULES)
    assert told.code == 0
    assert "upcast" in told.out


def test_the_matrix_without_rules_is_what_is_stored(call: Caller, shop: str) -> None:
    cells = call.json("versions", shop)
    assert {c["name"] for c in cells} == {c["type"] for c in cells}
    assert sum(cell["events"] for cell in cells) == SHOP.expected["counts"]["events"]


def test_failures_in_the_matrix_name_the_first(call: Caller, shop: str, tmp_path: Path) -> None:
    rules = changed(tmp_path, "segment = \"'unknown'\"", 'segment = "data.nothing"')
    result = call("versions", shop, "--rules", rules, "--json")
    assert result.code == 1
    failed = [cell for cell in result.records if cell["failed"]]
    assert {(cell["name"], cell["schema_version"]) for cell in failed} == {
        ("Opened", 1), ("Opened", 2),
    }  # fmt: skip
    assert {cell["first_failure"]["hop"] for cell in failed} == {"2 → 3"}
    assert sum(cell["failed"] for cell in failed) == sum(cell["events"] for cell in failed)
    assert "failed, first" in call("versions", shop, "--rules", rules).out


def test_the_matrix_is_saved_as_a_report(call: Caller, shop: str, tmp_path: Path) -> None:
    file = tmp_path / "versions.csv"
    assert call("versions", shop, "--rules", RULES, "-o", str(file)).code == 0
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("name,type,schema_version,events,")
    assert len(lines) == len(call.json("versions", shop, "--rules", RULES)) + 1
    assert call("versions", shop, "--format", "csv").code == 2


def test_events_say_their_name_and_newest_form(call: Caller, shop: str) -> None:
    records = call.json("events", shop, OLD["stream_id"], "--rules", RULES)
    record = next(r for r in records if r["version"] == OLD["version"])
    assert record["name"] == "Opened"
    assert record["upcast"]["schema_version"] == OLD["upcast_schema_version"]
    assert "→ 3" in call("events", shop, OLD["stream_id"], "--rules", RULES).out


def test_several_files_are_one_set(call: Caller, shop: str, tmp_path: Path) -> None:
    more = tmp_path / "more.rules.toml"
    more.write_text(
        "format = 1\n"
        '[aggregate.log]\ntype = "*:Logged"\n'
        '[aggregate.log.on."bankdemo.audit:Logged"]\nappend.lines = "data.message"\n',
        encoding="utf-8",
    )
    cells = call.json("versions", shop, "--rules", RULES, "--rules", more)
    assert all(cell["reducer"] for cell in cells)


@pytest.mark.parametrize("command", ["recognise", "streams", "events", "versions"])
def test_rules_with_a_mistake_are_refused_before_anything_is_opened(
    call: Caller, tmp_path: Path, command: str
) -> None:
    path = tmp_path / "bad.rules.toml"
    path.write_text("format = 1\n[[upcast]]\nevnt = 'E'\n", encoding="utf-8")
    result = call(command, tmp_path / "no store", "--rules", path, "--json")
    assert (result.code, result.error["code"]) == (2, "rules-invalid")
    assert "bad.rules.toml:3:1" in result.error["message"]
    assert "event" in result.error["hint"]


def test_all_mistakes_are_told_at_once(call: Caller, shop: str, tmp_path: Path) -> None:
    path = tmp_path / "many.rules.toml"
    path.write_text('format = 1\n[[typo]]\n[[upcast]]\nevent = "A"\nfrom = 1\nto = 2\nsett = {}\n')
    result = call("versions", shop, "--rules", str(path), "--json")
    assert result.code == 2
    for place in ("many.rules.toml:2:", "many.rules.toml:7:1:"):
        assert place in result.err
    assert "There is one more mistake." in result.err
    assert '"further":["many.rules.toml:7:1:' in result.err


def test_a_state_with_unknown_values_is_not_called_exact(
    call: Caller, shop: str, tmp_path: Path
) -> None:
    """The words say what the object says: mixed, or unknown where nothing is certain."""
    sample = SHOP.expected["states"][0]
    path = tmp_path / "few.rules.toml"
    path.write_text(
        "format = 1\n[[type]]\nmatch = '\\.(?<event>\\w+)$'\n[aggregate.all]\nstreams = \"*\"\n"
    )
    place = (shop, sample["stream_id"], "--at", sample["version"], "--rules", str(path))
    (record,) = call("state", *place, "--json").records
    words = call("state", *place)
    assert words.code == 1
    assert record["truth"] == "mixed"
    assert "exact: what the rules" not in words.out
    assert "unknown: an event could not be applied" in words.out


def test_a_rules_file_that_is_not_there(call: Caller, shop: str) -> None:
    result = call("streams", shop, "--rules", "nowhere.toml", "--json")
    assert (result.code, result.error["code"]) == (2, "input-invalid")
    assert "nowhere.toml" in result.error["message"]


def test_the_history_of_a_value_names_events_and_rules(call: Caller, shop: str) -> None:
    sample = SHOP.expected["states"][0]
    place = (shop, sample["stream_id"], "balance", "--at", sample["version"], "--rules", RULES)
    records = call.json("history", *place)
    assert records[-1].keys() >= {"stream", "path", "version", "before", "after", "rules", "truth"}
    assert records[-1]["after"] == sample["state"]["balance"]
    assert {record["truth"] for record in records} == {"exact"}
    assert all(record["rules"] for record in records)
    assert [r["after"] for r in records[:-1]] == [r["before"] for r in records[1:]]
    told = call("history", *place)
    assert told.code == 0
    assert "bank.rules.toml:" in told.out


def test_a_path_that_cannot_be_read_is_said(call: Caller, shop: str) -> None:
    result = call("history", shop, SHOP.expected["states"][0]["stream_id"], "a..b")
    assert result.code == 2
    assert "a..b" in result.err
