"""What happens between the models and the panels of one window.

One cursor moves everything: slider, table row and tabs all follow the replay model, and a panel
never calls another panel; what has to happen between two of them is written here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.core.snapshot_checks import BAD, Verdict
from inspector.core.texts import tr
from inspector.ui.finding import find_stream
from inspector.ui.health import Health
from inspector.ui.models.snapshot_rows import checked_words
from inspector.ui.models.store_model import Phase
from inspector.ui.models.trail import Visit
from inspector.ui.widgets.banner import BannerAction, Tone
from inspector.ui.widgets.timeline_data import SnapshotVerdict
from inspector.ui.widgets.timeline_data import Tone as SnapshotTone

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.errors import InspectorError
    from inspector.core.events import Count, Event, StreamId
    from inspector.services.snapshot_reports import CheckedLine
    from inspector.ui.models.window_models import WindowModels
    from inspector.ui.workplace import Workplace


class Conductor(QObject):
    """Shows streams and events, and keeps table, timeline and tabs together.

    Signals:
        settled(): what was asked for can be seen (for pictures and tests).
        following_changed(): the end is followed now, or no longer.
        not_found(object): an :class:`InspectorError`; the wanted stream is not there.
    """

    settled = Signal()
    following_changed = Signal()
    not_found = Signal(object)

    def __init__(self, models: WindowModels, place: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self._models = models
        self._place = place
        self._row_wish: int | None = None
        self._searches = 0
        self._due = False
        self._tab_before = ""
        self.health = Health(models, place.banner, self)
        self.health.reconnected.connect(self._read_all)
        self.health.resumed.connect(self.read_again)
        events, replay = models.events, models.replay
        models.verdicts.changed.connect(self._show_verdicts)
        replay.stream_changed.connect(self._show_verdicts)
        place.streams.stream_chosen.connect(self.show_stream)
        place.events.row_chosen.connect(self._row_chosen)
        place.events.event_opened.connect(self._event_opened)
        place.events.versions_asked.connect(lambda: place.show_panel("versions"))
        place.events.retry_asked.connect(self.read_again)
        place.details.event_asked.connect(self._event_asked)
        place.details.state.why.row_asked.connect(self._why_row_asked)
        place.details.failed.connect(self.failed)
        models.comparison.paired.connect(lambda: place.show_panel("diff"))
        place.details.chart_requested.connect(place.timeline.pin_number)
        models.problems.here_changed.connect(
            lambda: place.timeline.show_problems(models.problems.here, models.problems.broken)
        )
        models.filter.marks_changed.connect(lambda: place.timeline.show_hits(models.filter.rows))
        events.page_arrived.connect(self._page_arrived)
        events.count_changed.connect(self._counted)
        models.news.changed.connect(self._news_came)
        replay.loaded_changed.connect(self._loaded)
        replay.cursor_changed.connect(self._cursor_changed)
        replay.step_changed.connect(lambda _step: self._show_current_event())
        replay.failed.connect(self.failed)
        place.timeline.failed.connect(self.failed)
        place.timeline.row_asked.connect(self._row_asked)
        models.streams.state_changed.connect(self._keep_stream_selected)

    # -- what can be asked for ----------------------------------------------------------------

    def show_stream(self, stream: StreamId, position: int | None = None) -> None:
        """Show a stream; the cursor goes to ``position`` or to its last event."""
        models = self._models
        self._give_up_search()
        if models.events.stream != stream or models.replay.stream != stream:
            self._due = True
            self._bring_back_tab()
            models.events.show(models.store.lanes, stream)
            models.replay.show(models.store.lanes, stream, position)
            models.trail.visit(Visit(stream, position, self._place.details.tab))
        elif position is not None and models.replay.cursor < 0:
            models.replay.show(models.store.lanes, stream, position)  # it is still being read
        elif position is not None and models.replay.replay is not None:
            models.replay.move_to(models.replay.replay.history.index_of(position))
        self._place.streams.select(stream)

    def show_all_events(self, row: int | None = None) -> None:
        """Show the events of all streams in global order."""
        models = self._models
        store = models.store.store
        if store is None or not store.reader.source.order_key:
            return
        self._give_up_search()
        models.replay.clear()
        self._place.streams.select(None)
        self._row_wish = row
        self._due = True
        models.events.show(models.store.lanes, None)
        self._place.timeline.show_store(models.store.lanes)
        self._place.details.show_event(None)
        models.trail.visit(Visit(None, row, self._place.details.tab))

    def find_and_show(
        self,
        name: str,
        category: str | None,
        at: int | None,
        then: Callable[[], object] | None = None,
    ) -> None:
        """Look for a stream by its name and show it, or say why not.

        Args:
            then: called when it is shown; it may have been shown before.
        """

        self._searches += 1
        search = self._searches

        def found(stream: StreamId) -> None:
            if search == self._searches:
                self.show_stream(stream, at)
                if then is not None:
                    then()

        def failed(error: InspectorError) -> None:
            if search == self._searches:
                self._not_found(error)

        find_stream(self._models.store.lanes, (name, category), found, failed)

    def _give_up_search(self) -> None:
        """Something else is shown: a stream that is found later is no longer wanted."""
        self._searches += 1
        self._models.store.lanes.cancel("find")

    def _not_found(self, error: InspectorError) -> None:
        """Say so beside all events, rather than beside nothing."""
        self.not_found.emit(error)
        if self._models.trail.now is None:
            self.show_all_events()
        self.failed(error)

    def walk(self, direction: int) -> None:
        """Go back (-1) or forward (1) through what was looked at."""
        self.note_visit()
        visit = self._models.trail.step(direction)
        if visit is None:
            return
        if visit.stream is None:
            self.show_all_events(visit.place)
        else:
            self.show_stream(visit.stream, visit.place)
        if visit.tab:
            self._place.details.show_tab(visit.tab)

    def note_visit(self) -> None:
        """Note where in the stream, or among all events, the window stands."""
        models = self._models
        if models.trail.now is None:
            return
        tab = self._place.details.tab
        if models.replay.stream is not None:
            step = models.replay.step
            place = None if step is None else step.position
            models.trail.visit(Visit(models.replay.stream, place, tab))
        elif models.events.stream is None:
            row = self._place.events.row
            models.trail.visit(Visit(None, row if row >= 0 else None, tab))

    def go(self, index: int) -> None:
        """Go to a row from the beginning, or, negative, from the end."""
        models = self._models
        models.replay.stop()
        if models.replay.stream is not None:
            models.replay.move_to(index if index >= 0 else models.replay.count + index)
            return
        rows = models.events.count.value
        if rows:
            self._place.events.choose(index if index >= 0 else rows + index)

    def read_again(self) -> None:
        """Read on from what is shown; the cursor stays where it is."""
        models = self._models
        if models.store.phase is not Phase.OPEN:
            if models.store.request is not None:
                models.store.open(models.store.request)
        elif models.events.error is None and models.replay.error is None:
            models.news.restart(self._read_on)
        else:
            self._read_all()

    def _read_on(self) -> None:
        models = self._models
        self._due = True
        models.events.read_on()
        models.replay.read_on()
        models.snapshots.again()
        if not models.news.following:
            models.streams.again()

    def _read_all(self) -> None:
        """Read everything that is shown anew, after something failed."""
        models = self._models
        models.news.restart()
        stream, step = models.replay.stream, models.replay.step
        models.streams.again()
        if stream is None:
            self.show_all_events(self._place.events.row)
        else:
            models.replay.clear()
            self.show_stream(stream, None if step is None else step.position)

    def show_anew(self) -> None:
        """Show the same place again: what is known about the store is another thing now."""
        stream, place = self._models.replay.stream, self._models.replay.place
        if stream is None:
            self.show_all_events(self._place.events.row)
        else:
            self._models.replay.clear()
            self.show_stream(stream, place)

    def follow(self, wanted: bool) -> None:
        """Show new events as they come, and stay at the end."""
        self._models.news.follow(wanted)
        self.following_changed.emit()
        if wanted:
            self.read_again()
            self.go(-1)

    def clear_place(self) -> None:
        """Show neither events nor state until the stream is found that is looked for."""
        self._models.replay.clear()
        self._models.events.clear()
        self._place.streams.select(None)
        self._place.details.show_event(None)

    def clear(self) -> None:
        """Show nothing: no store is open."""
        self._models.replay.clear()
        self._place.timeline.outline.clear()
        self._models.events.clear()
        self._models.streams.show(None)
        self._models.trail.clear()
        self._models.news.watch(None)
        self._models.freshness.clear()
        self._place.details.show_event(None)
        self._place.banner.hide()

    def failed(self, error: InspectorError) -> None:
        """Say above everything what could not be done; what is shown stays."""
        if self.health.take(error) or self._models.freshness.stale:
            return  # while the connection is lost, what else fails is a consequence of that
        again = BannerAction(tr("Try again"), self.read_again)
        self._place.banner.show_message(Tone.ERROR, error.message, error.hint, (again,))

    # -- new events ---------------------------------------------------------------------------

    def _news_came(self) -> None:
        if self._models.news.following and self._models.news.count.value:
            self.read_again()

    def _counted(self, count: Count) -> None:
        models = self._models
        if count.exact and models.events.stream is None and count.value:
            models.news.base_on(models.events.last_key)
        if models.news.following:
            self.go(-1)
        self._show_current_event()

    def _left_the_end(self, row: int) -> None:
        """Somebody looks at something else than the end: it is no longer followed."""
        models = self._models
        rows = models.replay.count if models.replay.stream else models.events.count.value
        if models.news.following and row < rows - 1:
            models.news.follow(False)
            self.following_changed.emit()

    # -- between the models -------------------------------------------------------------------

    def _row_chosen(self, row: int) -> None:
        self._left_the_end(row)
        replay = self._models.replay
        if replay.stream is not None:
            replay.stop()
            replay.move_to(row)
        else:
            self._place.timeline.show_row(row)
            self._show_event_tab()
        self._show_current_event()

    def _show_event_tab(self) -> None:
        """Among all events there is no state to see; the tab comes back with a stream."""
        details = self._place.details
        if details.tab not in ("event", "versions"):
            self._tab_before = details.tab
            details.show_tab("event")

    def _bring_back_tab(self) -> None:
        before, self._tab_before = self._tab_before, ""
        if before and self._place.details.tab == "event":
            self._place.details.show_tab(before)

    def _row_asked(self, row: int) -> None:
        """Somebody points at a place of the whole store's timeline."""
        self._place.events.go_to(row)
        self._show_event_tab()
        self._show_current_event()

    def _loaded(self) -> None:
        if self._models.news.following and self._models.replay.stream is not None:
            self.go(-1)

    def _cursor_changed(self, index: int) -> None:
        self._left_the_end(index)
        self._place.events.go_to(index)
        self._show_current_event()

    def _page_arrived(self) -> None:
        if self._due:
            self._due = False
            self._models.freshness.read()
        self._go_to_row_wish()
        self._show_current_event()

    def _go_to_row_wish(self) -> None:
        """Rows may be known before they are here, and the wanted one later than the first."""
        row, rows = self._row_wish, self._models.events.count.value
        if row is not None and self._models.events.stream is None and 0 <= row < rows:
            self._row_wish = None
            self._place.events.go_to(row)

    def _show_current_event(self) -> None:
        models, place = self._models, self._place
        self._go_to_row_wish()
        if models.replay.stream is not None and models.replay.cursor >= 0:
            place.events.go_to(models.replay.cursor)
        event = place.events.current_event()
        if event is not None:
            place.details.show_event(event)
        if event is not None or (models.replay.stream is None and models.events.count.value):
            self.settled.emit()

    def _show_verdicts(self) -> None:
        """What checks found stands at the snapshots' marks, too."""
        stream = self._models.replay.stream
        lines = [] if stream is None else self._models.verdicts.of_stream(stream)
        found = {line.version: said_of(line) for line in lines if line.version is not None}
        self._place.timeline.show_verdicts(found)

    def _event_opened(self, event: Event) -> None:
        if self._models.events.stream is None and event.stream.key:
            self.note_visit()
            self.show_stream(event.stream, event.position)

    def _why_row_asked(self, row: int) -> None:
        self._models.replay.stop()
        self._models.replay.move_to(row)

    def _event_asked(self, stream: StreamId, position: int | None) -> None:
        self.note_visit()
        self.show_stream(stream, position)

    def _keep_stream_selected(self) -> None:
        stream = self._models.replay.stream
        if stream is not None:
            self._place.streams.select(stream)


def said_of(line: CheckedLine) -> SnapshotVerdict:
    """What a check found, as the timeline shows it."""
    words = tr("The snapshot: {verdict}.", verdict=checked_words(line))
    if line.verdict is Verdict.MATCHES:
        return SnapshotVerdict(SnapshotTone.RIGHT, words)
    tone = SnapshotTone.WRONG if line.verdict in BAD else SnapshotTone.DOUBT
    return SnapshotVerdict(tone, words)
