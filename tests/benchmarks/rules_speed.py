"""How fast rules are: folding, loading a file, and counting the versions of a whole store.

- fold: a reducer of ten event types with five steps each, beside the generic reducer and a fold
  written by hand in Python, in the same run; and the same with events of an older version;
- load: a rules file of 500 lines, read and checked;
- matrix: a store of three schema versions (R3) in which two of a hundred events cannot be led on;
  every failing event must be counted; once by itself, and once by the page of the window, which
  has to answer meanwhile.

`python -m tests.benchmarks.rules_speed [EVENTS]` prints them all (a million events by default).
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time
from typing import Any

from inspector.core.events import Event, EventRef, StreamId
from inspector.core.payloads import Decoded, Payload
from inspector.core.reducing import GenericReducer
from inspector.core.rules import RuleSet, RulesFolder, RulesText, load_rules
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.tasks import Work
from inspector.services.version_matrix import VersionScan
from tests.helpers.stores import Row, write_store

EVENTS = 50_000
FAILING = 50
"""One of so many events of R3 cannot be led on."""

STREAM = StreamId("account-1", "account")

HEAD = """format = 1
[aggregate.account]
streams = "account-*"
initial = { balance = "0.00", count = 0, memo = "null", notes = [], status = "'new'" }
"""
HANDLER = """
[aggregate.account.on.E{n}]
set = {{ balance = "state.balance + data.amount", status = "'open'", memo = "data.memo" }}
add = {{ count = 1 }}
append = {{ notes = {{ value = "data.memo", keep_last = 5 }} }}
"""
UPCAST = """
[[upcast]]
event = "E{n}"
from = 1
to = 2
set.amount = "data.cents / 100"
remove = ["cents"]
"""


def rules(*parts: str) -> RuleSet:
    """Rules for ten types of events."""
    text = HEAD + "".join(part.format(n=n) for n in range(10) for part in parts)
    return load_rules([RulesText("bench.rules.toml", text)])


def events(*, old: bool) -> list[Event]:
    """Events of ten types, as stored now or in their first version."""
    made = []
    for n in range(EVENTS):
        amount = {"cents": n % 700} if old else {"amount": Decimal(n % 700) / 100}
        data = {**amount, "memo": "hello"}
        payload = Payload(b"", Decoded(data, "json"), 40)
        version = 1 if old else 2
        made.append(
            Event(EventRef((n,)), STREAM, n, f"E{n % 10}", data, payload, schema_version=version)
        )
    return made


def by_hand(stream: Sequence[Event]) -> dict[str, Any]:
    """The same fold, as somebody would write it in Python."""
    state: dict[str, Any] = {
        "balance": Decimal("0.00"), "count": 0, "memo": None, "notes": [], "status": "new",
    }  # fmt: skip
    for event in stream:
        data = event.data
        state = dict(state)
        if event.type.startswith("E"):
            state["balance"] += data["amount"]
            state["status"] = "open"
            state["memo"] = data["memo"]
            state["count"] += 1
            state["notes"] = [*state["notes"], data["memo"]][-5:]
    return state


def rate(count: int, work: Callable[[], object], rounds: int = 5) -> float:
    """Units a second of processor time: the median of several runs after one that warms up."""
    work()
    times = []
    for _ in range(rounds):
        begin = process_time()
        work()
        times.append(process_time() - begin)
    return count / median(times)


def report_folding() -> None:
    """Print how many events a second are folded."""
    new, old = events(old=False), events(old=True)
    entries = [(event.type, event.data) for event in new]
    plain, ladder = rules(HANDLER), rules(HANDLER, UPCAST)
    assert RulesFolder(plain, STREAM).begin().feed(new) == []
    fold = RulesFolder(plain, STREAM).begin()
    fold.feed(new)
    assert fold.frame().state == by_hand(new)
    for name, work in (
        ("rules, ten types of five steps", lambda: RulesFolder(plain, STREAM).begin().feed(new)),
        ("rules with hops, current events", lambda: RulesFolder(ladder, STREAM).begin().feed(new)),
        ("rules with hops, old events", lambda: RulesFolder(ladder, STREAM).begin().feed(old)),
        ("generic reducer", lambda: GenericReducer().begin().feed(entries)),
        ("written by hand", lambda: by_hand(new)),
    ):
        print(f"fold, {name}: {rate(EVENTS, work):,.0f} events a second")


def report_loading() -> None:
    """Print how long a file of 500 lines takes."""
    text = HEAD
    n = 0
    while text.count("\n") < 500:
        text += (HANDLER + UPCAST).format(n=n)
        n += 1
    lines = text.count("\n")
    seconds = 1 / rate(1, lambda: load_rules([RulesText("bench.rules.toml", text)]))
    print(f"load {lines} lines: {seconds * 1e3:.1f} ms")


R3 = """format = 1
[[type]]
match = '^shop:Order\\.(?<event>\\w+)$'
version = "coalesce(data.class_version, 1)"

