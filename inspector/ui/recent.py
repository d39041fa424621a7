"""The stores that were opened before: where they are and how they were opened.

A small settings file of its own, which can be read, mailed and deleted. It holds addresses
without passwords, the name of the layout, the time, and the user's choices of opening; nothing
of what a store contains, and no key.

Imports Qt's settings and ``platformdirs``. Promises that a damaged entry is left out and never
keeps the program from starting, and that the newest store is first, below those pinned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs
from PySide6.QtCore import QObject, QSettings, Signal

from inspector.core.texts import tr
from inspector.ui.dialogs.server_fields import (
    AddressUnreadable,
    is_server_address,
    read_address,
    write_address,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inspector.services.open_store import OpenedStore

APP: Final = "event-history-inspector"
LIMIT: Final = 20
"""Stores that are remembered."""

STORES_IN_ONE: Final = 20
"""Stores of one database whose fingerprints are remembered."""

_ARRAY: Final = "stores"
_TEXTS: Final = ("address", "title", "schema", "layout", "map_file", "fingerprints")
_TRUTHS: Final = ("touch_nothing", "allow_views", "pinned")


@dataclass(frozen=True, slots=True)
class RecentStore:
    """A store that was opened before.

    Attributes:
        address: path or address, never with a password.
        title: the layout as people call it; empty when none was recognised.
        opened_at: when, in UTC; ``None`` when the entry does not say.
        schema, layout, map_file: the user's choices; empty when there were none.
        touch_nothing, allow_views: likewise.
        pinned: it stands above the others, however old it is.
        fingerprints: a line for each store that was opened in it: fingerprint and events table.
    """

    address: str
    title: str = ""
    opened_at: datetime | None = None
    schema: str = ""
    layout: str = ""
    map_file: str = ""
    touch_nothing: bool = False
    allow_views: bool = False
    pinned: bool = False
    fingerprints: str = ""

    @property
    def on_server(self) -> bool:
        """Whether it is a PostgreSQL store rather than a file."""
        return is_server_address(self.address)

    @property
    def name(self) -> str:
        """A short name: the file's, or the database's."""
        if not self.on_server:
            return Path(self.address).name or self.address
        try:
            fields = read_address(self.address)
        except AddressUnreadable:
            return self.address
        return fields.database or fields.service or fields.host or self.address

    @property
    def place(self) -> str:
        """Where it is, without the name: the folder, or the server."""
        if not self.on_server:
            return str(Path(self.address).parent)
        try:
            fields = read_address(self.address)
        except AddressUnreadable:
            return ""
        who = f"{fields.user}@" if fields.user else ""
        port = f":{fields.port}" if fields.port and "," not in fields.port else ""
        through = f" ({tr('through {hop}', hop=fields.ssh)})" if fields.ssh else ""
        return f"{who}{fields.host}{port}{through}"


class RecentStores(QObject):
    """The list, pinned stores and then the newest first, kept in a settings file.

    Signals:
        changed(): a store was added, pinned or forgotten.
    """

    changed = Signal()

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._stores = _read(settings)

    @property
    def stores(self) -> tuple[RecentStore, ...]:
        """All of them: those pinned, then the others, each newest first."""
        return self._stores

    def remember(self, store: RecentStore, now: datetime | None = None) -> None:
        """Put a store first; an earlier entry of the same address goes, its pin stays.

        Args:
            store: what to remember; a password in its address is taken out.
            now: the time to note, now by default.
        """
        when = now or datetime.now(UTC)
        address = without_password(store.address)
        if not address:
            return
        before = next((known for known in self._stores if known.address == address), store)
        fresh = replace(
            store,
            address=address,
            opened_at=when,
            pinned=before.pinned,
            fingerprints=before.fingerprints,
        )
        others = (known for known in self._stores if known.address != fresh.address)
        self._keep((fresh, *others))

    def note_fingerprint(self, address: str, fingerprint: str, table: str) -> None:
        """Remember which store was found at an address that is on the list."""
        line = f"{fingerprint} {table}"

        def noted(known: RecentStore) -> RecentStore:
            others = [e for e in known.fingerprints.splitlines() if _table_in(e) != table]
            return replace(known, fingerprints="\n".join([line, *others][:STORES_IN_ONE]))

        at = next((known for known in self._stores if known.address == address), None)
        if at is not None and line not in at.fingerprints.splitlines():
            self._keep(tuple(noted(s) if s is at else s for s in self._stores))

    def with_fingerprint(self, fingerprint: str) -> tuple[RecentStore, str] | None:
        """The newest store with a fingerprint, and its events table; ``None``: none is known."""
        never = datetime.min.replace(tzinfo=UTC)
        newest = sorted(self._stores, key=lambda s: s.opened_at or never, reverse=True)
        for store in newest:
            for line in store.fingerprints.splitlines():
                if line.startswith(f"{fingerprint} "):
                    return store, _table_in(line)
        return None

    def pin(self, address: str, *, pinned: bool) -> None:
        """Keep a store above the others, or no longer."""
        stores = (
            replace(known, pinned=pinned) if known.address == address else known
            for known in self._stores
        )
        never = datetime.min.replace(tzinfo=UTC)
        newest = sorted(stores, key=lambda known: known.opened_at or never, reverse=True)
        self._keep(tuple(newest))

    def forget(self, address: str) -> None:
        """Take a store off the list; the store itself is not touched."""
        self._keep(tuple(known for known in self._stores if known.address != address))

    def _keep(self, stores: tuple[RecentStore, ...]) -> None:
        self._stores = tuple(sorted(stores, key=lambda known: not known.pinned))[:LIMIT]
        _write(self._settings, self._stores)
        self.changed.emit()


def load_recent(parent: QObject | None = None) -> RecentStores:
    """The user's own list."""
    file = Path(platformdirs.user_config_dir(APP, appauthor=False)) / "recent.ini"
    return RecentStores(QSettings(str(file), QSettings.Format.IniFormat), parent)


