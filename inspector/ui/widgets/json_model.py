"""The Qt item model over a value tree.

Lazy: a row exists once somebody has opened its parent. A new content is not a reset: rows that
are still there keep their place, so that views keep what is open, selected and in view while
the value changes under them. Texts only; numbers beyond 64 bits never reach Qt as numbers.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from inspector.core.folding import Truth
from inspector.core.paths import Path, path_text
from inspector.core.sealing import seal_of
from inspector.core.texts import thousands, tr
from inspector.ui.widgets.json_content import GLYPHS, NOTHING, ChangeKind, Mark, TreeContent
from inspector.ui.widgets.json_nodes import GonePart, GroupPart, Node, NodeKey, Tree, WholePart
from inspector.ui.widgets.json_patch import patch
from inspector.ui.widgets.json_text import name_text, preview_text, value_text
from inspector.ui.widgets.plain_text import tooltip_text

Index = QModelIndex | QPersistentModelIndex


class Column(enum.IntEnum):
    """Columns of the tree."""

    GLYPH = 0
    NAME = 1
    VALUE = 2
    TRUTH = 3


TOLD_ONE_BY_ONE: Final = 16
"""Changed rows that are told to the views one by one, so that only they are drawn."""

LOOK_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""A :class:`RowLook`, for the delegate."""


@dataclass(frozen=True, slots=True)
class RowLook:
    """What a row shows.

    Attributes:
        kind: the change that colours it.
        glyph: sign of that change, ``•`` when something below has changed, or empty.
        name: field, place or group.
        value: the value in one line.
        preview: the beginning of a map or list; shown while it is closed.
        aside: ``was …`` and notes about the change; may be empty.
        truth: word for how far the value can be trusted; may be empty.
        truth_differs: that is not what holds for the value as a whole; only then is it drawn,
            because the whole value's trust is told once, above the tree.
        quiet: the value is no content (null, sizes) and is drawn quietly.
        unsure: the truth is *unknown*.
    """

    kind: ChangeKind | None
    glyph: str
    name: str
    value: str
    preview: str
    aside: str
    truth: str
    truth_differs: bool
    quiet: bool
    unsure: bool


