"""Where a password comes from, and that a wrong one is refused and never shown."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import keyring
import keyring.backend
import pytest

from inspector.core.errors import StoreUnavailable
from inspector.storage.opening import OpenOptions
from inspector.storage.postgres_connecting import KEYRING_SERVICE
from tests.storage.servers import asks, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers.postgres import PostgresServer

pytestmark = pytest.mark.postgres
RIGHT = "right-secret"
WRONG = "wrong-secret"


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 9

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[Ring]:
    before = keyring.get_keyring()
    made = Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def address(shop: str, postgres_server: PostgresServer) -> str:
    place = f"{postgres_server.host}:{postgres_server.port}"
    return f"postgresql://storage_reader@{place}/storage_shop"


class Person:
    """Answers when asked, and counts how often."""

    def __init__(self, answer: str | None) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def __call__(self, address: Any) -> str | None:
        self.asked.append(address.display)
        assert address.password is None
        return self.answer


def is_let_in(address: str, person: Person | None = None) -> None:
    with opened(address, OpenOptions(password=person)) as store:
        assert asks(store, "CURRENT_USER::text") == "storage_reader"
        assert store.reader.events.count(None).value == 700


def is_refused(address: str, person: Person | None = None) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        is_let_in(address, person)
    error = caught.value
    assert "password" in error.message
    assert error.hint
    for text in (error.message, error.hint, error.detail, repr(error), str(error.__cause__)):
        assert WRONG not in text
        assert RIGHT not in text


def test_a_password_in_the_address(address: str) -> None:
    is_let_in(address.replace("@", f":{RIGHT}@"))
    is_refused(address.replace("@", f":{WRONG}@"))


def test_a_password_in_the_environment(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", RIGHT)
    is_let_in(address)
    monkeypatch.setenv("PGPASSWORD", WRONG)
    is_refused(address)


def test_a_password_file(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "pgpass"
    monkeypatch.setenv("PGPASSFILE", str(file))
    for word, judge in ((RIGHT, is_let_in), (WRONG, is_refused)):
        file.write_text(f"*:*:storage_shop:storage_reader:{word}\n")
        file.chmod(0o600)
        judge(address)


def test_a_password_file_in_the_home_folder(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSFILE")
    monkeypatch.setenv("HOME", str(tmp_path))
    file = tmp_path / ".pgpass"
    file.write_text(f"*:*:*:storage_reader:{RIGHT}\n")
    file.chmod(0o600)
    if os.geteuid() == 0:
        # libpq looks up root's home in the user database first on some systems.
        monkeypatch.setenv("PGPASSFILE", str(file))
    is_let_in(address)


def test_a_password_in_the_keyring(address: str, ring: Ring) -> None:
    person = Person(WRONG)
    ring.set_password(KEYRING_SERVICE, address, RIGHT)
    is_let_in(address, person)
    assert not person.asked


def test_a_password_in_the_keyring_that_is_out_of_date(address: str, ring: Ring) -> None:
    ring.set_password(KEYRING_SERVICE, address, WRONG)
    is_refused(address)
    person = Person(RIGHT)
    is_let_in(address, person)
    assert person.asked == [address]


def test_somebody_is_asked_last(address: str, ring: Ring) -> None:
    person = Person(RIGHT)
    is_let_in(address, person)
    assert person.asked == [address]
    is_refused(address, Person(WRONG))
    is_refused(address, Person(None))
    is_refused(address)


def test_what_was_answered_opens_further_connections(
    address: str, ring: Ring, postgres_server: PostgresServer
) -> None:
    """A session that was ended is called again without asking again."""
    person = Person(RIGHT)
    with opened(address, OpenOptions(password=person)) as store:
        process = asks(store, "pg_catalog.pg_backend_pid()")
        postgres_server.execute(f"SELECT pg_terminate_backend({process})")
        assert store.reader.events.count(None).value == 700
        assert asks(store, "pg_catalog.pg_backend_pid()") != process
    assert len(person.asked) == 1


def test_a_role_that_needs_none_is_not_asked(address: str, ring: Ring) -> None:
    person = Person(RIGHT)
    trusted = address.replace("storage_reader", "storage_trusted")
    with opened(trusted, OpenOptions(password=person)):
        assert not person.asked
