"""Axon: large objects that are missing or closed, and tables that hold no events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.payloads import Decoded, Undecoded
from inspector.layouts import recognise
from inspector.layouts._api import Catalog, Column, Table
from tests.layouts.cases import Case
from tests.layouts.conftest import described

if TYPE_CHECKING:
    from tests.layouts.conftest import Shelf

LOBS = Case("axon", "largeobjects4", "postgresql")


def test_an_object_that_is_gone_leaves_the_event_and_says_so(shelf: Shelf) -> None:
    with shelf.spoiled(LOBS) as reads:
        reads.read_sql(
            "SELECT lo_unlink(payload) FROM public.domain_event_entry WHERE global_index = 3"
        )
        [reader] = described(reads.catalog(), reads, LOBS).readers
        first, second, *_ = reader.events.page(None, limit=100).rows
    assert isinstance(first.payload.content, Undecoded)
    assert "large object" in first.payload.content.reason
    assert [finding.code for finding in first.findings] == ["payload-undecodable"]
    assert second.findings == ()
    assert "lines" in second.data


def test_objects_that_the_role_may_not_read_are_told_one_by_one(shelf: Shelf) -> None:
    with shelf.spoiled(LOBS) as reads:
        [[number]] = reads.read_sql(
            "SELECT payload FROM public.domain_event_entry WHERE global_index = 6"
        )
        for step in (
            "CREATE ROLE axon_reader",
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO axon_reader",
            f"GRANT SELECT ON LARGE OBJECT {number} TO axon_reader",
            "SET LOCAL ROLE axon_reader",
        ):
            reads.execute(step)
        [reader] = described(reads.catalog(), reads, LOBS).readers
        events = reader.events.page(None, limit=100).rows
    readable = [isinstance(event.payload.content, Decoded) for event in events]
    assert readable == [False, True] + [False] * (len(events) - 2)


def test_tokens_alone_are_explained() -> None:
    columns = ("processor_name", "segment", "token", "token_type", "timestamp", "owner")
    table = Table("token_entry", tuple(Column(name, "text") for name in columns), "public")
    found = recognise(Catalog("postgresql", (table,)))
    assert found.stores == ()
    assert "usually in Axon Server" in found.near_misses[0].why_not[0]
