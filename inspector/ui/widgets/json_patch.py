"""Showing another value in the rows of a tree that are there already.

From one event to the next most states keep their fields. Where the rows stay the same, they
need not be made anew: they get their new values, and only those that say something else have to
be drawn. States share what did not change, so that equal parts are told by identity, without
looking into them. No Qt here.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from inspector.ui.widgets.json_content import ChangeKind, ancestors_of_changes
from inspector.ui.widgets.json_nodes import (
    GROUP_ABOVE,
    GonePart,
    GroupPart,
    Node,
    Tree,
    WholePart,
    group_parts,
    members,
    opens_at_once,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inspector.core.paths import Path
    from inspector.core.payloads import Value
    from inspector.ui.widgets.json_content import TreeContent
    from inspector.ui.widgets.json_nodes import NodePart


def patch(tree: Tree, content: TreeContent) -> list[Node] | None:
    """Show another content in the rows of ``tree``, as far as they were made.

    Gives the rows that may say something else now. ``None`` when rows would come, go or move, or
    when the trust in all values is another; nothing is changed then.
    """
    before = tree.content
    if before.removed or content.removed or opens_at_once(before) != opens_at_once(content):
        return None
    if before.truth is not content.truth or before.truth_marks != content.truth_marks:
        return None
    plan = _Plan(tree, content)
    if not plan.fits(tree.root, content.value, None, ()):
        return None
    for node, value, inherited in plan.changed:
        node.value, node.inherited = value, inherited
    tree.take(content, plan.changed_below)
    return [node for node, _, _ in plan.changed]


class _Plan:
    """What would have to be done to the rows; nothing is done while it is made."""

    def __init__(self, tree: Tree, content: TreeContent) -> None:
        self.changed_below = ancestors_of_changes(content)
        self.changed: list[tuple[Node, Value, ChangeKind | None]] = []
        self._marks = content.marks
        self._touched = {
            *tree.changed_below, *tree.content.marks, *self.changed_below, *content.marks
        }  # fmt: skip

    def fits(self, node: Node, value: Value, inherited: ChangeKind | None, path: Path) -> bool:
        """Whether the rows below a row are those of its new value."""
        rows = node.rows
        if rows is None:
            return True
        wanted = list(_rows_of(node, value))
        if len(wanted) != len(rows):
            return False
        return all(
            row.part == part and self._takes(row, inside, inherited, path)
            for row, (part, inside) in zip(rows, wanted, strict=True)
        )

    def _takes(self, row: Node, value: Value, above: ChangeKind | None, path: Path) -> bool:
        part = row.part
        own = path if isinstance(part, (GroupPart, WholePart, GonePart)) else (*path, part)
        inherited = above
        if above is None and own != path:
            mark = self._marks.get(own)
            if mark is not None and mark.kind is ChangeKind.ADDED:
                inherited = ChangeKind.ADDED
        untouched = row.inherited is inherited and own not in self._touched
        if untouched and _same(row.value, value):
            return True
        if _opens(row.value) != _opens(value):
            return False
        self.changed.append((row, value, inherited))
        return self.fits(row, value, inherited, own)


def _same(one: Value, other: Value) -> bool:
    """Whether two values look the same, as far as that is told at once."""
    if one is other:
        return True
    return type(one) is type(other) and type(one) in (str, int, bool) and one == other


def _opens(value: Value) -> bool:
    return isinstance(value, (dict, list, tuple)) and bool(value)


def _rows_of(node: Node, value: Value) -> Iterable[tuple[NodePart, Value]]:
    """Part and value of every row below a row that has this value."""
    if node.parent is None and node.rows and isinstance(node.rows[0].part, WholePart):
        return [(WholePart(), value)]
    if not isinstance(value, (dict, list, tuple)):
        return ()
    if isinstance(node.part, GroupPart):
        return islice(members(value), node.part.start, node.part.stop)
    if len(value) > GROUP_ABOVE:
        return ((part, value) for part in group_parts(len(value)))
    return members(value)
