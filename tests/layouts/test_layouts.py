"""Every layout against stores that its library wrote: one folder of ``data`` is one test store.

The libraries' own reading of each store is the truth. A new layout needs a folder, no code.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from inspector.core.events import StreamKind
from inspector.layouts import builtin_layouts
from inspector.layouts._api import CERTAIN, MARGIN
from inspector.storage.parted_reading import within
from inspector.storage.statements import Range, key_parameters, stream_parameters
from tests.layouts.cases import Case, cases
from tests.layouts.comparing import counted_types, difference, same_time

if TYPE_CHECKING:
    from inspector.core.events import Event, Snapshot, StreamSummary
    from inspector.storage.store_reader import StoreReader
    from tests.layouts.conftest import Open, Shelf
    from tests.layouts.reads import PlainReads


def samples_of(case: Case) -> list[dict[str, Any]]:
    """Events that the library's page gives in full; not all do."""
    expected = case.expected
    samples = expected["payload_samples"] or expected.get("events_sample", ())
    return [sample for sample in samples if "stream" in sample or "tags" in sample]


def known_deleted(case: Case) -> set[str]:
    """Streams that the store itself marks; eventsourcing only has the application's word."""
    if case.layout.startswith("pyeventsourcing"):
        return set()
    known = case.expected.get("deleted") or ()
    deleted = {entry["stream_id"] for entry in known} if isinstance(known, list) else set()
    return deleted | ({case.expected.get("soft_deleted", {}).get("id")} - {None})


CASES = cases()
each_case = pytest.mark.parametrize("case", CASES, ids=str)

KINDS = {
    "event": StreamKind.PRIMARY,
    "command": StreamKind.SYSTEM,
    "position": StreamKind.SYSTEM,
    "snapshot": StreamKind.SNAPSHOTS,
    "(plain tag)": StreamKind.LINKS,
}
"""What the expected files call a stream's purpose."""

VERSIONS = (
    "stored_aggregate_version", "schema_version", "persisted_version_tag", "snapshot_version",
)  # fmt: skip
"""Where they have the schema version of a snapshot."""

CATEGORIES = ("category", "aggregate_name", "stream", "stream_type")
"""Where the expected files have a category, if their library knows one."""


@dataclass(frozen=True)
class History:
    """One stream, read to its end."""

    summary: StreamSummary
    events: tuple[Event, ...]


def histories(found: Open) -> dict[str, History]:
    """All streams of all stores of a database, by name; read once."""
    if found.histories:
        return found.histories
    read: dict[str, History] = found.histories
    for reader in found.readers:
        for summary in summaries(reader):
            assert summary.stream.name not in read
            events = whole_stream(reader, summary)
            read[summary.stream.name] = History(summary, events)
    return read


def summaries(reader: StoreReader) -> list[StreamSummary]:
    """The list of streams, in small pages."""
    rows: list[StreamSummary] = []
    after, more = None, True
    while more:
        page = reader.streams.page(after, limit=7)
        rows += page.rows
        after, more = page.after, page.more
    return rows


def whole_stream(reader: StoreReader, summary: StreamSummary) -> tuple[Event, ...]:
    """A stream's events, in small pages."""
    rows: list[Event] = []
    after, more = None, True
    while more:
        page = reader.events.page(summary.stream, after=after, limit=50)
        rows += page.rows
        after, more = page.after, page.more
    return tuple(rows)


def whole_store(reader: StoreReader, *, reverse: bool = False) -> list[Event]:
    """All events in global order, from either end."""
    rows: list[Event] = []
    after, more = None, True
    while more:
        page = reader.events.page(None, after=after, limit=100, where=Range(reverse=reverse))
        rows = [*page.rows, *rows] if reverse else [*rows, *page.rows]
        after, more = (page.before if reverse else page.after), page.more
    return rows


# -- recognition --------------------------------------------------------------------------


@each_case
def test_the_right_layout_is_certain(case: Case, shelf: Shelf) -> None:
    stores = shelf.open(case).stores
    assert [store.match.layout for store in stores] == [case.layout] * case.stores
    for store in stores:
        assert store.certain
        assert store.match.score >= CERTAIN
        assert store.match.evidence


@each_case
def test_no_other_layout_comes_near(case: Case, shelf: Shelf) -> None:
    catalog = shelf.open(case).catalog
    own = min(store.match.score for store in shelf.open(case).stores)
    for layout in builtin_layouts():
        if layout.name == case.layout:
            continue
        scores = [match.score for match in layout.match(catalog)]
        scores += [miss.score for miss in layout.nearly(catalog)]
        assert max(scores, default=0) <= own - MARGIN, layout.name


