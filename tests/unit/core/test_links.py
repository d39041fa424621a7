"""Links: what is written is read again, and nothing else is taken for one."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inspector.core.links import (
    LONGEST,
    Link,
    LinkInvalid,
    format_link,
    is_link,
    parse_link,
)

STORE = "e" + "0123456789ab" * 2
NUMBERS = st.none() | st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(max_size=60) | st.binary(max_size=40).map(
    lambda stored: stored.decode("utf-8", "surrogateescape")
)
LINKS = st.builds(
    Link,
    store=st.from_regex(r"\A[et][0-9a-f]{24}\Z"),
    stream=TEXTS,
    category=st.none() | TEXTS,
    at=NUMBERS,
    row=NUMBERS,
    panel=st.from_regex(r"\A[a-z-]{0,20}\Z"),
    pins=st.tuples(NUMBERS, NUMBERS),
    filter=TEXTS,
)


def signed(text: str) -> str:
    return f"{text}&sum={zlib.crc32(text.encode()):08x}"


@given(LINKS)
@example(Link(STORE, "\udc80\x00\n&=%?#", category="", pins=(None, 0), filter='a = "b" and c'))
def test_what_is_written_is_read_again(link: Link) -> None:
    text = format_link(link)
    assert text.isascii()
    assert text.isprintable()
    assert " " not in text
    assert is_link(text)
    assert parse_link(text) == link


@given(LINKS, st.integers(1, 30))
def test_a_link_that_was_cut_is_damaged(link: Link, lost: int) -> None:
    with pytest.raises(LinkInvalid) as caught:
        parse_link(format_link(link)[:-lost])
    assert caught.value.hint


@given(LINKS, st.data())
def test_what_mail_does_to_a_link_is_undone(link: Link, data: st.DataObject) -> None:
    text = format_link(link)
    place = data.draw(st.integers(0, len(text)))
    wrapped = f" <{text[:place]}\r\n {text[place:]}>\n"
    assert parse_link(wrapped) == link
    assert parse_link("EHI" + text[3:]) == link


@given(LINKS, st.data())
def test_another_character_anywhere_is_noticed(link: Link, data: st.DataObject) -> None:
    text = format_link(link)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("abz019=&%~"))
    changed = text[:place] + other + text[place + 1 :]
    if changed.lower() == text.lower():
        return
    with pytest.raises(LinkInvalid):
        parse_link(changed)


@given(st.text(max_size=300) | st.text("ehi:1?store=&sum%0af", max_size=300))
def test_any_other_text_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(LinkInvalid) as caught:
        parse_link(text)
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no link"),
        ("https://example.org/?ehi:1?store=x", "no link"),
        ("ehi:", "no link"),
        ("ehi:1?", "damaged"),
        (signed(f"ehi:2?store={STORE}"), "another version"),
        (signed(f"ehi:1?store={STORE}&lens=x"), "another version"),
        (signed("ehi:1?store=/home/me/orders.db"), "damaged"),
        (signed("ehi:1?stream=x"), "damaged"),
        (signed(f"ehi:1?store={STORE}&store={STORE}"), "damaged"),
        (signed(f"ehi:1?store={STORE}&at=1e9"), "damaged"),
        (signed(f"ehi:1?store={STORE}&at={2**63}"), "damaged"),
        (signed(f"ehi:1?store={STORE}&at={'9' * 5000}"), "damaged"),
        (signed(f"ehi:1?store={STORE}&panel=../x"), "damaged"),
        (f"ehi:1?store={STORE}", "damaged"),
        ("ehi:1?store=" + "a" * LONGEST, "too long"),
        ("ehi:" + "a" * 5_000_000, "too long"),
        (" " * 5_000_000, "too long"),
    ],
)
def test_what_is_wrong_is_said(text: str, word: str) -> None:
    with pytest.raises(LinkInvalid, match=word):
        parse_link(text)


@pytest.mark.parametrize("name", ["\ud800", "\udcea\udcb0\udc80"])
def test_a_name_that_cannot_be_written_gets_no_link(name: str) -> None:
    with pytest.raises(LinkInvalid, match="no link can hold"):
        format_link(Link(STORE, name))


def test_a_name_that_is_too_long_gets_no_link() -> None:
    with pytest.raises(LinkInvalid, match="too long a name"):
        format_link(Link(STORE, "가" * LONGEST))
    longest = Link(STORE, "a" * (LONGEST - 100))
    assert parse_link(format_link(longest)) == longest
