"""The manual's pages: complete in every language, with links and pictures that lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from inspector.cli.command_pages import command_pages
from inspector.cli.commands import COMMANDS
from inspector.cli.parsing import Parser
from inspector.core.errors import OutputFailed
from inspector.services.languages import LANGUAGES, choose_language
from inspector.services.manual import FIRST, HOME, Manual, Part, target
from inspector.services.manual_html import body_of, links_of, pieces_of
from inspector.services.manual_search import Index
from inspector.services.manual_site import write_site
from inspector.services.resources import resource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

FOLDER = resource("manual", "en", f"{HOME}.md").parents[1]


@pytest.fixture(params=sorted(LANGUAGES))
def manual(request: pytest.FixtureRequest) -> Iterator[Manual]:
    code = choose_language(request.param)
    yield Manual(code, command_pages(code))
    choose_language("en")


def pictures_script() -> ModuleType:
    place = FOLDER / "make_pictures.py"
    spec = importlib.util.spec_from_file_location("make_pictures", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def has_place(manual: Manual, name: str, place: str) -> bool:
    return not place or place in {piece.place for piece in pieces_of(manual.text(name))}


def test_every_link_leads_to_a_page_and_a_place(manual: Manual) -> None:
    wrong = []
    for page in manual.pages:
        for link in links_of(manual.text(page.name)):
            name, _, place = target(page.name, link).partition("#")
            if ":" in name:
                assert name.startswith("https://"), name
            elif name.startswith("pictures/"):
                wrong += [] if manual.picture(name) else [f"{page.name}: {link}"]
            elif manual.page(name) is None or not has_place(manual, name, place):
                wrong.append(f"{page.name}: {link}")
    assert wrong == []


def test_pages_show_the_pictures_that_the_script_takes_and_no_others(manual: Manual) -> None:
    script = pictures_script()
    shown = {
        target(page.name, link).removeprefix("pictures/").removesuffix(".png")
        for page in manual.pages
        for link in links_of(manual.text(page.name))
        if target(page.name, link).startswith("pictures/")
    }
    assert shown == set(script.NAMES)
    folder = FOLDER / manual.language / "pictures"
    assert {file.stem for file in folder.iterdir()} == set(script.NAMES)


def test_every_command_and_option_is_told(manual: Manual) -> None:
    for command in COMMANDS.values():
        text = manual.text(f"commands/{command.name}")
        parser = Parser(command.name, command.summary)
        command.load().add_arguments(parser)
        words = {word for action in parser._actions for word in action.option_strings}
        assert {
            word for word in words if f"`{word}" not in text and f", {word}" not in text
        } == set()


def test_what_is_said_of_commands_beside_their_arguments_is_of_commands() -> None:
    for file in FOLDER.glob("*/commands/*.md"):
        assert file.stem in COMMANDS, file


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
def test_no_page_is_left_of_an_english_one_that_is_gone(code: str) -> None:
    english = {file.relative_to(FOLDER / "en") for file in (FOLDER / "en").rglob("*.md")}
    others = {file.relative_to(FOLDER / code) for file in (FOLDER / code).rglob("*.md")}
    assert others <= english


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
def test_the_window_and_the_first_steps_are_there_in_every_language(code: str) -> None:
    for file in (FOLDER / "en").glob("panels/*.md"):
        assert (FOLDER / code / "panels" / file.name).is_file(), file.name
    for name in (HOME, "tour"):
        assert (FOLDER / code / f"{name}.md").is_file()


def test_a_page_that_is_not_translated_says_so() -> None:
    choose_language("ko")
    manual = Manual("ko")
    korean = {file.stem for file in (FOLDER / "ko").glob("*.md")}
    for page in manual.part(Part.TOPICS):
        note = "영어로만" in manual.text(page.name).partition("\n## ")[0]
        assert note == (page.name not in korean), page.name
    choose_language("en")


def test_the_order_of_reading_names_only_pages_that_are_there(manual: Manual) -> None:
    assert [name for name in FIRST if manual.page(name) is None] == []
    assert manual.pages[0].name == HOME


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
def test_a_translation_that_lags_behind_says_so(code: str) -> None:
    """It has as many headings, rows and examples as the English page, or a note."""
    choose_language(code)
    pages = {page.name: page for page in Manual(code).pages}
    choose_language("en")
    for file in (FOLDER / code).rglob("*.md"):
        name = file.relative_to(FOLDER / code).as_posix().removesuffix(".md")
        if name in pages:
            ours, english = (
                file.read_text("utf-8"),
                (FOLDER / "en" / f"{name}.md").read_text("utf-8"),
            )
            counts = [
                [len(re.findall(mark, text, re.MULTILINE)) for mark in (r"^#", r"^\|", r"^```")]
                for text in (ours, english)
            ]
            assert (pages[name].read() != ours) == (counts[0] != counts[1]), name


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
def test_examples_are_those_of_the_english_page(code: str) -> None:
    for file in (FOLDER / code).rglob("*.md"):
        english = (FOLDER / "en" / file.relative_to(FOLDER / code)).read_text("utf-8")
        for example in re.findall(r"^```toml\n.*?^```$", file.read_text("utf-8"), re.M | re.S):
            assert example in english, file.name


# -- searching ------------------------------------------------------------------------------------


def indexed(manual: Manual) -> Index:
    index = Index(manual)
    while index.take_next():
        pass
    return index


def test_all_words_must_be_there_and_titles_come_first() -> None:
    index = indexed(Manual("en", command_pages("en")))
    hits = index.find("snapshots VERIFY")
    assert hits[0].page in ("snapshots", "panels/all-snapshots", "commands/snapshots")
    for hit in hits:
        assert hit.title
    assert index.find("snapshots qwertz") == []
    assert index.find("   ") == []
    assert any(hit.page == "tour" for hit in index.find("O-2262"))
    places = {(hit.page, hit.place) for hit in index.find("exact inferred unknown")}
    assert ("index", "what-can-be-trusted") in places


def test_korean_words_are_found() -> None:
    choose_language("ko")
    hits = indexed(Manual("ko")).find("스냅샷 검증")
    choose_language("en")
    assert hits[0].page.endswith("snapshots")


# -- HTML -----------------------------------------------------------------------------------------


def test_markup_in_a_page_is_text() -> None:
    body = body_of("# <b>x</b>\n\n<script>alert(1)</script> [y](javascript:z)", str)
    assert "<script" not in body
    assert "<b>" not in body
    assert "javascript" not in body.replace("[y](javascript:z)", "")


class Loads(HTMLParser):
    """Collects what a page refers to, and which elements it has."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.elements: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]


def test_the_site_needs_nothing_from_elsewhere(manual: Manual, tmp_path: Path) -> None:
    assert write_site(manual, tmp_path) == len(manual.pages)
    files = list(tmp_path.rglob("*.html"))
    assert len(files) == len(manual.pages)
    for file in files:
        text = file.read_text("utf-8")
        page = Loads()
        page.feed(text)
        assert not page.elements & {"script", "link", "iframe", "object", "form"}
        assert f'<html lang="{manual.language}">' in text
        assert "prefers-color-scheme: dark" in text
        assert "@media print" in text
        for address in page.addresses:
            if address.startswith("https://"):
                continue
            place = (file.parent / address.partition("#")[0]).resolve()
            assert place.is_file(), (file.name, address)
        assert not re.search(r'src="https?:', text)


def test_a_folder_that_cannot_be_written_is_an_error_of_its_own(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(OutputFailed):
        write_site(Manual("en"), blocked / "site")
