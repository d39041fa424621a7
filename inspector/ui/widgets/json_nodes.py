"""The nodes of a value tree, made only where somebody looks.

A node knows its value and its parent; its children are made when they are first asked for. Maps
and lists of more than :data:`GROUP_ABOVE` children are opened in groups of :data:`GROUP_SIZE`,
so that no step costs more than one group. No Qt here.

Promises that a node found again by its key after the value has changed is the same place:
same path, same group, same removed value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Final

from inspector.core.folding import Truth
from inspector.core.paths import Path, PathPart, key_part
from inspector.core.payloads import Value
from inspector.ui.widgets.json_content import (
    ChangeKind,
    Mark,
    Removed,
    TreeContent,
    ancestors_of_changes,
)

GROUP_ABOVE: Final = 2000
GROUP_SIZE: Final = 1000


@dataclass(frozen=True, slots=True)
class GroupPart:
    """Children ``start`` up to, but without, ``stop`` of a very large map or list."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class GonePart:
    """A removed value's place; distinct from the place of what stands there now."""

    part: PathPart
    order: int


@dataclass(frozen=True, slots=True)
class WholePart:
    """The one row that stands for the whole value."""


NodePart = PathPart | GroupPart | GonePart | WholePart
NodeKey = tuple[NodePart, ...]
"""How to find a node again in another tree: the parts from the top down."""


class Node:
    """One row of the tree.

    Attributes:
        number: unique in its tree, for model indexes.
        row: place among the parent's children.
        part: what its parent calls it.
        value: the value; a group has the value of the map or list it belongs to.
        inherited: the change of a node above that holds for everything in it.
    """

    __slots__ = ("_children", "inherited", "number", "parent", "part", "row", "value")

    def __init__(
        self,
        number: int,
        parent: Node | None,
        part: NodePart,
        value: Value,
        inherited: ChangeKind | None = None,
    ) -> None:
        self.number, self.parent, self.part, self.value = number, parent, part, value
        self.inherited = inherited
        self.row = 0
        self._children: list[Node] | None = None

    @property
    def key(self) -> NodeKey:
        """The parts from the top down."""
        parts: list[NodePart] = []
        node: Node = self
        while node.parent is not None:
            parts.append(node.part)
            node = node.parent
        return tuple(reversed(parts))

    @property
    def gone(self) -> bool:
        """Whether the value is no longer there, only shown."""
        return self.inherited is ChangeKind.REMOVED

    @property
    def path(self) -> Path:
        """Path of the value in the shown value (of a group: of its map or list)."""
        return tuple(
            part.part if isinstance(part, GonePart) else part
            for part in self.key
            if not isinstance(part, (GroupPart, WholePart))
        )

    @property
    def rows(self) -> list[Node] | None:
        """The rows below as far as they were made; ``None`` where nobody has asked."""
        return self._children

    @property
    def is_container(self) -> bool:
        """Whether the value is a map or a list."""
        return isinstance(self.value, (dict, list, tuple))


