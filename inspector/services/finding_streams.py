"""Finding the one stream that somebody means by its name.

A name is the id as the library's own API spells it. Where several kinds of things may have the
same id, the category tells them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.errors import StreamUnknown
from inspector.core.sentences import plain_line
from inspector.core.texts import tr

if TYPE_CHECKING:
    from inspector.core.events import StreamId
    from inspector.storage.store_reader import StoreReader

SHOWN = 120
"""Characters of a name in a message."""

NAMED = 8
"""Candidates that a message names."""


def the_stream(reader: StoreReader, name: str, category: str | None = None) -> StreamId:
    """The stream of that name.

    Raises:
        StreamUnknown: there is none, or several; the hint names the categories to choose from.
    """
    found = reader.streams.find(name, category)
    if category is not None:
        # A layout whose streams carry their category in the name may not look at it.
        found = tuple(s for s in found if s.category == category)
    if len(found) == 1:
        return found[0]
    shown = shown_name(name)
    if found:
        raise StreamUnknown(
            tr("{n} streams are called “{name}”.", n=len(found), name=shown),
            hint=tr(
                "Say which one with --category: {names}.",
                names=", ".join(_candidate(stream) for stream in found[:NAMED]),
            ),
        )
    raise _unknown(reader, name, category)


def _unknown(reader: StoreReader, name: str, category: str | None) -> StreamUnknown:
    shown = shown_name(name)
    others = reader.streams.find(name) if category is not None else ()
    if others:
        return StreamUnknown(
            tr(
                "There is no stream “{name}” in the category “{category}”.",
                name=shown,
                category=shown_name(category or ""),
            ),
            hint=tr("It is in: {names}.", names=", ".join(_candidate(s) for s in others[:NAMED])),
        )
    return StreamUnknown(
        tr("There is no stream “{name}” in this store.", name=shown),
        hint=tr("Ids are matched exactly; search for a part of one with streams --match TEXT."),
    )


def _candidate(stream: StreamId) -> str:
    if stream.category is not None:
        return shown_name(stream.category)
    return shown_name("/".join(str(part) for part in stream.key))


def shown_name(name: str) -> str:
    """A name in a sentence: printable and of bounded length."""
    return plain_line(name if len(name) <= SHOWN else name[:SHOWN] + "…")
