"""What a value tree shows: a value, what changed in it, and how far it can be trusted.

Values of ``inspector.core``, no Qt. The content is immutable; a new moment is a new content.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from inspector.core.diffing import Change, Note, Op
from inspector.core.folding import Truth
from inspector.core.paths import Path, PathPart
from inspector.core.payloads import Value
from inspector.core.texts import tr


class ChangeKind(enum.StrEnum):
    """What happened to a value."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    UPCAST = "upcast"


GLYPHS: Final[Mapping[ChangeKind, str]] = {
    ChangeKind.ADDED: "+",
    ChangeKind.REMOVED: "−",
    ChangeKind.CHANGED: "~",
    ChangeKind.MOVED: "↕",
    ChangeKind.UPCAST: "↑",
}
"""The sign beside a change: colours alone do not tell added from removed to everybody."""


class _Nothing(enum.Enum):
    NOTHING = "nothing"


NOTHING: Final = _Nothing.NOTHING
"""There was no value before, or nobody says which."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A change at a path of the shown value.

    Attributes:
        kind: what happened; a removed value has no place in the shown one, see
            :class:`Removed`.
        before: the value before, for *was …*.
        note: more in words, such as where an element came from; may be empty.
    """

    kind: ChangeKind
    before: Value = NOTHING
    note: str = ""


@dataclass(frozen=True, slots=True)
class Removed:
    """A value that is no longer there, shown in the map or list it was in.

    Attributes:
        part: the key or place it had.
        value: what it was.
        at: number of the child of the shown value before which it stands; ``None``: the end.
    """

    part: PathPart
    value: Value
    at: int | None = None


@dataclass(frozen=True, slots=True)
class TreeContent:
    """Everything that one moment shows.

    Attributes:
        value: the value, never changed in place.
        marks: changes, by path in ``value``.
        removed: what is gone, by the path in ``value`` of the map or list it was in.
        truth: what holds for all values; ``None`` where truth is no question (a payload).
        truth_marks: values, with all below them, whose truth is another.
    """

    value: Value = None
    marks: Mapping[Path, Mark] = field(default_factory=dict)
    removed: Mapping[Path, Sequence[Removed]] = field(default_factory=dict)
    truth: Truth | None = None
    truth_marks: Mapping[Path, Truth] = field(default_factory=dict)


def content_of(
    value: Value,
    changes: Iterable[Change] = (),
    truth: Truth | None = None,
    truth_marks: Mapping[Path, Truth] | None = None,
) -> TreeContent:
    """The content for a value and what :func:`inspector.core.diffing.diff` found in it."""
    marks: dict[Path, Mark] = {}
    removed: dict[Path, list[Removed]] = {}
    for change in changes:
        if change.op is Op.REMOVE:
            gone = removed.setdefault(change.path[:-1], [])
            gone.append(_removed(change, len(gone)))
        else:
            marks[change.path] = _mark(change, marks.get(change.path))
    return TreeContent(value, marks, removed, truth, truth_marks or {})


def _removed(change: Change, earlier: int) -> Removed:
    """A removed list element stands where it was, less those that went before it."""
    part = change.path[-1]
    return Removed(part, change.before, part - earlier if isinstance(part, int) else None)


def _mark(change: Change, moved: Mark | None) -> Mark:
    if change.op is Op.ADD:
        return Mark(ChangeKind.ADDED)
    if change.op is Op.MOVE:
        return Mark(ChangeKind.MOVED, note=tr("was at [{place}]", place=change.source))
    note = tr("same number, other form") if change.note is Note.FORM else ""
    if moved is not None:
        note = moved.note
    return Mark(ChangeKind.CHANGED, change.before, note)


def ancestors_of_changes(content: TreeContent) -> frozenset[Path]:
    """Paths of all maps and lists that hold a change somewhere below."""
    found: set[Path] = set(content.removed)
    for path in (*content.marks, *content.removed):
        for length in range(len(path) - 1, -1, -1):
            above = path[:length]
            if above in found and above not in content.removed:
                break
            found.add(above)
    return frozenset(found)
