"""The command line called as a script calls it, and stores to call it on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from inspector import cli
from tests.layouts.cases import Case

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.services.window_request import WindowStarter

SHOP = Case("pyeventsourcing", "plain", "sqlite")
"""A store of the Python library, on SQLite: one table, exact order, snapshots beside it."""


@dataclass(frozen=True)
class Result:
    """What one call left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def records(self) -> list[dict[str, Any]]:
        """The objects on standard output, every digit kept."""
        return [json.loads(line, parse_float=Decimal) for line in self.lines]

    @property
    def error(self) -> dict[str, str]:
        """The error object, the last line of standard error."""
        found = json.loads(self.err.splitlines()[-1])
        assert found.keys() == {"error"}
        assert found["error"].keys() == {"code", "message", "hint"}
        return dict(found["error"])


@dataclass
class Caller:
    """Calls the command line in this process."""

    capture: pytest.CaptureFixture[str]
    window: WindowStarter | None = None

    def __call__(self, *arguments: object) -> Result:
        self.capture.readouterr()
        code = cli.main([str(a) for a in arguments], self.window)
        out, err = self.capture.readouterr()
        assert "Traceback" not in err
        return Result(code, out, err)

    def json(self, *arguments: object) -> list[dict[str, Any]]:
        """The objects of a call that must end well."""
        command, *rest = arguments
        result = self(command, "--json", *rest)
        assert result.code == 0, result.err
        return result.records


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Caller:
    """The command line."""
    return Caller(capsys)


@pytest.fixture(scope="session")
def unpacked(
    tmp_path_factory: pytest.TempPathFactory, restore_dump: Callable[[Path], str]
) -> Callable[[Case], str]:
    """The address of a real store, unpacked or restored once a session."""
    folder = tmp_path_factory.mktemp("cli-stores")

    def address(case: Case) -> str:
        path = case.unpack(folder)
        return str(path) if case.dialect == "sqlite" else restore_dump(path)

    return address


@pytest.fixture(scope="session")
def shop(unpacked: Callable[[Case], str]) -> str:
    """The path of a small real store."""
    return unpacked(SHOP)


@pytest.fixture(scope="session")
def shop_streams() -> list[dict[str, Any]]:
    """What its library says about its streams."""
    return list(SHOP.expected["streams"])


MAP = """
[events]
table = "log"
stream = "stream"
position = "version"
order = "id"
type = "type"
payload = "body"
metadata = "meta"
recorded_at = "at"
actor = "actor"
tenant = "tenant"
"""

COLUMNS = "id INTEGER PRIMARY KEY, stream, version, type, body, meta, at, actor, tenant"
EVENT = ("s", 1, "Happened", "{}", None, "2024-01-01T00:00:00Z", None, None)
"""A row without its id: nothing special about it."""


@dataclass(frozen=True)
class Own:
    """A store of made-up rows, and the map file that explains it."""

    path: Path
    map: Path

    @property
    def arguments(self) -> tuple[str, str, str]:
        return str(self.path), "--map", str(self.map)


def write_own(folder: Path, rows: Sequence[Sequence[object]], columns: str = COLUMNS) -> Own:
    """Write a store with these rows (everything but the id)."""
    own = Own(folder / "own.sqlite", folder / "own.toml")
    own.map.write_text(MAP, encoding="utf-8")
    with closing(sqlite3.connect(own.path)) as database:
        database.execute(f"CREATE TABLE log ({columns})")
        database.execute("CREATE UNIQUE INDEX by_stream ON log (stream, version)")
        places = ", ".join("?" * len(EVENT))
        names = "stream, version, type, body, meta, at, actor, tenant"
        database.executemany(f"INSERT INTO log ({names}) VALUES ({places})", rows)
        database.commit()
    return own


@pytest.fixture
def own_store(tmp_path: Path) -> Callable[[Sequence[Sequence[object]]], Own]:
    """Writes a store of made-up rows."""
    return lambda rows: write_own(tmp_path, rows)