[[upcast]]
event = "Placed"
from = 1
to = 2
set.customer = "{name: data.customer, tier: null}"

[[upcast]]
event = "Placed"
from = 2
to = 3
default.channel = "'web'"

[[upcast]]
event = "LineAdded"
from = 1
to = 2
set.price = "data.cents / 100"
remove = ["cents"]

[[upcast]]
event = "LineAdded"
from = 2
to = 3
set.line = "{sku: data.sku, price: data.price}"

[aggregate.order]
type = "shop:Order.*"
ignore = ["*"]
"""


def r3_rows(count: int, rng: Random) -> Iterator[Row]:
    """Streams of twenty events in three schema versions; two of a hundred lack a field."""
    for n in range(count):
        stream, place = divmod(n, 20)
        version = 1 + min(2, 3 * n // count)
        data: dict[str, Any] = {"timestamp": "2026-01-01T00:00:00+00:00"}
        if version > 1:
            data["class_version"] = version
        if place == 0:
            data["customer"] = "Kim" if version == 1 else {"name": "Kim", "tier": None}
        elif n % FAILING != 7 or version == 3:
            price = {"cents": rng.randrange(9999)} if version == 1 else {"price": 12.5}
            data |= {"sku": f"S-{rng.randrange(99)}", **price}
        kind = "shop:Order.Placed" if place == 0 else "shop:Order.LineAdded"
        yield f"order-{stream}", place + 1, kind, json.dumps(data).encode()


def planted_in(count: int) -> int:
    """How many events of R3 cannot be led on."""
    return sum(
        1 for n in range(count) if n % FAILING == 7 and n % 20 and 1 + min(2, 3 * n // count) < 3
    )


def report_matrix(count: int) -> None:
    """Print how long the versions of a store take, and make sure that no failure is missed."""
    planted = planted_in(count)
    with tempfile.TemporaryDirectory() as folder:
        path = write_store(Path(folder) / "r3.sqlite", r3_rows(count, Random("r3")))  # noqa: S311
        known = load_rules([RulesText("r3.rules.toml", R3)])
        report_page(path, count, planted)
        with closing(open_store(OpenRequest(str(path)), Work())) as store:
            scan = VersionScan(known)
            begin, busy = perf_counter(), process_time()
            scan.run(store.reader, Work())
            wall, cpu = perf_counter() - begin, process_time() - busy
    failed = sum(cell.failed for cell in scan.cells())
    assert (scan.done, failed) == (count, planted), (scan.done, failed, planted)
    print(f"matrix of {count:,} events: {wall:.1f} s ({cpu:.1f} s busy), {failed:,} failures found")


def report_page(path: Path, count: int, planted: int) -> None:
    """Print how long the page of the window takes, and for how long it was deaf meanwhile."""
    from inspector.ui.pages.versions_page import AllVersionsPage  # noqa: PLC0415 - Qt
    from tests.benchmarks.driving import driven_window  # noqa: PLC0415

    rules_file = path.with_name("r3.rules.toml")
    rules_file.write_text(R3, encoding="utf-8")
    with driven_window() as driver:
        driver.open(str(path))
        driver.window.models.rules.use([rules_file])
        driver.until(lambda: driver.window.models.rules.loaded is not None)
        begin, deaf = perf_counter(), 0.0
        driver.window.show_panel("all-versions")
        page = driver.window.pages.front
        assert isinstance(page, AllVersionsPage)
        while page.scan.running:
            deaf = max(deaf, driver.rest(0.05))
        wall = perf_counter() - begin
        scan = page.scan.scanner
        assert isinstance(scan, VersionScan)
        assert (scan.done, sum(cell.failed for cell in scan.cells())) == (count, planted)
    print(
        f"matrix of {count:,} events in the window: {wall:.1f} s, deaf {deaf * 1e3:.0f} ms at most"
    )


if __name__ == "__main__":
    report_folding()
    report_loading()
    report_matrix(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
