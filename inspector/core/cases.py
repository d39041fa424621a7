"""Bookmarks and notes of people on events of one store, as values.

A mark names an event by what identifies it and holds the words of who made it; of the event's
content it holds nothing but a digest, by which it is known again. Marks are only ever added by
merging: whoever has one keeps it, and where two people changed the same mark both texts stay.

Imports the standard library only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Place:
    """What identifies an event in a store, wherever the store lies.

    Attributes:
        stream: name of its stream; ``category`` where the stream has one.
        version: place in the stream; ``None`` where the store has none.
        event_id: the event's own id, where the store has one.
        position: place in the whole store: a number, a text, or ``None``.
        digest: of its stored form, to notice that another event stands there.
    """

    stream: str
    category: str | None = None
    version: int | None = None
    event_id: str | None = None
    position: int | str | None = None
    digest: str = ""

    @property
    def key(self) -> tuple[str, str | None, int | None, str | None, str]:
        """What two marks on the same event have in common."""
        if self.version is not None:
            return self.stream, self.category, self.version, None, ""
        return self.stream, self.category, None, self.event_id, str(self.position)


@dataclass(frozen=True, slots=True)
class Mark:
    """A bookmark, perhaps with a note.

    Attributes:
        id: 16 digits that no other mark has.
        place: the event.
        by: who made it; ``at``: when it was last changed, UTC in ISO form.
        note: plain text of several lines; empty for a mere bookmark.
        rival_of: id of the mark of which this is another text, changed at the same time by
            somebody else; empty for all others.
    """

    id: str
    place: Place
    by: str
    at: str
    note: str = ""
    rival_of: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """The marks of a store.

    Attributes:
        store: the store's fingerprint.
        marks: in the order in which they were made.
    """

    store: str
    marks: tuple[Mark, ...] = ()

    def on(self, place: Place) -> tuple[Mark, ...]:
        """The marks on an event."""
        return tuple(mark for mark in self.marks if mark.place.key == place.key)

    def with_mark(self, mark: Mark) -> Case:
        """With a new mark, or one that was changed, in its old place."""
        known = {m.id: m for m in self.marks}
        return replace(self, marks=tuple({**known, mark.id: mark}.values()))

    def without(self, ids: Iterable[str]) -> Case:
        """Without some marks."""
        gone = set(ids)
        return replace(self, marks=tuple(m for m in self.marks if m.id not in gone))


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of merging.

    Attributes:
        added: marks that were not known; ``both``: texts that were kept beside another one.
    """

    case: Case
    added: int = 0
    both: int = 0


def merge(own: Case, other: Case) -> Merged:
    """All marks of both.

    The text that was changed last keeps the mark's id; the other one stays beside it as a mark
    of its own, with an id that follows from its text, so that merging again adds nothing.
    """
    marks: dict[str, Mark] = {mark.id: mark for mark in own.marks}
    added = both = 0
    for mark in other.marks:
        known = marks.get(mark.id)
        if known is None:
            marks[mark.id] = mark
            added += 1
        elif (known.note, known.place.key) != (mark.note, mark.place.key):
            newer, older = (known, mark) if known.at >= mark.at else (mark, known)
            marks[mark.id] = newer
            both += _keep_beside(marks, older)
    return Merged(replace(own, marks=tuple(marks.values())), added, both)


def _keep_beside(marks: dict[str, Mark], older: Mark) -> int:
    """Keep an older text, unless it says nothing or is kept already."""
    parts = "\0".join((older.id, older.by, older.note, repr(older.place.key)))
    made = hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    if not older.note or made in marks:
        return 0
    marks[made] = replace(older, id=made, rival_of=older.id)
    return 1


def by_place(marks: Iterable[Mark]) -> Mapping[object, tuple[Mark, ...]]:
    """Marks of the same event together, in the order of the first."""
    found: dict[object, tuple[Mark, ...]] = {}
    for mark in marks:
        found[mark.place.key] = (*found.get(mark.place.key, ()), mark)
    return found
