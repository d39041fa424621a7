"""Filters with names: kept by store, whole or not at all, and never more than was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import OutputFailed
from inspector.services.saved_filters import LONGEST, MOST, SavedFilters

if TYPE_CHECKING:
    from pathlib import Path


def test_filters_are_kept_by_store_and_name(tmp_path: Path) -> None:
    saved = SavedFilters(tmp_path / "filters.json")
    assert saved.of("a") == {}
    saved.put("a", "refunds", "type == 'R'")
    saved.put("a", "Large", "data.n > 9")
    saved.put("b", "refunds", "other")
    assert list(saved.of("a").items()) == [("Large", "data.n > 9"), ("refunds", "type == 'R'")]
    saved.put("a", "Large", None)
    assert saved.of("a") == {"refunds": "type == 'R'"}
    saved.forget("a")
    assert (saved.of("a"), saved.of("b")) == ({}, {"refunds": "other"})


def test_there_is_an_end_to_how_many(tmp_path: Path) -> None:
    saved = SavedFilters(tmp_path / "filters.json")
    for number in range(MOST + 3):
        saved.put("a", f"n{number:03d}", "x")
    assert len(saved.of("a")) == MOST


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"stores": {"a": 3}}', '{"stores": {"a": {"n": 5, "m": null}}}', "\x00",
     '{"stores": {"a": {"long": "' + "x" * (LONGEST + 1) + '"}}}'],
    ids=["empty", "a list", "half", "a number", "no texts", "a NUL", "too long"],
)  # fmt: skip
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "filters.json"
    path.write_text(content, encoding="utf-8")
    saved = SavedFilters(path)
    assert saved.of("a") == {}
    saved.put("a", "refunds", "x")
    assert saved.of("a") == {"refunds": "x"}


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputFailed, match="The filter could not be kept"):
        SavedFilters(tmp_path / "file" / "filters.json").put("a", "n", "x")