def recent_of(store: OpenedStore) -> RecentStore:
    """What is worth remembering of a store that has been opened."""
    address, request = store.address, store.request
    where = address.text if address.path is None else str(address.path.absolute())
    return RecentStore(
        address=without_password(where),
        title=store.match.title,
        schema=request.schema or "",
        layout=request.layout or "",
        map_file=request.map_file,
        touch_nothing=request.options.touch_nothing,
        allow_views=request.options.allow_views,
    )


def without_password(address: str) -> str:
    """The address as it may be kept and shown."""
    if not is_server_address(address):
        return address
    try:
        return write_address(read_address(address))
    except AddressUnreadable:
        return ""


def _table_in(line: str) -> str:
    return line.partition(" ")[2]


def _read(settings: QSettings) -> tuple[RecentStore, ...]:
    found: list[RecentStore] = []
    count = settings.beginReadArray(_ARRAY)
    for number in range(min(count, LIMIT)):
        settings.setArrayIndex(number)
        names = (*_TEXTS, *_TRUTHS, "opened_at")
        store = _store({name: settings.value(name, "") for name in names})
        if store is not None:
            found.append(store)
    settings.endArray()
    return tuple(found)


def _store(values: Mapping[str, object]) -> RecentStore | None:
    def text(name: str) -> str:
        value = values[name]
        return value if isinstance(value, str) else ""

    if not text("address"):
        return None
    return RecentStore(
        address=text("address"),
        title=text("title"),
        opened_at=_time(values["opened_at"]),
        schema=text("schema"),
        layout=text("layout"),
        map_file=text("map_file"),
        fingerprints=text("fingerprints"),
        touch_nothing=values["touch_nothing"] in (True, "true"),
        allow_views=values["allow_views"] in (True, "true"),
        pinned=values["pinned"] in (True, "true"),
    )


def _time(value: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError:  # somebody edited the file; the store can be opened all the same
        return None
    return read if read.tzinfo is not None else None


def _write(settings: QSettings, stores: tuple[RecentStore, ...]) -> None:
    settings.remove(_ARRAY)
    settings.beginWriteArray(_ARRAY, len(stores))
    for number, store in enumerate(stores):
        settings.setArrayIndex(number)
        for name in (*_TEXTS, *_TRUTHS):
            settings.setValue(name, getattr(store, name))
        if store.opened_at is not None:
            settings.setValue("opened_at", store.opened_at.isoformat(timespec="seconds"))
    settings.endArray()
    settings.sync()
