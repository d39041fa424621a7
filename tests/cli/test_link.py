"""``link``: what is written leads to the place that was named, and is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inspector.core.links import parse_link

if TYPE_CHECKING:
    from tests.cli.conftest import Caller


def test_a_link_is_written_and_read(
    call: Caller, shop: str, shop_streams: list[dict[str, Any]]
) -> None:
    name = shop_streams[0]["id"]
    (made,) = call.json("link", shop, name, "--at", "2", "--a", "1", "--panel", "diff")
    link = parse_link(made["link"])
    assert (link.stream, link.at, link.pins, link.panel) == (name, 2, (1, None), "diff")
    assert shop not in made["link"]
    (read,) = call.json("link", made["link"])
    assert read == {
        "store": link.store, "stream": name, "category": link.category, "at": 2, "row": None,
        "panel": "diff", "filter": "", "a": 1, "b": None, "certain": True,
    }  # fmt: skip
    text = call("link", made["link"])
    assert f"stream    {name}" in text.lines
    (whole,) = call.json("link", shop)
    assert parse_link(whole["link"]).store == link.store


def test_a_filter_is_in_the_link_and_is_checked(call: Caller, shop: str) -> None:
    text = "version > 2 and not type = 'a & b'"
    (made,) = call.json("link", shop, "--filter", text)
    assert parse_link(made["link"]).filter == text
    assert call("link", shop, "--filter", "version >").code == 2


def test_what_cannot_be_linked_is_said(call: Caller, shop: str) -> None:
    assert call("link", shop, "nobody").code == 2
    assert "name it" in call("link", shop, "--at", "3").err
    assert "damaged" in call("link", "ehi:1?store=x").err
