"""``case``: marks made, told, checked, removed and shared by a script."""

from __future__ import annotations

import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from inspector.core.cases import Case
from inspector.services.case_files import write_case
from tests.cli.conftest import Caller
from tests.cli.test_window_commands import Window
from tests.helpers.stores import stream_rows, write_store

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return write_store(tmp_path / "a.db", [*stream_rows("a", 1, 5), *stream_rows("b", 1, 5)])


def listed(call: Caller, store: Path) -> list[dict[str, Any]]:
    return call.json("case", store, "list")


def test_marks_are_made_listed_changed_and_removed(call: Caller, store: Path) -> None:
    assert listed(call, store) == []
    (made,) = call.json("case", store, "add", "a", "--at", 2, "--by", "kim")
    assert (made["stream"], made["version"], made["by"], made["note"]) == ("a", 2, "kim", "")
    (noted,) = call.json("case", store, "note", "a", "--at", 2, "--by", "kim", "--text", "so\n다")
    assert (noted["mark"], noted["note"]) == (made["mark"], "so\n다")
    call.json("case", store, "add", "b", "--at", 5, "--by", "lee")
    assert [m["version"] for m in listed(call, store)] == [2, 5]
    assert [m["stream"] for m in call.json("case", store, "list", "b")] == ["b"]
    shown = call("case", store, "list")
    assert shown.code == 0
    assert "다" in shown.out
    assert "2 marks" in shown.out
    assert call("case", store, "remove", "b", "--at", 5, "--by", "kim").code == 2
    call.json("case", store, "remove", "b", "--at", 5, "--by", "lee")
    call.json("case", store, "remove", "--mark", made["mark"])
    assert listed(call, store) == []


def test_a_second_add_changes_nothing_and_a_note_may_come_from_a_pipe(
    call: Caller, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call.json("case", store, "note", "a", "--at", 2, "--text", "kept")
    (again,) = call.json("case", store, "add", "a", "--at", 2)
    assert again["note"] == "kept"
    monkeypatch.setattr("sys.stdin", io.StringIO("from\na pipe\n"))
    (piped,) = call.json("case", store, "note", "a", "--at", 2, "--text", "-")
    assert piped["note"] == "from\na pipe"


def test_programs_that_mark_at_the_same_time_lose_nothing(call: Caller, store: Path) -> None:
    add = [sys.executable, "-m", "inspector", "case", str(store), "add", "--at"]
    places = [(stream, str(at)) for stream in "ab" for at in (1, 2, 3)]
    running = [subprocess.Popen([*add, at, stream], stdout=subprocess.DEVNULL, cwd=ROOT)
               for stream, at in places]  # fmt: skip
    assert [program.wait(60) for program in running] == [0] * len(places)
    assert {(m["stream"], str(m["version"])) for m in listed(call, store)} == set(places)


def test_an_event_that_is_no_longer_there_is_told_and_not_dropped(
    call: Caller, store: Path
) -> None:
    call.json("case", store, "note", "a", "--at", 3, "--text", "look here")
    with closing(sqlite3.connect(store)) as database, database:
        database.execute("DELETE FROM stored_events WHERE originator_version = 3")
    told = call("case", "--json", store, "list")
    assert told.code == 1
    assert [(m["found"], m["note"]) for m in told.records] == [("gone", "look here")]
    assert "is no longer in the store" in call("case", store, "list").out


def test_two_people_share_their_marks_and_both_texts_stay(
    call: Caller, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (mine,) = call.json("case", store, "note", "a", "--at", 2, "--by", "kim", "--text", "mine")
    file = tmp_path / "shared.ehcase"
    call.json("case", store, "export", "-o", file)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other person"))
    assert call.json("case", store, "import", file) == [{"added": 1, "kept_both": 0, "marks": 1}]
    call.json("case", store, "note", "a", "--at", 2, "--by", "kim", "--text", "theirs")
    call.json("case", store, "add", "b", "--at", 1, "--by", "lee")
    back = tmp_path / "back.ehcase"
    call.json("case", store, "export", "-o", back)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert call.json("case", store, "import", back) == [{"added": 1, "kept_both": 1, "marks": 3}]
    assert {m["note"] for m in listed(call, store)} == {"mine", "theirs", ""}
    rival = next(m for m in listed(call, store) if m["rival_of"])
    assert rival["rival_of"] == mine["mark"]
    alone = call.json("case", back, "list")
    assert {m["found"] for m in alone} == {None}


def test_another_store_s_case_is_refused_and_nothing_is_taken(
    call: Caller, store: Path, tmp_path: Path
) -> None:
    other = write_store(tmp_path / "other.db", stream_rows("z", 1, 2))
    call.json("case", other, "add", "z", "--at", 1)
    file = tmp_path / "other.ehcase"
    call.json("case", other, "export", "-o", file)
    refused = call("case", "--json", store, "import", file)
    assert refused.code == 2
    assert "belongs to another store" in refused.error["message"]
    assert listed(call, store) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("note", "a", "--at", "1"), "needs the words"),
        (("add",), "needs an event"),
        (("add", "a"), "needs an event"),
        (("add", "a", "--at", "99"), "has no version 99"),
        (("add", "nobody", "--at", "1"), "no stream"),
        (("add", "--event", "nothing"), "No event has the id"),
        (("add", "a", "b", "--at", "1"), "takes one stream"),
        (("export",), "needs a file"),
        (("list", "-o", "x"), "belongs to case export"),
        (("import",), "needs the files"),
        (("import", "missing.ehcase"), "cannot be read"),
        (("remove", "--mark", "0000"), "no such mark"),
        (("lists",), "Did you mean list"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(
    call: Caller, store: Path, arguments: tuple[str, ...], words: str
) -> None:
    refused = call("case", "--json", store, *arguments)
    assert refused.code == 2
    error = refused.error
    assert words in f"{error['message']} {error['hint']}"


def test_a_damaged_case_keeps_every_command_from_writing(
    call: Caller, store: Path, tmp_path: Path
) -> None:
    call.json("case", store, "add", "a", "--at", 1)
    (file,) = (tmp_path / "data").rglob("*.ehcase")
    file.write_text(json.dumps({"format": "something"}), encoding="utf-8")
    for arguments in (("list",), ("add", "a", "--at", "2"), ("remove", "a", "--at", "1")):
        refused = call("case", "--json", store, *arguments)
        assert refused.code == 2
        assert "cannot be used" in refused.error["message"]
    assert "something" in file.read_text(encoding="utf-8")


def shared(folder: Path) -> Path:
    path = folder / "걸린 것 one.ehcase"
    write_case(Case("e" + "0" * 24), path)
    return path


def test_a_case_file_opens_the_window_by_path_and_by_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    path = shared(tmp_path)
    window = Window()
    call = Caller(capsys, window)
    for text in (str(path), path.as_uri()):
        assert call("open", "--", text).code == 0
        assert (window.shown[-1].case, window.shown[-1].store) == (path, None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("open", "CASE", "--at", "3"), "no place in it"),
        (("open", "missing.ehcase"), "cannot be read"),
        (("streams", "CASE"), "is a case file"),
        (("case", "CASE", "add", "a", "--at", "1"), "can only be listed"),
    ],
)
def test_a_case_file_is_not_taken_for_a_store(
    call: Caller, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    path = str(shared(tmp_path))
    refused = call(*[path if word == "CASE" else word for word in arguments])
    assert refused.code == 2
    assert words in refused.err
