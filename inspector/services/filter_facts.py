"""What of an event a filter cannot know because a cell of it could not be read.

A type, an id or an actor may stand in the payload or in the metadata; where that cell could not be
read, a missing actor is not an actor that is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inspector.core.payloads import Undecoded
from inspector.core.rules import RulesChain, UpcastStopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inspector.core.events import Event
    from inspector.core.expressions import Scope
    from inspector.core.rules import RuleSet
    from inspector.layouts._api import Source

NOTHING: Final[frozenset[str]] = frozenset()

_BY_CONVENTION: Final[Mapping[str, str]] = {
    "correlation": "correlation_id", "causation": "causation_id", "actor": "actor",
    "tenant": "tenant",
}  # fmt: skip
"""Names whose value may stand in the metadata, or in a map of the payload, of any store."""

_BY_PLACE: Final[Mapping[str, str]] = {
    "type": "type", "id": "id", "schema_version": "schema_version", "time": "recorded_at",
    "valid_time": "valid_at",
}  # fmt: skip


class Facts:
    """Tells of one store's events what is known of them.

    Args:
        rules: what gives events their names and schema versions, where somebody said it.
    """

    def __init__(self, source: Source, rules: RuleSet | None) -> None:
        self._places = source.places
        self._chain = None if rules is None else RulesChain(rules)

    def tell(self, scope: Scope, event: Event) -> frozenset[str]:
        """Put what the rules say into a scope; gives the names whose value could not be read."""
        unread = self._unread(event)
        if self._chain is not None:
            try:
                form = self._chain.stored(event)
                scope.name, scope.schema_version = form.name, form.version
            except UpcastStopped:
                unread |= {"name", "schema_version"}
            if "data" in unread:
                unread |= {"name", "schema_version"}
        return unread

    def _unread(self, event: Event) -> frozenset[str]:
        payload = event.payload.content.__class__ is Undecoded
        metadata = event.metadata.content.__class__ is Undecoded
        if not payload and not metadata:
            return NOTHING
        found = {name for name, field in _BY_CONVENTION.items() if getattr(event, field) is None}
        places = self._places
        for name, field in _BY_PLACE.items():
            place = getattr(places, field)
            if place is None or getattr(event, field):
                continue
            if payload if place.cell == "payload" else metadata:
                found.add(name)
        if payload:
            found.add("data")
            if places.category is not None and places.category.cell != "column":
                found.add("category")
            if places.meta is not None:
                found.add("meta")
        if metadata:
            found.add("meta")
        if "type" in found:
            found.add("name")
        return frozenset(found)
