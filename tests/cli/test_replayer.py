"""``--replayer``: the application's own code, on the command line."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inspector.services.sample import sample_store

if TYPE_CHECKING:
    from tests.cli.conftest import Caller

ROOT = Path(__file__).resolve().parents[2]
WALLET = "97e74d34-be82-5e8a-96b5-b0ea03c322a8"
FOLDERS = [ROOT / "resources" / "sample" / "application" / name for name in ("release_3", "common")]
SHOP = shlex.join(
    [
        sys.executable,
        str(ROOT / "resources" / "replayers" / "eventsourcing_replayer.py"),
        *[word for folder in FOLDERS for word in ("--path", str(folder))],
        "shop.app:Shop",
    ]
)
BALANCES = """
fromAll().foreachStream().when({
  $init: () => ({ balance: null, events: 0 }),
  $any: (s, e) => {
    s.events += 1;
    if (e.data.balance_after !== undefined) s.balance = e.data.balance_after;
  },
})
"""


@pytest.fixture
def sample() -> str:
    return str(sample_store())


@pytest.fixture
def projection(tmp_path: Path) -> str:
    file = tmp_path / "balances of all.js"
    file.write_text(BALANCES)
    return shlex.quote(str(file))


def test_a_projection_gives_exact_state(call: Caller, sample: str, projection: str) -> None:
    (state,) = call.json("state", sample, WALLET, "--at", 21, "--replayer", projection)
    assert state["state"] == {"balance": "-25.00", "events": 21}
    assert state["truth"] == "exact"
    steps = call.json("state", sample, WALLET, "--at", 5, "--every", "--replayer", projection)
    assert [step["state"]["events"] for step in steps] == [1, 2, 3, 4, 5]


def test_the_application_itself(call: Caller, sample: str) -> None:
    (state,) = call.json("state", sample, WALLET, "--at", 21, "--replayer", SHOP)
    assert state["state"]["balance"] == "-25.00"
    assert state["state"]["customer"] == {"family": "한", "given": "지우"}
    (ladder,) = call.json("upcast", sample, WALLET, "--at", 2, "--replayer", SHOP)
    (hop,) = ladder["hops"]
    assert ladder["stored"]["data"]["cents"] == 5000
    assert ladder["final"]["data"]["amount"] == "50.00"
    assert hop["rule"] == "shop.app:Shop"
    found = call("snapshots", "verify", sample, WALLET, "--replayer", SHOP, "--json")
    assert [record["verdict"] for record in found.records] == ["unverifiable", "matches"]
    assert found.code == 0


def test_its_failure_stands_at_its_event(call: Caller, sample: str, tmp_path: Path) -> None:
    file = tmp_path / "p.js"
    file.write_text(
        "fromAll().when({ $any: (s, e) => { if (e.sequenceNumber == 3) throw 'no'; } })"
    )
    result = call("state", sample, WALLET, "--at", 5, "--replayer", str(file), "--json")
    (state,) = result.records
    assert result.code == 1
    assert state["marks"] == {"": "unknown"}
    assert state["truth"] == "mixed"
    assert "follows-failure" in {finding["code"] for finding in state["findings"]}


@pytest.mark.parametrize(
    ("command", "message", "code"),
    [
        ("", "", 0),
        ("'", "cannot be read", 2),
        ("/no/such/program x", "There is no program /no/such/program", 2),
        ("nothing.js", "There is no script nothing.js", 2),
        ("true", "ended with exit code 0", 2),
        ("cat", "broke the protocol", 2),
    ],
)
def test_what_cannot_be_used(
    call: Caller, sample: str, command: str, message: str, code: int
) -> None:
    result = call("state", sample, WALLET, "--replayer", command, "--json")
    assert result.code == code, result.err
    assert message in result.err
    if code:
        assert json.loads(result.err.splitlines()[-1])["error"]["message"]


def test_a_replayer_that_does_not_upcast(call: Caller, sample: str, projection: str) -> None:
    result = call("upcast", sample, WALLET, "--at", 2, "--replayer", projection)
    assert result.code == 2
    assert "does not tell what events become" in result.err


def test_a_snapshot_is_not_written_from_a_replayer(
    call: Caller, sample: str, projection: str
) -> None:
    """The refusal names the replayer that is there, not rules that are missing."""
    refused = call("snapshots", "create", sample, WALLET, "--replayer", projection)
    assert refused.code == 4
    assert "a replayer computes this state" in refused.err
    assert "use --rules instead of --replayer" in refused.err
