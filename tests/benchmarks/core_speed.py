"""How fast the pure core is: folding, going to a place, and telling differences.

- fold: nanoseconds an event above `dict.update` of the same payloads, in the same run;
- seek: going to random places of a stream of 100,000 events whose state has 200 fields, the
  entries at hand; the decoding of at most 256 payloads comes on top;
- keyframes: bytes they hold beyond the shallow copies of the state that they are;
- difference: the cases of the design (200 fields with 12 changes; 1000 objects with one put in
  front and one changed) and worse ones.

`python -m tests.benchmarks.core_speed` prints them all. May import `inspector.core` only.
"""

import copy
import gc
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from inspector.core.diffing import diff
from inspector.core.folding import Entry, FoldRules
from inspector.core.instants import parse_instant
from inspector.core.reducing import GenericReducer
from inspector.core.replaying import Keyframes

EVENTS = 100_000
RULES = FoldRules(ignore_types=frozenset({"Beat"}), skipped_keys=frozenset({"timestamp"}))


def _seconds(work: Callable[[], object], rounds: int = 7) -> float:
    """The median of several runs, after one that warms up."""
    gc.collect()
    work()
    times = []
    for _ in range(rounds):
        begin = perf_counter()
        work()
        times.append(perf_counter() - begin)
    return median(times)


def narrow_stream(rng: Random) -> list[Entry]:
    """Payloads of six fields, as most events have."""
    return [
        (
            "Deposited",
            {
                "timestamp": n,
                "amount": rng.random(),
                "channel": "web",
                "reference": f"{n:012d}",
                "balance_after": n,
                "memo": None,
            },
        )
        for n in range(EVENTS)
    ]


def wide_stream(rng: Random) -> list[Entry]:
    """Payloads of four out of 200 fields."""
    return [
        ("AttributesSet", {f"attr_{rng.randrange(200):03d}": n for _ in range(4)})
        for n in range(EVENTS)
    ]


def _bare(stream: Sequence[Entry]) -> None:
    state: dict[str, Any] = {}
    update = state.update
    for _, value in stream:
        update(value)


def _loaded(stream: Sequence[Entry]) -> Keyframes[Entry]:
    keyframes = Keyframes(GenericReducer(RULES))
    keyframes.extend(stream)
    return keyframes


def report_folding(name: str, stream: Sequence[Entry]) -> None:
    """Print the cost of loading."""
    bare = _seconds(lambda: _bare(stream)) / EVENTS * 1e9
    fold = _seconds(lambda: _loaded(stream)) / EVENTS * 1e9
    print(f"fold {name}: {fold:.0f} ns an event, {fold - bare:.0f} ns above dict.update")


def report_seeking(name: str, stream: Sequence[Entry], rng: Random) -> None:
    """Print the cost of going to random places."""
    keyframes = _loaded(stream)
    for what, go in (("state", keyframes.frame_at), ("step", keyframes.step_at)):
        times = []
        for _ in range(3000):
            place = rng.randrange(EVENTS)
            begin = perf_counter()
            go(place, lambda start, stop: stream[start:stop])
            times.append(perf_counter() - begin)
        cuts = quantiles(times, n=100)
        print(f"seek {name}, {what}: p50 {cuts[49] * 1e3:.3f} ms, p95 {cuts[94] * 1e3:.3f} ms")


def report_memory(name: str, stream: Sequence[Entry]) -> None:
    """Print what the keyframes hold."""
    gc.collect()
    tracemalloc.start()
    keyframes = _loaded(stream)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    state = keyframes.frame_at(len(keyframes) - 1, lambda start, stop: ()).state
    copies = sys.getsizeof(state.copy()) * (EVENTS // 256 + 1)
    print(f"keyframes {name}: {held / 1e6:.2f} MB, as shallow copies {copies / 1e6:.2f} MB")


def _items(count: int, *, ids: bool) -> list[dict[str, Any]]:
    return [
        {**({"id": n} if ids else {}), "qty": n % 7, "price": n * 1.5, "tags": ["a", "b"], "n": n}
        for n in range(count)
    ]


def _difference_cases(rng: Random) -> list[tuple[str, object, object]]:
    wide = {f"field_{n}": {"v": n} if n % 3 else [n, n + 1] for n in range(200)}
    changed = {**wide, **{f"field_{n * 16}": n for n in range(12)}}
    cases: list[tuple[str, object, object]] = [
        ("200 fields, 12 changed, shared", wide, changed),
        ("200 fields, 12 changed, copied", wide, copy.deepcopy(changed)),
    ]
    for ids in (True, False):
        old = _items(1000, ids=ids)
        new = [{"id": -1, "qty": 0}, *copy.deepcopy(old)]
        new[500]["qty"] = 99
        cases.append((f"1000 objects, one in front, one changed, {ids=}", old, new))
        mixed = copy.deepcopy(old)
        rng.shuffle(mixed)
        cases.append((f"1000 objects shuffled, {ids=}", old, mixed))
    other = [{"m": n} for n in range(1000)]
    cases.append(("1000 objects, all others", _items(1000, ids=False), other))
    few = [rng.randrange(50) for _ in range(2000)]
    cases.append(("1000 numbers of 50, shuffled", few[:1000], few[1000:]))
    large = list(range(10_000))
    cases.append(("10,000 numbers, each second gone", large, large[::2]))
    cases.append(("50,000 numbers, all others", [*range(50_000)], [*range(50_000, 100_000)]))
    return cases


def report_differences(rng: Random) -> None:
    """Print the cost of differences, and how many changes were told."""
    for name, old, new in _difference_cases(rng):
        count = len(diff(old, new))
        print(f"diff {name}: {_seconds(lambda: diff(old, new)) * 1e3:.3f} ms, {count} changes")  # noqa: B023


def report_instants() -> None:
    """Print the cost of reading a stored time."""
    for text in ("2024-03-12T02:44:53.379000+00:00", "2024-03-12 02:44:53.379+09", "2024-03-12"):
        seconds = _seconds(lambda: [parse_instant(text) for _ in range(10_000)])  # noqa: B023
        print(f"instant {text}: {seconds * 100:.2f} microseconds")


def main() -> None:
    """Print every figure."""
    rng = Random(7)  # noqa: S311
    for name, stream in (("6 fields", narrow_stream(rng)), ("200 fields", wide_stream(rng))):
        report_folding(name, stream)
        report_seeking(name, stream, rng)
        report_memory(name, stream)
    report_differences(rng)
    report_instants()


if __name__ == "__main__":
    main()
