"""Rules through the services: replays anywhere in a stream, scans, trials, breaks, memory."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from inspector.core.errors import Cancelled, InputInvalid
from inspector.core.folding import Truth
from inspector.core.replaying import KEYFRAME_EVERY
from inspector.core.rules import RulesInvalid, RulesText, load_rules
from inspector.services.ladders import ladder_at
from inspector.services.long_scans import run_to_end
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.replaying import StreamReplay, every_step
from inspector.services.rule_labels import HIDDEN, label_of, masked
from inspector.services.rule_problems import StoreCheck, StreamScan
from inspector.services.rules import check_text, read_rules
from inspector.services.rules_memory import RulesMemory, store_key
from inspector.services.tasks import Work
from inspector.services.trying_rules import Trial, TrialScan
from inspector.services.version_matrix import VersionScan
from tests.helpers.stores import append, state, stream_rows, write_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inspector.core.events import StreamId
    from inspector.core.rules import RuleSet
    from inspector.services.open_store import OpenedStore

ROWS = 2 * KEYFRAME_EVERY + 40

TEXT = """
format = 1
name = "Counting"

[[type]]
match = '^shop:Order\\.(?<event>\\w+)$'
version = "2 if has(data.sum) else 1"

[[upcast]]
event = "Counted"
from = 1
to = 2
rename = { total = "sum" }

[[upcast]]
event = "Placed"
from = 1
to = 2
rename = { total = "sum" }

[aggregate.order]
streams = "order-*"
initial = { events = 0, sums = 0, when = "null" }

[aggregate.order.on.Placed]
set = { sums = "data.sum", when = "text(time)" }
add.events = 1

[aggregate.order.on.Counted]
add = { sums = "data.sum", events = 1 }

