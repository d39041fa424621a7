"""Facts are found where applications usually put them, and nowhere else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.core.conventions import Fact, facts, find_facts
from tests.unit.core.values import values

NOTHING = {"correlation_id": None, "causation_id": None, "actor": None, "tenant": None}


@pytest.mark.parametrize(
    ("meta", "found"),
    [
        # As the libraries and their applications write them.
        (  # Emmett
            {"streamName": "a-1", "correlationId": "c", "causationId": None, "userId": "u",
             "tenant": "globex"},
            {"correlation_id": "c", "actor": "u", "tenant": "globex"},
        ),
        ({"properties": {"user": "u", "tenant": "한국상사"}}, {"actor": "u", "tenant": "한국상사"}),
        (  # Protean
            {"domain": {"causation_id": "x", "correlation_id": "c", "origin_stream": None},
             "headers": {"id": "1"}, "extensions": {"user": "u", "tenant": "t"}},
            {"correlation_id": "c", "causation_id": "x", "actor": "u", "tenant": "t"},
        ),
        (  # Act, after an action and after an event
            {"correlation": "c",
             "causation": {"action": {"name": "do", "actor": {"id": "svc", "name": "Batch"}}}},
            {"correlation_id": "c", "actor": "svc"},
        ),
        (
            {"correlation": "c", "causation": {"event": {"id": 17, "name": "Opened"}}},
            {"correlation_id": "c", "causation_id": "17"},
        ),
        ({"$correlationId": "c", "$causationId": 7}, {"correlation_id": "c", "causation_id": "7"}),
        ({"X-Correlation-ID": "c", "X-Tenant-Id": 5}, {"correlation_id": "c", "tenant": "5"}),
        ({"user_id": "u", "tenant_id": "seoul", "ip": "::1"}, {"actor": "u", "tenant": "seoul"}),
        ({"causation": {"id": "x"}, "actor": {"email": "a@b"}},
         {"causation_id": "x", "actor": "a@b"}),
        ({"performed_by": UUID(int=1)}, {"actor": "00000000-0000-0000-0000-000000000001"}),
    ],
)  # fmt: skip
def test_usual_names_are_known(meta: Any, found: dict[str, str]) -> None:
    assert facts(meta) == {**NOTHING, **found}


def test_the_place_is_told() -> None:
    meta = {"headers": {"correlation-id": "c"}, "actor": {"name": "Ann"}}
    assert find_facts(meta) == {
        "actor": Fact("Ann", "metadata", ("actor", "name")),
        "correlation_id": Fact("c", "metadata", ("headers", "correlation-id")),
    }
    data = {"metadata": {"tenant": "t"}, "meta": {"tenant": "other", "user": "u"}}
    assert find_facts(None, data) == {
        "tenant": Fact("t", "payload", ("metadata", "tenant")),
        "actor": Fact("u", "payload", ("meta", "user")),
    }


def test_nearer_to_the_top_wins_then_the_plainer_name() -> None:
    assert facts({"context": {"user_id": "deep"}, "created_by": "top"})["actor"] == "top"
    assert facts({"created_by": "second", "userId": "first"})["actor"] == "first"
    assert facts({"userId": "first", "created_by": "second"})["actor"] == "first"
    assert facts({"user": "u"}, {"metadata": {"user": "other"}})["actor"] == "u"


@pytest.mark.parametrize(
    ("meta", "data"),
    [
        ({}, {"user_id": "a customer", "tenant": "a tenant of a house", "correlation_id": "c"}),
        ({"items": {"user": "u"}, "event": {"id": "x"}}, None),
        ({"user": "", "tenant": True, "correlationId": 1.5, "causationId": ["x"]}, None),
        ({"user": {"id": None, "role": "admin"}, "tenant": {}}, None),
        ({"a" * 100: "x", 5: "y", "n": {"correlationId": "c"}}, None),
        ("correlationId", ["metadata"]),
        (None, {"metadata": "tenant"}),
    ],
)
def test_nothing_is_made_up(meta: Any, data: Any) -> None:
    assert facts(meta, data) == NOTHING


def test_the_same_map_is_looked_at_once() -> None:
    meta = {"tenant": "t"}
    assert find_facts(meta, {"metadata": meta})["tenant"].cell == "metadata"


def test_depth_is_bounded() -> None:
    meta: Any = {"tenant": "t"}
    for _ in range(50):
        meta = {"context": meta}
    assert facts(meta) == NOTHING


@given(values, values)
def test_whatever_is_stored_gives_texts(meta: Any, data: Any) -> None:
    assert all(isinstance(text, str | None) for text in facts(meta, data).values())


@given(st.dictionaries(st.text(), values), st.dictionaries(st.text(), values))
def test_any_names_are_fine(meta: dict[str, Any], data: dict[str, Any]) -> None:
    assert facts(meta, {"meta": data}).keys() == NOTHING.keys()
