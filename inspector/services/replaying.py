"""Replaying one stream: load it in steps, then go anywhere in it.

Loading belongs to the scanning lane and may be looked at while it goes on; a step is the
interactive lane's work and costs at most 255 folded events, wherever the cursor is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inspector.core.errors import InputInvalid
from inspector.core.folding import FoldRules
from inspector.core.reducing import GenericReducer
from inspector.core.replaying import KEYFRAME_EVERY, Keyframes, Step, steps
from inspector.core.row_changes import RowFolder
from inspector.core.rules import RuleSet, RulesFolder
from inspector.core.texts import tr
from inspector.services.collector import collector_paused
from inspector.services.event_history import EntryHistory, EventHistory
from inspector.services.stream_history import BUDGET, StreamHistory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.core.events import StreamId
    from inspector.core.folding import Folder, Frame
    from inspector.layouts._api import Source
    from inspector.services.replayers import StoreReplayer
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

CHUNK = 32 * KEYFRAME_EVERY
"""Rows of one read while loading: 8,192, far below a tenth of a second."""


class StreamReplay:
    """One stream, ready to be looked at in any place.

    Args:
        reader: how the store is read.
        stream: the stream.
        rules: what the application would do, said by rules or by the application itself;
            without them the generic reducer guesses.

    Attributes:
        history: rows, positions and types loaded so far.
    """

    def __init__(
        self, reader: StoreReader, stream: StreamId, rules: RuleSet | StoreReplayer | None = None
    ) -> None:
        self.stream = stream
        told = Told(reader, stream, rules)
        self.history = told.history
        self._frames = Keyframes(told.folder, every=told.history.segment)
        self.complete = False

    def __len__(self) -> int:
        """Rows that can be looked at so far."""
        return len(self._frames)

    @property
    def failures(self) -> tuple[int, ...]:
        """Indexes of events that could not be applied."""
        return tuple(self._frames.failures)

    def load(self, reader: StoreReader, work: Work, total: int | None = None) -> None:
        """Read on to the end of the stream; can be stopped and called again."""
        while self.load_chunk(reader):
            work.check()
            work.report(len(self), total, tr("events"))
        self.complete = True

    def load_chunk(self, reader: StoreReader) -> bool:
        """Read the next rows; returns whether more may follow."""
        before = len(self.history) - len(self.history) % self.history.segment
        with collector_paused():
            self._frames.extend(self.history.load(reader, CHUNK))
        return len(self.history) - before == CHUNK

    def load_new(self, reader: StoreReader, work: Work) -> int:
        """Read rows that were added since; returns how many."""
        before = len(self)
        self.complete = False
        self.load(reader, work)
        return len(self) - before

    def step(self, reader: StoreReader, index: int) -> Step:
        """The step of the row at ``index`` (from 0)."""
        return self._frames.step_at(
            index,
            lambda start, stop: self.history.entries(reader, start, stop),
            self.history.position_at,
        )

    def frames(self, reader: StoreReader, segment: int) -> Iterator[Frame]:
        """The state before the first row of a segment, and after each of its rows."""
        history = self.history
        first = segment * history.segment
        stop = min(first + history.segment, len(self))
        frame = self._frames.frame_at(first - 1, lambda a, b: history.entries(reader, a, b))
        yield frame
        fold = self.folder.begin(frame)
        for entry in history.entries(reader, first, stop):
            fold.feed_one(entry)
            yield fold.frame()

    @property
    def folder(self) -> Folder[Any]:
        """Who folds, for who wants to walk the stream beside this replay."""
        return self._frames.folder

    def index_at(self, position: int) -> int:
        """Index of the row with this position.

        Raises:
            InputInvalid: the stream has no such position; the nearest ones are named.
        """
        index = self.history.exact_index_of(position)
        if index is not None:
            return index
        if not len(self.history):
            raise InputInvalid(tr("The stream {name!r} has no events.", name=self.stream.name))
        first, last = self.history.positions[0], self.history.positions[-1]
        raise InputInvalid(
            tr(
                "The stream {name!r} has no version {n}; it has {first} to {last}.",
                name=self.stream.name,
                n=position,
                first=first,
                last=last,
            ),
            hint=tr("Versions are counted as the library counts them."),
        )


class Told:
    """Who folds a stream, and the rows as that one wants them.

    Args:
        keep: rows may stay in memory, because somebody will look again.
    """

    def __init__(
        self,
        reader: StoreReader,
        stream: StreamId,
        rules: RuleSet | StoreReplayer | None = None,
        *,
        keep: bool = True,
    ) -> None:
        known = fold_rules(reader.source)
        self.history: StreamHistory | EventHistory
        self.folder: Folder[Any]
        if rules is None:
            effect_of = reader.source.folding.effect_of
            if known.seals and effect_of is None and reader.source.unseal_data is None:
                self.history = EntryHistory(reader, stream, known)
            else:
                self.history = StreamHistory(reader, stream, BUDGET if keep else 0)
            self.folder = GenericReducer(known) if effect_of is None else RowFolder(effect_of)
            return
        events = self.history = EventHistory(reader, stream)
        if isinstance(rules, RuleSet):
            self.folder = RulesFolder(rules, stream, known)
        else:
            self.folder = rules.folder(stream, lambda n: events.entries(reader, 0, n), known)

    def entries(self, reader: StoreReader, work: Work) -> Iterator[Any]:
        """All rows, read as they are asked for."""
        history = self.history
        while True:
            before = len(history) - len(history) % history.segment
            for entry in history.load(reader, CHUNK):
                work.check()
                yield entry
            work.report(len(history), None, tr("events"))
            if len(history) - before < CHUNK:
                return


def every_step(
    reader: StoreReader, stream: StreamId, work: Work, rules: RuleSet | StoreReplayer | None = None
) -> Iterator[Step]:
    """Every step of a stream, oldest first, without keeping the stream."""
    told = Told(reader, stream, rules, keep=False)
    yield from steps(told.folder, told.entries(reader, work), told.history.position_at)


def fold_rules(source: Source) -> FoldRules:
    """What the layout says about folding, as the core wants to hear it."""
    folding, places = source.folding, source.places
    skipped = set(places.hidden | places.unfolded)
    if places.type is not None and len(places.type.path) == 1:
        skipped.update(places.type.path)
    return FoldRules(
        ignore_types=folding.ignore_types,
        ignore_kinds=folding.ignore_kinds,
        seed_types=folding.seed_types,
        skipped_keys=frozenset(skipped),
        seals=source.unseal is not None,
    )
