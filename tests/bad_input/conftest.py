"""The command line, and databases of one test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import Caller

if TYPE_CHECKING:
    from tests.helpers.postgres import PostgresServer


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Caller:
    """The command line, called in this process."""
    return Caller(capsys)


@pytest.fixture
def database(postgres_server: PostgresServer, request: pytest.FixtureRequest) -> str:
    """An empty database on the session's server."""
    return postgres_server.create_database(f"bad_{abs(hash(request.node.nodeid)) % 10**12}")
