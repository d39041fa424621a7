"""Marking events of a store, and finding marked events again.

Imports no Qt. Looking for a marked event is one or two short reads by key, except where an
event that is gone has an id without an index.
"""

from __future__ import annotations

import enum
import getpass
import hashlib
import os
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Final

from inspector.core.cases import Case, Mark, Merged, Place
from inspector.core.errors import InputInvalid
from inspector.core.payloads import EAGER_LIMIT
from inspector.core.texts import counted, thousands, tr
from inspector.services.case_files import LONGEST
from inspector.services.event_ranges import EventQuery, read_events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.core.events import Event, StreamId
    from inspector.layouts._api import Source
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

DIGITS: Final = 20
"""Digits of an event's digest."""


class Found(enum.StrEnum):
    """What became of a marked event."""

    HERE = "here"
    MOVED = "moved"
    """It stands at another place of the store now."""
    DIFFERENT = "different"
    """Another event stands in its place."""
    GONE = "gone"


FOUND_WORDS: Final = {
    Found.HERE: "as it was marked",
    Found.MOVED: "stands at another place now",
    Found.DIFFERENT: "another event stands there now",
    Found.GONE: "is no longer in the store",
}
"""For people, in English."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A mark, and what became of its event.

    Attributes:
        stream, version: where the event is now; ``None`` where it is gone.
        type: stored type of the event that is there.
    """

    mark: Mark
    found: Found
    stream: StreamId | None = None
    version: int | None = None
    type: str = ""


def place_of(event: Event, source: Source) -> Place:
    """What identifies an event; a version that was only counted does not.

    Raises:
        InputInvalid: nothing does: it has neither a version, nor an id, nor a position.
    """
    version = _version(event, source)
    if version is None and not _is_known(event, source):
        raise InputInvalid(
            tr("This event cannot be marked: it has no version, no id and no position."),
            hint=tr("Nothing tells it from the other events of its stream."),
        )
    return Place(
        stream=event.stream.name,
        category=event.stream.category,
        version=version,
        event_id=event.id,
        position=event.global_position,
        digest=digest_of(event),
    )


def key_of(event: Event, source: Source) -> object:
    """What its marks have in common, as :attr:`Place.key` says; cheap, and never raises."""
    place = Place(event.stream.name, event.stream.category, _version(event, source),
                  event.id, event.global_position)  # fmt: skip
    return place.key


def _version(event: Event, source: Source) -> int | None:
    counted_only = source.counted_positions and _is_known(event, source)
    return None if counted_only else event.position


def _is_known(event: Event, source: Source) -> bool:
    """Whether something else than a version tells an event from others."""
    return event.id is not None or (event.global_position is not None and source.ordered)


def digest_of(event: Event) -> str:
    """A digest of an event's type and stored payload, the same whichever page it came with."""
    raw = event.payload.raw
    stored = str(event.payload.size).encode()
    if event.payload.size <= EAGER_LIMIT and raw is not None:
        stored += raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    kind = event.type.encode("utf-8", "surrogatepass")
    return hashlib.sha256(kind + b"\0" + stored).hexdigest()[:DIGITS]


def merged_words(merged: Merged) -> tuple[str, ...]:
    """What came of merging, in sentences for people."""
    said = counted(merged.added, "one mark added", "{n} marks added")
    if not merged.both:
        return (said,)
    both = counted(
        merged.both,
        "one note was changed by two people; both are kept",
        "{n} notes were changed by two people; both are kept",
    )
    return said, both


def new_mark(place: Place, by: str, note: str = "") -> Mark:
    """A mark that is made now.

    Raises:
        InputInvalid: the note is too long.
    """
    return Mark(secrets.token_hex(8), place, checked_name(by), now(), checked_note(note))


def with_note(mark: Mark, note: str) -> Mark:
    """A mark with another text, changed now.

    Raises:
        InputInvalid: the note is too long.
    """
    return replace(mark, note=checked_note(note), at=now())


def own_mark(case: Case, place: Place, by: str) -> Mark | None:
    """The mark that somebody made on an event."""
    mine = [mark for mark in case.on(place) if mark.by == by and not mark.rival_of]
    return mine[0] if mine else None


