"""Saying where a writer's clock went back: the order of a stream is by position, never by time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inspector.core.findings import Finding
from inspector.core.texts import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.core.events import Event


def with_clocks(events: Sequence[Event], earlier: Event | None) -> tuple[Event, ...]:
    """The events of one stream, oldest first, with a finding where the time goes back.

    Args:
        events: consecutive events.
        earlier: the event before the first of them, if there is one.
    """
    told: list[Event] = []
    for event in events:
        told.append(_told(event, earlier) if earlier is not None else event)
        earlier = event
    return tuple(told)


def _told(event: Event, earlier: Event) -> Event:
    before, now = earlier.recorded_at, event.recorded_at
    if before is None or now is None or before.zone != now.zone:
        return event  # a time whose zone is not known cannot be compared with one whose is
    if before.nanoseconds is None or now.nanoseconds is None:
        return event
    if now.nanoseconds >= before.nanoseconds:
        return event
    words = tr("The time is before that of the event before it ({time}).", time=before.text)
    place = f"{event.stream.name} {event.position}"
    return replace(event, findings=(*event.findings, Finding("time-goes-back", words, place)))
