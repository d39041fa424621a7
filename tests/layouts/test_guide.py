"""The guide "Add your own store in one file" works as it is written."""

from __future__ import annotations

import re
import sqlite3
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from inspector.layouts import builtin_layouts, recognise
from inspector.layouts._api import MARGIN
from inspector.services.layout_pages import layout_page
from inspector.services.resources import resource
from inspector.storage.address import parse_address
from inspector.storage.catalog import read_catalog
from inspector.storage.opening import OpenOptions, open_connection
from inspector.storage.store_reader import StoreReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inspector.layouts._api import Layout

NAME = "inspector.layouts.tickets"


def blocks(language: str) -> list[str]:
    text = resource("manual", "en", "add-a-store.md").read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def layout() -> Iterator[Layout]:
    """The layout of the guide, as if its file were there."""
    module = ModuleType(NAME)
    sys.modules[NAME] = module
    [code] = blocks("python")
    exec(compile(code, "tickets.py", "exec"), module.__dict__)  # noqa: S102 - the manual's own code
    yield module.LAYOUT
    del sys.modules[NAME]


def test_the_example_is_recognised_and_read(layout: Layout, tmp_path: Path) -> None:
    path = tmp_path / "tickets.db"
    with sqlite3.connect(path) as made:
        made.executescript(blocks("sql")[0])
    made.close()
    connection = open_connection(parse_address(str(path)), OpenOptions())
    catalog = read_catalog(connection)
    [store] = recognise(catalog, layouts=(*builtin_layouts(), layout)).stores
    assert (store.match.layout, store.certain, store.rivals) == ("tickets", True, ())
    assert all(miss.score <= store.match.score - MARGIN for miss in store.alternatives)
    reader = StoreReader(connection, layout, store.match, ())
    streams = reader.streams.page(None, limit=10).rows
    assert [(s.stream.name, s.events.value) for s in streams] == [("T-1", 2), ("T-2", 1)]
    events = reader.events.page(streams[0].stream, limit=10).rows
    assert [(e.position, e.type, e.actor) for e in events] == [
        (1, "opened", "erika"),
        (2, "raised", "max"),
    ]
    assert events[1].data == {"priority": 1}
    assert not any(event.findings for event in events)
    connection.close()


def test_the_example_explains_what_is_missing(layout: Layout, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as made:
        made.executescript(blocks("sql")[0].split(";")[0].replace("done_at", "at"))
    made.close()
    connection = open_connection(parse_address(str(path)), OpenOptions())
    [miss] = layout.nearly(read_catalog(connection))
    assert miss.why_not == ("ticket_log: no column done_at",)
    connection.close()


def test_the_example_has_a_page(layout: Layout) -> None:
    page = layout_page(layout)
    assert "| stream | `ticket` |" in page
    assert "| actor | `done_by` |" in page
