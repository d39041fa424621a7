"""Every ``sslmode``, against servers with the right, a foreign and no certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import StoreUnavailable
from tests.helpers.certificates import make_server_certificates
from tests.storage.servers import asks, codes, fill, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers.postgres import PostgresServer

pytestmark = pytest.mark.postgres

ENCRYPTS = "SELECT s.ssl FROM pg_catalog.pg_stat_ssl s WHERE s.pid = pg_catalog.pg_backend_pid()"


@pytest.fixture(scope="module")
def plain_server() -> Iterator[PostgresServer]:
    """A server that knows no TLS."""
    from tests.helpers.postgres import start_server  # noqa: PLC0415 - not for the other tests

    server = start_server()
    fill(server.create_database("storage_shop"))
    server.execute("CREATE ROLE storage_trusted LOGIN")
    server.execute("GRANT SELECT ON shop_events TO storage_trusted", "storage_shop")
    yield server
    server.remove()


def address(server: PostgresServer, mode: str, **parameters: object) -> str:
    more = "".join(f" {name}={value}" for name, value in parameters.items() if name != "host")
    host = parameters.get("host", "localhost")
    where = f"host={host} port={server.port} user=storage_trusted dbname=storage_shop"
    return f"{where} sslmode={mode}{more}"


def authority(server: PostgresServer) -> Path:
    assert server.certificates is not None
    return server.certificates.authority


def is_encrypted(store_address: str) -> bool:
    """Whether the connection is, by the server's own word; ours has to agree with it."""
    with opened(store_address) as store:
        encrypted = bool(asks(store, f"({ENCRYPTS})"))
        assert store.connection.report.encrypted is encrypted
        assert ("not-encrypted" in codes(store)) is not encrypted
        assert store.reader.events.count(None).value == 700
    return encrypted


MODES = {"disable": False, "allow": False, "prefer": True, "require": True}


@pytest.mark.parametrize("mode", MODES)
def test_modes_that_check_no_certificate(
    mode: str, shop: str, postgres_server: PostgresServer
) -> None:
    assert is_encrypted(address(postgres_server, mode)) is MODES[mode]


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
def test_the_right_certificate(mode: str, shop: str, postgres_server: PostgresServer) -> None:
    assert is_encrypted(address(postgres_server, mode, sslrootcert=authority(postgres_server)))


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
def test_a_certificate_of_a_stranger(
    mode: str, shop: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    strange = make_server_certificates(tmp_path, stem="strange").authority
    with pytest.raises(StoreUnavailable, match="certificate verify failed") as caught:
        is_encrypted(address(postgres_server, mode, sslrootcert=strange))
    assert caught.value.hint


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
def test_no_certificate_to_check_with(
    mode: str, shop: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    with pytest.raises(StoreUnavailable, match=r"none\.crt"):
        is_encrypted(address(postgres_server, mode, sslrootcert=tmp_path / "none.crt"))


def test_a_certificate_for_another_name(shop: str, postgres_server: PostgresServer) -> None:
    """127.0.0.2 is this machine as well, and the certificate does not name it."""
    strange = {"host": "elsewhere.example", "hostaddr": postgres_server.host}
    trusted = {"sslrootcert": authority(postgres_server)}
    assert is_encrypted(address(postgres_server, "verify-ca", **strange, **trusted))
    with pytest.raises(StoreUnavailable, match=r"elsewhere\.example"):
        is_encrypted(address(postgres_server, "verify-full", **strange, **trusted))


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer"])
def test_a_server_without_tls_is_read_and_remarked(mode: str, plain_server: PostgresServer) -> None:
    assert not is_encrypted(address(plain_server, mode))


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_a_server_without_tls_is_refused(
    mode: str, plain_server: PostgresServer, shop: str, postgres_server: PostgresServer
) -> None:
    trusted = authority(postgres_server)
    with pytest.raises(StoreUnavailable, match="does not support SSL"):
        is_encrypted(address(plain_server, mode, sslrootcert=trusted))


def test_a_socket_has_no_network_to_listen_on(shop: str) -> None:
    with opened(shop) as store:
        assert store.connection.report.encrypted is None
        assert "not-encrypted" not in codes(store)
