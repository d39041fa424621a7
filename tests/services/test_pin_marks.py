"""Marks of pinned paths lead back to them, and to nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.core.paths import MapKey, Path
from inspector.services import pin_marks
from inspector.services.pin_marks import LENGTH, find_marked, mark_of

STATE: dict[Any, Any] = {"a": {"b": [1, {"c": 2}]}, "total": 5, 7: "seven"}


@pytest.mark.parametrize("path", [("a",), ("a", "b", 1, "c"), ("total",), (MapKey(7),)])
def test_a_mark_leads_to_its_path(path: Path) -> None:
    mark = mark_of("store", path)
    assert len(mark) == LENGTH
    assert find_marked("store", [mark], STATE) == {mark: path}
    assert find_marked("other store", [mark], STATE) == {}


def test_a_large_state_is_not_searched_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pin_marks, "MOST", 10)
    state = {f"k{n}": n for n in range(20)}
    marks = [mark_of("s", (f"k{n}",)) for n in (3, 15)]
    assert find_marked("s", marks, state) == {marks[0]: ("k3",)}
