"""What all figures share: rounds in turn, medians, percentiles, and the table that is printed.

Two things that are compared are measured in turn, round by round, so that whatever else the
machine does meets both alike; the median of the rounds is told. Beside the time on the wall
stands the time of the processor, which a busy neighbour changes far less. May import the
standard library only.
"""

from __future__ import annotations

import argparse
import os
import platform
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Reading:
    """Seconds of one run: on the wall, and of the processor."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the table.

    Attributes:
        figure: what was measured.
        value: how much, with its unit.
        peer: what it is compared with; empty where there is only a limit.
        ratio: how many times the peer; empty likewise.
        target: what was wanted.
        verdict: "ok", "NOT", or "CPU ok" where only the processor's time reaches the target: on
            a busy machine nobody can tell more. Empty where nothing was wanted.
    """

    figure: str
    value: str
    peer: str = ""
    ratio: str = ""
    target: str = ""
    verdict: str = ""


def timed(work: Callable[[], object]) -> Reading:
    """One run of ``work`` in this process."""
    cpu, wall = process_time(), perf_counter()
    work()
    return Reading(perf_counter() - wall, process_time() - cpu)


def in_turn(rounds: int, measures: Mapping[str, Callable[[], Reading]]) -> dict[str, Reading]:
    """The median of every measure over ``rounds`` rounds, after one that only warms up."""
    found: dict[str, list[Reading]] = {name: [] for name in measures}
    for number in range(rounds + 1):
        for name, measure in measures.items():
            reading = measure()
            if number:
                found[name].append(reading)
    return {name: middle(readings) for name, readings in found.items()}


def middle(readings: Sequence[Reading]) -> Reading:
    """The median of either clock."""
    return Reading(median(r.wall for r in readings), median(r.cpu for r in readings))


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest rank: the smallest value that ``percent`` of all values do not exceed."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]


def times_peer(
    figure: str, reading: Reading, peer: tuple[str, Reading], *, at_most: float | None = None
) -> Line:
    """A line that says how many times its peer something takes."""
    name, other = peer
    wall, cpu = reading.wall / other.wall, reading.cpu / max(other.cpu, 1e-9)
    return Line(
        figure,
        _both(reading),
        f"{name}: {_both(other)}",
        f"{wall:.2f} (CPU {cpu:.2f})",
        "" if at_most is None else f"≤ {at_most:g}×",
        "" if at_most is None else _verdict(wall <= at_most, cpu <= at_most),
    )


def times_faster(figure: str, reading: Reading, peer: tuple[str, Reading], at_least: float) -> Line:
    """A line that says how many times faster than its peer something is."""
    name, other = peer
    wall, cpu = other.wall / reading.wall, other.cpu / max(reading.cpu, 1e-9)
    return Line(
        figure,
        _both(reading),
        f"{name}: {_both(other)}",
        f"1/{wall:.1f} (CPU 1/{cpu:.1f})",
        f"≥ {at_least:g}× faster",
        _verdict(wall >= at_least, cpu >= at_least),
    )


def alone(figure: str, reading: Reading) -> Line:
    """A line without a peer."""
    return Line(figure, _both(reading))


def within(figure: str, value: float, limit: float, unit: str) -> Line:
    """A line that compares with a limit in the same unit."""
    verdict = _verdict(value <= limit, False)
    return Line(figure, f"{value:.2f} {unit}", target=f"≤ {limit:g} {unit}", verdict=verdict)


def answers(
    figure: str, readings: Sequence[Reading], limit: float, percent: float = 95
) -> list[Line]:
    """The median of many answers, and that a percentile keeps within `limit` milliseconds."""
    middle_one = middle(readings)
    wall, cpu = (percentile(values, percent) for values in _clocks(readings))
    return [
        Line(f"{figure}, median", _both(middle_one)),
        Line(
            f"{figure}, p{percent:g}",
            _both(Reading(wall, cpu)),
            target=f"≤ {limit:g} ms",
            verdict=_verdict(wall * 1000 <= limit, cpu * 1000 <= limit),
        ),
    ]


def print_table(lines: Sequence[Line]) -> None:
    """Print all lines below one another, with the day and the machine."""
    now = datetime.now(UTC)
    print(f"{now:%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors, {platform.platform()}, ", end="")
    print(f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    heads = ("figure", "value", "peer", "ratio", "target", "")
    rows = [heads, *(_cells(line) for line in lines)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )


def parser_for(module: str, text: str) -> argparse.ArgumentParser:
    """The argument parser of a benchmark module, with what all of them take."""
    parser = argparse.ArgumentParser(
        prog=f"python -m tests.benchmarks.{module}",
        description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=7, help="rounds of which the median is told")
    return parser


def ask_for_attention() -> None:
    """Be served before other programs, where this user may ask for that."""
    with suppress(OSError):
        os.nice(-5)


def _cells(line: Line) -> tuple[str, ...]:
    return (line.figure, line.value, line.peer, line.ratio, line.target, line.verdict)


def _clocks(readings: Sequence[Reading]) -> tuple[list[float], list[float]]:
    return [r.wall for r in readings], [r.cpu for r in readings]


def _verdict(wall: bool, cpu: bool) -> str:
    return "ok" if wall else "CPU ok" if cpu else "NOT"


def _both(reading: Reading) -> str:
    return f"{reading.wall * 1000:.1f} ms (CPU {reading.cpu * 1000:.1f})"
