"""Memory of the window while somebody browses a large store, beside that of an empty window.

    python -m tests.benchmarks.browsing --store r1x10.sqlite

A script jumps about in the table of the whole store, scrolls, opens streams and moves their
slider, for two minutes; the memory of the process is looked at the whole time. It runs in a
process of its own, so that nothing but the program is counted. May import the benchmark modules.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING

from tests.benchmarks.measuring import Line, parser_for, print_table, within
from tests.benchmarks.one_stream import memory_of_process
from tests.benchmarks.scenario import LONG_STREAM, MEDIUM_STREAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.driving import Driver

ABOVE_EMPTY_MEGABYTES = 200.0
_EMPTY = """
import json
from PySide6.QtWidgets import QApplication, QMainWindow
from tests.benchmarks.one_stream import memory_of_process
application = QApplication([])
window = QMainWindow()
window.resize(1280, 800)
window.show()
application.processEvents()
print(json.dumps(memory_of_process()))
"""


def browse(driver: Driver, seconds: float) -> None:
    """Do what somebody does who looks for something."""
    rng, ends = Random(8), perf_counter() + seconds  # noqa: S311
    window = driver.window
    while perf_counter() < ends:
        window.conductor.show_all_events()
        driver.until(lambda: window.events.count.exact and window.events.stream is None)
        for _ in range(20):
            driver.jump(rng.randrange(window.events.rowCount() - 100))
        row = rng.randrange(window.events.rowCount() - 4000)
        for step in range(100):
            driver.scroll(row + 37 * step)
        event = window.events.event_at(row)
        streams = [str(LONG_STREAM), str(MEDIUM_STREAM)]
        if event is not None:
            streams.append(event.stream.name)
        driver.show_stream(rng.choice(streams))
        for _ in range(20):
            driver.move(rng.randrange(window.replay.count))


def _memory_after_browsing(store: str, seconds: float) -> dict[str, int]:
    from tests.benchmarks.driving import driven_window  # noqa: PLC0415 - after the platform

    with driven_window() as driver:
        driver.open(store)
        browse(driver, seconds)
        return memory_of_process()


def _memory_of(*arguments: str) -> dict[str, int]:
    done = subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.PIPE)
    found: dict[str, int] = json.loads(done.stdout)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures for the store the arguments name."""
    parser = parser_for("browsing", __doc__ or "")
    parser.add_argument("--store", required=True, help="R1 at ten times the size, or any other")
    parser.add_argument("--seconds", type=float, default=120.0, help="time of browsing")
    parser.add_argument("--inside", action="store_true", help="browse, and tell the own memory")
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if options.inside:
        print(json.dumps(_memory_after_browsing(options.store, options.seconds)))
        return
    empty = _memory_of("-c", _EMPTY)
    module = ("-m", "tests.benchmarks.browsing", "--inside", "--store", options.store)
    used = _memory_of(*module, "--seconds", str(options.seconds))
    name = f"memory above the empty window after {options.seconds:g} s"
    above = {key: (used[key] - empty["resident"]) / 1e6 for key in used}
    print_table(
        [
            Line("memory of the empty window", f"{empty['resident'] / 1e6:.0f} MB"),
            within(name, above["resident"], ABOVE_EMPTY_MEGABYTES, "MB"),
            within(f"{name}, peak", above["peak"], ABOVE_EMPTY_MEGABYTES, "MB"),
        ]
    )


if __name__ == "__main__":
    main()
