"""A command whose server goes away in the middle: it goes on where it can, and never pretends."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import IO, TYPE_CHECKING

import psycopg
import pytest

from tests.storage.servers import fill

if TYPE_CHECKING:
    from tests.helpers.postgres import PostgresServer

pytestmark = pytest.mark.postgres
EVENTS = 20_000
"""More than fits into a pipe, so that the command waits for its reader in the middle."""


def begun(server: PostgresServer, *options: str) -> subprocess.Popen[str]:
    address = server.conninfo("shop")
    command = [sys.executable, "-m", "inspector", "events", address, "--json", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def out_of(command: subprocess.Popen[str]) -> IO[str]:
    assert command.stdout is not None
    return command.stdout


def rest_of(command: subprocess.Popen[str]) -> tuple[str, str]:
    """What is still to come; ``communicate`` would pass over what was read ahead with a line."""
    assert command.stderr is not None
    out, err = out_of(command).read(), command.stderr.read()
    command.wait()
    return out, err


def test_a_session_that_was_ended_is_begun_anew(own_postgres_server: PostgresServer) -> None:
    fill(own_postgres_server.create_database("shop"), events=EVENTS)
    with begun(own_postgres_server) as command:
        first = out_of(command).readline()
        with psycopg.connect(own_postgres_server.conninfo(), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'event-history-inspector'"
            )
        out, err = rest_of(command)
    rows = [json.loads(line) for line in (first + out).splitlines()]
    assert command.returncode == 0, err
    assert [row["global_position"] for row in rows] == list(range(1, EVENTS + 1))
    assert "error" not in err


def test_a_server_that_is_gone_ends_it_with_a_sentence(
    own_postgres_server: PostgresServer,
) -> None:
    fill(own_postgres_server.create_database("shop"), events=EVENTS)
    with begun(own_postgres_server) as command:
        first = out_of(command).readline()
        own_postgres_server.stop()
        out, err = rest_of(command)
    lines = [json.loads(line) for line in (first + out).splitlines()]
    assert command.returncode == 3
    assert lines[-1]["partial"]["reason"] == "connection-lost"
    assert 0 < lines[-1]["partial"]["objects"] == len(lines) - 1 < EVENTS
    error = json.loads(err.splitlines()[-1])["error"]
    assert error["code"] == "connection-lost"
    assert error["message"]
    assert error["hint"]
    assert "Traceback" not in err
    assert err.count("Error: ") == 1
