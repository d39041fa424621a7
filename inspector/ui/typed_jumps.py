"""Letters that go to the next row of a kind, and Shift with them to the one before.

One cursor moves table, timeline and slider, so that it is the same jump from each of them. What
takes long goes on in the scanning lane, can be stopped, and says in the status bar how it ended:
that there is none further on, or how far was looked.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from inspector.core.errors import InputInvalid, StreamUnknown
from inspector.core.paths import path_text
from inspector.core.texts import thousands, tr
from inspector.services.tasks import Done, Failed
from inspector.ui.widgets.plain_text import shortened, visible_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.errors import InspectorError
    from inspector.core.events import StreamId
    from inspector.core.paths import Path
    from inspector.services.open_store import StoreReader
    from inspector.services.replaying import StreamReplay
    from inspector.services.tasks import Outcome, Progress, Work
    from inspector.services.typed_jumps import Elsewhere, VersionWalk
    from inspector.ui.main_window import MainWindow

KEY: Final = "typed-jump"

_TOLD: Final = 60
"""Characters of a path in the status bar."""


class TypedJumps(QObject):
    """The jumps of one window.

    Attributes:
        working: a row is being looked for.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.working = self._asked_to_stop = self._left = False
        self._looked = 0
        self._last: tuple[StreamId | None, tuple[Path, ...]] = (None, ())
        self._versions: tuple[StreamReplay, object, VersionWalk] | None = None
        models = window.models
        models.replay.cursor_changed.connect(lambda _index: self._leave())
        models.replay.stream_changed.connect(self._leave)
        models.store.changed.connect(self._forget)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What to do, by the action's name."""
        jumps = {
            "failing": self._to_failing,
            "change": self._to_change,
            "version": self._to_version,
            "related": self._to_related,
        }
        return {
            f"{word}-{name}": partial(jump, direction)
            for name, jump in jumps.items()
            for word, direction in (("next", 1), ("previous", -1))
        }

    def stop(self) -> None:
        """Look no further, and say how far it was looked; the cursor stays."""
        self._asked_to_stop = self.working
        self._leave()

    def _leave(self) -> None:
        """Look no further, since somebody went elsewhere."""
        if self.working:
            self._left = True  # what was found already is on its way
            self._window.models.store.lanes.cancel(KEY)

    def _forget(self) -> None:
        self._versions, self._last = None, (None, ())

    # -- the jumps ----------------------------------------------------------------------------

    def _to_failing(self, direction: int) -> None:
        window = self._window
        window.models.replay.stop()
        row = window.timeline.failing_row(direction)
        if row is not None:
            window.timeline.go_to_row(row)
            return
        none = _none_further(direction, tr("Nothing is known to be wrong"))
        self._say(tr("{none} “Look through the whole store” looks at every event.", none=none))

    def _to_change(self, direction: int) -> None:
        replay, paths = self._window.models.replay, self._paths()
        loaded, index = replay.replay, replay.cursor
        if not paths:
            self._say(tr("Choose a value in the state, or pin one, to go where it changes."))
            return
        if loaded is None:
            return
        self._last = (replay.stream, paths)
        name = visible_text(shortened(", ".join(path_text(path) for path in paths), _TOLD))

        def job(reader: StoreReader, work: Work) -> int | None:
            from inspector.services.typed_jumps import next_change  # noqa: PLC0415 - when asked for

            return next_change(loaded, reader, work, paths, index, direction)

        none = _none_further(direction, tr("“{name}” does not change", name=name))
        self._look(job, none, tr("“{name}” changes here.", name=name))

    def _paths(self) -> tuple[Path, ...]:
        """The value chosen in the state; or else what is pinned; or else what it was before."""
        window = self._window
        tree = window.details.state.tree
        chosen = tree.current_path() if tree.selectionModel().hasSelection() else None
        if chosen and window.details.tab == "state":
            return (chosen,)
        pinned = window.details.state.pinned.paths or window.timeline.pinned_paths
        stream, last = self._last
        return pinned or (last if stream == window.models.replay.stream else ())

    def _to_version(self, direction: int) -> None:
        walk, index = self._walk(), self._window.models.replay.cursor
        if walk is None:
            return

        def job(reader: StoreReader, work: Work) -> int | None:
            found = walk.find(reader, work, index, direction)
            if found is None and not walk.versions:
                raise InputInvalid(tr("No event of this stream names a schema version."))
            return found

        none = _none_further(direction, tr("No type of event changes its schema version"))
        self._look(job, none, tr("The type of this event has another schema version from here."))

    def _walk(self) -> VersionWalk | None:
        """What is known of the stream's versions, as long as the rules are the same."""
        from inspector.services.typed_jumps import VersionWalk  # noqa: PLC0415 - when asked for

        loaded, store = self._window.models.replay.replay, self._window.models.store.store
        if loaded is None or store is None:
            return None
        known = self._versions
        if known is None or known[0] is not loaded or known[1] is not store.rule_set:
            known = (loaded, store.rule_set, VersionWalk(loaded.history, store.rule_set))
            self._versions = known
        return known[2]

    def _to_related(self, direction: int) -> None:
        models = self._window.models
        loaded, index = models.replay.replay, models.replay.cursor
        none = _none_further(direction, tr("No event of this request, in the whole store,"))
        if models.replay.stream is not None:
            if loaded is None:
                return

            def in_stream(reader: StoreReader, work: Work) -> int | Elsewhere | None:
                from inspector.services.typed_jumps import next_correlated  # noqa: PLC0415

                return next_correlated(reader, loaded.history, work, index, direction)

            self._look(in_stream, none)
            return
        panel = self._window.events_panel
        row, event = panel.row, panel.current_event()
        if event is None:
            self._say(tr("Choose an event first."))
            return

        def in_store(reader: StoreReader, work: Work) -> int | None:
            from inspector.services.typed_jumps import correlated_elsewhere  # noqa: PLC0415

            found = correlated_elsewhere(reader, event, work, direction)
            return None if found is None else row + direction * found.offset

        self._look(in_store, none)

    # -- looking ------------------------------------------------------------------------------

    def _look(
        self,
        job: Callable[[StoreReader, Work], int | Elsewhere | None],
        none: str,
        found: str = "",
    ) -> None:
        """Look for a row in the scanning lane, and go there."""
        self._window.models.replay.stop()
        self.working, self._asked_to_stop, self._looked = True, False, 0
        self._left = False

        def done(outcome: Outcome[int | Elsewhere | None]) -> None:
            self.working = False
            if isinstance(outcome, Done) and not self._left:
                self._arrive(outcome.value, none, found)
            elif isinstance(outcome, Failed):
                self._fail(outcome.error)
            elif self._asked_to_stop:
                looked = thousands(self._looked)
                self._say(tr("Stopped after {n} events; the cursor stays.", n=looked))

        def progress(value: Progress) -> None:
            self._looked = value.done

        self._window.models.store.lanes.scan(KEY, job, done, progress)

    def _arrive(self, found: int | Elsewhere | None, none: str, words: str) -> None:
        window = self._window
        if found is None:
            whole = window.models.replay.stream is None or window.models.replay.complete
            so_far = "" if whole else " " + tr("The stream is not read to its end yet.")
            self._say(none + so_far)
        elif isinstance(found, int):
            window.timeline.go_to_row(found)
            self._say(words)
        else:
            event = found.event
            window.conductor.note_visit()
            window.conductor.show_stream(event.stream, event.position)
            name = visible_text(shortened(event.stream.name, _TOLD))
            self._say(tr("Went on in another stream of the same request: {name}", name=name))

    def _fail(self, error: InspectorError) -> None:
        if isinstance(error, InputInvalid | StreamUnknown):
            self._say(f"{error.message} {error.hint}".strip())
        else:
            self._window.conductor.failed(error)

    def _say(self, text: str) -> None:
        if text:
            self._window.status.say(text)


def _none_further(direction: int, what: str) -> str:
    """That nothing is left in a direction, in one sentence."""
    if direction > 0:
        return tr("{what} further on.", what=what)
    return tr("{what} further back.", what=what)
