"""Opening a store: connect read-only, look at the tables, recognise, choose, describe.

The result is a value that both front ends use: who recognised the store and why, how it was
opened, and a reader for one connection. A second lane opens its own connection with the same
choice, without looking at the tables again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from inspector import layouts
from inspector.codecs import builtin_codecs
from inspector.core.errors import InputInvalid, LayoutAmbiguous, LayoutUnknown
from inspector.core.findings import Finding
from inspector.core.texts import tr
from inspector.layouts._map_file import ColumnMap, parse_map
from inspector.layouts.mapped import MappedLayout
from inspector.services.replayers import StoreReplayer
from inspector.services.rules import LoadedRules, read_rules
from inspector.storage.address import StoreAddress, parse_address
from inspector.storage.catalog import read_catalog
from inspector.storage.opening import Connection, OpenOptions, open_connection
from inspector.storage.store_reader import StoreReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.codecs._api import Key
    from inspector.core.rules import RuleSet
    from inspector.layouts import Recognised, Recognition
    from inspector.layouts._api import Catalog, Layout, Match, NearMiss, Table
    from inspector.services.schema_files import LoadedSchemas
    from inspector.services.tasks import Work


# The front ends speak of readers and may not import the storage package.
__all__ = [
    "OpenRequest",
    "OpenedStore",
    "StoreReader",
    "choose",
    "load_recognition",
    "open_lane",
    "open_store",
    "open_stores",
]


@dataclass(frozen=True)
class OpenRequest:
    """What the user asked for.

    Attributes:
        address: path or address, as typed.
        layout: name of a layout that overrules recognition.
        map_text: content of a map file that names the columns.
        map_file: path of that file, for messages and to find it again.
        schema: PostgreSQL schema to look in; all by default.
        choice: full name of the events table, when a database holds several stores.
        keys: decryption keys.
        options: how to connect.
        rules: paths of rules files.
        replayer: command or script of a replayer that the user has allowed.
        schemas: paths of files with schemas of the payloads; ``None``: nobody said anything.
        known_schemas: path and digest of the files, when the schemas are those that were last
            used: then a file that cannot be used is a finding, and one that changed, too.
        use_stored_keys: keys that the store itself keeps may open its values.
    """

    address: str
    layout: str | None = None
    map_text: str | None = None
    map_file: str = ""
    schema: str | None = None
    choice: str | None = None
    keys: tuple[Key, ...] = ()
    options: OpenOptions = field(default_factory=OpenOptions)
    rules: tuple[str, ...] = ()
    replayer: str = ""
    schemas: tuple[str, ...] | None = None
    known_schemas: tuple[tuple[str, str], ...] = ()
    use_stored_keys: bool = False


@dataclass(frozen=True)
class OpenedStore:
    """One store of an open database.

    Attributes:
        request: what was asked for, to open further lanes.
        connection, reader: the lane's own; one thread at a time.
        match: the chosen store; ``matches`` all stores found in the database.
        alternatives: layouts that do not fit, with what was missing.
        rules: what the application would do, or ``None`` when nobody said it.
        replayer: the application's own code, in a process of its own, or ``None``.
        schemas: schemas of the payloads that the user gave, or ``None``.
        schema_problems: what is to be said about schemas that were used before.
    """

    request: OpenRequest
    connection: Connection
    recognition: Recognition
    recognised: Recognised
    layout: Layout
    reader: StoreReader
    rules: LoadedRules | None = None
    replayer: StoreReplayer | None = None
    schemas: LoadedSchemas | None = None
    schema_problems: tuple[Finding, ...] = ()

    @property
    def application(self) -> RuleSet | StoreReplayer | None:
        """Who knows what the application does: its own code before rules."""
        return self.replayer if self.replayer is not None else self.rule_set

    @property
    def rule_set(self) -> RuleSet | None:
        """The rules themselves, if there are any."""
        return None if self.rules is None else self.rules.rules

    @property
    def address(self) -> StoreAddress:
        """Where the store is; never with a password."""
        return self.connection.address

    @property
    def name(self) -> str:
        """A short name: the file's, or the database's."""
        if self.address.path is not None:
            return self.address.path.name
        known = dict(self.address.parameters)
        return known.get("dbname") or known.get("service") or self.address.display

    @property
    def match(self) -> Match:
        """The layout's description of the store."""
        return self.recognised.match

    @property
    def certain(self) -> bool:
        """Whether the match was taken unasked."""
        return self.recognised.certain

    @property
    def alternatives(self) -> tuple[NearMiss, ...]:
        """Layouts that do not fit this store as well, with what was missing."""
        return self.recognised.alternatives

    @property
    def table(self) -> str:
        """Full name of the events table: what tells several stores of a database apart."""
        return self.match.tables["events"].full_name

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What opening found worth knowing."""
        hidden = [_hidden_rows(t) for t in self.match.tables.values() if t.filtered]
        report = self.connection.report.findings
        return (*report, *self.recognition.findings, *hidden, *self.schema_problems)

    @property
    def has_times(self) -> bool:
        """Whether events carry a time."""
        source = self.reader.source
        in_columns = any(c.key == "recorded_at" for c in source.events.selected_columns)
        return in_columns or source.places.recorded_at is not None

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()


def load_recognition() -> None:
    """Load every layout and codec now; the first store that is opened need not."""
    layouts.builtin_layouts()
    builtin_codecs()


def open_stores(request: OpenRequest, work: Work) -> tuple[OpenedStore, ...]:
    """Open a database and describe every store in it, best match first.

    Raises:
        StoreUnavailable, StoreBusy, AccessDenied: it cannot be opened.
        LayoutUnknown: nothing in it looks like an event store.
        RulesInvalid: a rules file has mistakes.
        InputInvalid: a file of rules or schemas cannot be read or used.
        InputInvalid, ReplayerFailed: the replayer cannot be used.
    """
    rules = read_rules(request.rules) if request.rules else None
    schemas, problems = _schemas(request)
    address = parse_address(request.address)
    options = replace(request.options, stopped=lambda: work.token.cancelled)
    connection = open_connection(address, options)
    try:
        work.check()
        columns = _columns(request)
        catalog = read_catalog(
            connection, allow_views=request.options.allow_views, schema=request.schema
        )
        recognition = layouts.recognise(catalog, only=request.layout, map=columns)
        _require_stores(connection, catalog, recognition)
        seen = (request, connection, recognition)
        stores = tuple(
            replace(_opened(seen, columns, found, schemas), rules=rules, schema_problems=problems)
            for found in recognition.stores
        )
        if not request.replayer:
            return stores
        # One process for the database: it folds one stream at a time.
        replayer = StoreReplayer(request.replayer, {"layout": stores[0].match.layout})
        return tuple(replace(store, replayer=replayer) for store in stores)
    except BaseException:
        connection.close()
        raise


def open_store(request: OpenRequest, work: Work) -> OpenedStore:
    """Open the one store that was asked for, or the only one that can be meant.

    Raises:
        LayoutAmbiguous: several stores fit; the hint names them.
    """
    stores = open_stores(request, work)
    try:
        return choose(stores, request)
    except LayoutAmbiguous:
        stores[0].close()
        raise


def choose(stores: tuple[OpenedStore, ...], request: OpenRequest) -> OpenedStore:
    """The store that is meant.

    Raises:
        LayoutAmbiguous: several are equally good; the hint names them.
    """
    names = ", ".join(f"{s.table} ({s.match.title})" for s in stores)
    if request.choice is not None:
        for store in stores:
            if request.choice in (store.table, store.match.tables["events"].name):
                return store
        raise LayoutAmbiguous(
            tr("No store has an events table {name!r}.", name=request.choice),
            hint=tr("Found: {names}.", names=names),
        )
    certain = [s for s in stores if s.certain]
    overruled = len(stores) == 1 and (request.layout or request.map_text) is not None
    if len(certain) == 1 or overruled:
        return (certain or list(stores))[0]
    if len(certain) > 1:
        message = tr("The database holds {n} event stores.", n=len(certain))
    else:
        message = tr("No layout fits this database for certain.")
    raise LayoutAmbiguous(message, hint=tr("Choose a store by its table: {names}.", names=names))


def open_lane(store: OpenedStore) -> OpenedStore:
    """A second connection to the same store, for another thread."""
    connection = open_connection(store.address, store.request.options)
    schemas = None if store.schemas is None else store.schemas.schemas
    reader = StoreReader(
        connection,
        store.layout,
        store.match,
        store.request.keys,
        schemas,
        use_stored_keys=store.request.use_stored_keys,
    )
    return replace(store, connection=connection, reader=reader)


def _hidden_rows(table: Table) -> Finding:
    words = tr(
        "Row-level security is on for {table}: rows may be hidden from this role.",
        table=table.full_name,
    )
    return Finding("rows-hidden", words, table.full_name)


def _columns(request: OpenRequest) -> ColumnMap | None:
    """The user's map, with its file's name for messages."""
    if request.map_text is None:
        return None
    known = builtin_codecs()
    return parse_map(
        request.map_text,
        Path(request.map_file).name if request.map_file else "map file",
        codecs=[codec.name for codec in known.codecs],
        refiners=list(known.refiners),
    )


def _schemas(request: OpenRequest) -> tuple[LoadedSchemas | None, tuple[Finding, ...]]:
    """The user's schemas; most stores need none, and what reads them is loaded for the others.

    Those that were used before are not asked for now: a store is not closed for them.
    """
    if not request.schemas:
        return None, ()
    from inspector.services.schema_files import read_schemas  # noqa: PLC0415

    if not request.known_schemas:
        return read_schemas(request.schemas), ()
    try:
        loaded = read_schemas(request.schemas)
    except InputInvalid as error:
        return None, (Finding("schemas-unusable", error.message),)
    known = dict(request.known_schemas)
    changed = [f.path for f in loaded.files if known.get(str(f.path)) not in (None, f.digest)]
    return loaded, tuple(
        Finding(
            "schemas-changed",
            tr("The schema file {file} was changed since it was last used here.", file=path),
        )
        for path in changed
    )


def _require_stores(connection: Connection, catalog: Catalog, recognition: Recognition) -> None:
    """Raise with what was looked for, and what came closest, when there is no store."""
    if recognition.stores:
        return
    looked = tr("Looked for: {titles}.", titles=", ".join(recognition.looked_for))
    closest = [f"{m.title}: {', '.join(m.why_not)}" for m in recognition.near_misses[:3]]
    near = [tr("Closest: {misses}.", misses="; ".join(closest))] if closest else []
    views = catalog.skipped_views
    if not catalog.tables and not views:
        near.append(tr("The database holds no tables at all."))
    if views:
        near.append(tr("Views were left out: {names}.", names=", ".join(views[:8])))
    closed = [f.message for f in connection.report.findings if f.code == "table-unreadable"]
    near.extend(closed[:3])
    near.extend(_own_events(catalog))
    raise LayoutUnknown(
        tr("No event store was found in {store}.", store=connection.address.display),
        hint=" ".join((looked, *near)),
    )


def _own_events(catalog: Catalog) -> Iterator[str]:
    """The table that may hold events of the application's own making, and how to read it."""
    from inspector.services.map_guessing import likeliest, proposed  # noqa: PLC0415
    from inspector.services.mapping import view_of  # noqa: PLC0415 - only where nothing was found

    views = [view_of(table) for table in catalog.tables]
    table = likeliest(views)
    if table is not None and proposed(table).whole:
        yield tr(
            "{table} may hold events of the application's own: recognise --propose writes a map "
            "file for it to check, and the window proposes one.",
            table=table.name,
        )


def _opened(
    seen: tuple[OpenRequest, Connection, Recognition],
    columns: ColumnMap | None,
    found: Recognised,
    schemas: LoadedSchemas | None,
) -> OpenedStore:
    request, connection, recognition = seen
    layout: Layout = layouts.layout_named(found.match.layout)
    if columns is not None:
        layout = MappedLayout(columns)
    known = None if schemas is None else schemas.schemas
    reader = StoreReader(
        connection,
        layout,
        found.match,
        request.keys,
        known,
        use_stored_keys=request.use_stored_keys,
    )
    return OpenedStore(request, connection, recognition, found, layout, reader, schemas=schemas)
