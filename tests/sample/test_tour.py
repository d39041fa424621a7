"""Every claim of the manual's tour, in each language, tried on the sample store by the program."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from inspector import cli
from inspector.services.languages import LANGUAGES, choose_language
from inspector.services.long_scans import run_to_end
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.resources import resource
from inspector.services.rule_problems import StreamScan
from inspector.services.sample import sample_rules, sample_store
from inspector.services.tasks import Work
from inspector.services.version_matrix import all_streams

if TYPE_CHECKING:
    from collections.abc import Iterator

STORE, RULES = str(sample_store()), str(sample_rules())
WALLET = "97e74d34-be82-5e8a-96b5-b0ea03c322a8"
PAGES = {code: resource("manual", code, "tour.md").read_text("utf-8") for code in LANGUAGES}


@dataclass
class Program:
    """The command line, called with ``--json``."""

    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: object) -> list[dict[str, Any]]:
        self.capture.readouterr()
        code = cli.main([*map(str, arguments), "--json"])
        out, err = self.capture.readouterr()
        assert code in (0, 1), err
        return [json.loads(line, parse_float=Decimal) for line in out.splitlines()]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(capsys)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    choose_language("en")


def said(*phrases: str) -> None:
    """Every language's page says these words."""
    for code, page in PAGES.items():
        flat = " ".join(page.split())
        for phrase in phrases:
            assert phrase in flat, f"{code}: {phrase}"


def test_the_store_is_recognised_and_counted(ask: Program) -> None:
    (found,) = ask("recognise", STORE)
    assert found["certain"]
    said(f"*{found['title']} · ", f"{found['counts']['events']:,}")
    assert not found["audit_trail"]


def test_a_part_of_the_id_finds_the_wallet(ask: Program) -> None:
    (found,) = ask("streams", STORE, "--match", "be82-5e8a")
    assert found["stream"] == WALLET
    said("`be82-5e8a`", f"`{WALLET}`", f"{found['events']}")
    (state,) = ask("state", STORE, WALLET)
    assert state["truth"] == "inferred"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_balances_of_the_table(ask: Program, code: str) -> None:
    rows = re.findall(r"^\| (\d+) \| (\w+) \| \**([-\d.]+)\** \|$", PAGES[code], re.MULTILINE)
    assert [row[0] for row in rows] == ["15", "18", "19", "20", "21"]
    for version, kind, balance in rows:
        (state,) = ask("state", STORE, WALLET, "--at", version)
        assert state["type"].endswith(f"Wallet.{kind}")
        assert str(state["state"]["balance_after"]) == balance
    assert state["state"]["reason"] == "refunded twice"
    said('"refunded twice"', "C-1042", "**-25.00**")
    time = ask("state", STORE, WALLET, "--time", "2026-03-16T10:00:59Z")[0]
    assert time["version"] == 21


def test_the_two_refunds(ask: Program) -> None:
    first, second = ask("events", STORE, WALLET, "--from", "18", "--to", "19")
    assert first["type"] == second["type"]
    assert first["type"].endswith("RefundIssued")
    assert {str(event["data"]["amount"]) for event in (first, second)} == {"38.40"}
    assert {event["data"]["order_no"] for event in (first, second)} == {"O-2262"}
    assert first["correlation_id"] == second["correlation_id"] is not None
    assert [event["data"]["source"] for event in (first, second)] == ["returns", "voucher-release"]
    assert {event["metadata"]["release"] for event in (first, second)} == {"2026.3.2"}
    assert first["recorded_at"][:19] == second["recorded_at"][:19]
    said("38.40", "O-2262", "`returns`", "`voucher-release`", "**2026.3.2**", "46.10", "84.50")


def test_what_was_released(ask: Program) -> None:
    (log,) = ask("streams", STORE, "--match", "8361ed06")
    bad, fix = ask("events", STORE, log["stream"], "--from", "6", "--to", "7")
    assert bad["recorded_at"].startswith("2026-03-12T02:07")
    assert bad["data"]["release"] == "2026.3.2"
    assert "returns: vouchers are given back" in bad["data"]["notes"]
    assert fix["recorded_at"].startswith("2026-03-14")
    assert any("hotfix" in note for note in fix["data"]["notes"])
    spent, reversed_ = ask("events", STORE, WALLET, "--from", "20", "--to", "21")
    assert spent["recorded_at"].startswith("2026-03-15")
    assert reversed_["recorded_at"].startswith("2026-03-16")
    said("`8361ed06`", "2026-03-12 02:07 UTC", "returns: vouchers are given back", "2026-03-14",
         "2026-03-15", "2026-03-16")  # fmt: skip


def test_with_rules_it_is_exact_and_the_broken_rule_is_named(ask: Program) -> None:
    (state,) = ask("state", STORE, WALLET, "--at", "21", "--rules", RULES)
    assert (state["truth"], state["state"]["balance"]) == ("exact", "-25.00")
    (finding,) = state["findings"]
    assert finding["code"] == "invariant-broken"
    assert "a wallet is never overdrawn" in finding["message"]
    *_, last = ask("history", STORE, WALLET, "balance", "--rules", RULES)
    assert (last["version"], last["after"]) == (21, "-25.00")
    assert last["rules"][0]["file"] == "sample-shop.rules.toml"
    said("*a wallet is never overdrawn*", "`sample-shop.rules.toml`", "`balance`")


def test_how_many_were_hit() -> None:
    broken = set()
    with closing(open_store(OpenRequest(STORE, rules=(RULES,)), Work())) as store:
        assert store.rule_set is not None
        for stream in all_streams(store.reader, Work()):
            scan = StreamScan(stream, store.rule_set)
            run_to_end(scan, store.reader, Work())
            if any(found.finding.code == "invariant-broken" for found in scan.fetch()):
                broken.add(stream.name)
    rows = re.findall(r"^\| (C-\d+) \| `([-\w]+)` .* \| ([^|]+) \|$", _story(), re.MULTILINE)
    assert {number for number, wallet, _ in rows if wallet in broken} == {"C-1042", "C-1008"}
    assert len(broken) == 2
    assert len(rows) == 9
    assert sum("never" in end for _, _, end in rows) == 2
    said("C-1042", "C-1008")


def test_all_snapshots_match(ask: Program) -> None:
    found = ask("snapshots", "verify", STORE, "--all", "--rules", RULES, "--processes", "1")
    assert [one["verdict"] for one in found] == ["matches"] * 319
    said("319")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_commands_of_the_page_run(
    code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sample_store().parent)
    (block,) = re.findall(r"^```sh\n(.*?)^```$", PAGES[code], re.MULTILINE | re.DOTALL)
    calls = block.replace("\\\n", " ").splitlines()
    assert len(calls) == 4
    for call in calls:
        program, *arguments = shlex.split(call)
        assert program == "event-inspector"
        assert cli.main(arguments) in (0, 1), capsys.readouterr().err


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_tours_keys_are_those_of_the_window(code: str) -> None:
    from inspector.ui.action_table import ACTIONS  # noqa: PLC0415 - needs Qt

    known = {
        key.replace("Left", "←").replace("Right", "→") for spec in ACTIONS for key in spec.keys
    }
    named = re.findall(r"`((?:(?:Ctrl|Alt|Shift)\+)*(?:[A-Z0-9←→+]|F\d+|Home))`", PAGES[code])
    assert {"Ctrl+K", "Ctrl+R", "W", "Alt+7"} <= set(named)
    assert set(named) <= known


def _story() -> str:
    return resource("sample", "README.md").read_text("utf-8")
