"""Marking events, going from mark to mark, and sharing case files, for one window."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from inspector.core.cases import merge
from inspector.core.errors import InspectorError
from inspector.core.texts import counted, thousands, tr
from inspector.services.case_files import SUFFIX, read_case, write_case
from inspector.services.case_marks import merged_words, new_mark, own_mark, place_of, with_note
from inspector.services.tasks import Done, Failed
from inspector.ui.models.store_model import Phase
from inspector.ui.widgets.banner import BannerAction, Tone
from inspector.ui.widgets.plain_text import shortened, visible_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.cases import Case, Mark, Place
    from inspector.core.events import Event
    from inspector.services.open_store import StoreReader
    from inspector.services.tasks import Outcome, Work
    from inspector.ui.main_window import MainWindow


class MarksDesk(QObject):
    """What a window does about marks.

    Signals:
        file_read(object): a case file was read: its path, and a :class:`Case` or why not.
    """

    file_read = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._model = window, window.models.marks
        self._waiting: tuple[Path, Case] | None = None
        self.file_read.connect(self._file_came, Qt.ConnectionType.QueuedConnection)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What to do, by the action's name."""
        return {
            "mark": self.toggle,
            "note": self.ask_note,
            "next-bookmark": lambda: self.go(1),
            "previous-bookmark": lambda: self.go(-1),
            "case-open": self.ask_file,
            "case-save": self.ask_new_file,
        }

    def connect_all(self) -> None:
        """Show marks wherever events are shown; the panels are there now."""
        window = self._window
        window.links.known.connect(self._store_known)
        window.models.replay.stream_changed.connect(self._show)
        self._model.changed.connect(self._show)
        self._model.failed.connect(window.note)
        panel = window.events_panel
        panel.mark_asked.connect(self.toggle)
        panel.note_asked.connect(self.ask_note)

    def _show(self) -> None:
        stream = self._window.models.replay.stream
        of_stream = {} if stream is None else self._model.rows_of(stream)
        self._window.timeline.show_bookmarks(of_stream, self._model.positions())
        self._window.events_panel.view.viewport().update()

    def _store_known(self) -> None:
        fingerprint = self._window.links.fingerprint
        if fingerprint:
            self._model.begin(fingerprint)
        self._take_waiting(fingerprint)

    # -- marking ------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Put a bookmark on the event at the cursor, or take one's own away."""
        place = self._place()
        if place is None:
            return
        person = self._model.person
        known = None if self._model.case is None else own_mark(self._model.case, place, person)
        if known is not None and known.note:
            self._say(tr("This event has a note; it is removed on the page of marks (Ctrl+M)."))
        elif known is not None:
            gone = known.id
            self._model.change(
                lambda case: case.without([gone]), lambda: self._say(tr("The bookmark is gone."))
            )
        else:
            mark = new_mark(place, person)
            self._model.change(
                lambda case: case.with_mark(mark), lambda: self._say(tr("The event is marked."))
            )

    def ask_note(self) -> None:
        """Ask for a note on the event at the cursor."""
        place = self._place()
        case = self._model.case
        if place is None or case is None:
            return
        person = self._model.person
        known = own_mark(case, place, person)
        others = [mark for mark in case.on(place) if mark is not known and mark.note]
        self.edit(known or new_mark(place, person), others)

    def edit(self, mark: Mark, others: list[Mark] | None = None) -> None:
        """Ask for other words of a mark."""
        from inspector.ui.dialogs.note_editor import NoteEditor  # noqa: PLC0415 - when asked for

        where = _where(mark.place)
        dialog = NoteEditor(self._window.theme, where, mark.note, others or [], self._window)

        def written(note: str) -> None:
            fresh = with_note(mark, note)
            self._model.change(
                lambda case: case.with_mark(fresh), lambda: self._say(tr("The note is kept."))
            )

        dialog.written.connect(written)
        dialog.open()

    def _place(self) -> Place | None:
        """The event at the cursor, or ``None`` with the reason said."""
        model, store = self._model, self._window.models.store.store
        if model.error is not None:
            self._window.note(model.error)
            return None
        event = self._event()
        if model.case is None or event is None or store is None:
            self._say(tr("The marks, or this event, are still being read."))
            return None
        try:
            return place_of(event, store.reader.source)
        except InspectorError as error:
            self._say(f"{error.message} {error.hint}")
            return None

    def _event(self) -> Event | None:
        models = self._window.models
        if models.replay.stream is not None:
            return models.events.event_at(models.replay.cursor)
        return self._window.events_panel.current_event()

    # -- from mark to mark --------------------------------------------------------------------

    def go(self, direction: int) -> None:
        """Go to the next (1) or previous (-1) marked event of what is shown."""
        models = self._window.models
        models.replay.stop()
        if not self._model.marks:
            self._say(tr("Nothing is marked in this store; M marks an event."))
        elif models.replay.stream is not None:
            self._go_in_stream(direction)
        else:
            self._go_in_store(direction)

    def _go_in_stream(self, direction: int) -> None:
        replay = self._window.models.replay
        if replay.replay is None or replay.stream is None:
            return
        history, here = replay.replay.history, replay.cursor
        found = (history.exact_index_of(n) for n in self._model.rows_of(replay.stream))
        rows = [row for row in found if row is not None and (row - here) * direction > 0]
        if rows:
            self._window.timeline.go_to_row(min(rows) if direction > 0 else max(rows))
            return
        name = (replay.stream.name, replay.stream.category)
        others = {m.place.key for m in self._model.marks
                  if (m.place.stream, m.place.category) != name}  # fmt: skip
        self._say_none(direction, tr("No bookmark in this stream"), len(others))

    def _go_in_store(self, direction: int) -> None:
        event, lanes = self._event(), self._window.models.store.lanes
        density = self._window.timeline.outline.density
        before_all = -(1 << 63) if direction > 0 else 1 << 63  # nothing is chosen yet
        here = before_all if event is None else event.global_position
        places = [n for n in self._model.positions() if isinstance(here, int)
                  and (n - here) * direction > 0]  # fmt: skip
        if not places or density is None:
            others = 0 if isinstance(here, int) else len(self._model.marks)
            self._say_none(direction, tr("No bookmark"), others)
            return
        wanted = min(places) if direction > 0 else max(places)

        def job(reader: StoreReader, _work: Work) -> int | None:
            return density.row_of(reader, (wanted,))

        def done(outcome: Outcome[int | None]) -> None:
            if isinstance(outcome, Failed):
                self._window.conductor.failed(outcome.error)
            elif isinstance(outcome, Done) and outcome.value is not None:
                self._window.timeline.go_to_row(outcome.value)
            elif isinstance(outcome, Done):
                self._say(tr("The marked event is not among the rows that are known so far."))

        lanes.ask("jump", job, done)

    def _say_none(self, direction: int, what: str, others: int) -> None:
        none = tr("{what} further on.", what=what)
        if direction < 0:
            none = tr("{what} further back.", what=what)
        if others:
            more = counted(others, "{n} elsewhere: Ctrl+M", "{n} elsewhere: Ctrl+M")
            none = f"{none} {more}"
        self._say(none)

    # -- case files ---------------------------------------------------------------------------

    def ask_new_file(self) -> None:
        """Ask where to write the marks to."""
        store = self._window.models.store.store
        if self._model.error is not None:
            self._window.note(self._model.error)
        elif store is not None:
            dialog = self._dialog(tr("Save the case file as"))
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(SUFFIX.lstrip("."))
            dialog.selectFile(f"{Path(store.name).stem or 'case'}{SUFFIX}")
            dialog.fileSelected.connect(lambda name: self.save(Path(name)))
            dialog.open()

    def save(self, path: Path) -> None:
        """Write the marks to a file, for somebody else."""
        said = counted(len(self._model.marks), "one mark written", "{n} marks written")
        self._model.write(lambda case: write_case(case, path), lambda: self._say(said))

    def ask_file(self) -> None:
        """Ask for a case file to take over."""
        dialog = self._dialog(tr("Open a case file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open_file(Path(name)))
        dialog.open()

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter(tr("Case files (*{ending})", ending=SUFFIX))
        return dialog

    def open_file(self, path: Path) -> None:
        """Take over the marks of a case file; its store is opened where it is known."""

        def read() -> None:
            try:
                self.file_read.emit((path, read_case(path)))
            except InspectorError as error:
                self.file_read.emit((path, error))

        threading.Thread(target=read, name="case-file", daemon=True).start()

    def _file_came(self, came: tuple[Path, Case | InspectorError]) -> None:
        path, case = came
        if isinstance(case, InspectorError):
            self._window.note(case)
            return
        self._waiting = (path, case)
        phase, fingerprint = self._window.models.store.phase, self._window.links.fingerprint
        if phase is Phase.OPEN and fingerprint == case.store:
            self._take_waiting(fingerprint)
        elif phase is not Phase.OPENING:
            self._find_store(path, case)

    def _find_store(self, path: Path, case: Case) -> None:
        known = self._window.recent.with_fingerprint(case.store)
        if known is not None:
            self._window.open_recent(*known)
            return
        choose = BannerAction(tr("Choose the store…"), self._window.dialogs.ask_for_store)
        self._window.notice.show_message(
            Tone.INFO,
            tr("The store of this case file was not opened here before: {file}.", file=path.name),
            tr("Say where the store is; whether it is the one that is meant is checked then."),
            (choose,),
        )

    def _take_waiting(self, fingerprint: str) -> None:
        """Merge the case file that waited for its store, or say that this is another store."""
        if self._waiting is None:
            return
        (path, other), self._waiting = self._waiting, None
        if other.store != fingerprint:
            self._window.notice.show_message(
                Tone.WARNING,
                tr("The case file {path} belongs to another store.", path=path.name),
                tr("Its store begins with another first event, or has other tables."),
            )
            return
        told: list[str] = []

        def change(case: Case) -> Case:
            merged = merge(case, other)
            told[:] = merged_words(merged)
            return merged.case

        def taken() -> None:
            self._window.show_panel("marks")
            self._say(". ".join(told))

        self._model.change(change, taken)

    def _say(self, text: str) -> None:
        self._window.status.say(text)


def _where(place: Place) -> str:
    name = shortened(visible_text(place.stream), 120)
    if place.version is not None:
        return tr("Version {n} of {stream}", n=thousands(place.version), stream=name)
    return tr("An event of {stream}", stream=name)
