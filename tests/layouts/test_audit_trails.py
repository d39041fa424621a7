"""Audit trails: the state after every row is what the trail recorded, and unknown beyond that."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from inspector.core.folding import Truth
from inspector.layouts import recognise
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.replaying import every_step
from inspector.services.tasks import Work
from tests.layouts.cases import Case, cases
from tests.layouts.comparing import difference
from tests.layouts.test_layouts import summaries

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.core.replaying import Step
    from tests.layouts.conftest import Shelf

TRAILS = [case for case in cases() if "trail_states" in case.expected]
each_trail = pytest.mark.parametrize("case", TRAILS, ids=str)


@each_trail
def test_states_are_what_was_recorded(case: Case, shelf: Shelf) -> None:
    found: dict[tuple[str, int | None], Step] = {}
    for reader in shelf.open(case).readers:
        for summary in summaries(reader):
            for step in every_step(reader, summary.stream, Work()):
                found[summary.stream.name, step.position] = step
    expected = case.expected["trail_states"]
    assert len(found) == len(expected)
    for entry in expected:
        place = entry["stream_id"], entry["version"]
        step = found[place]
        assert difference(step.state, entry["state"]) == "", place
        assert step.truth is Truth.EXACT
        known = entry["known"]
        marks = {} if known == "all" else {(): Truth.UNKNOWN} | {(k,): Truth.EXACT for k in known}
        assert step.marks == marks, place
        assert bool(step.findings) == bool(marks), place


@each_trail
def test_a_trail_says_that_it_is_one(case: Case, shelf: Shelf) -> None:
    for store in shelf.open(case).stores:
        assert store.match.trail
        assert any("audit trail" in text for text in store.match.evidence)
        assert any("not recorded" in text for text in store.match.doubts)


@each_trail
def test_a_trail_is_not_taken_before_a_store_of_events(case: Case, shelf: Shelf) -> None:
    catalog = shelf.open(case).catalog
    real = shelf.open(Case("hallgren", "shop", case.dialect)).catalog
    both = type(catalog)(catalog.dialect, (*catalog.tables, *real.tables), catalog.sampler)
    first, *others = recognise(both).stores
    assert (first.match.layout, first.certain) == ("hallgren", True)
    assert {store.match.layout for store in others} == {case.layout}
    assert not any(store.certain for store in others)


def two_models(path: Path) -> str:
    """Records of two models with the same id: the usual case, since ids are counted."""
    case = Case("paper_trail", "json", "sqlite")
    with closing(sqlite3.connect(case.unpack(path))) as connection, connection:
        connection.execute("UPDATE versions SET item_id = 1 WHERE item_type = 'Customer'")
        connection.execute("DELETE FROM versions WHERE item_type = 'Customer' AND id <> 8")
    return str(path / f"{case.layout}-{case.name}-store.sqlite")


def test_records_of_two_models_with_one_id_are_two_streams(tmp_path: Path) -> None:
    with closing(open_store(OpenRequest(two_models(tmp_path)), Work())) as store:
        streams = store.reader.streams
        assert [s.category for s in streams.find("1")] == ["Customer", "Order"]
        (order,) = streams.find("1", "Order")
        assert store.reader.events.count(order).value == 6
        assert len(list(every_step(store.reader, order, Work()))) == 6


def test_a_model_that_only_rows_tell_finds_its_stream(shelf: Shelf) -> None:
    (reader,) = shelf.open(Case("django_auditlog", "sqlite", "sqlite")).readers
    assert [s.category for s in reader.streams.find("1", "shop.order")] == ["shop.order"]
    assert reader.streams.find("1", "shop.person") == ()


def test_ids_beyond_any_column_are_no_fault(shelf: Shelf) -> None:
    for dialect in ("sqlite", "postgresql"):
        (reader,) = shelf.open(Case("paper_trail", "yaml", dialect)).readers
        for name in ("9" * 40, "x'", "-", "٣", "1e3"):
            assert reader.streams.find(name) == ()


def test_an_image_of_many_columns_is_whole(tmp_path: Path) -> None:
    """More columns than a database function takes arguments."""
    path = tmp_path / "wide.db"
    fields = [f"f{n}" for n in range(180)]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            f"CREATE TABLE shop_historicalwide (id INTEGER, {', '.join(fields)}, history_id INTEGER"
            " PRIMARY KEY, history_date TEXT, history_type TEXT, history_user_id INTEGER)"
        )
        connection.execute("CREATE INDEX i ON shop_historicalwide (id)")
        names = ("id", *fields, "history_date", "history_type")
        values = (7, *range(179), b"\x00\xff", "2025-01-01 00:00:00", "+")
        marks = ", ".join("?" * len(values))
        statement = f"INSERT INTO shop_historicalwide ({', '.join(names)}) VALUES ({marks})"
        connection.execute(statement, values)
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        (stream,) = store.reader.streams.find("7")
        (step,) = every_step(store.reader, stream, Work())
    expected = {"id": 7} | {f"f{n}": n for n in range(179)} | {"f179": "00FF"}
    assert step.state == expected
