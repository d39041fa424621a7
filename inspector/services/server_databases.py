"""Which databases a PostgreSQL server has, and which of them hold an event store.

The names come from any database of the server that lets us in. Whether one holds a store is found
by opening it as always and looking at its tables; that takes a connection each, so it is done only
when somebody asks, one after the other, and can be stopped in between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from inspector.core.errors import InputInvalid, InspectorError, LayoutUnknown, StoreUnavailable
from inspector.core.texts import tr
from inspector.services.open_store import OpenRequest, open_stores
from inspector.storage.address import POSTGRESQL, parse_address
from inspector.storage.opening import open_connection
from inspector.storage.postgres_catalog import database_names

if TYPE_CHECKING:
    from inspector.services.tasks import Work

USUAL: Final = ("postgres", "template1")
"""Databases that nearly every server has, to ask from when none is named."""


@dataclass(frozen=True, slots=True)
class FoundStore:
    """One event store in a database."""

    layout: str
    title: str
    table: str
    certain: bool


@dataclass(frozen=True, slots=True)
class LookedInto:
    """What was found in a database.

    Attributes:
        stores: event stores; none when there are none, or ``trouble`` says why nobody knows.
        trouble: why it could not be looked into.
    """

    database: str
    stores: tuple[FoundStore, ...] = ()
    trouble: str = ""


def at_database(request: OpenRequest, name: str) -> OpenRequest:
    """The same request for another database of the server; passwords stay beside the address.

    Raises:
        InputInvalid: the address is none of a server.
    """
    address = parse_address(request.address)
    if address.dialect != POSTGRESQL:
        raise InputInvalid(
            tr("A file holds one database; only a PostgreSQL server has several."),
            hint=tr("Give postgresql://user@host:port, or service=NAME."),
        )
    parameters = tuple(sorted({**dict(address.parameters), "dbname": name}.items()))
    options = replace(
        request.options,
        typed_password=request.options.typed_password or address.password,
        key_passphrase=request.options.key_passphrase or address.secrets.get("sslpassword"),
    )
    text = replace(address, parameters=parameters).without_password.text
    return replace(request, address=text, options=options, choice=None)


def server_databases(request: OpenRequest, work: Work) -> tuple[str, ...]:
    """Names of the databases that the role may connect to, in alphabetical order.

    Raises:
        InputInvalid: the address is none of a server.
        StoreUnavailable: the server does not let us in.
    """
    asked = dict(parse_address(request.address).parameters).get("dbname")
    first: InspectorError | None = None
    for name in dict.fromkeys((*([asked] if asked else []), *USUAL)):
        work.check()
        here = at_database(request, name)
        try:
            connection = open_connection(parse_address(here.address), here.options)
        except StoreUnavailable as error:
            # Another database may exist, and may let us in, where this one does not.
            first = first or error
            continue
        try:
            return database_names(connection)
        finally:
            connection.close()
    raise first or StoreUnavailable(tr("The server names no database."))


def look_into(request: OpenRequest, name: str, work: Work) -> LookedInto:
    """Which event stores a database holds; what stands in the way is part of the answer."""
    work.check()
    try:
        # Nobody's program is run only to look whether there is a store.
        stores = open_stores(replace(at_database(request, name), replayer=""), work)
    except LayoutUnknown:
        return LookedInto(name)
    except InspectorError as error:
        return LookedInto(name, trouble=error.message)
    try:
        found = tuple(
            FoundStore(store.match.layout, store.match.title, store.table, store.certain)
            for store in stores
        )
    finally:
        stores[0].close()
    return LookedInto(name, found)
