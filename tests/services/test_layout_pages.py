"""The manual's pages of layouts say what the layouts declare, no more and no less."""

from __future__ import annotations

import pytest

from inspector.layouts import builtin_layouts
from inspector.services.layout_pages import layout_pages
from inspector.services.resources import resource

PAGES = layout_pages()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_manual_has_the_page_that_the_layout_writes(name: str) -> None:
    kept = resource("manual", "en", "layouts", name).read_text("utf-8")
    assert kept == PAGES[name], "write them with: event-inspector layouts --manual FOLDER"


def test_no_page_is_left_of_a_layout_that_is_gone() -> None:
    folder = resource("manual", "en", "layouts", "README.md").parent
    assert {path.name for path in folder.iterdir()} == PAGES.keys()


def test_every_layout_is_listed() -> None:
    for layout in builtin_layouts():
        assert layout.name == "mapped" or f"`{layout.name}`" in PAGES["README.md"]


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"README.md", "outboxes.md"}))
def test_every_page_tells_the_words_of_its_library(name: str) -> None:
    assert "## What its words are called here" in PAGES[name]
    for word in ("stream", "event type", "payload"):
        within = "The event type is in the payload" in PAGES[name]
        if word == "event type" and (within or name == "django_reversion.md"):
            continue  # the one trail records no action at all
        assert f"| {word} | `" in PAGES[name], word


def test_words_are_told_by_the_columns_that_they_are_made_from() -> None:
    assert "| event type | `event_type` |" in PAGES["cqrs_es.md"]
    assert "| stream | `aggregate_id` |" in PAGES["esrs.md"]
    assert "Several tables of events are one store." not in PAGES["esrs.md"]
    assert "The order of the whole store is by `transaction_id`, `id`." in PAGES["eugene_khyst.md"]
    assert "Columns alone do not tell such a store" in PAGES["prooph.md"]
