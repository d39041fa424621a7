"""Suggested rules against rules that reproduce what the libraries computed; evidence; limits."""

from __future__ import annotations

from contextlib import closing
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from inspector.core.errors import Cancelled
from inspector.core.rules import RulesText, load_rules
from inspector.core.suggesting.hops import hop_lines
from inspector.core.suggesting.naming import named
from inspector.core.suggesting.proposals import Confidence, Part, Proposal, rules_text
from inspector.core.suggesting.shapes import Shape, versions_of
from inspector.services.event_sampling import KEPT, EventSample, words_of
from inspector.services.long_scans import run_to_end
from inspector.services.open_store import OpenRequest, open_store, open_stores
from inspector.services.rules import check_text
from inspector.services.suggesting import SuggestScan
from inspector.services.tasks import Work
from tests.helpers.stores import stream_rows, write_store
from tests.helpers.suggested import compared, suggestion_of
from tests.layouts.cases import Case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inspector.services.open_store import OpenedStore
    from inspector.services.suggesting import Suggestion

CASES = {
    Case("eventsource_py", "bank", "sqlite"): (1.0, 0.7, 0.85, 0.95),
    Case("pyeventsourcing", "plain", "sqlite"): (1.0, 0.35, 0.85, 0.95),
    Case("evtstore", "bank", "sqlite"): (1.0, 0.7, 0.65, 1.0),
    Case("spatie", "sqlite", "sqlite"): (1.0, 0.35, 0.7, 0.85),
    Case("patchlevel", "aggregate", "sqlite"): (0.9, 0.2, 0.75, 0.9),
}
"""Least shares: versions, newest forms, fields, and fields whose every line agrees."""


@pytest.fixture
def store(request: Any, tmp_path: Path) -> Iterator[OpenedStore]:
    stores = open_stores(OpenRequest(str(request.param.unpack(tmp_path))), Work())
    with closing(stores[0].connection):
        yield stores[0]


def lines(suggestion: Suggestion, confidence: Confidence) -> list[Proposal]:
    return [one for one in suggestion.proposals if one.confidence is confidence]


@pytest.mark.parametrize(
    ("store", "case", "least"), [(c, c, n) for c, n in CASES.items()], indirect=["store"], ids=str
)
def test_what_is_suggested_is_mostly_what_is_true(
    store: OpenedStore, case: Case, least: tuple[float, ...]
) -> None:
    (path,) = case.folder.glob("*.rules.toml")
    rules = load_rules([RulesText(path.name, path.read_text(encoding="utf-8"))])
    suggestion = suggestion_of(store.reader)
    came = compared(store.reader, suggestion, rules)
    assert came.versions.value >= least[0], came
    assert came.forms.value >= least[1], came
    assert came.fields.value >= least[2], came
    assert came.agreeing.value >= least[3], came
    assert came.agreeing.value >= came.stated.value
    assert came.agreeing.all


@pytest.mark.parametrize("store", [Case("pyeventsourcing", "plain", "sqlite")], indirect=True)
def test_any_choice_of_lines_makes_a_file_without_mistakes(store: OpenedStore) -> None:
    suggestion = suggestion_of(store.reader)
    rng = Random("choice")  # noqa: S311
    for share in (1.0, 0.8, 0.5, 0.2, 0.05):
        chosen = [one for one in suggestion.proposals if rng.random() < share]
        check_text(rules_text(chosen, "chosen"), "chosen")
    assert "# agrees: " in rules_text(suggestion.proposals, "all")


@pytest.mark.parametrize("store", [Case("eventsource_py", "bank", "sqlite")], indirect=True)
def test_every_line_has_its_evidence(store: OpenedStore) -> None:
    suggestion = suggestion_of(store.reader)
    assert (suggestion.streams, suggestion.snapshots) == (25, 25)
    assert all(one.evidence for one in suggestion.proposals)
    for one in lines(suggestion, Confidence.AGREES):
        assert one.agreed == one.cases
        assert not one.against
    doubtful = [one for one in suggestion.proposals if one.against]
    assert all(one.confidence is not Confidence.AGREES for one in doubtful)
    balance = [one for one in suggestion.proposals if one.path == "balance"]
    assert {one.confidence for one in balance} == {Confidence.AGREES}
    assert any("state.balance) - decimal(data.amount)" in one.value for one in balance)
    assert suggestion.unexplained == (("shoporder", ("lines",)),)