class JsonModel(QAbstractItemModel):
    """Rows of one value at a time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tree = Tree(TreeContent({}))
        self._looks: dict[int, RowLook] = {}

    @property
    def content(self) -> TreeContent:
        """What is shown."""
        return self._tree.content

    def set_content(self, content: TreeContent) -> bool:
        """Show another value; rows that exist in both keep their indexes.

        Gives whether all rows stayed and only what they say is another.
        """
        if content is self._tree.content:
            return True
        changed = patch(self._tree, content)
        if changed is None:
            self._replace(content)
            return False
        for node in changed:
            self._looks.pop(node.number, None)
        self._tell(changed)
        return True

    def _tell(self, changed: list[Node]) -> None:
        """Say which rows say something else; of many below one row, from the first to the last."""
        limits: dict[Node | None, tuple[Node, Node]] = {}
        for node in changed:
            above = node if len(changed) <= TOLD_ONE_BY_ONE else node.parent
            first, last = limits.get(above, (node, node))
            limits[above] = (min(first, node, key=_row), max(last, node, key=_row))
        for first, last in limits.values():
            self.dataChanged.emit(
                self.createIndex(first.row, 0, first.number),
                self.createIndex(last.row, len(Column) - 1, last.number),
            )

    def _replace(self, content: TreeContent) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [(self._node(index).key, index.column()) for index in before]
        self._tree = Tree(content)
        self._looks = {}
        after = [self._index_of_key(key, column) for key, column in keys]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    # --- places ---

    def first_names(
        self, most: int, is_open: Callable[[QModelIndex], bool]
    ) -> Iterator[tuple[int, str]]:
        """Depth, from 1, and name of the first rows; those below a row where it is open."""
        waiting = [(1, node) for node in reversed(self._tree.children(self._tree.root))]
        while waiting and most > 0:
            depth, node = waiting.pop()
            most -= 1
            yield depth, self._name(node)
            if self._tree.may_open(node) and is_open(self.createIndex(node.row, 0, node.number)):
                waiting += [(depth + 1, one) for one in reversed(self._tree.children(node))]

    def key_at(self, index: Index) -> NodeKey:
        """How to find this row again after the value has changed."""
        return self._node(index).key

    def index_of(self, key: NodeKey) -> QModelIndex:
        """The row with this key; invalid when it is not there."""
        return self._index_of_key(key, 0)

    def index_of_path(self, path: Path) -> QModelIndex:
        """The row of the value at a path; invalid when there is none."""
        node = self._tree.find_path(path)
        return QModelIndex() if node is None else self.createIndex(node.row, 0, node.number)

    def path_at(self, index: Index) -> Path:
        """The path of the row's value."""
        return self._node(index).path

    def value_at(self, index: Index) -> Any:
        """The row's value itself; of a group, the part of the list or map it covers."""
        node = self._node(index)
        if isinstance(node.part, GroupPart):
            limits = slice(node.part.start, node.part.stop)
            if isinstance(node.value, dict):
                return dict(list(node.value.items())[limits])
            return node.value[limits]
        return node.value

    def _node(self, index: Index) -> Node:
        if not index.isValid():
            return self._tree.root
        return self._tree.nodes.get(index.internalId(), self._tree.root)

    def _index_of_key(self, key: NodeKey, column: int) -> QModelIndex:
        node = self._tree.find(key)
        if node is None or node is self._tree.root:
            return QModelIndex()
        return self.createIndex(node.row, column, node.number)

    # --- Qt ---

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """The index of a child."""
        children = self._tree.children(self._node(parent))
        if not (0 <= row < len(children) and 0 <= column < len(Column)):
            return QModelIndex()
        return self.createIndex(row, column, children[row].number)

    def parent(self, index: Index = QModelIndex()) -> Any:  # noqa: B008 - Qt overloads parent()
        """The index of the row above."""
        above = self._node(index).parent
        if above is None or above is self._tree.root:
            return QModelIndex()
        return self.createIndex(above.row, 0, above.number)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many rows are below."""
        return 0 if parent.column() > 0 else len(self._tree.children(self._node(parent)))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Glyph, name, value and truth."""
        del parent
        return len(Column)

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        """Whether the row can be opened, told without opening it."""
        if parent.column() > 0:
            return False
        node = self._node(parent)
        return node is self._tree.root or self._tree.may_open(node)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts of a row."""
        if not index.isValid():
            return None
        if role == LOOK_ROLE:
            return self.look(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return _texts(self.look(index))[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(index)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(index)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Names of the columns."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return ("", tr("Field"), tr("Value"), tr("Trust"))[section]

    # --- what a row says ---

    def look(self, index: Index) -> RowLook:
        """What the row shows, made once per content."""
        number = index.internalId()
        made = self._looks.get(number)
        if made is None:
            made = self._looks[number] = self._make_look(self._node(index))
        return made

    def _make_look(self, node: Node) -> RowLook:
        tree = self._tree
        kind, truth = tree.kind(node), tree.truth(node)
        below = kind is None and tree.holds_changes(node)
        return RowLook(
            kind=kind,
            glyph=GLYPHS[kind] if kind is not None else "•" if below else "",
            name=self._name(node),
            value=_value(node),
            preview=_preview(node),
            aside=_aside(tree.mark(node)),
            truth="" if truth is None else truth_word(truth),
            truth_differs=truth is not None and truth is not tree.content.truth,
            quiet=node.value is None or node.is_container,
            unsure=truth is Truth.UNKNOWN,
        )

    def _name(self, node: Node) -> str:
        part = node.part
        if isinstance(part, GroupPart):
            return f"{thousands(part.start)} … {thousands(part.stop - 1)}"
        if isinstance(part, GonePart):
            return name_text(part.part)
        if isinstance(part, WholePart):
            return tr("(whole value)")
        return name_text(part)

    def _tooltip(self, index: Index) -> str:
        node, look = self._node(index), self.look(index)
        if index.column() == Column.GLYPH:
            return tooltip_text(change_word(look))
        if index.column() == Column.TRUTH:
            return tooltip_text(_truth_sentence(self._tree.truth(node)))
        shown = node.value if isinstance(node.value, str) else " ".join((look.value, look.preview))
        lines = [path_text(node.path), shown, look.aside, _truth_sentence(self._tree.truth(node))]
        return tooltip_text("\n".join(line for line in lines if line.strip()))

    def _spoken(self, index: Index) -> str:
        look = self.look(index)
        if index.column() == Column.GLYPH:
            return change_word(look)
        return _texts(look)[index.column()]


def _row(node: Node) -> int:
    return node.row


def _texts(look: RowLook) -> tuple[str, str, str, str]:
    value = f"{look.value}   {look.aside}" if look.aside else look.value
    return look.glyph, look.name, value, look.truth


def _value(node: Node) -> str:
    if isinstance(node.part, GroupPart):
        return ""
    return value_text(node.value)


def _preview(node: Node) -> str:
    if isinstance(node.part, GroupPart) or not node.is_container or not node.value:
        return ""
    if seal_of(node.value) is not None:
        return ""
    return preview_text(node.value)


def _aside(mark: Mark | None) -> str:
    if mark is None:
        return ""
    words = [mark.note]
    if mark.before is not NOTHING:
        words.insert(0, tr("was {value}", value=value_text(mark.before, 200)))
    if mark.kind is ChangeKind.REMOVED:
        words.append(tr("removed"))
    return ", ".join(word for word in words if word)


def truth_word(truth: Truth) -> str:
    """How far a value can be trusted, in one word."""
    words = {
        Truth.EXACT: tr("exact"),
        Truth.INFERRED: tr("inferred"),
        Truth.UNKNOWN: tr("unknown"),
        Truth.MIXED: tr("mixed"),
        Truth.UNVERIFIED: tr("not yet verified"),
    }
    return words[truth]


def _truth_sentence(truth: Truth | None) -> str:
    sentences = {
        None: "",
        Truth.EXACT: tr("Computed by rules that say what each event does."),
        Truth.INFERRED: tr("A guess: the last value that an event wrote to this field."),
        Truth.UNKNOWN: tr("An event before could not be applied and may have changed this."),
        Truth.MIXED: tr("Some values below are exact, others are not."),
        Truth.UNVERIFIED: tr("Follows from a snapshot; the history is being replayed."),
    }
    return sentences[truth]


def change_word(look: RowLook) -> str:
    """What happened to a row, in words."""
    words = {
        ChangeKind.ADDED: tr("added"),
        ChangeKind.REMOVED: tr("removed"),
        ChangeKind.CHANGED: tr("changed"),
        ChangeKind.MOVED: tr("moved"),
        ChangeKind.UPCAST: tr("brought to a newer schema version"),
    }
    if look.kind is not None:
        return words[look.kind]
    return tr("something inside has changed") if look.glyph else ""