def test_every_layout_has_a_store() -> None:
    with_stores = {case.layout for case in CASES}
    # The one is never recognised by itself, the other only explains; both have other tests.
    others = {"mapped", "outboxes"}
    assert {layout.name for layout in builtin_layouts()} == with_stores | others


# -- reading ------------------------------------------------------------------------------


@each_case
def test_streams_are_as_the_library_has_them(case: Case, shelf: Shelf) -> None:
    read = histories(shelf.open(case))
    expected = case.streams
    hidden = {case.expected.get("soft_deleted", {}).get("id")} - {None}
    assert read.keys() == expected.keys() | hidden
    tolerance = case.about.get("times", {}).get("tolerance", 0)
    for name, stream in expected.items():
        _check_stream(read[name], stream, tolerance)
        category = case.about.get("category")
        if category:
            assert read[name].summary.stream.category == stream[category], name
    for name in hidden:
        assert read[name].summary.deleted


def _check_stream(read: History, stream: dict[str, Any], tolerance: int) -> None:
    summary, events, name = read.summary, read.events, read.summary.stream.name
    assert (summary.events.value, len(events)) == (stream["event_count"],) * 2, name
    types = stream["event_types"]
    assert counted_types(((e.type, e.schema_version) for e in events), types) == types, name
    # Of a stream that is archived as a whole, a store marks every event, or only the stream.
    whole = len(events) if stream.get("archived") else 0
    marked = {stream["archived_events"]} if "archived_events" in stream else {0, whole}
    assert sum(e.archived for e in events) in marked, name
    assert (summary.last_position, events[-1].position) == (stream["last_version"],) * 2, name
    assert summary.first_position == events[0].position, name
    first, last = stream["first_event_time"], stream["last_event_time"]
    assert same_time(summary.first_time, first, tolerance), (name, summary.first_time, first)
    assert same_time(summary.last_time, last, tolerance), (name, summary.last_time, last)
    assert summary.archived == stream.get("archived", False), name
    for key in () if "event_types" in stream and "table" in stream else CATEGORIES:
        if key in stream:
            assert summary.stream.category == stream[key], name
    kind = stream.get("kind", stream.get("type"))
    expected_kind = KINDS.get(kind) or _kind(kind)
    assert summary.stream.kind is expected_kind, name
    if stream.get("tenant") and any(event.tenant for event in events):
        assert summary.tenant == stream["tenant"], name  # elsewhere only its maker knew it
    if "first_position" in stream:
        places = [event.global_position for event in events]
        assert (places[0], places[-1]) == (stream["first_position"], stream["last_position"])


def _kind(word: str | None) -> StreamKind:
    return StreamKind(word) if word in set(StreamKind) else StreamKind.PRIMARY


@pytest.mark.parametrize("case", [case for case in CASES if known_deleted(case)], ids=str)
def test_streams_that_the_library_hides_are_marked(case: Case, shelf: Shelf) -> None:
    read = histories(shelf.open(case))
    marked = {name for name, h in read.items() if h.summary.deleted or h.summary.archived}
    assert marked == known_deleted(case)


@each_case
def test_the_whole_store_is_read_once_in_either_direction(case: Case, shelf: Shelf) -> None:
    counts = case.expected["counts"]
    total = counts.get("messages") or counts.get("rows") or counts["events"]
    read = 0
    for reader in shelf.open(case).readers:
        forward, backward = whole_store(reader), whole_store(reader, reverse=True)
        assert [event.ref for event in forward] == [event.ref for event in backward]
        assert len({event.ref for event in forward}) == len(forward)
        keys = [event.ref.key for event in forward]
        assert [event.ref for event in reader.events.at(None, keys[:3])] == [
            event.ref for event in forward[:3]
        ]
        read += len(forward)
    assert read == total


@each_case
def test_nothing_is_odd_about_any_event(case: Case, shelf: Shelf) -> None:
    alone = broken = 0
    for reader in shelf.open(case).readers:
        for event in whole_store(reader):
            codes = [finding.code for finding in event.findings]
            alone += codes == ["stream-missing"]
            broken += codes == ["link-broken"]
            known = ([], ["stream-missing"], ["link-broken"], *case.about.get("findings", ()))
            assert codes in known, (event.stream.name, event.position, event.findings)
    assert alone == case.expected["counts"].get("events_in_no_stream", 0)
    assert broken == case.expected["counts"].get("broken_links", 0)