def test_without_snapshots_nothing_is_said_of_state(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 20))
    with closing(open_store(OpenRequest(str(path)), Work())) as opened:
        suggestion = suggestion_of(opened.reader)
    assert {one.place.part for one in suggestion.proposals} <= {Part.TYPES, Part.HOPS}
    assert any("no snapshots" in note for note in suggestion.notes)


def test_it_can_be_stopped(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, 20))
    with closing(open_store(OpenRequest(str(path)), Work())) as opened:
        work, scan = Work(), SuggestScan()
        assert scan.advance(opened.reader, work)
        work.token.cancel()
        with pytest.raises(Cancelled):
            scan.advance(opened.reader, work)
    assert scan.result is None


def test_a_sample_is_bounded_and_from_all_over_the_store(tmp_path: Path) -> None:
    rows = [row for n in range(60) for row in stream_rows(f"order-{n}", 1, 400)]
    path = write_store(tmp_path / "big.db", rows)
    with closing(open_store(OpenRequest(str(path)), Work())) as opened:
        sample = EventSample()
        run_to_end(sample, opened.reader, Work())
        places = [e.global_position for one in sample.types.values() for e in one.events]
    assert 5000 < sample.events < 10_000 < len(rows)
    assert all(len(one.events) <= KEPT for one in sample.types.values())
    assert min(p for p in places if isinstance(p, int)) < 300
    assert max(p for p in places if isinstance(p, int)) > 20_000
    assert "data.total" in words_of(sample).fields


# -- shapes, names, hops ----------------------------------------------------------------------


def seen(*payloads: dict[str, Any]) -> list[tuple[int, None, Any]]:
    return [(number, None, payload) for number, payload in enumerate(payloads)]


def test_shapes_that_exclude_each_other_are_versions() -> None:
    found = versions_of(seen({"cents": 1}, {"cents": 2}, {"amount": "0.10"}, {"amount": "1"}))
    assert list(found.shapes) == [1, 2]
    assert found.expression == "1 if has(data.cents) else 2"
    assert found.apart
    optional = versions_of(seen({"a": 1}, {"a": 1, "b": 2}, {"a": 1}, {"a": 1, "b": 3}))
    assert not optional.apart


def test_a_text_that_became_a_map_is_another_version() -> None:
    found = versions_of(seen({"who": "Ada"}, {"who": {"name": "Ada", "tier": None}}))
    assert found.expression == "1 if not has(data.who.name) else 2"


def test_names_lose_namespaces_and_version_suffixes_that_have_siblings() -> None:
    found = named(["A.B:Opened", "A.B:OpenedV2", "A.B:IPv4", "C:note_added_v2", "C:note_added_v1"])
    shown = {name.stored: (name.event, name.version) for name in found.values()}
    assert shown == {
        "A.B:Opened": ("Opened", 1),
        "A.B:OpenedV2": ("Opened", 2),
        "A.B:IPv4": ("IPv4", None),
        "C:note_added_v2": ("note_added", 2),
        "C:note_added_v1": ("note_added", 1),
    }


def shape(*payloads: dict[str, Any]) -> Shape:
    made = Shape()
    for number, payload in enumerate(payloads):
        made.take(payload, number)
    return made


def test_what_happened_to_fields_is_told_with_how_sure_it_is() -> None:
    old = shape({"ownerName": "Ada L", "sku": "x", "mail": "a@b", "gone": 1})
    new = shape({"owner": {"first": "A", "last": "L"}, "line": {"sku": "x"}, "email": "a@b"})
    shared = frozenset({("str", "a@b"), ("str", "c@d")})
    found = {
        one.makes or one.path: one
        for one in hop_lines(old, new, {"old:mail": shared, "new:email": shared})
    }
    assert (found["line.sku"].verb, found["line.sku"].confidence) == ("rename", Confidence.LIKELY)
    assert (found["email"].verb, found["email"].confidence) == ("rename", Confidence.LIKELY)
    assert found["owner.first"].value == "\"coalesce(split(data.ownerName, ' ', 1)[0], '')\""
    assert found["owner.first"].confidence is Confidence.GUESS
    assert found["gone"].verb == "remove"
