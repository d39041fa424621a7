"""What checks of snapshots have found in this sitting, for every place that shows a snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.services.snapshot_lines import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inspector.core.events import StreamId
    from inspector.services.snapshot_lines import SnapshotKey
    from inspector.services.snapshot_reports import CheckedLine
    from inspector.ui.models.rules_model import RulesModel
    from inspector.ui.models.store_model import StoreModel


class VerdictBook(QObject):
    """The newest verdict of each snapshot that was checked; forgotten with store and rules.

    Signals:
        changed(): there are more verdicts, or none any more.
    """

    changed = Signal()

    def __init__(self, store: StoreModel, rules: RulesModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[SnapshotKey, CheckedLine] = {}
        self._of_stream: dict[tuple[str, str | None], dict[SnapshotKey, CheckedLine]] = {}
        store.changed.connect(self.forget)
        rules.changed.connect(self.forget)

    def put(self, lines: Iterable[CheckedLine]) -> None:
        """Take what was found; a newer verdict replaces an older one."""
        for line in lines:
            key = key_of(line)
            self._known[key] = line
            self._of_stream.setdefault(key[:2], {})[key] = line
        self.changed.emit()

    def of(self, key: SnapshotKey) -> CheckedLine | None:
        """What was found about a snapshot; ``None`` before it was checked."""
        return self._known.get(key)

    def of_stream(self, stream: StreamId) -> list[CheckedLine]:
        """What was found about the snapshots of a stream."""
        return list(self._of_stream.get((stream.name, stream.category), {}).values())

    def forget(self) -> None:
        """Nothing that was found holds any more."""
        if self._known:
            self._known.clear()
            self._of_stream.clear()
            self.changed.emit()
