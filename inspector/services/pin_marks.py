"""Finding pinned places of a state again at the next start, without having written them down.

The path of a value is made of field names, and those are a store's content, which is never
kept. What is kept is a short digest of path and store: it says whether a path that is read from
the store is the one that was pinned, and nothing to who has only the settings.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from inspector.core.paths import key_part, path_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from inspector.core.paths import Path

MOST: Final = 50_000
"""Places of a state that are looked at; what was pinned further down does not come back."""

LENGTH: Final = 20
"""Digits of a mark."""


def mark_of(store: str, path: Path) -> str:
    """The mark of a pinned path.

    Args:
        store: what tells the store from others, such as its address.
    """
    return hashlib.sha256(f"{store}\0{path_text(path)}".encode()).hexdigest()[:LENGTH]


def find_marked(store: str, marks: Collection[str], state: Any) -> dict[str, Path]:
    """Paths of a state that have one of these marks, by mark."""
    wanted = set(marks)
    found: dict[str, Path] = {}
    if not wanted:
        return found
    for number, path in enumerate(_paths(state)):
        if number >= MOST or len(found) == len(wanted):
            break
        mark = mark_of(store, path)
        if mark in wanted:
            found.setdefault(mark, path)
    return found


def _paths(state: Any) -> Iterator[Path]:
    """All places of a value, what is near the root first."""
    level: list[tuple[Path, Any]] = [((), state)]
    while level:
        further: list[tuple[Path, Any]] = []
        for path, value in level:
            if isinstance(value, dict):
                parts = ((key_part(key), inner) for key, inner in value.items())
            elif isinstance(value, list):
                parts = ((place, inner) for place, inner in enumerate(value))
            else:
                continue
            for part, inner in parts:
                yield (*path, part)
                further.append(((*path, part), inner))
        level = further
