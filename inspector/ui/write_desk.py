"""What a window does about writing: unlocking one store, dialogs that create, the local log.

Nothing is written unless the store was unlocked by its name in this sitting; another store, or
none, locks it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.services.trigger_memory import TriggerMemory, usual_trigger_memory
from inspector.services.write_log import WriteLog, default_log
from inspector.ui.models.store_model import Phase
from inspector.ui.store_labels import StoreLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.services.write_unlock import Unlock
    from inspector.ui.main_window import MainWindow


class WriteDesk(QObject):
    """Writing in one window.

    Attributes:
        unlocked: that this store may be written to, or ``None``.
        log: where everything that is written is recorded.
        triggers: what makes the application of each store take snapshots.

    Signals:
        changed(): the store was unlocked, or locked again.
        written(): a row may have been written: what is shown of snapshots may be old.
    """

    changed = Signal()
    written = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.unlocked: Unlock | None = None
        self.log: WriteLog = default_log()
        self.triggers: TriggerMemory = usual_trigger_memory()
        window.models.store.changed.connect(self._store_changed)
        self.written.connect(self._read_again)

    @property
    def is_production(self) -> bool:
        """Whether somebody labelled the store as production."""
        store = self._window.models.store.store
        return store is not None and self._window.labels.label(store) is StoreLabel.PRODUCTION

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What to do, by the action's name."""
        return {
            "unlock-writing": self.unlock_or_lock,
            "create-snapshot": self.create_one,
            "create-snapshots": self.create_many,
            "trigger-snapshot": self.trigger,
            "write-log": self.show_log,
        }

    def unlock_or_lock(self) -> None:
        """Ask for the store's name, or lock it again."""
        if self.unlocked is not None:
            self.put(None)
            return
        store = self._window.models.store.store
        if store is None:
            return
        from inspector.ui.dialogs.unlock_store import UnlockDialog  # noqa: PLC0415

        dialog = UnlockDialog(self._window.theme, store, self._window)
        dialog.unlocked.connect(self.put)
        dialog.open()

    def put(self, unlocked: Unlock | None) -> None:
        """Unlock, or lock again."""
        store = self._window.models.store.store
        if unlocked is not None and (store is None or not unlocked.is_for(store)):
            return
        if unlocked != self.unlocked:
            self.unlocked = unlocked
            self._window.bar.show_writing(unlocked=unlocked is not None)
            self._window.status.show_writing(unlocked=unlocked is not None)
            self.changed.emit()

    def create_one(self) -> None:
        """Preview a snapshot of the stream that is shown, at the cursor."""
        from inspector.ui.dialogs.create_snapshot import CreateSnapshot  # noqa: PLC0415

        replay = self._window.models.replay
        if replay.stream is not None:
            CreateSnapshot(self._window, self, replay.stream, replay.place).open()

    def create_many(self) -> None:
        """Preview snapshots of all streams that could use one."""
        from inspector.ui.dialogs.create_many import CreateMany  # noqa: PLC0415

        CreateMany(self._window, self).open()

    def trigger(self) -> None:
        """Show what would make the application take a snapshot at the cursor."""
        from inspector.ui.dialogs.trigger_snapshot import TriggerSnapshot  # noqa: PLC0415

        replay, store = self._window.models.replay, self._window.models.store.store
        if replay.stream is not None and store is not None:
            TriggerSnapshot(self._window, self, store, replay.stream, replay.place).open()

    def show_log(self) -> None:
        """Everything that was ever written from this computer."""
        from inspector.ui.dialogs.write_log_view import WriteLogView  # noqa: PLC0415

        WriteLogView(self._window, self.log).open()

    def _store_changed(self) -> None:
        store = self._window.models.store.store
        if self.unlocked is not None and (store is None or not self.unlocked.is_for(store)):
            self.put(None)

    def _read_again(self) -> None:
        models = self._window.models
        if models.store.phase is Phase.OPEN:
            models.snapshots.again()
            models.replay.read_snapshots()