def checked_note(text: str) -> str:
    """A note as it is kept: plain text, lines ended in one way, nothing around it.

    Raises:
        InputInvalid: it is too long.
    """
    note = "\n".join(text.encode("utf-8", "replace").decode().splitlines()).strip()
    if len(note) > LONGEST:
        raise InputInvalid(
            tr("A note has {n} characters at most.", n=thousands(LONGEST)),
            hint=tr("This one has {n}.", n=thousands(len(note))),
        )
    return note


def checked_name(text: str) -> str:
    """Who makes a mark, in one line."""
    return " ".join(text.encode("utf-8", "replace").decode().split())[:100] or "?"


def this_person() -> str:
    """Who runs the program: their name on this computer."""
    try:
        return checked_name(getpass.getuser())
    except (OSError, KeyError):  # a user id without a name
        return str(os.getuid()) if hasattr(os, "getuid") else "?"


def now() -> str:
    """This moment, as marks hold it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# -- finding again --------------------------------------------------------------------------------


def look_near(reader: StoreReader, mark: Mark, work: Work) -> Seen | None:
    """What became of the event of a mark, where its own place tells; ``None``: it does not.

    Short, whatever indexes there are; :func:`look_for` may read every row.
    """
    work.check()
    event, other = _in_its_place(reader, mark.place, work)
    if event is not None:
        return _seen(mark, Found.HERE, event)
    if mark.place.event_id is not None:
        return None  # it may stand elsewhere
    return Seen(mark, Found.GONE) if other is None else _seen(mark, Found.DIFFERENT, other)


def look_for(reader: StoreReader, mark: Mark, work: Work) -> Seen:
    """What became of the event of a mark."""
    work.check()
    place = mark.place
    event, other = _in_its_place(reader, place, work)
    if event is not None:
        return _seen(mark, Found.HERE, event)
    moved = _elsewhere(reader, place, work)
    if moved is not None:
        return _seen(mark, Found.MOVED, moved)
    if other is not None:
        return _seen(mark, Found.DIFFERENT, other)
    return Seen(mark, Found.GONE)


def _seen(mark: Mark, found: Found, event: Event) -> Seen:
    return Seen(mark, found, event.stream, event.position, event.type)


def _in_its_place(
    reader: StoreReader, place: Place, work: Work
) -> tuple[Event | None, Event | None]:
    """The marked event; or else another one that stands in its place."""
    other = None
    for event in _candidates(reader, place, work):
        if is_same(event, place):
            return _numbered(reader, event, work), None
        other = event
    return None, other


def _candidates(reader: StoreReader, place: Place, work: Work) -> Iterator[Event]:
    """Events that stand where the marked one stood."""
    if place.version is not None:
        for stream in reader.streams.find(place.stream, place.category):
            if stream.category == place.category:
                query = EventQuery(stream, place.version, place.version, limit=1)
                yield from chain.from_iterable(read_events(reader, query, work))
    elif place.event_id is not None:
        yield from reader.events.with_id(place.event_id)
    elif place.position is not None:
        query = EventQuery(None, place.position, place.position, limit=1)
        yield from chain.from_iterable(read_events(reader, query, work))


def _elsewhere(reader: StoreReader, place: Place, work: Work) -> Event | None:
    if place.event_id is None:
        return None
    for event in reader.events.with_id(place.event_id):
        if digest_of(event) == place.digest:
            return _numbered(reader, event, work)
    return None


def _numbered(reader: StoreReader, event: Event, work: Work) -> Event:
    """The event with its counted version, where the store has none."""
    if event.position is not None or not reader.source.counted_positions:
        return event
    for page in read_events(reader, EventQuery(event.stream), work):
        for one in page:
            if one.ref == event.ref:
                return one
    return event


def is_same(event: Event, place: Place) -> bool:
    """Whether an event is the one that was marked."""
    if event.id is not None and place.event_id is not None and event.id != place.event_id:
        return False
    return not place.digest or digest_of(event) == place.digest
