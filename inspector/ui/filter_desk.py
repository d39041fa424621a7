"""What happens with the filter in the window as a whole: jumps from hit to hit, names, searches.

A jump goes to a hit that is known; where the pass has not come that far, it is made as soon as
the pass finds one, and Escape gives it up. One cursor moves table, timeline and slider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from inspector.core.errors import FilterInvalid, OutputFailed
from inspector.core.texts import counted, thousands, tr
from inspector.services.filter_texts import search_text
from inspector.services.saved_filters import SavedFilters, usual_filters
from inspector.services.tasks import Done, Failed
from inspector.ui.models.filter_model import FilterPart
from inspector.ui.quick.filters import NameSource, SavedSource
from inspector.ui.widgets.plain_text import shortened, visible_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inspector.services.tasks import Outcome
    from inspector.ui.main_window import MainWindow

KEY: Final = "saved-filters"


class FilterDesk(QObject):
    """The filter of one window.

    Attributes:
        saved: filters that have names.
        waiting: a jump waits for the pass to find a hit.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._wish: tuple[int, int] | None = None
        self.saved: SavedFilters = usual_filters()
        self._unsaved: dict[str, dict[str, str]] = {}
        found = window.models.filter
        found.found.connect(self._try_wish)
        found.begun.connect(self._no_wish)

    @property
    def waiting(self) -> bool:
        """Whether a jump waits for a hit."""
        return self._wish is not None

    def connect_panel(self) -> None:
        """Hear what the bar over the table asks for."""
        bar = self._window.events_panel.filter
        bar.saving_asked.connect(self.name_filter)
        bar.saved_asked.connect(self.show_saved)
        self._window.models.filter.parts_changed.connect(self._window.refresh_actions)
        self._window.events_panel.row_changed.connect(self._cursor_moved)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What to do, by the action's name."""
        found = self._window.models.filter
        return {
            "next-hit": lambda: self.jump(1),
            "previous-hit": lambda: self.jump(-1),
            "filter-clear": found.clear,
            "filter-hits": self._switch_hits,
            "filter-save": self.name_filter,
            "filter-saved": self.show_saved,
        }

    def stop(self) -> bool:
        """Look no further; whether anything was looked for."""
        found = self._window.models.filter
        running = found.scan.running
        self._wish = None
        found.stop()
        return running

    # -- from hit to hit ------------------------------------------------------------------------

    def jump(self, direction: int) -> None:
        """Go to the next hit (1) or the one before (-1)."""
        window = self._window
        window.models.replay.stop()
        self._wish = (self._row(), direction)
        self._try_wish()
        if self._wish is not None:
            self._say(tr("Looking for the next hit… Esc gives it up."))

    def _row(self) -> int:
        replay = self._window.models.replay
        return replay.cursor if replay.stream is not None else self._window.events_panel.row

    def _try_wish(self) -> None:
        if self._wish is None:
            return
        found, (row, direction) = self._window.models.filter, self._wish
        certain = direction > 0 or found.is_looked_at(row, direction)
        to = found.next_hit(row, direction) if certain else None
        if to is not None:
            self._wish = None
            self._go(to)
        elif not found.scan.running:
            self._wish = None
            self._none_left(direction)

    def _go(self, row: int) -> None:
        window = self._window
        window.events_panel.go_to(row)
        window.timeline.go_to_row(row)
        found = window.models.filter
        number = thousands(found.nearest(row) + 1)
        total = counted(found.known, "{n} hit", "{n} hits")
        if found.scan.running:
            total = tr("{hits} so far", hits=total)
        self._say(tr("Hit {n} of {total}.", n=number, total=total))

    def _none_left(self, direction: int) -> None:
        found = self._window.models.filter
        scanner = found.scanner
        if scanner is not None and not found.is_looked_at(self._row(), direction):
            looked = thousands(scanner.done)
            self._say(tr("The search was stopped after {n} events; go on with it.", n=looked))
        elif direction > 0:
            self._say(tr("No hit further on."))
        else:
            self._say(tr("No hit further back."))

    def _no_wish(self) -> None:
        self._wish = None

    def _cursor_moved(self, row: int) -> None:
        """Somebody went elsewhere: the jump is no longer wanted."""
        if self._wish is not None and row != self._wish[0]:
            self._wish = None

    def _say(self, text: str) -> None:
        self._window.status.say(text)

    # -- searching ------------------------------------------------------------------------------

    def focus(self) -> None:
        """Put the cursor into the field."""
        self._window.pages.leave()
        self._window.events_panel.filter.focus_field()

    def search_everywhere(self, text: str) -> None:
        """Search a text in all events of the store."""
        window = self._window
        window.pages.leave()
        window.conductor.note_visit()
        if window.models.events.stream is not None:
            window.conductor.show_all_events()
        window.models.filter.show_only_hits(True)
        window.models.filter.put(search_text(text))
        window.events_panel.view.setFocus()

    def _switch_hits(self) -> None:
        found = self._window.models.filter
        found.show_only_hits(not found.only_hits)

    def bring_back(self, filters: Sequence[tuple[str, bool]]) -> None:
        """Conditions as they were in another window."""
        if filters:
            parts = tuple(FilterPart(text, on) for text, on in filters)
            self._window.models.filter.bring_back(parts)

    # -- names ----------------------------------------------------------------------------------

    def name_filter(self) -> None:
        """Ask for a name for what is filtered for."""
        text = self._window.models.filter.text
        if not text:
            return

        def ask(named: dict[str, str]) -> None:
            quick = self._window.quick
            quick.ask({"": NameSource(list(named), text, self._save, quick)})

        self._with_named(ask)

    def show_saved(self) -> None:
        """Offer the filters that have names."""

        def ask(named: dict[str, str]) -> None:
            quick = self._window.quick
            quick.ask({"": SavedSource(named, self._use, self._forget_name, quick)})

        self._with_named(ask)

    def forget_store(self) -> None:
        """Forget what is filtered for in this store, and its saved filters."""
        found = self._window.models.filter
        found.clear()
        self._unsaved.pop(found.store_name, None)
        if self._window.session.private:
            return
        try:
            self.saved.forget(found.store_name)
        except OutputFailed as error:
            self._window.note(error)

    def _with_named(self, then: Callable[[dict[str, str]], None]) -> None:
        """Go on with the filters of this store that have names; the disk may be slow."""
        store = self._window.models.filter.store_name
        if self._window.session.private:
            then(dict(self._unsaved.get(store, {})))
            return

        def done(outcome: Outcome[dict[str, str]]) -> None:
            if isinstance(outcome, Done):
                then(outcome.value)

        lanes = self._window.models.store.lanes
        lanes.ask(KEY, lambda _reader, _work: self.saved.of(store), done)

    def _save(self, name: str, text: str | None) -> None:
        store = self._window.models.filter.store_name
        if self._window.session.private:
            known = self._unsaved.setdefault(store, {})
            known.pop(name, None)
            if text is not None:
                known[name] = text
            return
        shown = visible_text(shortened(name, 60))
        words = tr("Saved as “{name}”.", name=shown)
        if text is None:
            words = tr("“{name}” is forgotten.", name=shown)

        def done(outcome: Outcome[None]) -> None:
            if isinstance(outcome, Failed):
                self._window.note(outcome.error)
            elif isinstance(outcome, Done):
                self._say(words)

        lanes = self._window.models.store.lanes
        lanes.ask(KEY, lambda _reader, _work: self.saved.put(store, name, text), done)

    def _forget_name(self, name: str) -> None:
        self._save(name, None)

    def _use(self, text: str) -> None:
        try:
            self._window.models.filter.put(text)
        except FilterInvalid as error:
            self._window.note(error)
