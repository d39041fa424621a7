"""Times of the stream that is shown, read when somebody first asks for a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.services.stream_times import NO_TIME, StreamTimes
from inspector.services.tasks import Done, Failed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inspector.core.events import StreamId
    from inspector.services.open_store import StoreReader
    from inspector.services.tasks import Outcome, Progress, Work
    from inspector.ui.lanes import StoreLanes

KEY = "clock"


class StreamClock(QObject):
    """Times of one stream's rows.

    Attributes:
        loading: they are being read.
        done: how many have been read while loading.
        stopped: reading ended before all were read.

    Signals:
        changed(): reading began, went on, or ended.
        failed(object): an :class:`InspectorError`.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: StoreLanes | None = None
        self._known: StreamTimes | None = None
        self._then: Callable[[], None] | None = None
        self.loading = False
        self.stopped = False
        self.done = 0

    @property
    def known(self) -> StreamTimes | None:
        """The times, once they have been read."""
        return self._known

    def times(self, count: int) -> Sequence[int] | None:
        """Times of the first ``count`` rows; ``None``: they are not all read, or there are none."""
        known = self._known
        if known is None or not known.known or len(known.times) < count:
            return None
        return known.times[:count]

    def gap(self, index: int) -> float | None:
        """Seconds from a row to the next one; ``None`` where a time is missing."""
        times = () if self._known is None else self._known.times
        if index + 1 >= len(times) or NO_TIME in (times[index], times[index + 1]):
            return None
        return max(0.0, (times[index + 1] - times[index]) / 1e9)

    def want(
        self,
        lanes: StoreLanes,
        stream: StreamId | None,
        rows: int,
        then: Callable[[], None] | None = None,
    ) -> None:
        """Read the times of a stream's rows (``None``: the store's), unless that is done.

        Args:
            rows: how many rows the stream is known to have; it may have grown.
            then: what to do when the times are there.
        """
        self._then = then or self._then
        known = self._known if self._known and self._known.stream == stream else None
        if known is not None and len(known.times) >= rows:
            self._finish()
            return
        if self.loading:
            return
        self._lanes, self.loading, self.stopped, self.done = lanes, True, False, 0
        found = StreamTimes(stream) if known is None else known

        def job(reader: StoreReader, work: Work) -> StreamTimes:
            found.load(reader, work)
            return found

        lanes.scan(KEY, job, self._came, self._progress)
        self.changed.emit()

    def forget(self) -> None:
        """Another stream is shown, or this one has grown."""
        if self._lanes is not None and self.loading:
            self._lanes.cancel(KEY)
        self._known, self._then, self._lanes = None, None, None
        self.loading = self.stopped = False

    def stop(self) -> None:
        """Give up reading."""
        if self._lanes is not None and self.loading:
            self._lanes.cancel(KEY)

    def _progress(self, value: Progress) -> None:
        if self.loading:
            self.done = value.done
            self.changed.emit()

    def _came(self, outcome: Outcome[StreamTimes]) -> None:
        if not self.loading:
            return  # the answer is about a stream that is no longer shown
        self.loading = False
        if isinstance(outcome, Done):
            self._known = outcome.value
        elif isinstance(outcome, Failed):
            self.failed.emit(outcome.error)
        self.stopped = not isinstance(outcome, Done)
        self.changed.emit()
        self._finish()

    def _finish(self) -> None:
        then, self._then = self._then, None
        if then is not None and self._known is not None:
            then()
