"""The text of rules that somebody is writing: checked as it grows, kept until it is saved.

Nothing here reads or writes the store; files are read and written, and texts are checked, in the
interactive lane.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.core.errors import OutputFailed
from inspector.core.rules import RulesInvalid, RulesText
from inspector.core.texts import tr
from inspector.services.rules import LoadedRules, RulesFile, check_text
from inspector.services.rules_drafts import Draft, save_rules
from inspector.services.rules_memory import store_key
from inspector.services.tasks import Done, Failed
from inspector.ui.models.store_model import Phase
from inspector.ui.recent import recent_of

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.core.rules import Problem
    from inspector.services.rules_drafts import DraftMemory
    from inspector.services.tasks import Outcome
    from inspector.ui.models.rules_model import RulesModel
    from inspector.ui.models.store_model import StoreModel

PAUSE = 250
"""Milliseconds without a key after which the text is checked."""

START = 'format = 1\nname = "{name}"\n\n'


class RulesBench(QObject):
    """One text for the open store.

    Attributes:
        drafts: where unsaved texts are kept; ``None`` keeps them only as long as the window.
        text: as it is now; ``name`` what messages call it.
        file: the file it came from or was saved to, as it was then.
        problems: mistakes in it, as far as it was checked.
        checked: the rules that it makes, or ``None`` while there are mistakes or it is checked.

    Signals:
        shown(): another text is here; an editor has to show it.
        changed(): what is known about the text is something else.
        failed(object): an :class:`InspectorError`; nothing was changed.
        saved(object): the text is in this file (a path) now.
    """

    shown = Signal()
    changed = Signal()
    failed = Signal(object)
    saved = Signal(object)

    def __init__(self, store: StoreModel, rules: RulesModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._rules = store, rules
        self.drafts: DraftMemory | None = None
        self._kept: dict[str, Draft] = {}
        self._key = ""
        self._forget()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.check)
        store.changed.connect(self._store_changed)
        rules.changed.connect(self._rules_changed)

    def _forget(self) -> None:
        self.text = self._saved_text = ""
        self.name = ""
        self.file: RulesFile | None = None
        self.problems: tuple[Problem, ...] = ()
        self.checked: LoadedRules | None = None
        self.from_draft = False

    # -- what is known --------------------------------------------------------------------------

    @property
    def unsaved(self) -> bool:
        """Whether there is something that no file holds."""
        return bool(self._key) and self.text != self._saved_text

    @property
    def is_start(self) -> bool:
        """Whether there is nothing yet but a beginning."""
        return "[" not in self.text

    @property
    def unsaved_anywhere(self) -> bool:
        """Whether closing the window would lose a text."""
        return self.drafts is None and (self.unsaved or bool(self._kept))

    @property
    def in_use(self) -> bool:
        """Whether the window computes with exactly this text."""
        loaded, checked = self._rules.loaded, self.checked
        return loaded is not None and checked is not None and (
            loaded.rules.digest == checked.rules.digest
        )  # fmt: skip

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files of the rules in use that can be edited."""
        loaded = self._rules.loaded
        return () if loaded is None else tuple(source.name for source in loaded.rules.sources)

    # -- which text -----------------------------------------------------------------------------

    def begin(self) -> None:
        """The text is looked at: what was left unsaved, or the rules in use, or an empty start."""
        store = self._store.store
        if store is None or self._key:
            return
        self._key = store_key(recent_of(store).address, store.table)
        draft = self._kept.pop(self._key, None)
        if draft is None and self.drafts is not None:
            draft = self.drafts.of(self._key)
        self._show_in_use()
        if draft is not None and draft.text != self.text:
            self.file = draft.file
            if draft.file is not None:
                self.name = draft.file.path.name
            self.from_draft = True
            self._show(draft.text)

    def choose(self, name: str) -> bool:
        """Edit another file of the rules in use; refused while this one is not saved."""
        if name == self.name:
            return True
        if name not in self.names or self.unsaved:
            return False
        self._show_in_use(name)
        return True

    def discard(self) -> None:
        """Throw the unsaved text away."""
        self.text = self._saved_text
        self._keep_draft()
        self._show_in_use()

    def _show_in_use(self, name: str = "") -> None:
        loaded, store = self._rules.loaded, self._store.store
        self.from_draft = False
        if loaded is None or not loaded.rules.sources:
            self.file = None
            self.name = tr("new rules")
            title = "" if store is None else store.name.replace("\\", "/").replace('"', "'")
            self._saved_text = START.format(name=title)
        else:
            names = self.names
            place = names.index(name) if name in names else 0
            source = loaded.rules.sources[place]
            self.file = loaded.files[place] if place < len(loaded.files) else None
            self.name = source.name
            self._saved_text = source.text if self.file is not None else ""
            self._show(source.text)
            return
        self._show(self._saved_text)

    def _show(self, text: str) -> None:
        self.text = text
        self.shown.emit()
        self.check()

    def write(self, text: str) -> None:
        """The user has typed."""
        if text != self.text:
            self.text = text
            self.checked = None
            self._pause.start()
            self.changed.emit()

    # -- checking -------------------------------------------------------------------------------

    def _beside(self) -> tuple[RulesText, ...]:
        """The other files of the rules in use."""
        loaded = self._rules.loaded
        if loaded is None:
            return ()
        others = (one for one in loaded.rules.sources if one.name != self.name)
        return tuple(RulesText(one.name, one.text) for one in others)

    def check(self) -> None:
        """Look for mistakes."""
        self._pause.stop()
        if self._store.phase is not Phase.OPEN or not self._key:
            return
        self._keep_draft()
        text, name, beside = self.text, self.name, self._beside()

        def done(outcome: Outcome[LoadedRules]) -> None:
            if text != self.text:
                return
            if isinstance(outcome, Done):
                self.problems, self.checked = (), outcome.value
            elif isinstance(outcome, Failed) and isinstance(outcome.error, RulesInvalid):
                self.problems, self.checked = outcome.error.problems, None
            self.changed.emit()

        def job(_reader: Any, _work: Any) -> LoadedRules:
            return check_text(text, name, beside)

        self._store.lanes.ask("rules-text", job, done)

    # -- what can be done with it -----------------------------------------------------------------

    def use(self) -> None:
        """Compute with this text, saved or not."""
        checked = self.checked
        if checked is None or self.in_use:
            return
        loaded = self._rules.loaded
        saved = self.file is not None and not self.unsaved
        if saved and self.file is not None:
            others = [] if loaded is None else [f.path for f in loaded.files]
            self._rules.use([*(p for p in others if p != self.file.path), self.file.path])
        else:
            self._rules.put(checked)

    def save(self, path: Path, *, replace_changed: bool = False) -> None:
        """Write the text to a file.

        Args:
            replace_changed: also when another program changed the file since it was read.
        """
        store = self._store.store
        if store is None:
            return
        text, key = self.text, self._key
        own = self.file is not None and self.file.path == path
        expected = self.file if own and not replace_changed else None
        place = store.address.path

        def done(outcome: Outcome[RulesFile]) -> None:
            if isinstance(outcome, Failed):
                self.failed.emit(outcome.error)
            elif isinstance(outcome, Done) and key == self._key:
                self._was_saved(text, outcome.value)

        def job(_reader: Any, _work: Any) -> RulesFile:
            return save_rules(text, path, store=place, expected=expected)

        self._store.lanes.ask("rules-save", job, done)

    def _was_saved(self, text: str, file: RulesFile) -> None:
        was_in_use = self.in_use
        before = self.name
        self.file, self._saved_text, self.name = file, text, file.path.name
        self.from_draft = False
        self._keep_draft()
        self.saved.emit(file.path)
        loaded = self._rules.loaded
        if loaded is not None and (was_in_use or before in self.names):
            others = [f.path for f in loaded.files if f.path.name not in (before, self.name)]
            if self.checked is not None:
                self._rules.use([*others, file.path])
                return
        self.check()

    # -- keeping ----------------------------------------------------------------------------------

    def _keep_draft(self) -> None:
        if not self._key:
            return
        if self.drafts is None:
            return
        if not self.unsaved:
            self.drafts.forget(self._key)
            return
        try:
            self.drafts.keep(self._key, Draft(self.text, self.file))
        except OutputFailed as error:
            self.failed.emit(error)

    def put_away(self) -> None:
        """The store is given back, or the window closes: keep what is not saved."""
        self._pause.stop()
        self._keep_draft()
        if self.drafts is None and self.unsaved:
            self._kept[self._key] = Draft(self.text, self.file)
        self._key = ""
        self._forget()

    def _store_changed(self) -> None:
        if self._store.phase is not Phase.OPEN and self._key:
            self.put_away()
            self.shown.emit()

    def _rules_changed(self) -> None:
        """Other rules are in use: show them, unless there is a text that would be lost."""
        if not self._key:
            return
        loaded = self._rules.loaded
        own = loaded is not None and any(s.text == self.text for s in loaded.rules.sources)
        if not own and not self.unsaved:
            self._show_in_use()
            return
        if loaded is not None and self.file is not None and own:
            for known in loaded.files:
                if known.path == self.file.path and not self.unsaved:
                    self.file = replace(known)
        self.check()
