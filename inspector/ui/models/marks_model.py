"""Bookmarks and notes on events of the open store, as its case file holds them.

The file is read and written in the store's lanes; every change begins with what the file holds
then, so that two windows take nothing from each other. What became of each marked event is
looked up in the scanning lane, once the marks are known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.core.cases import by_place
from inspector.core.texts import tr
from inspector.services.case_files import CaseFile, own_case
from inspector.services.case_marks import (
    Found,
    Seen,
    key_of,
    look_for,
    look_near,
    this_person,
)
from inspector.services.tasks import Done, Failed
from inspector.ui.models.store_model import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from inspector.core.cases import Case, Mark
    from inspector.core.errors import InspectorError
    from inspector.core.events import Event, StreamId
    from inspector.services.open_store import StoreReader
    from inspector.services.tasks import Outcome, Work
    from inspector.ui.models.store_model import StoreModel


class MarksModel(QObject):
    """The marks of the open store.

    Attributes:
        case: all of them; ``None`` while they are not known, or cannot be.
        error: why the case file cannot be used.
        seen: what became of the events, by mark, as far as it was looked at.
        person: who makes marks here.
        folder: where case files are kept; ``None``: the user's folder.

    Signals:
        changed(): there are other marks, or more is known of their events.
        failed(object): an :class:`InspectorError`; what was asked for did not happen.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, store: StoreModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._file: CaseFile | None = None
        self._number = 0
        self._groups: Mapping[object, tuple[Mark, ...]] = {}
        self.case: Case | None = None
        self.error: InspectorError | None = None
        self.seen: dict[str, Seen] = {}
        self.person = this_person()
        self.folder: Path | None = None
        store.changed.connect(self._store_changed)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All marks, in the order in which they were made."""
        return () if self.case is None else self.case.marks

    @property
    def file(self) -> CaseFile | None:
        """Where they are kept; ``None`` while it is not known which store is open."""
        return self._file

    def on(self, event: Event) -> tuple[Mark, ...]:
        """The marks on an event; asked for every row that is drawn."""
        store = self._store.store
        if not self._groups or store is None:
            return ()
        return self._groups.get(key_of(event, store.reader.source), ())

    def rows_of(self, stream: StreamId) -> dict[int, tuple[str, ...]]:
        """What is said about marked events of a stream, by version."""
        found: dict[int, tuple[str, ...]] = {}
        for mark in self.marks:
            seen = self.seen.get(mark.id)
            version = mark.place.version
            if version is None and seen is not None and seen.found is Found.HERE:
                version = seen.version
            same = (mark.place.stream, mark.place.category) == (stream.name, stream.category)
            if same and version is not None:
                found[version] = (*found.get(version, ()), words_of(mark))
        return found

    def positions(self) -> dict[int, tuple[str, ...]]:
        """What is said about marked events, by position in the whole store."""
        found: dict[int, tuple[str, ...]] = {}
        for mark in self.marks:
            place = mark.place.position
            if isinstance(place, int):
                found[place] = (*found.get(place, ()), words_of(mark))
        return found

    # -- reading and changing -----------------------------------------------------------------

    def begin(self, fingerprint: str) -> None:
        """Read the marks of the store that is open."""
        store = self._store.store
        if store is None:
            return
        file = self._file = own_case(fingerprint, store.address.text, self.folder)

        def done(outcome: Outcome[Case]) -> None:
            if file is not self._file:
                return
            if isinstance(outcome, Failed):
                self.error = outcome.error
                self.failed.emit(outcome.error)
                self.changed.emit()
            elif isinstance(outcome, Done):
                self._take(outcome.value)

        self._store.lanes.ask(self._key(), lambda _reader, _work: file.read(), done)

    def change(
        self, change: Callable[[Case], Case], then: Callable[[], None] | None = None
    ) -> None:
        """Change the marks in the file; ``then`` is called when that is done."""
        file = self._file
        if file is None or self._store.phase is not Phase.OPEN:
            return

        def done(outcome: Outcome[Case]) -> None:
            if file is not self._file:
                return
            if isinstance(outcome, Failed):
                self.failed.emit(outcome.error)
            elif isinstance(outcome, Done):
                self.error = None
                self._take(outcome.value)
                if then is not None:
                    then()

        self._store.lanes.ask(self._key(), lambda _reader, _work: file.change(change), done)

    def write(self, job: Callable[[Case], None], then: Callable[[], None]) -> None:
        """Do something slow with the marks, such as writing them to another file."""
        case = self.case
        if case is None:
            return

        def done(outcome: Outcome[None]) -> None:
            if isinstance(outcome, Failed):
                self.failed.emit(outcome.error)
            elif isinstance(outcome, Done):
                then()

        self._store.lanes.ask(self._key(), lambda _reader, _work: job(case), done)

    def _key(self) -> tuple[str, int]:
        """A key of its own for each request: no change may take the place of another."""
        self._number += 1
        return "case", self._number

    def _store_changed(self) -> None:
        self._file, self.case, self.error = None, None, None
        self._groups, self.seen = {}, {}
        self.changed.emit()

    def _take(self, case: Case) -> None:
        self.case = case
        self._groups = by_place(case.marks)
        known = {mark.id: mark.place for mark in case.marks}
        self.seen = {i: s for i, s in self.seen.items() if known.get(i) == s.mark.place}
        self.changed.emit()
        self._look(look_near)

    def look_further(self) -> None:
        """Look for events that are not in their places, too: that may read every row."""
        self._look(look_for)

    def _look(self, look: Callable[[StoreReader, Mark, Work], Seen | None]) -> None:
        """See what became of the marked events of which that is not known."""
        wanted, file = [mark for mark in self.marks if mark.id not in self.seen], self._file
        if not wanted:
            return

        def job(reader: StoreReader, work: Work) -> list[Seen]:
            found = []
            for number, mark in enumerate(wanted):
                work.report(number, len(wanted), tr("events"))
                seen = look(reader, mark, work)
                found += [] if seen is None else [seen]
            return found

        def done(outcome: Outcome[list[Seen]]) -> None:
            if file is not self._file or not isinstance(outcome, Done):
                return  # a mark that was not looked at says so
            self.seen |= {seen.mark.id: seen for seen in outcome.value}
            self.changed.emit()

        self._store.lanes.scan("case-check", job, done)


def words_of(mark: Mark) -> str:
    """What a mark says, in one line or more."""
    if mark.note:
        return tr("{who} noted: {note}", who=mark.by, note=mark.note)
    return tr("Marked by {who}", who=mark.by)
