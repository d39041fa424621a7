"""Work is mentioned when it takes long, can be stopped when it takes very long; ages in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from inspector.services.tasks import Done, Progress
from inspector.ui.models.activity import Activity
from inspector.ui.models.freshness import Freshness, age_text
from inspector.ui.models.times import TimeChoice


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def activity(qtbot: QtBot, clock: Clock) -> Activity:
    return Activity(clock=clock)


def test_quick_work_is_never_mentioned(activity: Activity, clock: Clock) -> None:
    answers: list[object] = []
    done = activity.begun("step", answers.append)
    clock.now = 0.1
    activity.look()
    assert activity.busy is None
    done(Done(1))
    assert answers == [Done(1)]
    assert not activity.keys


def test_long_work_says_what_and_how_far_and_later_how_to_stop(
    activity: Activity, clock: Clock, qtbot: QtBot
) -> None:
    done = activity.begun("count", lambda _outcome: None)
    told = activity.progress("count", None)
    assert told is not None
    clock.now = 0.2
    busy = activity.busy
    assert busy is not None
    assert (busy.text, busy.can_stop) == ("Counting events…", False)
    told(Progress(4096))
    clock.now = 1.0
    busy = activity.busy
    assert busy is not None
    assert (busy.text, busy.can_stop) == ("Counting events… 4\u2009096", True)
    told(Progress(5000, 10_000))
    assert activity.busy is not None
    assert activity.busy.text == "Counting events… 50 %"
    activity.look()
    with qtbot.waitSignal(activity.changed):
        done(Done(1))
    assert activity.busy is None


def test_an_older_answer_does_not_end_newer_work(activity: Activity, clock: Clock) -> None:
    old = activity.begun("step", lambda _outcome: None)
    clock.now = 0.5
    activity.begun("step", lambda _outcome: None)
    old(Done(1))
    assert activity.keys == ("step",)
    activity.clear()
    assert not activity.keys


def test_looking_for_news_is_nobodys_concern(activity: Activity) -> None:
    activity.begun("news", lambda _outcome: None)
    assert not activity.keys


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (60, "1 min ago"), (200, "3 min ago"), (7200, "2 hours ago"),
     (3600, "1 hour ago"), (86400 * 3, "3 days ago")],
)  # fmt: skip
def test_ages(seconds: int, words: str) -> None:
    assert age_text(timedelta(seconds=seconds)) == words


def test_the_time_of_reading_follows_the_zone_and_says_when_it_is_stale(qtbot: QtBot) -> None:
    now = [datetime(2026, 1, 1, 14, 2, 11, tzinfo=UTC)]
    times = TimeChoice()
    freshness = Freshness(times, now=lambda: now[0])
    assert freshness.words == ""
    freshness.read()
    now[0] += timedelta(minutes=3)
    assert freshness.words == "read 14:02:11, 3 min ago"
    with qtbot.waitSignal(freshness.changed):
        times.choose("Asia/Seoul")
    freshness.lost()
    assert freshness.words == "stale: read 23:02:11, 3 min ago"
    freshness.clear()
