"""What changed between two values.

A change names its place in the *new* value, so that it can be lit where it is shown. Only the
last part of a removal's path is a place in the old value: ``items[2]`` removed means that the
third of the old items is gone from the list that is ``items`` in the new value. An element
that changed its order is a ``move`` and says where it came from (``source``); elements that
merely slid because others came or went are no changes.

A number that is the same in another form (``1.0`` and ``1``) is a change with the note
``form``, or none at all if the caller does not care. A text is never the number it spells.
The order of a map's keys means nothing.

Imports ``inspector.core`` only. Promises: parts that both values share are not looked into;
within a map or a list first comes what is in the new value, in its order, then what is gone;
:func:`inspector.core.applying.apply_changes` on the old value gives the new one.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Final

from inspector.core.aligning import align
from inspector.core.paths import ROOT, Path, key_part
from inspector.core.payloads import Value
from inspector.core.sameness import Likeness, likeness, same

DEPTH_LIMIT: Final = 100
"""Deeper than this, values are compared as a whole."""


class Op(enum.StrEnum):
    """What happened at a place."""

    ADD = "add"
    REMOVE = "remove"
    CHANGE = "change"
    MOVE = "move"


class Note(enum.StrEnum):
    """What else is to be said about a change."""

    NONE = ""
    FORM = "form"
    """The same number, written in another form."""
    KIND = "kind"
    """Another kind of value: a text became a number."""
    LARGE = "large"
    """The list is too large to be aligned; it is shown as a whole."""
    DEEP = "deep"
    """Too deep to be looked into; it is shown as a whole."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed.

    Attributes:
        path: where, in the new value (the last part of a removal: in the old one).
        op: ``add``, ``remove``, ``change`` or ``move``.
        before: the old value there (``None`` for an addition).
        after: the new value there (``None`` for a removal).
        note: what else is to be said.
        source: for a move, the place in the old list.
    """

    path: Path
    op: Op
    before: Value = None
    after: Value = None
    note: Note = Note.NONE
    source: int | None = None


def diff(before: Value, after: Value, *, forms: bool = True) -> tuple[Change, ...]:
    """What changed.

    Args:
        forms: also tell numbers that differ in form only.
    """
    walk = _Walk(forms=forms)
    walk.compare(before, after, ROOT)
    return tuple(walk.found)


_NOTES: Final = {Likeness.FORM: Note.FORM, Likeness.KIND: Note.KIND, Likeness.OTHER: Note.NONE}


class _Missing(enum.Enum):
    MISSING = 0


class _Walk:
    """Goes through both values at once and collects what differs."""

    __slots__ = ("_forms", "found")

    def __init__(self, *, forms: bool) -> None:
        self._forms = forms
        self.found: list[Change] = []

    def compare(self, before: Value, after: Value, path: Path) -> None:
        if before is after:
            return
        maps = isinstance(before, dict) and isinstance(after, dict)
        if not maps and not (isinstance(before, list) and isinstance(after, list)):
            self._leaves(before, after, path)
        elif len(path) >= DEPTH_LIMIT:
            if not same(before, after, forms=self._forms):
                self.found.append(Change(path, Op.CHANGE, before, after, Note.DEEP))
        elif maps:
            self._maps(before, after, path)
        else:
            self._lists(before, after, path)

    def _leaves(self, before: Value, after: Value, path: Path) -> None:
        found = likeness(before, after)
        if found is Likeness.SAME or (found is Likeness.FORM and not self._forms):
            return
        self.found.append(Change(path, Op.CHANGE, before, after, _NOTES[found]))

    def _maps(self, before: dict[Any, Value], after: dict[Any, Value], path: Path) -> None:
        for key, new in after.items():
            old = before.get(key, _Missing.MISSING)
            if old is _Missing.MISSING:
                self.found.append(Change((*path, key_part(key)), Op.ADD, None, new))
            elif old is not new:
                self.compare(old, new, (*path, key_part(key)))
        if before.keys() <= after.keys():
            return
        for key, old in before.items():
            if key not in after:
                self.found.append(Change((*path, key_part(key)), Op.REMOVE, old))

    def _lists(self, before: list[Value], after: list[Value], path: Path) -> None:
        alignment = align(before, after, forms=self._forms)
        if alignment is None:
            self.found.append(Change(path, Op.CHANGE, before, after, Note.LARGE))
            return
        origins: dict[int, int | None] = dict.fromkeys(alignment.added)
        origins |= {new: old for old, new in (*alignment.kept, *alignment.moved)}
        moved = {new for _, new in alignment.moved}
        for place in sorted(origins):
            here, origin = (*path, place), origins[place]
            if origin is None:
                self.found.append(Change(here, Op.ADD, None, after[place]))
                continue
            if place in moved:
                move = Change(here, Op.MOVE, before[origin], after[place], source=origin)
                self.found.append(move)
            self.compare(before[origin], after[place], here)
        for place in alignment.removed:
            self.found.append(Change((*path, place), Op.REMOVE, before[place]))