class Tree:
    """All nodes of one content, as far as they were asked for."""

    def __init__(self, content: TreeContent) -> None:
        self.content = content
        self.changed_below = ancestors_of_changes(content)
        self.nodes: dict[int, Node] = {}
        self._numbers = count(1)
        self.root = self._make(None, WholePart(), content.value, None)
        if not opens_at_once(content):
            only = self._make(self.root, WholePart(), content.value, None)
            self.root._children = [only]  # noqa: SLF001 - the tree builds its nodes

    def take(self, content: TreeContent, changed_below: frozenset[Path]) -> None:
        """Be the tree of another content, whose values the nodes have already."""
        self.content, self.changed_below = content, changed_below
        self.root.value = content.value

    @property
    def has_top_row(self) -> bool:
        """Whether one row stands for the whole value."""
        return not opens_at_once(self.content)

    def children(self, node: Node) -> list[Node]:
        """The node's children, made now if need be."""
        made = node._children  # noqa: SLF001 - the tree builds its nodes
        if made is None:
            made = list(self._make_children(node)) if self.may_open(node) else []
            for row, child in enumerate(made):
                child.row = row
            node._children = made  # noqa: SLF001
        return made

    def may_open(self, node: Node) -> bool:
        """Whether there are children, without making them."""
        if not node.is_container:
            return False
        return bool(node.value) or (not node.gone and node.path in self.content.removed)

    def _make(
        self, parent: Node | None, part: NodePart, value: Value, inherited: ChangeKind | None
    ) -> Node:
        node = Node(next(self._numbers), parent, part, value, inherited)
        self.nodes[node.number] = node
        return node

    def _make_children(self, node: Node) -> Iterator[Node]:
        if isinstance(node.part, GroupPart):
            yield from self._members(node, node.part.start, node.part.stop)
            return
        size = len(node.value)
        gone = () if node.gone else self.content.removed.get(node.path, ())
        if size <= GROUP_ABOVE:
            yield from self._with_gone(node, list(self._members(node, 0, size)), gone)
            return
        for part in group_parts(size):
            yield self._make(node, part, node.value, node.inherited)
        yield from (self._gone(node, order, one) for order, one in enumerate(gone))

    def _members(self, node: Node, start: int, stop: int) -> Iterator[Node]:
        path = node.path
        for part, value in islice(members(node.value), start, stop):
            yield self._make(node, part, value, self._passed_on(node, (*path, part)))

    def _passed_on(self, parent: Node, path: Path) -> ChangeKind | None:
        """The change that a child's whole content shares."""
        if parent.inherited is not None:
            return parent.inherited
        mark = self.content.marks.get(path)
        return ChangeKind.ADDED if mark is not None and mark.kind is ChangeKind.ADDED else None

    def _with_gone(self, node: Node, here: list[Node], gone: Sequence[Removed]) -> Iterator[Node]:
        places: dict[int, list[Node]] = {}
        for order, one in enumerate(gone):
            at = len(here) if one.at is None else min(max(one.at, 0), len(here))
            places.setdefault(at, []).append(self._gone(node, order, one))
        for place, child in enumerate(here):
            yield from places.get(place, ())
            yield child
        yield from places.get(len(here), ())

    def _gone(self, node: Node, order: int, one: Removed) -> Node:
        return self._make(node, GonePart(one.part, order), one.value, ChangeKind.REMOVED)

    # --- what a row says ---

    def mark(self, node: Node) -> Mark | None:
        """The change at this very row; a removed value's is at the row where it stood."""
        if isinstance(node.part, GroupPart):
            return None
        if isinstance(node.part, GonePart):
            return Mark(ChangeKind.REMOVED)
        return None if node.gone else self.content.marks.get(node.path)

    def kind(self, node: Node) -> ChangeKind | None:
        """The change that colours this row: its own, or one above that holds for all of it."""
        mark = self.mark(node)
        return mark.kind if mark is not None else node.inherited

    def holds_changes(self, node: Node) -> bool:
        """Whether a change is somewhere below this row."""
        if node.inherited is not None or not node.is_container:
            return False
        path = node.path
        if path not in self.changed_below:
            return False
        return not isinstance(node.part, GroupPart) or self._group_changed(node.part, node, path)

    def _group_changed(self, limits: GroupPart, node: Node, path: Path) -> bool:
        """Whether a change is in this group, told without opening it."""
        above, depth = self.content, len(path)
        parts = {
            changed[depth]
            for changed in (*above.marks, *above.removed)
            if len(changed) > depth and changed[:depth] == path
        }
        inside = islice(members(node.value), limits.start, limits.stop)
        return bool(parts) and any(part in parts for part, _ in inside)

    def truth(self, node: Node) -> Truth | None:
        """How far this row's value can be trusted; ``None`` where that is no question."""
        if self.content.truth is None or node.gone:
            return None
        path, marks = node.path, self.content.truth_marks
        if marks:
            for length in range(len(path), -1, -1):
                found = marks.get(path[:length])
                if found is not None:
                    return found
        return self.content.truth

    # --- finding again ---

    def find(self, key: NodeKey) -> Node | None:
        """The node with this key, made now if need be; ``None`` when it is not there."""
        node = self.root
        for part in key:
            found = next((child for child in self.children(node) if child.part == part), None)
            if found is None:
                return None
            node = found
        return node

    def find_path(self, path: Path) -> Node | None:
        """The row of a value by its path, going through groups where there are some."""
        node = self.root
        if self.has_top_row:
            node = self.children(node)[0]
        for part in path:
            found = self._child_at(node, part)
            if found is None:
                return None
            node = found
        return node if node.parent is not None else None

    def _child_at(self, node: Node, part: PathPart) -> Node | None:
        for child in self.children(node):
            if isinstance(child.part, GroupPart):
                inside = self._child_at(child, part) if _may_hold(child, part) else None
                if inside is not None:
                    return inside
            elif child.part == part:
                return child
        return None


def opens_at_once(content: TreeContent) -> bool:
    """Whether the value's fields are the rows; else one row stands for the whole value."""
    value = content.value
    if () in content.marks or not isinstance(value, (dict, list, tuple)):
        return False
    return bool(value) or () in content.removed


def group_parts(size: int) -> Iterator[GroupPart]:
    """The groups of a map or list with so many children."""
    for start in range(0, size, GROUP_SIZE):
        yield GroupPart(start, min(start + GROUP_SIZE, size))


def members(value: Value) -> Iterable[tuple[PathPart, Value]]:
    """Part and value of every child of a map or list, in order."""
    if isinstance(value, dict):
        return ((key_part(key), child) for key, child in value.items())
    return enumerate(value)


def _may_hold(group: Node, part: PathPart) -> bool:
    """Whether a group can hold a part, told without opening it where that is possible."""
    limits = group.part
    if isinstance(limits, GroupPart) and isinstance(part, int):
        return limits.start <= part < limits.stop
    return not isinstance(part, int)