@each_case
def test_stored_payloads_are_decoded_exactly(case: Case, shelf: Shelf) -> None:
    read = histories(shelf.open(case))
    for sample in case.expected["upcasts"]:
        stored = sample["stored_payload"]
        event = _event_of(read, sample)
        assert event.type == sample["stored_type"]
        data = event.payload.value if case.about.get("wrapped") else event.data
        if "added" in case.about:
            data = {k: v for k, v in data.items() if k not in case.about["added"]}
        if case.about.get("wrapped"):
            assert event.data == event.payload.value["payload"]
        if isinstance(stored, dict):
            stored = {k: v for k, v in stored.items() if k not in case.about.get("envelope", ())}
        assert difference(data, stored) == "", (event.stream.name, event.position)
        version = sample.get("stored_schema_version", event.schema_version)
        if not case.about.get("stores_schema_versions", True):
            version = None  # its maker knew it; the store does not say
        assert event.schema_version in (version, None)
        if event.schema_version is None:
            assert version in (1, None)  # the first version, which nothing says


def _event_of(read: dict[str, History], sample: dict[str, Any]) -> Event:
    if "stream_id" not in sample:
        events = (event for history in read.values() for event in history.events)
        return next(event for event in events if event.global_position == sample["position"])
    events = read[sample["stream_id"]].events
    return next(event for event in events if event.position == sample["version"])


@pytest.mark.parametrize("case", [case for case in CASES if samples_of(case)], ids=str)
def test_samples_of_whole_events(case: Case, shelf: Shelf) -> None:
    read = histories(shelf.open(case))
    for sample in samples_of(case):
        _check_sample(read, sample)


def _check_sample(read: dict[str, History], sample: dict[str, Any]) -> None:
    if "event_id" in sample:
        events = read[sample["stream"]].events
        event = next(e for e in events if e.position == sample["stream_version"])
        assert event.id == sample["event_id"]
        assert event.global_position == sample["event_number"]
        assert event.correlation_id == sample["correlation_id"]
        assert event.causation_id == sample["causation_id"]
        assert difference(event.meta, sample["metadata"]) == "", sample["event_id"]
        assert same_time(event.recorded_at, sample["created_at"], 0)
    else:
        event = _event_of(read, sample)
        assert list(event.tags) == sample["tags"]
    assert event.type == sample["type"]
    assert difference(event.data, sample["data"]) == "", (event.stream.name, event.position)


# -- snapshots ----------------------------------------------------------------------------


def snapshots(found: Open) -> dict[tuple[str, int | None], list[Snapshot]]:
    """All snapshots; Protean may write the same version twice."""
    read: dict[tuple[str, int | None], list[Snapshot]] = {}
    for reader in found.readers:
        for snapshot in reader.snapshots.page(limit=5000):
            read.setdefault((snapshot.stream.name, snapshot.position), []).append(snapshot)
    return read


@each_case
def test_snapshots_are_as_the_library_reads_them(case: Case, shelf: Shelf) -> None:
    read = snapshots(shelf.open(case))
    expected = case.expected["snapshots"]
    embedded = case.expected["counts"].get("events_with_embedded_snapshot")
    drifted = {entry["stream_id"] for entry in case.expected.get("snapshot_drift", ())}
    assert sum(len(same) for same in read.values()) == (embedded or len(expected))
    for sample in expected:
        name = sample.get("of_stream", sample["stream_id"])
        snapshot = read[name, sample["version"]].pop(0)  # both sides have them in store order
        assert not snapshot.findings
        if sample.get("stored_payload") is not None:
            assert difference(snapshot.payload.value, sample["stored_payload"]) == "", name
        for key in VERSIONS:
            if key in sample:
                assert snapshot.schema_version == sample[key]
        if name not in drifted and _is_newest_form(sample):
            assert difference(_public(snapshot.state, sample), sample["state"]) == "", name


def _is_newest_form(sample: dict[str, Any]) -> bool:
    """Older states pass through the application's own upcasting, which is not read here."""
    newest = {"stored_aggregate_version": 3, "schema_version": 3, "persisted_version_tag": "v3"}
    usable = sample.get("usable_with_current_model", True)
    return usable and all(sample.get(key, value) == value for key, value in newest.items())


def _public(state: Any, sample: dict[str, Any]) -> Any:
    """Protean's page leaves the id out; it is the stream's."""
    assert isinstance(state, dict)
    return {k: v for k, v in state.items() if k in sample["state"] or k != "id"}


@each_case
def test_snapshots_of_one_stream(case: Case, shelf: Shelf) -> None:
    found = shelf.open(case)
    everything = snapshots(found)
    for reader in found.readers:
        for summary in summaries(reader)[:12]:
            positions = reader.snapshots.positions(summary.stream)
            name = summary.stream.name
            expected = {at for stream, at in everything if stream == name}
            if summary.stream.kind is not StreamKind.SNAPSHOTS:
                assert set(positions) == expected, name


