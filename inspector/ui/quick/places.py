"""Quick open: streams, event ids and stores, for the least that somebody knows of them.

What is known already is offered at once. The store is asked in short pieces in the lane that
people wait for, so that nothing else has to wait; only an event's id without an index is left
to the lane of long passes. A newer text gives up the search for an older one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer

from inspector.core.fuzzy import best_matches
from inspector.core.links import is_link
from inspector.core.sentences import plain_line
from inspector.core.texts import thousands, tr
from inspector.services.quick_search import (
    StreamHits,
    events_called,
    streams_called,
    streams_with,
)
from inspector.services.tasks import Done, Failed
from inspector.ui.quick.links import link_offer
from inspector.ui.quick.offers import Offer, OfferSource
from inspector.ui.theme import Icon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Protocol

    from PySide6.QtCore import QObject

    from inspector.core.events import Event, PageKey, StreamId
    from inspector.services.tasks import Outcome
    from inspector.ui.lanes import StoreLanes
    from inspector.ui.recent import RecentStore

    class Places(Protocol):
        """What the window tells and does for quick open."""

        def lanes(self) -> StoreLanes | None:
            """Of the open store."""

        def looked_at(self) -> Iterable[StreamId]:
            """Streams, the newest first."""

        def stores(self) -> Iterable[RecentStore]:
            """Stores that were opened before, the newest first."""

        def show_stream(self, stream: StreamId, position: int | None = None) -> object:
            """Go there."""

        def open_recent(self, store: RecentStore) -> object:
            """Open it as it was opened before."""

        def open_path(self, path: str) -> object:
            """Open a file or an address."""

        def search_everywhere(self, text: str) -> object:
            """Search the text in all events."""

        def search_list(self, text: str) -> object:
            """Look for the text in the list of streams."""

        def open_link(self, text: str) -> object:
            """Follow a link."""


PAUSE: Final = 80
STREAMS_SHOWN: Final = 24
STORES_SHOWN: Final = 6
KEYS: Final = ("quick-exact", "quick-search", "quick-event")


class PlaceSource(OfferSource):
    """Where one can go."""

    def __init__(self, places: Places, parent: QObject | None = None) -> None:
        super().__init__(
            tr("Go to a stream, an event or a store"),
            tr("A part of a stream's id, an event's id, or a store; > for commands"),
            parent,
        )
        self._places = places
        self._text = ""
        self._streams: dict[StreamId, None] = {}
        self._events: tuple[Event, ...] = ()
        self._problem = ""
        self._looked, self._open_ends = 0, 0
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._ask)

    def look_for(self, text: str) -> None:
        """Offer what is known, and ask the store after a short pause."""
        self._cancel()
        self._text = text
        self._streams, self._events, self._problem = {}, (), ""
        self._looked, self._open_ends = 0, 0
        if is_link(text):
            self.show((link_offer(text, self._places.open_link),))
            return
        if text and self._places.lanes() is not None:
            self._open_ends = 1
            self._pause.start()
        self._tell()

    def stop(self) -> None:
        """Nobody waits for the search any more."""
        self._cancel()

    # -- asking the store -----------------------------------------------------------------

    def _cancel(self) -> None:
        self._pause.stop()
        lanes = self._places.lanes()
        if lanes is not None:
            for key in KEYS:
                lanes.cancel(key)

    def _ask(self) -> None:
        lanes, text = self._places.lanes(), self._text
        if lanes is None:
            return
        self._open_ends = 3
        lanes.ask("quick-exact", lambda r, _w: streams_called(r, text), self._exact_came(text))
        lanes.scan("quick-event", lambda r, w: events_called(r, text, w), self._event_came(text))
        self._search(lanes, text, None)

    def _search(self, lanes: StoreLanes, text: str, after: PageKey | None) -> None:
        lanes.ask(
            "quick-search", lambda r, w: streams_with(r, text, after, w), self._hits_came(text)
        )

    def _exact_came(self, text: str) -> Callable[[Outcome[tuple[StreamId, ...]]], None]:
        def done(outcome: Outcome[tuple[StreamId, ...]]) -> None:
            if text != self._text:
                return
            if isinstance(outcome, Done):
                self._streams = dict.fromkeys((*outcome.value, *self._streams))
            self._ended(outcome)

        return done

    def _event_came(self, text: str) -> Callable[[Outcome[tuple[Event, ...]]], None]:
        def done(outcome: Outcome[tuple[Event, ...]]) -> None:
            if text != self._text:
                return
            if isinstance(outcome, Done):
                self._events = outcome.value
            self._ended(outcome)

        return done

    def _hits_came(self, text: str) -> Callable[[Outcome[StreamHits]], None]:
        def done(outcome: Outcome[StreamHits]) -> None:
            lanes = self._places.lanes()
            if text != self._text or lanes is None:
                return
            if not isinstance(outcome, Done):
                self._ended(outcome)
                return
            hits = outcome.value
            self._looked += hits.looked_at
            self._streams.update(dict.fromkeys(hits.streams))
            if hits.after is not None and len(self._streams) < STREAMS_SHOWN:
                self._search(lanes, text, hits.after)
                self._tell()
            else:
                self._ended(outcome)

        return done

    def _ended(self, outcome: object) -> None:
        self._open_ends -= 1
        if isinstance(outcome, Failed):
            self._problem = outcome.error.message
        self._tell()

    # -- what is offered ------------------------------------------------------------------

    def _tell(self) -> None:
        offers = [*self._stream_offers(), *self._event_offers(), *self._store_offers()]
        searching = self.searching = self._open_ends > 0
        if self._text and not searching and not self._problem:
            offers += self._ways_on(known=bool(offers))
        status = self._problem
        if searching and self._looked:
            status = tr("Searching… {n} streams looked at", n=thousands(self._looked))
        elif searching:
            status = tr("Searching…")
        self.show(tuple(offers), status)

    def _stream_offers(self) -> list[Offer]:
        if self._text:
            start = self._text.casefold()
            found = sorted(self._streams, key=lambda s: not s.name.casefold().startswith(start))
            return [self._stream(s, "") for s in found[:STREAMS_SHOWN]]
        seen = dict.fromkeys(self._places.looked_at())
        return [self._stream(s, tr("looked at before")) for s in list(seen)[:STREAMS_SHOWN]]

    def _stream(self, stream: StreamId, word: str) -> Offer:
        detail = " · ".join(part for part in (stream.category or "", word) if part)
        go = self._places.show_stream
        return Offer(stream.name, lambda: go(stream), detail, icon=Icon.LAYERS)

    def _event_offers(self) -> list[Offer]:
        return [self._event(event) for event in self._events]

    def _event(self, event: Event) -> Offer:
        go = self._places.show_stream
        where = tr(
            "event {position} of {stream}", position=event.position, stream=event.stream.name
        )
        return Offer(
            event.type, lambda: go(event.stream, event.position), where, icon=Icon.FILE_TEXT
        )

    def _store_offers(self) -> list[Offer]:
        stores = list(self._places.stores())
        found = best_matches(self._text, stores, lambda s: f"{s.name} {s.place}", STORES_SHOWN)
        go = self._places.open_recent
        return [
            Offer(
                store.name,
                lambda store=store: go(store),  # type: ignore[misc]
                tr("store · {place}", place=store.place),
                icon=Icon.SERVER if store.on_server else Icon.DATABASE,
            )
            for store in found
        ]

    def _ways_on(self, *, known: bool) -> list[Offer]:
        """What can be done with a text that leads nowhere, or that is a store's address."""
        text = self._text
        ways: list[Offer] = []
        if _is_store(text):
            go = self._places.open_path
            ways.append(
                Offer(tr("Open this store"), lambda: go(text), plain_line(text), icon=Icon.DATABASE)
            )
        lanes = self._places.lanes()
        store = None if lanes is None or known else lanes.store
        if store is not None and store.reader.source.order_key:
            everywhere = self._places.search_everywhere
            said = tr("Nothing has this id. Search it everywhere, in every event of the store")
            ways.append(Offer(said, lambda: everywhere(text), plain_line(text), icon=Icon.FUNNEL))
        if not known and lanes is not None:
            search = self._places.search_list
            ways.append(
                Offer(
                    tr("Search the list of all kinds of streams"),
                    lambda: search(text),
                    plain_line(text),
                    icon=Icon.SEARCH_X,
                )
            )
        return ways


def _is_store(text: str) -> bool:
    """Whether a text is an address, or a file that is there."""
    if text.startswith(("postgresql://", "postgres://", "sqlite://", "file:", "service=")):
        return True
    try:
        return ("/" in text or "\\" in text) and Path(text).expanduser().is_file()
    except (OSError, ValueError):  # too long, or a NUL in it
        return False
