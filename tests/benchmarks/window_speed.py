"""How quickly the window answers: slider, jumps, scrolling, timeline.

    python -m tests.benchmarks.window_speed --store r1.sqlite --wide r1wide.sqlite
    python -m tests.benchmarks.window_speed --store r1.sqlite --rules FILE

With `--rules` (`shop.rules.toml` of this folder) the slider is measured by the generic reducer and
by rules, in the same run.

R1 with `--wide` (see `generate`) has a stream of 10,000 events whose state has 200 keys. The
window is the real one, on the platform that QT_QPA_PLATFORM names (default: offscreen); every
answer is waited for until it is painted. May import the benchmark modules.
"""

from __future__ import annotations

import os
from array import array
from functools import partial
from random import Random
from time import perf_counter, sleep
from typing import TYPE_CHECKING

from tests.benchmarks.measuring import (
    answers,
    ask_for_attention,
    parser_for,
    print_table,
    timed,
)
from tests.benchmarks.scenario import LONG_STREAM, MEDIUM_STREAM

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.benchmarks.driving import Driver
    from tests.benchmarks.measuring import Line, Reading

FRAME = 16.0
"""Milliseconds of one picture at 60 in a second."""
JUMP = 30.0
DEAF_AT_MOST = 50.0
FIRST_PICTURE = 100.0
MANY = 1_000_000


def slider_lines(driver: Driver, stream: str, name: str, steps: int) -> list[Line]:
    """One step of the slider, beside where it stands and to anywhere in the stream."""
    driver.show_stream(stream)
    rng, count = Random(3), driver.window.replay.count  # noqa: S311
    begin = rng.randrange(count - steps)
    near = [timed(partial(driver.move, begin + i)) for i in range(steps)]
    far = [timed(partial(driver.move, rng.randrange(count))) for _ in range(steps)]
    return [*answers(f"slider step, {name}", near, FRAME),
            *answers(f"slider to anywhere, {name}", far, FRAME)]  # fmt: skip


def rules_lines(store: str, rules: str | None, stream: tuple[str, str], steps: int) -> list[Line]:
    """The slider again in a window whose state is computed by rules."""
    if rules is None:
        return []
    from tests.benchmarks.driving import driven_window  # noqa: PLC0415 - after the platform

    identity, name = stream
    with driven_window() as driver:
        driver.open(store, rules)
        return slider_lines(driver, identity, f"{name}, rules", steps)


def jump_lines(driver: Driver, jumps: int) -> list[Line]:
    """Jumps of the scroll bar to anywhere in the table of the whole store."""
    rng, rows = Random(4), driver.window.events.rowCount()  # noqa: S311
    times = [timed(partial(driver.jump, rng.randrange(rows - 100))) for _ in range(jumps)]
    return answers(f"jump in {rows:,} rows", times, JUMP)


def scroll_lines(driver: Driver, seconds: float) -> list[Line]:
    """How long the window is deaf at a time while somebody drags the scroll bar."""
    row, ends = 0, perf_counter() + seconds
    deaf: list[Reading] = []
    while perf_counter() < ends:
        row = (row + 37) % (driver.window.events.rowCount() - 100)
        deaf.append(timed(partial(driver.scroll, row)))
        sleep(max(0.0, FRAME / 1000 - deaf[-1].wall))
    name = "window deaf while scrolling"
    longest = answers(name, deaf, DEAF_AT_MOST, 100)[1:]
    return [*answers(name, deaf, FRAME, 99), *longest]


def timeline_lines(frames: int) -> list[Line]:
    """A timeline of a million events by itself: its first picture, zooming and panning."""
    from inspector.ui.app import application  # noqa: PLC0415 - Qt only when it is measured
    from inspector.ui.theme import Theme, ThemeChoice  # noqa: PLC0415
    from inspector.ui.widgets.timeline_data import TimelineData  # noqa: PLC0415
    from inspector.ui.widgets.timeline_view import TimelineView  # noqa: PLC0415

    app = application()
    view = TimelineView(Theme(app, ThemeChoice.LIGHT))
    view.resize(1264, view.height())
    view.show()
    names = [f"Type{n}" for n in range(11)]
    view.set_data(TimelineData(3, array("H", [0, 1, 2]), names))
    while not view.ready:
        app.processEvents()
    view.grab()  # what is drawn from now on is drawn into a window that has its looks
    rng = Random(6)  # noqa: S311
    codes = array("H", (int(rng.random() * 11) for _ in range(MANY)))

    def first() -> None:
        view.set_data(TimelineData(MANY, codes, names))
        view.repaint()
        app.processEvents()

    picture = timed(first)
    moves: list[Callable[[], None]] = [
        *[lambda: view.zoom(1)] * 12, *[lambda: view.pan(1)] * 6, *[lambda: view.zoom(-1)] * 12
    ]  # fmt: skip

    def frame(number: int) -> None:
        moves[number % len(moves)]()
        view.repaint()
        app.processEvents()

    times = [timed(partial(frame, number)) for number in range(frames)]
    view.deleteLater()
    name = f"timeline of {MANY:,} events"
    return [
        answers(f"{name}, first picture", [picture], FIRST_PICTURE)[-1],
        *answers(f"{name}, zoom and pan", times, FRAME),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print every figure for the stores the arguments name."""
    parser = parser_for("window_speed", __doc__ or "")
    parser.add_argument("--store", help="R1, an SQLite file")
    parser.add_argument("--wide", help="R1 whose stream of 10,000 events has 200 keys")
    parser.add_argument("--steps", type=int, default=400, help="answers of each kind")
    parser.add_argument("--rules", help="measure the slider with these rules, too")
    parser.add_argument("--seconds", type=float, default=10.0, help="time of scrolling")
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from tests.benchmarks.driving import driven_window  # noqa: PLC0415 - after the platform

    ask_for_attention()
    lines = timeline_lines(options.steps)
    if options.wide:
        name = "10,000 events, 200 keys"
        with driven_window() as driver:
            driver.open(options.wide)
            lines += slider_lines(driver, str(MEDIUM_STREAM), name, options.steps)
        lines += rules_lines(options.wide, options.rules, (str(MEDIUM_STREAM), name), options.steps)
    if options.store:
        name = "100,000 events"
        with driven_window() as driver:
            driver.open(options.store)
            lines += jump_lines(driver, options.steps)
            lines += scroll_lines(driver, options.seconds)
            lines += slider_lines(driver, str(LONG_STREAM), name, options.steps)
        lines += rules_lines(options.store, options.rules, (str(LONG_STREAM), name), options.steps)
    print_table(lines)


if __name__ == "__main__":
    main()
