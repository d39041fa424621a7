"""``print`` with the real window library, as the program calls it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inspector.services.sample import sample_store

if TYPE_CHECKING:
    from tests.cli.conftest import Caller

WALLET = "97e74d34-be82-5e8a-96b5-b0ea03c322a8"


def program(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "inspector", "print", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def pages_of(path: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", path.read_bytes()))


@pytest.mark.parametrize(
    ("options", "pages"),
    [
        (("--at", "21"), 1),
        (("--what", "event", "--at", "21"), 1),
        (("--what", "event"), 1),
        (("--what", "events", "--from", "1", "--to", "26"), 2),
        (("--what", "events", "--from", "900", "--wide"), 1),
    ],
)
def test_pages_of_the_sample(options: tuple[str, ...], pages: int, tmp_path: Path) -> None:
    file = tmp_path / "out.pdf"
    done = program(sample_store(), WALLET, "-o", file, "--json", *options)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"file": str(file), "pages": pages, "more": False}
    assert file.read_bytes().startswith(b"%PDF")
    assert pages_of(file) == pages


def test_words_for_people(tmp_path: Path) -> None:
    file = tmp_path / "out.pdf"
    done = program(sample_store(), WALLET, "-o", file, "--lang", "ko")
    assert done.returncode == 0, done.stderr
    assert str(file) in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((WALLET, "-o", "x.txt"), "written as PDF"),
        ((WALLET, "-o", "no folder/x.pdf"), "There is no folder"),
        ((WALLET, "-o", "x.pdf", "--what", "nothing"), "--what must be one of"),
        ((WALLET,), "is missing"),
    ],
)
def test_a_wrong_call(
    words: tuple[str, ...], said: str, call: Caller, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    result = call("print", sample_store(), *words, "--json")
    assert (result.code, result.error["code"]) == (2, "input-invalid")
    assert said in result.error["message"]
    assert not list(tmp_path.iterdir())


def test_a_version_and_a_stream_that_are_not_there(tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    for words in ((WALLET, "--what", "event", "--at", "900"), ("nobody",)):
        done = program(sample_store(), *words, "-o", file, "--json")
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr
        assert not file.exists()


def test_without_the_window_it_says_so(call: Caller, tmp_path: Path) -> None:
    result = call("print", sample_store(), WALLET, "-o", tmp_path / "x.pdf", "--json")
    assert (result.code, result.error["code"]) == (2, "no-window")
