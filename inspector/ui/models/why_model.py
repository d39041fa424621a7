"""Why a value of the state is what it is: asked for one value, worked out in the scanning lane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.services.tasks import Done, Failed
from inspector.services.value_origins import story_of

if TYPE_CHECKING:
    from inspector.core.errors import InspectorError
    from inspector.core.paths import Path
    from inspector.services.open_store import StoreReader
    from inspector.services.tasks import Outcome, Work
    from inspector.services.value_origins import ValueStory
    from inspector.ui.lanes import StoreLanes
    from inspector.ui.models.replay_model import ReplayModel


class WhyModel(QObject):
    """The story of one value up to the cursor.

    Attributes:
        path: the value that was asked about; ``None``: none was.
        story: what is told; ``None`` while nothing is.
        running: the stream is being walked; ``stopped``: somebody stopped that.
        error: why nothing can be told.

    Signals:
        changed(): something of that is another thing now.
    """

    changed = Signal()

    def __init__(self, replay: ReplayModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._replay = replay
        self._lanes: StoreLanes | None = None
        self._wish = 0
        self.path: Path | None = None
        self.story: ValueStory | None = None
        self.running = self.stopped = False
        self.error: InspectorError | None = None
        replay.stream_changed.connect(self.forget)

    def ask(self, path: Path) -> None:
        """Work out what made the value at the cursor."""
        replay, index, lanes = self._replay.replay, self._replay.cursor, self._replay.lanes
        if replay is None or lanes is None or index < 0 or not path:
            return
        self._lanes = lanes
        self._wish += 1
        wish = self._wish
        self.path, self.story, self.error = path, None, None
        if index >= len(replay):
            self.running = self.stopped = False
            words = tr("The events before are still being read.")
            self.error = InputInvalid(words, hint=tr("Ask again in a moment."))
            self.changed.emit()
            return
        self.running, self.stopped = True, False

        def job(reader: StoreReader, work: Work) -> ValueStory:
            return story_of(replay, path, reader, work, index)

        def done(outcome: Outcome[ValueStory]) -> None:
            if wish == self._wish:
                self._came(outcome)

        lanes.scan("why", job, done)
        self.changed.emit()

    def again(self) -> None:
        """Ask once more, at the cursor as it stands now."""
        if self.path is not None:
            self.ask(self.path)

    def stop(self) -> None:
        """Walk no further."""
        if self.running and self._lanes is not None:
            self._lanes.cancel("why")

    def forget(self) -> None:
        """Tell nothing any more."""
        self.stop()
        self._wish += 1
        self.path, self.story, self.error, self._lanes = None, None, None, None
        self.running = self.stopped = False
        self.changed.emit()

    def _came(self, outcome: Outcome[ValueStory]) -> None:
        self.running = False
        if isinstance(outcome, Done):
            self.story = outcome.value
        elif isinstance(outcome, Failed):
            self.error = outcome.error
        else:
            self.stopped = True
        self.changed.emit()
