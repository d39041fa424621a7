"""The command ``manual``: lists, shows, finds, and writes the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.errors import OutputFailed
from inspector.services import resources

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.conftest import Caller


def test_without_arguments_it_lists_the_pages(call: Caller) -> None:
    names = [record["page"] for record in call.json("manual")]
    assert names[:2] == ["index", "tour"]
    assert {"panels/state", "commands/state", "layouts/axon", "rules"} <= set(names)
    assert "panels/state" in call("manual").out


def test_a_page_is_shown_by_its_name_or_the_end_of_it(call: Caller) -> None:
    (page,) = call.json("manual", "panels/diff")
    assert page["title"] == "Diff"
    assert call("manual", "diff").lines[0] == "# Diff"
    assert call("manual", "axon").lines[0] == "# Axon Framework"


def test_a_name_of_several_pages_asks_which(call: Caller) -> None:
    result = call("manual", "state")
    assert result.code == 2
    assert "panels/state, commands/state" in result.err


def test_an_unknown_page_says_where_the_list_is(call: Caller) -> None:
    result = call("manual", "nowhere")
    assert result.code == 2
    assert "no page “nowhere”" in result.err
    assert "lists all" in result.err


def test_words_are_found_in_the_language_that_was_asked_for(call: Caller) -> None:
    assert any(hit["page"] == "tour" for hit in call.json("manual", "--find", "O-2262 voucher"))
    assert call.json("manual", "--find", "qwertzuiop") == []
    assert any(
        "재생" in hit["line"] for hit in call.json("manual", "--find", "재생기", "--lang", "ko")
    )


def test_only_one_thing_at_a_time(call: Caller, tmp_path: Path) -> None:
    result = call("manual", "rules", "-o", tmp_path)
    assert result.code == 2
    assert "not several" in result.err


def test_all_pages_are_written_as_html(call: Caller, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    assert call("manual", "-o", folder, "--lang", "ko").code == 0
    page = (folder / "panels" / "state.html").read_text("utf-8")
    assert '<html lang="ko">' in page
    assert "<h1" in page
    assert (folder / "pictures" / "window.png").is_file()


def test_a_folder_that_is_a_file_is_said_in_words(call: Caller, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    result = call("manual", "-o", blocked)
    assert result.code == OutputFailed.exit_code
    assert "cannot be written" in result.err


def test_a_damaged_installation_is_said_in_words(
    call: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(resources, "resources_folder", lambda: tmp_path)
    result = call("manual", "tour")
    assert result.code == 70
    assert "not complete" in result.err
    assert "manual/en/index.md is missing" in result.err
    assert "Install the program again" in result.err
    assert "report" not in result.err
