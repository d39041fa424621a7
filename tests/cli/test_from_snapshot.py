"""``state --from-snapshot``: quick, and marked as not verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.helpers.long_stream import NAME, long_stream, total

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Caller


def test_the_state_says_what_it_follows_from(call: Caller, tmp_path: Path) -> None:
    request = long_stream(tmp_path, 60, {40: total(40) + 1})
    words = ["state", request.address, NAME, "--rules", request.rules[0]]
    [early] = call.json(*words, "--from-snapshot")
    assert (early["version"], early["origin"], early["truth"]) == (60, "snapshot@40", "unverified")
    assert early["state"]["total"] == total(60) + 1
    [whole] = call.json(*words)
    assert (whole["truth"], whole["state"]["total"]) == ("exact", total(60))
    people = call(*words, "--from-snapshot", "--at", "41")
    assert people.code == 0
    assert "from snapshot 40" in people.out
    assert "unverified" in people.out
    assert "events applied" not in people.out


def test_when_there_is_nothing_to_follow_from(call: Caller, tmp_path: Path) -> None:
    request = long_stream(tmp_path, 60, {40: total(40)})
    words = ["state", request.address, NAME, "--from-snapshot"]
    without = call(*words)
    assert (without.code, without.out) == (2, "")
    assert "without rules" in without.err
    rules = ["--rules", request.rules[0]]
    early = call(*words, *rules, "--at", "39")
    assert (early.code, early.out) == (2, "")
    assert "no snapshot that its state could follow from" in early.err
    assert call(*words, *rules, "--at", "99").code == 2
    assert call(*words, *rules, "--every").code == 2
