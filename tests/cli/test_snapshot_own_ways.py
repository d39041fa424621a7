"""Snapshots that no layout writes: as a file of one's own, and by the application itself."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.helpers.long_stream import NAME, long_stream, total

if TYPE_CHECKING:
    from inspector.services.open_store import OpenRequest
    from tests.cli.conftest import Caller


@pytest.fixture
def store(tmp_path: Path) -> OpenRequest:
    return long_stream(tmp_path, 60, {})


def test_a_file_and_back(call: Caller, store: OpenRequest, tmp_path: Path) -> None:
    before = Path(store.address).read_bytes()
    file, rules = tmp_path / "order.json", ["--rules", store.rules[0]]
    create = ["snapshots", "create", store.address, NAME, *rules, "--at", "40", "--file", str(file)]
    [told] = call.json(*create)
    assert told.keys() == {
        "stream", "version", "file", "events", "events_sha256", "rules_sha256", "state_sha256",
    }  # fmt: skip
    assert (told["version"], told["events"], told["file"]) == (40, 40, str(file))
    assert Path(store.address).read_bytes() == before
    again = call(*create)
    assert again.out == ""
    assert again.code != 0
    assert "already" in again.err
    state = ["state", store.address, NAME, *rules, "--from-file", str(file)]
    [early] = call.json(*state)
    assert (early["origin"], early["truth"]) == ("snapshot-file@40", "unverified")
    assert early["state"]["total"] == total(60)
    assert "from a file of version 40" in call(*state).out
    before_it = call(*state, "--at", "39")
    assert before_it.code == 2
    assert "is of version 40" in before_it.err
    people = call(*create[:-1], str(tmp_path / "two.json"))
    assert "the store is as it was" in people.out


def test_files_that_cannot_be_meant(call: Caller, store: OpenRequest, tmp_path: Path) -> None:
    words = ["snapshots", "create", store.address]
    file, rules = ["--file", str(tmp_path / "x.json")], ["--rules", store.rules[0]]
    assert call(*words, "--longer-than", "5", *file, *rules).code == 2
    assert call(*words, NAME, *file, "--write", *rules).code == 2
    assert call(*words, NAME, "--file", str(tmp_path / "no" / "x.json"), *rules).code == 2
    assert call("snapshots", "list", store.address, *file).code == 2
    without = call(*words, NAME, *file)
    assert (without.code, without.out) == (4, "")
    assert call("state", store.address, NAME, *rules, "--from-file", str(tmp_path / "x")).code == 2
    both = ["--from-file", "x", "--from-snapshot"]
    assert call("state", store.address, NAME, *rules, *both).code == 2
    assert not (tmp_path / "x.json").exists()


def test_a_command_is_kept_shown_and_run(
    call: Caller, store: OpenRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    words = ["snapshots", "trigger", store.address]
    assert "Nothing is kept" in call(*words).out
    unsaid = call(*words, NAME)
    assert unsaid.code == 2
    assert "Nobody said" in unsaid.err
    target = tmp_path / "ran"
    code = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2]); print('done')"
    command = f"{shlex.join([sys.executable, '-c', code, str(target)])} v={{version}}"
    [kept] = call.json(*words, "--command", command, "--time-limit", "30")
    assert kept["trigger"]["command"][-1] == "v={version}"
    assert kept["trigger"]["seconds"] == 30
    [shown] = call.json(*words, NAME, "--at", "7")
    assert (shown["dry_run"], shown["trigger"]["command"][-1]) == (True, "v=7")
    assert not target.exists()
    assert call(*words, NAME, "--write").code == 4  # nobody named the store
    assert not target.exists()
    name = Path(store.address).name
    ran = call(*words, NAME, "--at", "7", "--write", "--yes", name)
    assert ran.code == 1  # it ran, and took no snapshot
    assert target.read_text() == "v=7"
    assert "Runs: " in ran.err
    assert "no new snapshot" in ran.err
    assert "done" in ran.out
    log = (tmp_path / "state" / "event-history-inspector" / "snapshots-written.jsonl").read_text()
    assert [json.loads(line)["outcome"] for line in log.splitlines()] == ["begun", "triggered"]
    assert "Nothing is kept" in call(*words, "--forget").out
    [nothing] = call.json(*words)
    assert nothing == {"trigger": None}


@pytest.mark.parametrize(
    "more",
    [
        ["--command", "a", "--request", "http://h/"], ["--body", "{}"], ["--time-limit", "5"],
        ["--command", "a", "--time-limit", "9999"], ["--request", "nowhere"],
        ["--longer-than", "5"], ["--file", "x"], ["--command", "app {what}"],
    ],
)  # fmt: skip
def test_triggers_that_cannot_be_meant(call: Caller, store: OpenRequest, more: list[str]) -> None:
    refused = call("snapshots", "trigger", store.address, *more)
    assert (refused.code, refused.out) == (2, "")


def test_options_of_triggers_belong_to_them(call: Caller, store: OpenRequest) -> None:
    for task in ("list", "verify", "create"):
        assert call("snapshots", task, store.address, "--command", "a").code == 2
