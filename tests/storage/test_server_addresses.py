"""Every way in which libpq lets people say where a server is, on real servers."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from inspector.core.errors import StoreUnavailable
from inspector.storage.opening import OpenOptions
from tests.helpers.postgres import free_port, start_standby
from tests.storage.servers import asks, changed, codes, fill, open_and_close, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers.postgres import PostgresServer

pytestmark = pytest.mark.postgres


def count(address: str) -> int:
    with opened(address) as store:
        return store.reader.events.count(None).value


def test_an_address_as_url(shop: str, postgres_server: PostgresServer) -> None:
    place = f"{postgres_server.host}:{postgres_server.port}"
    assert count(f"postgresql://storage_trusted@{place}/storage_shop") == 700
    assert count(f"postgres://storage_trusted@{place}/storage_shop?sslmode=disable") == 700
    folder = quote(str(postgres_server.socket_folder), safe="")
    port = postgres_server.port
    assert count(f"postgresql://storage_trusted@{folder}:{port}/storage_shop") == 700


def test_an_address_as_words(shop: str, postgres_server: PostgresServer) -> None:
    words = f"host={postgres_server.host} port={postgres_server.port} user=storage_trusted"
    assert count(f"{words} dbname=storage_shop") == 700


def test_a_service_file(
    shop: str,
    postgres_server: PostgresServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "services.conf"
    file.write_text(
        f"[shop]\nhost={postgres_server.host}\nport={postgres_server.port}\n"
        "user=storage_trusted\ndbname=storage_shop\n"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    assert count("service=shop") == 700
    assert count("postgresql://?service=shop") == 700
    with pytest.raises(StoreUnavailable, match="nowhere"):
        count("service=nowhere")


def test_what_the_environment_says(
    shop: str, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGHOST", postgres_server.host)
    monkeypatch.setenv("PGPORT", str(postgres_server.port))
    monkeypatch.setenv("PGUSER", "storage_trusted")
    assert count("postgresql:///storage_shop") == 700


def test_a_dead_first_host_is_passed_over(shop: str, postgres_server: PostgresServer) -> None:
    alive = f"{postgres_server.host}:{postgres_server.port}"
    dead = f"127.0.0.1:{free_port()}"
    assert count(f"postgresql://storage_trusted@{dead},{alive}/storage_shop") == 700


def test_all_hosts_dead_are_all_named() -> None:
    first, second = free_port(), free_port()
    with pytest.raises(StoreUnavailable) as caught:
        count(f"postgresql://nobody@127.0.0.1:{first},127.0.0.1:{second}/none")
    assert str(first) in caught.value.message
    assert str(second) in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_a_host_that_takes_calls_and_says_nothing_is_given_up() -> None:
    """Once, and not once more without our start-up options."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        with pytest.raises(StoreUnavailable) as caught:
            open_and_close(f"host=127.0.0.1 port={port} user=x", OpenOptions(connect_timeout=2))
        assert "timeout" in caught.value.message
        silent.setblocking(False)
        calls = 0
        while True:
            try:
                silent.accept()[0].close()
            except BlockingIOError:
                break
            calls += 1
    assert calls == 1


@pytest.fixture
def pair(postgres_server: PostgresServer) -> Iterator[tuple[PostgresServer, PostgresServer]]:
    """A primary with a store, and a standby that follows it."""
    from tests.helpers.postgres import start_server  # noqa: PLC0415 - not for the other tests

    primary = start_server(settings={"wal_level": "replica", "max_wal_senders": "2"})
    try:
        fill(primary.create_database("shop"))
        standby = start_standby(primary)
        yield primary, standby
        standby.remove()
    finally:
        primary.remove()


def test_a_standby_is_preferred_and_the_primary_taken_when_it_is_gone(
    pair: tuple[PostgresServer, PostgresServer],
) -> None:
    primary, standby = pair
    hosts = f"{primary.host}:{primary.port},{standby.host}:{standby.port}"
    address = f"postgresql://postgres@{hosts}/shop?target_session_attrs=prefer-standby"
    with opened(address) as store:
        assert asks(store, "pg_catalog.pg_is_in_recovery()") is True
        assert store.reader.events.count(None).value == 700
        assert len(store.reader.events.page(None).rows) == 256
        assert store.connection.change_marker()
        standby.stop()
        assert len(store.reader.events.page(None).rows) == 256, "the next host takes over"
        assert asks(store, "pg_catalog.pg_is_in_recovery()") is False
    with opened(address) as store:
        assert asks(store, "pg_catalog.pg_is_in_recovery()") is False
        assert "role-can-write" in codes(store)


def test_a_user_that_there_is_not(shop: str) -> None:
    with pytest.raises(StoreUnavailable, match="nobody_at_all"):
        count(changed(shop, user="nobody_at_all"))


def test_a_database_that_there_is_not(shop: str) -> None:
    with pytest.raises(StoreUnavailable, match="no_such_database"):
        count(changed(shop, dbname="no_such_database"))
