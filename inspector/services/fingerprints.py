"""What tells a store from others wherever it lies: a digest of the first event it holds.

A store that is copied, moved, restored elsewhere, or reached by another host name keeps its first
event, so it keeps its fingerprint; of where it is, only the events table's name goes into it. Two
stores that began with the very same event are one to a fingerprint: a copy that went another way
later is told by the place that is not there, not by this.

A store without an order over its streams has no first event. Its fingerprint, which begins with
``t`` instead of ``e``, is one of its tables and columns, and fits every store that was made alike.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from inspector.core.errors import InspectorError
from inspector.core.texts import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inspector.core.events import Event
    from inspector.services.open_store import OpenedStore, StoreReader

LENGTH: Final = 24
"""Digits after the letter."""

HEAD: Final = 4096
"""Bytes up to which the first payload is read; a longer one does not count."""


class NoFingerprint(InspectorError):
    """The store holds no event by which it could be told from others."""

    code = "no-fingerprint"
    exit_code = 2


def fingerprint_of(store: OpenedStore, reader: StoreReader) -> str:
    """The fingerprint of a store: one short read.

    Raises:
        NoFingerprint: it holds no events yet.
        InspectorError: its first event cannot be read.
    """
    if not reader.source.ordered:
        return "t" + _digest(_tables(store))
    rows = reader.events.page(None, limit=1, size=HEAD).rows
    if not rows:
        raise NoFingerprint(
            tr("This store holds no events yet, so a link cannot tell it from others."),
            hint=tr("Copy the link when the first event is there."),
        )
    return "e" + _digest((store.match.tables["events"].name.encode(), *_parts(rows[0])))


def is_certain(fingerprint: str) -> bool:
    """Whether it tells a store from others with the same tables."""
    return fingerprint.startswith("e")


def _parts(event: Event) -> Iterable[bytes]:
    raw = event.payload.raw
    known = raw if isinstance(raw, bytes) else str(raw or "")
    for value in (event.stream.name, event.position, event.type, event.id or "", known):
        yield value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def _tables(store: OpenedStore) -> Iterable[bytes]:
    yield store.match.layout.encode()
    for role, table in sorted(store.match.tables.items()):
        yield f"{role} {table.name} {' '.join(sorted(table.names))}".encode()


def _digest(parts: Iterable[bytes]) -> str:
    """Parts are told apart by their lengths."""
    made = hashlib.sha256()
    for part in parts:
        made.update(len(part).to_bytes(8, "big"))
        made.update(part)
    return made.hexdigest()[:LENGTH]
