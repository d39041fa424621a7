"""Client certificates against a real server that lets nobody in without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import StoreUnavailable
from inspector.services.open_store import OpenRequest, open_stores
from inspector.services.store_form import StoreForm, request_of
from inspector.services.tasks import Work
from inspector.storage.opening import OpenOptions
from tests.helpers.certificates import ClientCertificate, make_client_certificate
from tests.storage.servers import asks, fill, open_and_close, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers.postgres import PostgresServer

pytestmark = pytest.mark.postgres
PASSPHRASE = "open sesame"


@pytest.fixture(scope="module")
def strict_server() -> Iterator[PostgresServer]:
    """A server where ``certified`` needs a certificate made out to that name."""
    from tests.helpers.postgres import start_server  # noqa: PLC0415 - not for the other tests

    server = start_server(tls=True, logins="hostssl all certified all cert\n")
    fill(server.create_database("shop"))
    server.execute("CREATE ROLE certified LOGIN")
    server.execute("GRANT SELECT ON shop_events TO certified", "shop")
    yield server
    server.remove()


@pytest.fixture
def mine(strict_server: PostgresServer, tmp_path: Path) -> ClientCertificate:
    """A certificate that the server accepts."""
    assert strict_server.certificates is not None
    return make_client_certificate(tmp_path, strict_server.certificates, "certified")


def address(server: PostgresServer, **parameters: object) -> str:
    assert server.certificates is not None
    trusted = {"sslmode": "verify-full", "sslrootcert": server.certificates.authority}
    words = {"host": "localhost", "port": server.port, "user": "certified", "dbname": "shop"}
    return " ".join(f"{name}='{value}'" for name, value in (words | trusted | parameters).items())


def with_certificate(server: PostgresServer, certificate: ClientCertificate) -> str:
    return address(server, sslcert=certificate.certificate, sslkey=certificate.key)


def refused(text: str, *words: str, options: OpenOptions | None = None) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        open_and_close(text, options)
    error = caught.value
    for word in words:
        assert word in f"{error.message} {error.hint}"
    assert error.hint
    assert PASSPHRASE not in f"{error.message} {error.hint} {error.detail} {error.__cause__}"


def test_the_right_certificate(strict_server: PostgresServer, mine: ClientCertificate) -> None:
    with opened(with_certificate(strict_server, mine)) as store:
        assert asks(store, "CURRENT_USER::text") == "certified"
        assert store.connection.report.encrypted is True


def test_a_key_with_a_passphrase(strict_server: PostgresServer, tmp_path: Path) -> None:
    assert strict_server.certificates is not None
    locked = make_client_certificate(
        tmp_path, strict_server.certificates, "certified", passphrase=PASSPHRASE
    )
    text = with_certificate(strict_server, locked)
    open_and_close(text, OpenOptions(key_passphrase=PASSPHRASE))
    open_and_close(f"{text} sslpassword='{PASSPHRASE}'")
    wrong = OpenOptions(key_passphrase="wrong")
    refused(text, str(locked.key), "passphrase", options=wrong)
    refused(text, str(locked.key), "passphrase")


def test_the_form_carries_the_passphrase(strict_server: PostgresServer, tmp_path: Path) -> None:
    assert strict_server.certificates is not None
    locked = make_client_certificate(
        tmp_path, strict_server.certificates, "certified", passphrase=PASSPHRASE
    )
    form = StoreForm(with_certificate(strict_server, locked), key_passphrase=PASSPHRASE)
    assert PASSPHRASE not in repr(form)
    request: OpenRequest = request_of(form)
    assert PASSPHRASE not in repr(request)
    stores = open_stores(request, Work())
    try:
        assert PASSPHRASE not in stores[0].address.text
    finally:
        stores[0].close()


def test_no_certificate(strict_server: PostgresServer) -> None:
    refused(address(strict_server), "without a client certificate", "Tunnel and certificates")


def test_a_certificate_of_a_stranger(
    strict_server: PostgresServer, mine: ClientCertificate, tmp_path: Path
) -> None:
    folder = tmp_path / "strange"
    folder.mkdir()
    strange = make_client_certificate(folder, None, "certified")
    refused(with_certificate(strict_server, strange), "authority that the server knows")


def test_a_certificate_for_another_role(strict_server: PostgresServer, tmp_path: Path) -> None:
    assert strict_server.certificates is not None
    other = make_client_certificate(tmp_path, strict_server.certificates, "somebody")
    refused(with_certificate(strict_server, other), "not made out to the role certified")


def test_a_key_that_others_may_read(strict_server: PostgresServer, mine: ClientCertificate) -> None:
    mine.key.chmod(0o644)
    refused(with_certificate(strict_server, mine), str(mine.key), "read by others", "chmod 600")


def test_a_key_that_is_not_there(strict_server: PostgresServer, mine: ClientCertificate) -> None:
    mine.key.unlink()
    refused(with_certificate(strict_server, mine), str(mine.key), "private key")


def test_a_key_of_another_certificate(
    strict_server: PostgresServer, mine: ClientCertificate, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = make_client_certificate(folder, None, "certified")
    refused(address(strict_server, sslcert=mine.certificate, sslkey=other.key), "private key")


def test_files_that_hold_something_else(
    strict_server: PostgresServer, mine: ClientCertificate
) -> None:
    mine.key.write_text("no key")
    refused(with_certificate(strict_server, mine), "private key", "PEM")
    mine.certificate.write_text("no certificate")
    refused(with_certificate(strict_server, mine), "certificate", "PEM")


def test_an_authority_that_is_not_there(strict_server: PostgresServer, tmp_path: Path) -> None:
    refused(address(strict_server, sslrootcert=tmp_path / "none.crt"), "none.crt", "is not there")


def test_a_service_with_everything(
    strict_server: PostgresServer,
    mine: ClientCertificate,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = with_certificate(strict_server, mine).replace("'", "").split()
    file = tmp_path / "services"
    file.write_text("[shop]\n" + "\n".join(words) + "\n")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    with opened("service=shop") as store:
        assert asks(store, "CURRENT_USER::text") == "certified"
    refused("service=none", "none", "service file")
