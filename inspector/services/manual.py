"""The manual: its pages in one language, in order, and where a link of one leads.

Pages are Markdown. Most are files under ``resources/manual``; those of commands are made from
what the commands declare of their arguments, those of store formats from what the layouts
declare, so that neither can say something else than the program does. Nothing that a store holds
ever comes into it.

Imports the layouts only when a page of theirs is read.
"""

from __future__ import annotations

import enum
import posixpath
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from inspector.core.texts import tr
from inspector.services.resources import ResourceMissing, resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

HOME: Final = "index"
PICTURES: Final = "pictures"
FALLBACK: Final = "en"


class Part(enum.StrEnum):
    """The parts of the manual, in order; the values are their English titles."""

    START = "First steps"
    WINDOW = "The window"
    TOPICS = "Topics"
    COMMANDS = "Commands"
    FORMATS = "Store formats"


FIRST: Final = (
    HOME, "tour",
    "panels/start", "panels/open", "panels/recognition", "panels/map-columns", "panels/store-bar",
    "panels/timeline", "panels/streams", "panels/events", "panels/filter", "panels/state",
    "panels/event",
    "panels/diff", "panels/versions", "panels/raw", "panels/snapshots", "panels/problems",
    "panels/all-versions", "panels/all-snapshots", "panels/marks", "panels/rules",
    "panels/create-snapshot", "panels/quick-open", "panels/print", "panels/keys",
    "panels/faults",
    "rules", "expressions", "snapshots", "replayers", "payloads", "connections", "links",
    "windows-and-tabs",
    "audit-trails", "add-a-store",
)  # fmt: skip
"""Pages in the order of reading; those that are not named follow, by name."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        name: its place in the manual, such as ``panels/state``; what links lead to.
        title: its heading.
        part: where it stands.
        read: gives its text, in Markdown; slow for pages that are made from declarations.
    """

    name: str
    title: str
    part: Part
    read: Callable[[], str]


class Manual:
    """All pages in one language.

    Args:
        language: its code; a page that is not there in it is shown in English, and says so.
        commands: pages of the command line's commands, by who knows their arguments.
    """

    def __init__(self, language: str, commands: Iterable[Page] = ()) -> None:
        self.language = language
        pages = [*_written(language), *commands, *_formats()]
        order = {name: i for i, name in enumerate(FIRST)}
        parts = list(Part)
        pages.sort(key=lambda page: (parts.index(page.part), order.get(page.name, len(order))))
        self._pages = {page.name: page for page in pages}
        self._texts: dict[str, str] = {}

    @property
    def pages(self) -> tuple[Page, ...]:
        """All pages, in the order of reading."""
        return tuple(self._pages.values())

    def part(self, part: Part) -> tuple[Page, ...]:
        """The pages of one part."""
        return tuple(page for page in self.pages if page.part is part)

    def page(self, name: str) -> Page | None:
        """The page of that name."""
        return self._pages.get(name)

    def text(self, name: str) -> str:
        """A page's text.

        Raises:
            KeyError: there is no such page.
        """
        if name not in self._texts:
            self._texts[name] = self._pages[name].read()
        return self._texts[name]

    def picture(self, name: str) -> Path | None:
        """The file of a picture, from the other language where it was not made for this one."""
        for language in (self.language, FALLBACK):
            try:
                return resource("manual", language, *name.split("/"))
            except ResourceMissing:
                continue
        return None


def target(page: str, link: str) -> str:
    """What a link on a page leads to: a page's name or a picture's, perhaps with ``#place``.

    Addresses outside the manual are given as they are.
    """
    if ":" in link:
        return link
    path, mark, place = link.partition("#")
    if path:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    return f"{path.removesuffix('.md') or page}{mark}{place}"


def title_of(text: str) -> str:
    """The heading of a page's text."""
    return text.partition("\n")[0].removeprefix("#").strip()


def _written(language: str) -> Iterator[Page]:
    """Pages that are files, without the layouts' and what belongs to commands' pages."""
    home = resource("manual", FALLBACK, f"{HOME}.md").parent
    for file in sorted((*home.glob("*.md"), *home.glob("panels/*.md"))):
        name = file.relative_to(home).as_posix().removesuffix(".md")
        yield _file_page(name, language)


def _file_page(name: str, language: str) -> Page:
    english = _file_text(name, FALLBACK)
    try:
        text = _file_text(name, language)
    except ResourceMissing:
        text = _noted(english, tr("This page is there in English only."))
    else:
        if _shape(text) != _shape(english):
            text = _noted(text, tr("The English page has more on this, or less, than this one."))
    part = Part.START if name in (HOME, "tour") else Part.TOPICS
    if name.startswith("panels/"):
        part = Part.WINDOW
    return Page(name, title_of(text), part, partial(str, text))


def _file_text(name: str, language: str) -> str:
    return resource("manual", language, *f"{name}.md".split("/")).read_text("utf-8")


def _noted(text: str, note: str) -> str:
    heading, _, rest = text.partition("\n")
    return f"{heading}\n\n*{note}*\n{rest}"


def _shape(text: str) -> tuple[int, ...]:
    """How many headings, rows of tables and examples a page has; equal in every language."""
    lines = text.splitlines()
    return tuple(sum(line.startswith(mark) for line in lines) for mark in ("#", "|", "```"))


def _formats() -> Iterator[Page]:
    """One page for each layout, and the list of them; made when they are read."""
    from inspector.services.layout_pages import index_page  # noqa: PLC0415 - slow to load
    from inspector.services.store_form import layout_choices  # noqa: PLC0415

    yield Page("layouts/README", tr("Store formats"), Part.FORMATS, index_page)
    for name, title in layout_choices():
        yield Page(f"layouts/{name}", tr(title), Part.FORMATS, partial(_format_text, name))


def _format_text(name: str) -> str:
    from inspector.services.layout_pages import page_of  # noqa: PLC0415 - as above

    return page_of(name)[1]
