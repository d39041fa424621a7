"""Rows of a list of snapshots, of one stream or of the whole store, with their verdicts."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from inspector.core.diffing import Op
from inspector.core.jsontext import to_json
from inspector.core.snapshot_checks import BAD, Cause, Verdict
from inspector.core.texts import counted, thousands, tr
from inspector.ui.models.event_table import short_type
from inspector.ui.theme import Icon, Role
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text
from inspector.ui.widgets.table_columns import ColumnSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QPersistentModelIndex

    from inspector.services.snapshot_lines import SnapshotLine
    from inspector.services.snapshot_reports import CheckedLine
    from inspector.ui.models.times import TimeChoice
    from inspector.ui.models.verdict_book import VerdictBook

    Index = QModelIndex | QPersistentModelIndex

LINE_ROLE = int(Qt.ItemDataRole.UserRole)
"""Gives the :class:`SnapshotLine` of a row."""

VERDICT_ROLE = LINE_ROLE + 1
"""Gives the value of the :class:`Verdict` of a row, or ``None`` before it was checked."""

VERDICT_LOOK: Final = {
    Verdict.MATCHES: (Icon.CIRCLE_CHECK, Role.SUCCESS, "matches"),
    Verdict.DIFFERS: (Icon.CIRCLE_X, Role.DANGER, "differs"),
    Verdict.AHEAD: (Icon.CIRCLE_X, Role.DANGER, "ahead of stream"),
    Verdict.BEHIND: (Icon.HELP, Role.WARNING, "behind history"),
    Verdict.UNDECODABLE: (Icon.CIRCLE_X, Role.DANGER, "undecodable"),
    Verdict.ORPHAN: (Icon.CIRCLE_X, Role.DANGER, "orphan"),
    Verdict.UNVERIFIABLE: (Icon.HELP, Role.WARNING, "unverifiable"),
}
"""Picture, colour and word of each verdict."""

CAUSE_WORDS: Final = {
    Cause.OLD_SCHEMA: "old schema version",
    Cause.ROUNDED: "numbers rounded",
    Cause.FIELD_ADDED: "field added later",
    Cause.EVENTS_CHANGED: "events changed since",
    Cause.ENCRYPTED: "encrypted",
    Cause.OTHER: "other cause",
}
"""Why a snapshot differs, in words."""


class SnapshotColumn(enum.IntEnum):
    """Columns of a list of snapshots."""

    VERDICT = 0
    STREAM = 1
    VERSION = 2
    SINCE = 3
    TIME_SINCE = 4
    FIRST = 5
    TYPE = 6
    SCHEMA = 7
    SIZE = 8
    TAKEN = 9


SPECS: Final = (
    ColumnSpec("verdict", 132, needed=True, roomy=216),
    ColumnSpec("stream", 220, roomy=296),
    ColumnSpec("version", 68, needed=True),
    ColumnSpec("since", 92),
    ColumnSpec("time-since", 92),
    ColumnSpec("first", 140, roomy=240),
    ColumnSpec("type", 120, roomy=160),
    ColumnSpec("schema", 64),
    ColumnSpec("size", 72),
    ColumnSpec("taken", 168),
)

_TITLES: Final = {
    SnapshotColumn.VERDICT: "Verdict",
    SnapshotColumn.STREAM: "Stream",
    SnapshotColumn.VERSION: "Version",
    SnapshotColumn.SINCE: "Events since",
    SnapshotColumn.TIME_SINCE: "Time since",
    SnapshotColumn.FIRST: "First difference",
    SnapshotColumn.TYPE: "Type",
    SnapshotColumn.SCHEMA: "Schema",
    SnapshotColumn.SIZE: "Bytes",
    SnapshotColumn.TAKEN: "Taken",
}

RIGHT: Final = frozenset(
    {
        SnapshotColumn.VERSION,
        SnapshotColumn.SINCE,
        SnapshotColumn.TIME_SINCE,
        SnapshotColumn.SCHEMA,
        SnapshotColumn.SIZE,
    }
)
"""Columns of numbers."""


class SnapshotRows(QAbstractTableModel):
    """The rows that are shown, in the order in which they were given."""

    def __init__(self, book: VerdictBook, times: TimeChoice, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book, self._times = book, times
        self._lines: Sequence[SnapshotLine] = ()
        book.changed.connect(self._repaint)
        times.changed.connect(self._repaint)

    def show(self, lines: Sequence[SnapshotLine]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    @property
    def lines(self) -> Sequence[SnapshotLine]:
        """What is shown."""
        return self._lines

    def checked(self, line: SnapshotLine) -> CheckedLine | None:
        """What was found about a row."""
        return self._book.of(line.key)

    def _repaint(self) -> None:
        if self._lines:
            last = self.index(len(self._lines) - 1, len(SnapshotColumn) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    # -- Qt's model ---------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Snapshots shown."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Everything there is to say of one."""
        return 0 if parent.isValid() else len(SnapshotColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns, above their cells."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = SnapshotColumn(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(_TITLES[column])
        return _side(column) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts of a row."""
        if not index.isValid():
            return None
        line, column = self._lines[index.row()], SnapshotColumn(index.column())
        if role == LINE_ROLE:
            return line
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        return self._text(line, column, role)

    def _text(self, line: SnapshotLine, column: SnapshotColumn, role: int) -> Any:
        checked = self._book.of(line.key)
        if role == VERDICT_ROLE:
            return None if checked is None else checked.verdict
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._cell(line, checked, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_text(self._tip(line, checked, column))
        return None

    def _cell(self, line: SnapshotLine, checked: CheckedLine | None, column: SnapshotColumn) -> str:
        if column is SnapshotColumn.VERDICT:
            return verdict_words(line, checked)
        if column is SnapshotColumn.TAKEN:
            return "" if line.taken_at is None else self._times.format(line.taken_at)
        if column is SnapshotColumn.FIRST:
            return visible_text(shortened(first_difference(checked)))
        return visible_text(shortened(_plain_cell(line, column)))

    def _tip(self, line: SnapshotLine, checked: CheckedLine | None, column: SnapshotColumn) -> str:
        if column is SnapshotColumn.VERDICT:
            reason = line.unread if checked is None else str(checked.record["reason"] or "")
            return "\n".join(t for t in (verdict_words(line, checked), reason) if t)
        if column is SnapshotColumn.TAKEN and line.taken_at is not None:
            return self._times.forms(line.taken_at)
        if column is SnapshotColumn.TYPE:
            return line.type or ""
        return self._cell(line, checked, column)


def _side(column: SnapshotColumn) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in RIGHT else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _plain_cell(line: SnapshotLine, column: SnapshotColumn) -> str:
    return {
        SnapshotColumn.STREAM: line.stream.name,
        SnapshotColumn.VERSION: "?" if line.version is None else thousands(line.version),
        SnapshotColumn.SINCE: _since(line),
        SnapshotColumn.TIME_SINCE: span_text(line.seconds_since),
        SnapshotColumn.TYPE: short_type(line.type) if line.type else "",
        SnapshotColumn.SCHEMA: "" if line.schema_version is None else str(line.schema_version),
        SnapshotColumn.SIZE: thousands(line.size),
    }[column]


def _since(line: SnapshotLine) -> str:
    return tr("no events") if line.events_since is None else thousands(line.events_since)


def verdict_words(line: SnapshotLine, checked: CheckedLine | None) -> str:
    """The verdict, with its cause where it differs."""
    if checked is None:
        return tr("cannot be read") if line.unread else tr("not checked")
    return checked_words(checked)


def checked_words(checked: CheckedLine) -> str:
    """What a check found, in words."""
    word = tr(VERDICT_LOOK[checked.verdict][2])
    return f"{word}: {tr(CAUSE_WORDS[checked.cause])}" if checked.cause else word


def found_words(checked: Sequence[CheckedLine]) -> str:
    """How many were checked, and what came of it; what could not be told is not called right."""
    wrong = sum(line.verdict in BAD for line in checked)
    right = sum(line.verdict is Verdict.MATCHES for line in checked)
    rest = len(checked) - wrong - right
    named = (
        (wrong, tr("{n} wrong", n=thousands(wrong))),
        (right, tr("{n} right", n=thousands(right))),
        (rest, tr("{n} unverifiable", n=thousands(rest))),
    )
    parts = [words for number, words in named if number]
    return tr("{n} checked: {found}", n=thousands(len(checked)), found=", ".join(parts))


def first_difference(checked: CheckedLine | None) -> str:
    """The first field that differs, with both values."""
    first = None if checked is None else checked.record["first_difference"]
    if first is None:
        return ""
    path, op = first["path"] or "·", first["op"]
    here, there = to_json(first["snapshot"]), to_json(first["replay"])
    if op == Op.ADD:  # what is absent is not null
        return tr("{path}: missing, replay {b}", path=path, b=there)
    if op == Op.REMOVE:
        return tr("{path}: {a}, not in a replay", path=path, a=here)
    return tr("{path}: {a}, replay {b}", path=path, a=here, b=there)


def span_text(seconds: float | None) -> str:
    """A time between two moments, in the unit that matters; negative ones keep their sign."""
    if seconds is None:
        return ""
    sign, rest = ("−", -seconds) if seconds < 0 else ("", seconds)
    if rest < 60:
        return sign + counted(round(rest), "{n} s", "{n} s")
    if rest < 5400:
        return sign + counted(round(rest / 60), "{n} min", "{n} min")
    if rest < 172_800:
        return sign + counted(round(rest / 3600), "{n} h", "{n} h")
    return sign + counted(round(rest / 86_400), "{n} day", "{n} days")
