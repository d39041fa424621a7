"""Events that were made quickly are events like any other."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest

from inspector.core.events import Event, EventDraft, EventRef, StreamId, sealed

KEY: dict[str, Any] = {
    "ref": EventRef((1,)), "stream": StreamId("order-1"), "position": 1, "type": "Placed",
}  # fmt: skip


@pytest.mark.parametrize("more", [{}, {"data": {"a": 1}, "id": "e-1", "archived": True}])
def test_a_sealed_draft_is_the_event(more: dict[str, Any]) -> None:
    made, plain = sealed(EventDraft(**KEY, **more)), Event(**KEY, **more)
    assert type(made) is Event
    assert made == plain
    assert [getattr(made, f.name) for f in fields(Event)] == [
        getattr(plain, f.name) for f in fields(Event)
    ]
    assert replace(made, position=2) == replace(plain, position=2)


def test_a_sealed_draft_never_changes() -> None:
    made = sealed(EventDraft(**KEY))
    with pytest.raises(FrozenInstanceError):
        made.type = "Paid"  # type: ignore[misc]
