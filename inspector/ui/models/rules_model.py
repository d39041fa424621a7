"""The rules of the open store: chosen, remembered, noticed when they change on disk.

Files are read in the interactive lane, never in the window's thread. A file with a mistake
changes nothing: the rules that were in use stay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from inspector.core.errors import OutputFailed
from inspector.services.rules import LoadedRules, read_rules
from inspector.services.rules_memory import store_key
from inspector.services.tasks import Done, Failed
from inspector.ui.models.store_model import Phase
from inspector.ui.recent import recent_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from inspector.services.rules_memory import RulesMemory
    from inspector.services.tasks import Outcome
    from inspector.ui.models.store_model import StoreModel

SETTLE = 300
"""Milliseconds after which a file that is being saved is looked at."""


class RulesModel(QObject):
    """Which rules are in use.

    Attributes:
        memory: where the rules of each store are remembered; ``None`` remembers nothing.

    Signals:
        changed(): other rules are in use, or none.
        failed(object): an :class:`InspectorError`; the rules that were in use stay.
        outdated(object): paths of files that are no longer what was read.
    """

    changed = Signal()
    failed = Signal(object)
    outdated = Signal(object)

    def __init__(self, store: StoreModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.memory: RulesMemory | None = None
        self._watcher: QFileSystemWatcher | None = None
        self._offered: tuple[Path, ...] = ()
        self._settling = QTimer(self, singleShot=True, interval=SETTLE)
        self._settling.timeout.connect(self.check)

    @property
    def loaded(self) -> LoadedRules | None:
        """The rules in use."""
        store = self._store.store
        return None if store is None else store.rules

    def begin(self, then: Callable[[], None]) -> None:
        """A store was opened: take the rules that were last used with it, then go on."""
        store = self._store.store
        if store is None:
            return
        if store.rules is not None:
            self._settle_on(store.rules)
            then()
            return
        self._watch(())
        self._offered = ()
        known = () if self.memory is None else self.memory.of(self._key())
        if not known:
            then()
            return

        def job(_reader: object, _work: object) -> LoadedRules:
            return read_rules([file.path for file in known])

        def done(outcome: Outcome[LoadedRules]) -> None:
            if isinstance(outcome, Done) and outcome.value.files == known:
                self._put(outcome.value)
            then()
            if isinstance(outcome, Failed):
                self.failed.emit(outcome.error)
            elif isinstance(outcome, Done) and outcome.value.files != known:
                self._offered = tuple(file.path for file in known)
                pairs = zip(known, outcome.value.files, strict=True)
                self.outdated.emit(tuple(old.path for old, new in pairs if old != new))

        self._store.lanes.ask("rules", job, done)

    def use(self, paths: Sequence[str | Path]) -> None:
        """Read files and use them; a mistake in them leaves everything as it was."""
        if self._store.phase is not Phase.OPEN:
            return

        def done(outcome: Outcome[LoadedRules]) -> None:
            if isinstance(outcome, Failed):
                self.failed.emit(outcome.error)
            elif isinstance(outcome, Done):
                self.put(outcome.value)

        self._store.lanes.ask("rules", lambda _reader, _work: read_rules(paths), done)

    def put(self, rules: LoadedRules | None) -> None:
        """Use these rules, or none."""
        if self._store.store is None:
            return
        self._put(rules)
        self.changed.emit()

    def again(self) -> None:
        """Read the files in use anew, or those that were remembered and have changed."""
        loaded = self.loaded
        paths = self._offered if loaded is None else tuple(file.path for file in loaded.files)
        if paths:
            self.use(paths)

    def check(self) -> None:
        """Look whether the files are still what was read."""
        loaded = self.loaded
        if loaded is None or not loaded.files:
            return

        def done(outcome: Outcome[tuple[Path, ...]]) -> None:
            if loaded is not self.loaded or not isinstance(outcome, Done):
                return
            self._watch([file.path for file in loaded.files])  # a replaced file is another one
            if outcome.value:
                self.outdated.emit(outcome.value)

        self._store.lanes.ask("rules-check", lambda _reader, _work: loaded.changed(), done)

    def stop(self) -> None:
        """Watch nothing any more."""
        self._settling.stop()
        self._watch(())

    # -- inside -----------------------------------------------------------------------------

    def _put(self, rules: LoadedRules | None) -> None:
        store, request = self._store.store, self._store.request
        if store is None or request is None:
            return
        files = () if rules is None else rules.files
        self._store.request = replace(request, rules=tuple(str(file.path) for file in files))
        self._store.lanes.use(replace(store, rules=rules, request=self._store.request))
        self._settle_on(rules)

    def _settle_on(self, rules: LoadedRules | None) -> None:
        files = () if rules is None else rules.files
        self._watch([file.path for file in files])
        if self.memory is None or (rules is not None and not files):
            return
        try:
            self.memory.remember(self._key(), files)
        except OutputFailed as error:
            self.failed.emit(error)

    def _key(self) -> str:
        store = self._store.store
        return "" if store is None else store_key(recent_of(store).address, store.table)

    def _watch(self, paths: Sequence[Path]) -> None:
        if self._watcher is None:
            if not paths:
                return
            self._watcher = QFileSystemWatcher(self)
            self._watcher.fileChanged.connect(lambda _path: self._settling.start())
        old = self._watcher.files()
        if old:
            self._watcher.removePaths(old)
        here = [str(path) for path in paths if path.exists()]
        if here:
            self._watcher.addPaths(here)