@each_case
def test_snapshots_in_pages_are_all_snapshots(case: Case, shelf: Shelf) -> None:
    """However small the page, no stream is torn and none is left out."""
    for reader in shelf.open(case).readers:
        everything = reader.snapshots.page(limit=5000)
        for limit in (2, 7, 5000):
            pages = list(reader.snapshots.pages(limit))
            assert [s for page in pages for s in page] == list(everything)
            edges = [(page[0].stream, page[-1].stream) for page in pages]
            for (_, last), (first, _) in pairwise(edges):
                assert last != first


# -- finding ------------------------------------------------------------------------------


@each_case
def test_streams_are_found_by_the_name_that_is_shown(case: Case, shelf: Shelf) -> None:
    for reader in shelf.open(case).readers:
        for summary in summaries(reader):
            stream = summary.stream
            assert reader.streams.find(stream.name) == (stream,)
            assert reader.streams.find(stream.name, stream.category) == (stream,)
        assert reader.streams.find("no such stream") == ()
        assert reader.streams.find("00000000-0000-4000-8000-000000000000") == ()


@each_case
def test_pages_are_index_searches(case: Case, shelf: Shelf) -> None:
    reads = shelf.plain(case)
    steps = ("seqscan", "sort", "bitmapscan") if case.dialect == "postgresql" else ()
    for step in steps:  # the stores are too small to be worth an index otherwise
        reads.execute(f"SET enable_{step} = off")
    try:
        _check_plans(case, shelf, reads)
    finally:
        for step in steps:  # other tests use this connection, too
            reads.execute(f"RESET enable_{step}")


def _check_plans(case: Case, shelf: Shelf, reads: PlainReads) -> None:
    for reader in shelf.open(case).readers:
        statements, source = reader.opened.statements, reader.source
        limits = {"size": 1, "limit": 256}
        first = reader.events.page(None, limit=10).rows[-1].ref.key
        if source.parts is not None and not source.parts.merged:
            part = reader.opened.part(first[0], source.parts.describe(first[0]))
            statements, source, first = part.statements, part.source, first[1:]
        everywhere = statements.events(None, source.order_key, Range(after=True))
        plan = _outside_rows(case, reads.plan(everywhere, limits | key_parameters("a", first)))
        assert _searches(plan) == source.order_indexed, plan
        stream = max(summaries(reader), key=lambda s: s.events.value).stream
        after = reader.events.page(stream, limit=5).after
        assert after is not None
        if reader.source.parts is not None:
            name, stream = within(stream)
            part = reader.opened.part(name, reader.source.parts.describe(name))
            statements, source = part.statements, part.source
        one = statements.events(stream.key, source.stream_order, Range(after=True))
        keys = stream_parameters(stream) | key_parameters("a", after)
        plan = _outside_rows(case, reads.plan(one, limits | keys))
        if case.about.get("sorts_streams"):  # its index finds a record's few rows, in no order
            plan = plan.replace("->  Sort\n", "")
        assert _searches(plan), plan


def _outside_rows(case: Case, plan: str) -> str:
    """A plan without what is done within the one row that holds several events."""
    if not case.about.get("several_in_a_row"):
        return plan
    lines = (line for line in plan.split("\n") if "VIRTUAL TABLE" not in line)
    return re.sub(
        "USE TEMP B-TREE FOR (RIGHT PART OF |LAST TERM OF )?ORDER BY", "", "\n".join(lines)
    )


def _searches(plan: str) -> bool:
    """Whether rows are found by key and arrive in order."""
    if "SEARCH" in plan:
        return "SCAN" not in plan and "TEMP B-TREE" not in plan
    return "Index Cond" in plan and "Seq Scan" not in plan and "->  Sort\n" not in plan


@each_case
def test_the_outline_agrees_with_the_events(case: Case, shelf: Shelf) -> None:
    """Types and times without payloads, and counts made by the database, are those of events."""
    for reader in shelf.open(case).readers:
        for summary in list(summaries(reader))[:20]:
            block = reader.outline.moments(summary.stream, None, 50)
            events = reader.events.page(summary.stream, limit=50).rows
            assert block.moments == tuple(event.recorded_at for event in events)
        if not reader.source.order_key:
            continue
        page = reader.events.page(None, limit=300)
        types = reader.outline.types(None, 300).types
        counted = Counter((i // 64 * 64, kind) for i, kind in enumerate(types))
        found = reader.outline.tally(None, 300, 64)
        assert {(cell.first, cell.type): cell.count for cell in found} == dict(counted)
        assert len(types) == len(page.rows)
        if reader.outline.has_types:
            assert types == tuple(event.type for event in page.rows)
        if len(page.rows) > 2 and page.before is not None and page.after is not None:
            between = reader.outline.rows_between(page.before, page.after)
            assert between == len(page.rows) - 1
