"""Links of one window: copying one to what is looked at, and following one exactly there.

A link names a store by its fingerprint alone. It is looked for in this window, in the other
windows, and among the stores that were opened before; where it is none of them, the person
chooses the store, and what was chosen is checked. No file and no host is ever opened because a
link names it: a link cannot name one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from inspector.core.errors import FilterInvalid, InspectorError
from inspector.core.links import Link, LinkInvalid, format_link, is_link, parse_link
from inspector.core.texts import thousands, tr
from inspector.services.fingerprints import fingerprint_of, is_certain
from inspector.services.tasks import Done, Failed
from inspector.ui.models.comparison_model import Side
from inspector.ui.models.store_model import Phase
from inspector.ui.quick.links import LinkSource, words_of
from inspector.ui.recent import recent_of
from inspector.ui.widgets.banner import BannerAction, Tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.services.tasks import Outcome
    from inspector.ui.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class _Wish:
    """A link to follow once it is known which store is open.

    Attributes:
        chosen: the store was opened for it; otherwise the link came while one was being opened.
    """

    link: Link
    chosen: bool


class LinkDesk(QObject):
    """Copies and follows links for one window.

    Attributes:
        fingerprint: of the open store; empty while it is not known.

    Signals:
        known(): which store is open was found out, or cannot be.
    """

    known = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._models = window, window.models
        self.fingerprint = ""
        self._problem: InspectorError | None = None
        self._wish: _Wish | None = None
        self._copy_due = False
        self._arriving: Link | None = None
        self._models.store.changed.connect(self._store_changed)
        self._models.replay.loaded_changed.connect(self._check_version)
        self._models.events.count_changed.connect(lambda _count: self._check_row())

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What to do, by the action's name."""
        return {"copy-link": self.copy, "open-link": self.ask}

    # -- copying ------------------------------------------------------------------------------

    def copy(self) -> None:
        """Put a link to what is looked at on the clipboard, or say why there is none."""
        if self._problem is not None:
            self._window.note(self._problem)
        elif not self.fingerprint:
            self._copy_due = True
        else:
            self._put_on_clipboard()

    def here(self) -> Link:
        """What is looked at."""
        window, models = self._window, self._models
        stream = models.replay.stream
        row = window.events_panel.row
        return Link(
            store=self.fingerprint,
            stream="" if stream is None else stream.name,
            category=None if stream is None else stream.category,
            at=None if stream is None else models.replay.place,
            row=row if stream is None and row >= 0 else None,
            panel=window.pages.front_name or window.details.tab,
            pins=models.comparison.pinned_here,
            filter=models.filter.text,
        )

    def _put_on_clipboard(self) -> None:
        link = self.here()
        try:
            text = format_link(link)
        except LinkInvalid as error:
            self._window.note(error)
            return
        QGuiApplication.clipboard().setText(text)
        said = tr("Link copied: {place}", place=words_of(link))
        if link.filter:
            said = tr("Link copied, with the text of the filter: {place}", place=words_of(link))
        pins = self._models.comparison.pins
        if any(pins[side] is not None for side in Side) and link.pins == (None, None):
            said = tr("Link copied, without A and B: they are of another stream.")
        self._window.status.say(said)

    # -- following ----------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask for a link; one on the clipboard stands there already."""
        text = QGuiApplication.clipboard().text()
        source = LinkSource(self.open_text, self._window.quick)
        self._window.quick.ask({"": source}, text.strip() if is_link(text) else "")

    def open_text(self, text: str) -> None:
        """Follow a link, or say what is wrong with it."""
        try:
            self.follow(parse_link(text))
        except LinkInvalid as error:
            self._window.note(error)

    def expect(self, text: str) -> None:
        """Follow a link in the store that is about to be opened for it.

        Raises:
            LinkInvalid: it cannot be followed.
        """
        self._wish = _Wish(parse_link(text), chosen=True)

    def follow(self, link: Link) -> None:
        """Go where a link leads, or say why not."""
        if self._models.store.phase is Phase.OPEN and self.fingerprint == link.store:
            self.go(link)
        elif self._models.store.phase is Phase.OPENING or self._is_asking:
            self._wish = _Wish(link, chosen=False)
        else:
            self._look_elsewhere(link)

    @property
    def _is_asking(self) -> bool:
        is_open = self._models.store.phase is Phase.OPEN
        return is_open and not self.fingerprint and self._problem is None

    def _look_elsewhere(self, link: Link) -> None:
        window = self._window
        if window.neighbours.follow(link, window):
            return
        known = window.recent.with_fingerprint(link.store)
        if known is None:
            self._say_unknown(link)
            return
        if self._models.store.phase is Phase.OPEN and window.neighbours.open_for(link, window):
            return  # what is being looked at here stays
        store, table = known
        self._window.open_recent(store, table)
        self._wish = _Wish(link, chosen=True)

    def _say_unknown(self, link: Link) -> None:
        choose = BannerAction(tr("Choose the store…"), lambda: self._choose_store(link))
        self._window.notice.show_message(
            Tone.INFO,
            tr("This link leads to a store that was not opened here before: {place}.",
               place=words_of(link)),
            tr("Say where the store is; whether it is the one that is meant is checked then."),
            (choose,),
        )  # fmt: skip

    def _choose_store(self, link: Link) -> None:
        self._wish = _Wish(link, chosen=True)
        dialog = self._window.dialogs.ask_for_store()
        dialog.finished.connect(self._dialog_left)

    def _dialog_left(self) -> None:
        """Nobody chose a store: a later one is not opened for the link."""
        if self._models.store.phase not in (Phase.OPENING, Phase.OPEN, Phase.CHOOSING):
            self._wish = None

    # -- the store that is open ---------------------------------------------------------------

    def begin(self) -> None:
        """A store is open and shown: find out which it is."""
        store = self._models.store.store
        if store is None:
            return
        self._models.store.lanes.ask(
            "fingerprint", lambda reader, _work: fingerprint_of(store, reader), self._known
        )

    def _store_changed(self) -> None:
        phase = self._models.store.phase
        self.fingerprint, self._problem, self._copy_due = "", None, False
        self._arriving = None
        if phase is Phase.FAILED and self._wish is not None and not self._wish.chosen:
            self._wish = None

    def _known(self, outcome: Outcome[str]) -> None:
        store = self._models.store.store
        if store is None:
            return
        if isinstance(outcome, Done):
            self.fingerprint = outcome.value
            if not self._window.session.private:
                where = recent_of(store).address
                self._window.recent.note_fingerprint(where, outcome.value, store.table)
        elif isinstance(outcome, Failed):
            self._problem = outcome.error
        else:
            self._problem = InspectorError(
                tr("It was stopped to find out which store this is."),
                hint=tr("Read again with F5, and copy the link then."),
            )
        self._do_what_waited()
        self.known.emit()

    def _do_what_waited(self) -> None:
        wish, self._wish = self._wish, None
        copy_due, self._copy_due = self._copy_due, False
        if wish is not None:
            self._arrive(wish)
        if copy_due:
            self.copy()

    def _arrive(self, wish: _Wish) -> None:
        if self.fingerprint == wish.link.store:
            self.go(wish.link)
        elif not wish.chosen:
            self._look_elsewhere(wish.link)
        else:
            self._say_another(wish.link)

    def _say_another(self, link: Link) -> None:
        """The store that was opened is not the link's, as far as can be told."""
        message = tr("The link was made in another store than this one.")
        if self._problem is not None:
            message = tr("Whether the link was made in this store cannot be told.")
        hint = tr(
            "Its first event is another, or its tables: the same place may be something else."
        )
        self._window.notice.show_message(
            Tone.WARNING,
            message,
            hint if self._problem is None else self._problem.message,
            (BannerAction(tr("Look for the place all the same"), lambda: self.go(link)),),
        )

    # -- the place ----------------------------------------------------------------------------

    def go(self, link: Link) -> None:
        """Show the place in the store that is open; what is not there is said."""
        window, models = self._window, self._models
        if models.store.phase is not Phase.OPEN:
            return
        window.notice.hide()
        window.pages.leave()
        window.conductor.note_visit()
        self._arriving = link
        self._filter(link)
        if link.stream:
            self._bring_pins(link)
            category = link.category or None
            window.conductor.find_and_show(link.stream, category, link.at, self._check_version)
        else:
            window.conductor.show_all_events(link.row)
            self._check_row()
        self._show_panel(link)
        window.events_panel.view.setFocus()
        if not is_certain(link.store):
            window.status.say(tr("Stores with the same tables cannot be told apart by this link."))

    def _bring_pins(self, link: Link) -> None:
        comparison = self._models.comparison
        if link.pins == (None, None):
            comparison.compare_pins(False)
            return
        for side in Side:
            comparison.clear(side)
        comparison.bring_back(link.stream, link.pins)

    def _filter(self, link: Link) -> None:
        """Filter as the link does; a filter that it does not have is switched off, not lost."""
        found = self._models.filter
        if not link.filter:
            found.switch_all(on=False)
            return
        try:
            found.put(link.filter)
        except FilterInvalid as error:
            found.switch_all(on=False)
            self._window.note(error)

    def _show_panel(self, link: Link) -> None:
        window = self._window
        if link.panel in (*window.details.names, *window.pages.names):
            window.show_panel(link.panel)
        elif link.panel:
            window.status.say(tr("There is no panel called {name}.", name=link.panel))

    def _check_version(self) -> None:
        """The version of the link has to be there once the stream is read."""
        link, replay = self._arriving, self._models.replay
        if link is None or replay.replay is None or not replay.complete:
            return
        if replay.stream is None or replay.stream.name != link.stream:
            return
        self._arriving = None
        history = replay.replay.history
        missing = [n for n in (link.at, *link.pins) if n is not None]
        missing = [n for n in missing if history.exact_index_of(n) is None]
        if missing:
            self._window.note(
                InspectorError(
                    tr("The stream has no version {n} here, to which the link leads.",
                       n=missing[0]),
                    hint=tr("The nearest version is shown. This store may be older than the link."),
                )
            )  # fmt: skip

    def _check_row(self) -> None:
        link, events = self._arriving, self._models.events
        if link is None or link.stream or events.stream is not None or not events.count.exact:
            return
        self._arriving = None
        if link.row is not None and link.row >= events.count.value:
            self._window.note(
                InspectorError(
                    tr("The store has only {n} events here; the link leads to one after them.",
                       n=thousands(events.count.value)),
                    hint=tr("This store may be older than the link."),
                )
            )  # fmt: skip
