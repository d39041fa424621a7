"""Choosing, sorting and limiting streams and events; exact counts; what people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from inspector.core.cancelling import CancelToken
from inspector.core.errors import Cancelled
from inspector.services.counting import EVENTS_COUNTED, STREAMS_COUNTED, quick_counts
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.store_form import StoreForm, request_of
from inspector.services.stream_listing import StreamQuery, every_stream, next_streams
from inspector.services.tasks import Work
from tests.cli.conftest import Own, write_own
from tests.layouts.cases import Case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from inspector.services.open_store import OpenedStore
    from tests.cli.conftest import Caller

ROWS = 30_000
SMALL = 2_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Own:
    """One stream beyond what a list counts, many small ones, and one of another hour."""

    def row(stream: str, version: int, second: int) -> tuple[object, ...]:
        at = f"2024-01-01T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"
        return (stream, version, "T", "{}", None, at, None, None)

    rows = [row("giant", n, n % 3600) for n in range(1, ROWS + 1)]
    rows += [row(f"small-{n:05d}", 1, n % 3600) for n in range(SMALL)]
    rows += [row("Newest", n, 20 * 3600) for n in (1, 2)]
    return write_own(tmp_path_factory.mktemp("large"), rows)


@pytest.fixture
def opened(large: Own) -> Iterator[OpenedStore]:
    request: OpenRequest = request_of(StoreForm(address=str(large.path), map_file=str(large.map)))
    store = open_store(request, Work())
    yield store
    store.close()


# -- streams --------------------------------------------------------------------------------


def test_counts_are_exact_beyond_what_a_list_counts(call: Caller, large: Own) -> None:
    (giant,) = call.json("streams", *large.arguments, "--match", "gia")
    assert (giant["events"], giant["events_exact"]) == (ROWS, True)
    assert (giant["first_version"], giant["last_version"]) == (1, ROWS)


def test_counted_versions_go_up_to_the_exact_count(call: Caller, large: Own) -> None:
    text = large.map.read_text().replace('position = "version"\n', "")
    counted = large.map.with_name("counted.toml")
    counted.write_text(text)
    words = [str(large.path), "--map", str(counted)]
    (giant,) = call.json("streams", *words, "--match", "giant")
    assert (giant["first_version"], giant["last_version"], giant["events"]) == (1, ROWS, ROWS)
    for rest, expected in (
        (["--from", 20_000, "--to", 20_002], [20_000, 20_001, 20_002]),
        (["--to", 2, "--reverse"], [2, 1]),
        (["--from", ROWS, "--reverse"], [ROWS]),
        (["--from", ROWS + 1], []),
        (["--from", 5, "--to", 4], []),
    ):
        events = call.json("events", *words, "giant", *rest)
        assert [event["version"] for event in events] == expected
    (state,) = call.json("state", *words, "giant", "--at", 12_345)
    assert (state["version"], state["events_applied"]) == (12_345, 12_345)


@pytest.mark.parametrize(
    ("sort", "firsts"),
    [
        ("id", ["Newest", "giant", "small-00000"]),
        ("events", ["giant", "Newest", "small-00000"]),
        ("last", ["Newest"]),
    ],
)
def test_sorting(sort: str, firsts: list[str], call: Caller, large: Own) -> None:
    everything = call.json("streams", *large.arguments, "--sort", sort)
    assert len(everything) == SMALL + 2
    assert [row["stream"] for row in everything][: len(firsts)] == firsts
    few = call("streams", *large.arguments, "--sort", sort, "--limit", 5, "--json")
    assert few.records == everything[:5]
    assert "--limit" in few.err


def test_newest_first(call: Caller, large: Own) -> None:
    rows = call.json("streams", *large.arguments, "--sort", "last")
    times = [row["last_time"] for row in rows]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("text", ["SMALL-0012", "small-0012", "LL-0012"])
def test_matching_ignores_case(text: str, call: Caller, large: Own) -> None:
    found = call.json("streams", *large.arguments, "--match", text)
    assert [row["stream"] for row in found] == [f"small-{n:05d}" for n in range(120, 130)]


def test_a_search_and_a_list_find_the_same(call: Caller, large: Own) -> None:
    everything = call.json("streams", *large.arguments)
    assert call.json("streams", *large.arguments, "--match", "") == everything
    small = [row for row in everything if "small" in row["stream"]]
    assert call.json("streams", *large.arguments, "--match", "small") == small


def test_nothing_found_is_no_error(call: Caller, large: Own) -> None:
    result = call("streams", *large.arguments, "--match", "not in any id")
    assert (result.code, result.out) == (0, "No stream matches.\n")
    result = call("streams", *large.arguments, "--kind", "links")
    assert (result.code, result.out) == (0, "There are no streams of this kind.\n")


@pytest.mark.parametrize("limit", [1, 255, 256, 257])
def test_a_limit(limit: int, call: Caller, large: Own) -> None:
    everything = call.json("streams", *large.arguments)
    result = call("streams", *large.arguments, "--limit", limit, "--json")
    assert (result.code, result.records) == (0, everything[:limit])
    assert "--limit" in result.err
    assert "--limit" not in call("streams", *large.arguments, "--limit", SMALL + 3).err


def test_categories_and_kinds(call: Caller, unpacked: Callable[[Case], str]) -> None:
    store = unpacked(Case("message_db", "eventide", "postgresql"))
    everything = call.json("streams", store, "--kind", "all")
    kinds = {row["kind"] for row in everything}
    assert len(kinds) > 1
    for kind in kinds:
        rows = call.json("streams", store, "--kind", kind)
        assert rows == [row for row in everything if row["kind"] == kind]
    assert call.json("streams", store) == call.json("streams", store, "--kind", "primary")
    categories = {row["category"] for row in everything}
    for category in categories - {None}:
        rows = call.json("streams", store, "--kind", "all", "--category", category)
        assert rows == [row for row in everything if row["category"] == category]


def test_people_see_kinds_and_categories_where_there_are_any(
    call: Caller, unpacked: Callable[[Case], str], large: Own
) -> None:
    store = unpacked(Case("message_db", "eventide", "postgresql"))
    heading = call("streams", store, "--kind", "all").lines[0].split()
    assert heading == ["STREAM", "CATEGORY", "KIND", "EVENTS", "VERSIONS", "FIRST", "LAST"]
    heading = call("streams", *large.arguments).lines[0].split()
    assert heading == ["STREAM", "EVENTS", "VERSIONS", "FIRST", "LAST"]


def test_archived_streams_and_tenants_are_remarked(
    call: Caller, unpacked: Callable[[Case], str], shop: str
) -> None:
    store = unpacked(Case("emmett", "messages", "sqlite"))
    archived = [row["stream"] for row in call.json("streams", store) if row["archived"]]
    assert archived
    lines = call("streams", store).lines
    assert [line.split()[0] for line in lines if "archived" in line] == archived
    assert "tenant acme" in call("streams", shop).out


# -- what the window shares -----------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "small", "0001", "giant", "nothing"])
@pytest.mark.parametrize("limit", [1, 3, 256])
def test_pages_of_streams_are_the_whole_list(text: str, limit: int, opened: OpenedStore) -> None:
    query = StreamQuery(text)
    expected = [row.stream.name for row in every_stream(opened.reader, query, Work())]
    seen: list[str] = []
    after: Any = None
    for _ in range(30):
        page = next_streams(opened.reader, query, after, limit, Work())
        seen += [row.stream.name for row in page.rows]
        after = page.after
        if after is None:
            break
    assert seen == expected[: len(seen)]
    assert after is not None or seen == expected


def test_a_search_can_be_stopped_and_says_how_far_it_is(opened: OpenedStore) -> None:
    told: list[int] = []
    token = CancelToken()

    def report(progress: Any) -> None:
        told.append(progress.done)
        token.cancel()

    with pytest.raises(Cancelled):
        list(every_stream(opened.reader, StreamQuery("nothing"), Work(token, report)))
    assert told == [1024]


def test_quick_counts_end_at_a_bound(opened: OpenedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ROWS < EVENTS_COUNTED
    assert SMALL < STREAMS_COUNTED
    counts = quick_counts(opened.reader, Work())
    assert (counts.events, counts.streams, counts.exact) == (ROWS + SMALL + 2, SMALL + 2, True)
    monkeypatch.setattr("inspector.services.counting.EVENTS_COUNTED", 1000)
    counts = quick_counts(opened.reader, Work())
    assert (counts.events, counts.exact) == (1000, False)
    monkeypatch.setattr("inspector.services.counting.STREAMS_COUNTED", 1000)
    counts = quick_counts(opened.reader, Work())
    assert 1000 <= counts.streams < SMALL
    assert not counts.exact


def test_people_read_at_least(call: Caller, large: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.services.counting.EVENTS_COUNTED", 1000)
    assert "at least" in call("recognise", *large.arguments).out


# -- events and states for people -----------------------------------------------------------


def test_events_for_people(call: Caller, shop: str, shop_streams: list[dict[str, Any]]) -> None:
    stream = shop_streams[0]
    result = call("events", shop, stream["id"])
    assert result.lines[0].split() == ["VERSION", "TYPE", "SCHEMA", "TIME", "DATA"]
    assert result.lines[-1] == f"{stream['event_count']} events"
    assert len(result.lines) == stream["event_count"] + 2
    result = call("events", shop, "--limit", 2)
    assert result.lines[0].split()[:2] == ["POSITION", "STREAM"]
    assert len(result.lines) == 4
    assert "--limit" in result.err
    assert call("events", shop, stream["id"], "--from", 10_000).out == "There are no events here.\n"


def test_a_global_order_of_texts(call: Caller, own_store: Callable[..., Own]) -> None:
    """Positions need not be numbers; bounds are compared as the store compares them."""
    own = own_store([("s", n, "T", "{}", f"01HX{n:03d}", None, None, None) for n in range(1, 301)])
    text = own.map.read_text().replace('order = "id"', 'order = "meta"')
    own.map.write_text(text.replace('metadata = "meta"\n', ""))
    words = ["--from", "01HX100", "--to", "01HX102"]
    events = call.json("events", *own.arguments, *words)
    assert [event["global_position"] for event in events] == ["01HX100", "01HX101", "01HX102"]
    assert call.json("events", *own.arguments, *words, "--reverse") == events[::-1]


def test_layouts_for_people(call: Caller) -> None:
    result = call("layouts")
    assert result.lines[0].split() == ["LAYOUT", "LIBRARY"]
    assert "pyeventsourcing_dcb" in result.out
    assert "--map" in result.out


def test_one_layout_is_explained(call: Caller) -> None:
    result = call("layouts", "sourcery")
    assert result.lines[0] == "# Sourcery (Rust)"
    assert "| stream | `aggregate_kind`, `aggregate_id` |" in result.lines
    [page] = call.json("layouts", "sourcery")
    assert page["page"].splitlines() == result.lines
    unknown = call("layouts", "sorcery")
    assert unknown.code == 2
    assert "Known layouts" in unknown.err


def test_the_pages_of_the_manual_are_written(call: Caller, tmp_path: Path) -> None:
    assert call("layouts", "--manual", str(tmp_path / "made")).code == 0
    assert (tmp_path / "made" / "sourcery.md").read_text("utf-8").startswith("# Sourcery")
    (tmp_path / "file").write_text("")
    refused = call("layouts", "--manual", str(tmp_path / "file"))
    assert refused.code != 0
    assert "cannot be written" in refused.err


def test_findings_stand_below_their_event(call: Caller, own_store: Callable[..., Own]) -> None:
    own = own_store([("s", 1, "T", "{", None, "2024-01-01T00:00:00Z", None, None)])
    result = call("events", *own.arguments)
    assert "(not decoded)" in result.lines[1]
    assert result.lines[2].strip().startswith("! payload-undecodable: ")


def test_links_say_where_they_lead(call: Caller, unpacked: Callable[[Case], str]) -> None:
    store = unpacked(Case("commanded", "json", "postgresql"))
    (link, *_) = [row["stream"] for row in call.json("streams", store, "--kind", "links")]
    assert "(link to " in call("events", store, link).out


def test_a_state_for_people(call: Caller, own_store: Callable[..., Own]) -> None:
    rows = [
        ("s", 1, "Placed", '{"total": 1.50, "lines": [1, 2], "gone": "x"}'),
        ("s", 2, "Broken", "{"),
        ("s", 3, "Paid", '{"total": 2, "paid": true}'),
    ]
    own = own_store([(*row, None, "2024-01-01T00:00:00Z", None, None) for row in rows])
    result = call("state", *own.arguments, "s")
    assert result.lines[0].startswith("s  version 3  Paid")
    assert "inferred" in result.lines[1]
    assert '  "total": 2,' in result.lines
    assert "? gone: unknown" in result.lines
    assert result.lines[-1].startswith("! follows-failure: ")
    result = call("state", *own.arguments, "s", "--every")
    assert [line for line in result.lines if line.startswith("s  ")] == [
        "s  version 1  Placed  one event applied",
        "s  version 2  Broken  one event applied",
        "s  version 3  Paid  2 events applied",
    ]
    assert "  ~ total  2  was 1.50" in result.lines
    assert "  + paid  true" in result.lines
    assert "! payload-undecodable" in result.out


def test_every_step_up_to_a_limit(call: Caller, large: Own) -> None:
    result = call("state", *large.arguments, "giant", "--every", "--limit", 3, "--json")
    assert [state["version"] for state in result.records] == [1, 2, 3]
    assert (result.code, "--limit" in result.err) == (0, True)


def test_a_store_without_versions_counts_rows(call: Caller, tmp_path: Path) -> None:
    row = ("T", "{}", None, "2024-01-01T00:00:00Z", None, None)
    own = write_own(tmp_path, [("s", None, *row), ("s", None, *row)])
    result = call("state", *own.arguments, "s")
    assert "row 2" in result.lines[0]
