"""Paths are written as people type them and read back as they were."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.core.paths import MapKey, PathPart, key_part, parse_path, part_key, path_text

odd_keys = (
    st.none() | st.booleans() | st.integers() | st.binary(max_size=4)
    | st.floats(allow_nan=False) | st.decimals(allow_nan=False)
)  # fmt: skip
parts = st.text(max_size=6) | st.integers(0, 999) | odd_keys.map(MapKey)


@given(st.lists(parts, max_size=5))
def test_a_path_survives_being_written_and_read(path: list[PathPart]) -> None:
    text = path_text(tuple(path))
    assert parse_path(text) == tuple(path)
    assert text.isprintable()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("items", 1, "sku"), "items[1].sku"),
        ((0, "a"), "[0].a"),
        (("first name",), '["first name"]'),
        (("고객", "이름"), "고객.이름"),
        (("a-b", "$type"), 'a-b["$type"]'),
        (("1st", ""), '["1st"][""]'),
        (("line\nbreak",), '["line\\nbreak"]'),
        (("rates", MapKey(42)), "rates{42}"),
        ((MapKey(b"\x01"), MapKey(None), MapKey(True)), "{0x01}{null}{true}"),
        ((MapKey(1.5), MapKey(Decimal("1.50"))), "{1.5f}{1.50d}"),
        ((MapKey(("a", 1)),), "{('a', 1)}"),
    ],
)
def test_paths_look_as_people_expect(path: tuple[PathPart, ...], text: str) -> None:
    assert path_text(path) == text


@pytest.mark.parametrize(
    "text",
    ["a..b", "a[x]", "a[1", '["a"', '["a', "{x}", "{('a', 1)}", "a b", ".a", "{0xz}", "{zd}"],
)
def test_what_is_no_path_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ValueError, match=r"at character \d"):
        parse_path(text)


def test_keys_and_parts_stand_for_each_other() -> None:
    assert key_part("a") == "a"
    assert part_key(key_part(3)) == 3
    assert part_key(2) == 2
