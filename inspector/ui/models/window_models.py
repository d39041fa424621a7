"""The models of one window, put together once and handed to whoever needs some of them."""

from __future__ import annotations

from PySide6.QtCore import QObject

from inspector.ui.models.activity import Activity
from inspector.ui.models.comparison_model import ComparisonModel
from inspector.ui.models.event_table import EventTableModel
from inspector.ui.models.filter_model import FilterModel
from inspector.ui.models.freshness import Freshness
from inspector.ui.models.ladder_model import LadderModel
from inspector.ui.models.marks_model import MarksModel
from inspector.ui.models.news import NewsModel
from inspector.ui.models.problems_model import ProblemsModel
from inspector.ui.models.replay_model import ReplayModel
from inspector.ui.models.rules_model import RulesModel
from inspector.ui.models.store_model import StoreModel
from inspector.ui.models.stream_snapshots import StreamSnapshots
from inspector.ui.models.stream_table import StreamTableModel
from inspector.ui.models.times import UTC_NAME, TimeChoice
from inspector.ui.models.trail import Trail
from inspector.ui.models.verdict_book import VerdictBook
from inspector.ui.models.why_model import WhyModel


class WindowModels(QObject):
    """What one window knows.

    Attributes:
        store: what is open.
        streams, events: rows of the stream list and of the event table.
        filter: what is filtered for, and what was found.
        replay: the cursor and the state at it.
        times: the zone in which times are written.
        activity: what is being worked on.
        news: whether events were added since.
        freshness: how old what is shown is.
        comparison: two pinned versions, and what differs.
        ladder: the forms that the event at the cursor goes through.
        why: what made a value of the state what it is.
        problems: what is wrong in the store as far as it was read.
        rules: what the application would do, as far as somebody said it.
        verdicts: what checks of snapshots have found; snapshots: those of the stream shown.
        marks: bookmarks and notes on events of the store.
        trail: what was looked at, for going back and forward.
    """

    def __init__(self, parent: QObject | None = None, zone: str = UTC_NAME) -> None:
        super().__init__(parent)
        self.times = TimeChoice(self, zone)
        self.activity = Activity(self)
        self.news = NewsModel(self)
        self.freshness = Freshness(self.times, self)
        self.store = StoreModel(self, self.activity)
        self.rules = RulesModel(self.store, self)
        self.streams = StreamTableModel(self, self.times)
        self.events = EventTableModel(self, self.times)
        self.filter = FilterModel(self.store, self.events, self)
        self.replay = ReplayModel(self)
        self.trail = Trail(self)
        self.verdicts = VerdictBook(self.store, self.rules, self)
        self.snapshots = StreamSnapshots(self.store, self.replay, self.rules, self.verdicts, self)
        self.comparison = ComparisonModel(self.store, self.replay, self)
        self.ladder = LadderModel(self.store, self.rules, self)
        self.why = WhyModel(self.replay, self)
        self.marks = MarksModel(self.store, self)
        self.events.marks_on = self.marks.on
        self.problems = ProblemsModel(self.store, self)
        self.problems.watch(self.events, self.streams, self.replay)
        self.rules.changed.connect(self.problems.rules_changed)
