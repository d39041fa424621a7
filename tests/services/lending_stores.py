"""Stores that the real library fills, and the snapshots that the inspector adds to them."""

from __future__ import annotations

import base64
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg.conninfo import conninfo_to_dict

from inspector.codecs import Key
from inspector.services.finding_streams import the_stream
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.snapshotting import Planner, create, preview
from inspector.services.tasks import Work
from inspector.services.write_log import WriteLog
from inspector.services.write_unlock import unlock
from tests.helpers.lending import FORMS, KEY, RULES, Loans, lending
from tests.helpers.written import OwnStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from inspector.services.snapshotting import Created
    from tests.helpers.postgres import PostgresServer


@dataclass
class LendingStore:
    """A store of the library with one loan that has a snapshot, and one that has none.

    Attributes:
        sample, loan: their ids; both have twelve events.
    """

    own: OwnStore
    environment: dict[str, str]
    log: WriteLog
    sample: UUID
    loan: UUID
    events: str
    snapshots: str

    @contextmanager
    def application(self) -> Iterator[Loans]:
        """The library's own application, freshly started."""
        app = lending(self.environment)
        try:
            yield app
        finally:
            app.close()

    def create(self, at: int | None = 10, request: OpenRequest | None = None) -> Created:
        """Let the inspector write a snapshot of the loan."""
        store = open_store(request or self.own.request, Work())
        try:
            planner = Planner(store)
            shown = preview(planner, the_stream(store.reader, str(self.loan)), at, Work())
            return create(planner, shown, unlock(store, store.name), Work(), self.log)
        finally:
            store.close()

    def rows(self) -> int:
        """Snapshots of the loan."""
        statement = f"SELECT count(*) FROM {self.snapshots} WHERE originator_id = ?"
        found: list[tuple[Any, ...]] = self.own.execute(statement, self.id)
        return int(found[0][0])

    @property
    def id(self) -> str | UUID:
        """The loan's id as the column holds it."""
        return self.loan.hex if self.own.path is not None else self.loan

    @property
    def outcomes(self) -> list[str]:
        """What the local record says."""
        return [line["outcome"] for line in self.log.lines()]


def sqlite_lending(folder: Path, form: str = "plain", text: str = "a note") -> LendingStore:
    """A file of the library."""
    path = folder / "loans.sqlite"
    where = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    own = OwnStore(str(path), path, None, _request(str(path), folder, form))
    return _filled(own, {**where, **FORMS[form]}, folder, text)


def postgres_lending(
    folder: Path, server: PostgresServer, form: str = "plain", text: str = "a note"
) -> LendingStore:
    """A database of the library."""
    name = f"loans_{abs(hash(folder)):x}"
    conninfo = server.create_database(name)
    parts = conninfo_to_dict(conninfo)
    where = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": name,
        "POSTGRES_HOST": str(parts["host"]),
        "POSTGRES_PORT": str(parts["port"]),
        "POSTGRES_USER": str(parts["user"]),
        "POSTGRES_PASSWORD": "",
    }
    address = f"postgresql:///{name}?host={parts['host']}&port={parts['port']}&user={parts['user']}"
    own = OwnStore(address, None, conninfo, _request(address, folder, form))
    return _filled(own, {**where, **FORMS[form]}, folder, text)


def _request(address: str, folder: Path, form: str) -> OpenRequest:
    rules = folder / "lending.rules.toml"
    rules.write_text(RULES, encoding="utf-8")
    keys = (Key("cipher", base64.b64decode(KEY)),) if "aes" in form else ()
    return OpenRequest(address, keys=keys, rules=(str(rules),))


def _filled(own: OwnStore, environment: dict[str, str], folder: Path, text: str) -> LendingStore:
    app = lending(environment)
    sample, loan = app.open(12, text), app.open(12, text)
    app.take_snapshot(sample)
    app.close()
    prefix = "stored" if own.path is not None else "public.loans"
    log = WriteLog(folder / "log" / "written.jsonl")
    return LendingStore(
        own, environment, log, sample, loan, f"{prefix}_events", f"{prefix}_snapshots"
    )