[[invariant]]
aggregate = "order"
name = "few events"
holds = "state.events < 5 or state.events > 7"
"""


def rules(text: str = TEXT) -> RuleSet:
    return load_rules([RulesText("r.toml", text)])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[OpenedStore]:
    rows = stream_rows("order-1", 1, ROWS) + stream_rows("order-2", 1, 3)
    path = write_store(tmp_path / "s.db", rows)
    with closing(open_store(OpenRequest(str(path)), Work())) as opened:
        yield opened


@pytest.fixture
def stream(store: OpenedStore) -> StreamId:
    return store.reader.streams.find("order-1")[0]


def tried(store: OpenedStore, before: RuleSet | None, after: RuleSet, **how: Any) -> Trial:
    scan = TrialScan(before, after, **how)
    run_to_end(scan, store.reader, Work())
    return scan.trial


def sums(count: int) -> int:
    return sum(n * (n + 1) // 2 for n in range(1, count + 1))


@pytest.mark.parametrize("index", [0, 1, 63, 64, 255, 256, 300, ROWS - 1])
def test_the_state_is_exact_wherever_one_looks(
    store: OpenedStore, stream: StreamId, index: int
) -> None:
    replay = StreamReplay(store.reader, stream, rules())
    replay.load(store.reader, Work())
    step = replay.step(store.reader, index)
    assert (step.truth, dict(step.marks), step.position) == (Truth.EXACT, {}, index + 1)
    assert step.state["events"] == index + 1
    assert step.state["sums"] == sums(index + 1)
    assert step.state["when"].startswith("2026-01-01")


def test_every_step_and_a_stream_that_grows(store: OpenedStore, stream: StreamId) -> None:
    replay = StreamReplay(store.reader, stream, rules())
    replay.load(store.reader, Work())
    walked = list(every_step(store.reader, stream, Work(), rules()))
    assert walked[300].state == replay.step(store.reader, 300).state
    assert store.address.path is not None
    append(store.address.path, stream_rows("order-1", ROWS + 1, KEYFRAME_EVERY))
    assert replay.load_new(store.reader, Work()) == KEYFRAME_EVERY
    last = replay.step(store.reader, ROWS + KEYFRAME_EVERY - 1)
    assert last.state["sums"] == sums(ROWS + KEYFRAME_EVERY)
    assert replay.history.type_at(0) == "shop:Order.Placed"


def test_the_ladder_of_one_event(store: OpenedStore, stream: StreamId) -> None:
    ladder = ladder_at(store.reader, stream, 7, rules(), Work())
    assert ladder.name == "Counted"
    assert [change.path for change in ladder.rungs[0].changes] == [("sum",), ("total",)]
    with pytest.raises(InputInvalid, match="has no version"):
        ladder_at(store.reader, stream, ROWS + 1, rules(), Work())


def test_a_scan_counts_everything(store: OpenedStore) -> None:
    scan = VersionScan(rules())
    scan.run(store.reader, Work())
    assert scan.complete
    found = {(c.name, c.schema_version): (c.events, c.failed) for c in scan.cells()}
    assert found == {("Counted", 1): (ROWS - 1 + 2, 0), ("Placed", 1): (2, 0)}
    assert all(cell.upcastable and cell.reducer for cell in scan.cells())


def test_a_scan_that_was_stopped_keeps_what_it_counted(store: OpenedStore) -> None:
    work = Work(report=lambda _: work.token.cancel())
    scan = VersionScan(rules())
    with pytest.raises(Cancelled):
        scan.run(store.reader, work)
    assert not scan.complete
    assert 0 < scan.done < ROWS
    assert sum(cell.events for cell in scan.cells()) == scan.done


def test_failures_are_counted_and_the_first_is_named(tmp_path: Path) -> None:
    rows = stream_rows("order-1", 1, 3)
    rows.append(("order-1", 4, "shop:Order.Counted", state(4, n=4)))
    rows.append(("order-1", 5, "shop:Order.Counted", b"\x00 no payload"))
    path = write_store(tmp_path / "f.db", rows)
    text = TEXT.replace('rename = { total = "sum" }', 'set.sum = "data.total"')
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        scan = VersionScan(rules(text))
        scan.run(store.reader, Work())
        failed = [cell for cell in scan.cells() if cell.failed]
        assert sum(cell.failed for cell in failed) == 2
        first = next(c.first_failure for c in failed if c.first_failure.version == 4)  # type: ignore[union-attr]
        assert first is not None
        assert (first.stream.name, first.hop, first.code) == ("order-1", "1 → 2", "upcaster-failed")
        trial = tried(store, rules(text), rules(), only_failing=True)
    assert (trial.tried, trial.failed_before, trial.failed_after) == (2, 2, 1)  # one is unreadable
    assert trial.complete


def test_rules_are_tried_without_being_saved(store: OpenedStore) -> None:
    other = rules(TEXT.replace('rename = { total = "sum" }', 'set.sum = "data.nothing"'))
    kinds = frozenset({"shop:Order.Placed"})
    trial = tried(store, rules(), other, types=kinds)
    assert (trial.tried, trial.differing, trial.failed_after) == (2, 2, 2)
    assert trial.broken == 2
    assert trial.differences[0].after is not None
    fresh = tried(store, None, rules())
    assert (fresh.tried, fresh.failed_after) == (ROWS + 3, 0)


def test_a_broken_invariant_is_told_where_it_begins(store: OpenedStore, stream: StreamId) -> None:
    scan = StreamScan(stream, rules())
    run_to_end(scan, store.reader, Work())
    found = [p for p in scan.fetch() if p.finding.code == "invariant-broken"]
    assert [(p.position, p.finding.message) for p in found] == [
        (5, "“few events (r.toml:32)” does not hold after this event.")
    ]


def test_a_store_is_looked_through_with_its_rules(store: OpenedStore) -> None:
    check = StoreCheck(rules=rules())
    run_to_end(check, store.reader, Work())
    rows = store.reader.events.count(None).value
    assert check.done == 2 * rows
    assert "invariant-broken" in {p.finding.code for p in check.fetch()}


def test_labels_and_masks(store: OpenedStore, stream: StreamId) -> None:
    known = rules(
        TEXT.replace("format = 1", "format = 1\nmask = ['data.sum', 'state.a.b']")
        + "[label]\nCounted = 'sum {data.sum} in {stream}'\nPlaced = '{data.nothing}'\n"
    )
    first, second = store.reader.events.page(stream, limit=2).rows
    assert label_of(second, known) == "sum 3 in order-1"
    assert label_of(first, known) is None
    value = {"a": {"b": 1, "c": 2}, "d": 3}
    assert masked("state", value, known) == {"a": {"b": HIDDEN, "c": 2}, "d": 3}
    assert value["a"] == {"b": 1, "c": 2}
    assert masked("data", {"x": 1}, known) == {"x": 1}
    assert masked("meta", value, known) is value


# -- files ------------------------------------------------------------------------------------


def test_files_are_read_with_their_digest_and_changes_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "shop.rules.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    loaded = read_rules([path])
    assert loaded.rules.name == "Counting"
    assert loaded.changed() == ()
    path.write_text(TEXT + "\n# changed\n", encoding="utf-8")
    assert loaded.changed() == (path,)
    path.unlink()
    assert loaded.changed() == (path,)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    with pytest.raises(InputInvalid, match="cannot be read"):
        read_rules([path])
    path.write_bytes(b"format = 1\n# \xff")
    with pytest.raises(InputInvalid, match=r"not UTF-8 \(line 2\)"):
        read_rules([path])
    with pytest.raises(RulesInvalid):
        check_text("format = 3", "unsaved")


def test_the_rules_of_a_store_are_remembered(tmp_path: Path) -> None:
    path = tmp_path / "shop.rules.toml"
    path.write_text(TEXT, encoding="utf-8")
    files = read_rules([path]).files
    memory = RulesMemory(tmp_path / "deep" / "rules.json")
    key = store_key("/data/shop.db", "stored_events")
    assert memory.of(key) == ()
    memory.remember(key, files)
    assert memory.of(key) == files
    assert memory.of(store_key("/data/shop.db", "other")) == ()
    memory.remember(key, ())
    assert memory.of(key) == ()
    memory.path.write_text("{ damaged", encoding="utf-8")
    assert memory.of(key) == ()
    memory.remember(key, files)
    assert memory.of(key) == files
