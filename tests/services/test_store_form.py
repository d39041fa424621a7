"""From a form to a request: keys, map files and passwords, none of which shows itself."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import keyring
import keyring.backend
import keyring.backends.fail
import pytest

from inspector.core.errors import InputInvalid, LayoutUnknown, OutputFailed, StoreUnavailable
from inspector.services.open_store import OpenRequest
from inspector.services.store_form import (
    MAP_LIMIT,
    KeyEntry,
    PasswordAsked,
    StoreForm,
    can_remember,
    layout_choices,
    noting_password,
    read_key,
    read_map_file,
    remember_password,
    request_of,
    wants_password,
    with_password,
)
from inspector.storage.address import parse_address
from inspector.storage.opening import OpenOptions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "geheim비밀"


class _Refusing(keyring.backend.KeyringBackend):
    """A keyring that is there but does not open."""

    priority = 9

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked("nobody unlocked it")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.KeyringLocked("nobody unlocked it")


@pytest.fixture
def refusing() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(_Refusing())
    yield
    keyring.set_keyring(before)


def test_an_empty_form_asks_for_nothing_special() -> None:
    request = request_of(StoreForm("/data/x.db"))
    assert (request.layout, request.map_text, request.schema, request.keys) == (
        None,
        None,
        None,
        (),
    )
    assert request.options.typed_password is None
    assert not request.options.touch_nothing
    assert not request.options.allow_views


@pytest.mark.parametrize("size", [16, 24, 32])
@pytest.mark.parametrize("form", ["plain", "url-safe without padding", "broken into lines"])
def test_a_key_may_be_written_in_base64(size: int, form: str) -> None:
    secret = bytes(range(240, 240 + 16)) * 2
    secret = secret[:size]
    text = base64.b64encode(secret).decode()
    if form == "url-safe without padding":
        text = base64.urlsafe_b64encode(secret).decode().rstrip("=")
    elif form == "broken into lines":
        text = f" {text[:10]}\n{text[10:]}\r\n"
    key = read_key(KeyEntry("cipher", text))
    assert (key.name, key.secret) == ("cipher", secret)
    assert repr(secret) not in repr(key)
    assert text not in repr(KeyEntry("cipher", text))


@pytest.mark.parametrize("content", [bytes(range(32)), base64.b64encode(bytes(range(32))) + b"\n"])
def test_a_key_may_be_in_a_file(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "열쇠"
    file.write_bytes(content)
    assert read_key(KeyEntry("", file=str(file))).secret == bytes(range(32))


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (KeyEntry("k", "%%%"), "not written in base64"),
        (KeyEntry("k", "열쇠"), "not written in base64"),
        (KeyEntry("k", "AAAA"), "3 bytes"),
        (KeyEntry("k", ""), "0 bytes"),
        (KeyEntry("k", file="/nowhere/key"), "cannot be read"),
    ],
)
def test_what_is_no_key_is_told_without_showing_it(entry: KeyEntry, told: str) -> None:
    with pytest.raises(InputInvalid, match=told) as caught:
        read_key(entry)
    if entry.text:
        assert entry.text not in f"{caught.value.message} {caught.value.hint}"


def test_a_file_that_holds_no_key_is_told(tmp_path: Path) -> None:
    file = tmp_path / "picture"
    file.write_bytes(b"\xff\xd8" * 2000)
    with pytest.raises(InputInvalid, match="holds no key"):
        read_key(KeyEntry("k", file=str(file)))


def test_a_map_file_is_read_as_text(tmp_path: Path) -> None:
    file = tmp_path / "map.toml"
    file.write_text("\ufeff[events]\n", encoding="utf-8")
    assert read_map_file(str(file)) == "[events]\n"
    file.write_bytes(b"\xff\xfe[")
    with pytest.raises(InputInvalid, match="no text in UTF-8"):
        read_map_file(str(file))
    file.write_bytes(b"#" * (MAP_LIMIT + 1))
    with pytest.raises(InputInvalid, match="too large"):
        read_map_file(str(file))
    with pytest.raises(InputInvalid, match="cannot be read"):
        read_map_file(str(tmp_path / "gone.toml"))


def test_layouts_to_choose_from_are_named() -> None:
    choices = dict(layout_choices())
    assert choices["pyeventsourcing"] == "Python eventsourcing 9"
    assert "mapped" not in choices
    assert list(choices.values()) == sorted(choices.values(), key=str.lower)


# -- passwords -----------------------------------------------------------------------------------


def test_no_text_about_a_form_or_request_shows_the_password() -> None:
    form = StoreForm("service=x", password=SECRET)
    request = request_of(form)
    assert request.options.typed_password == SECRET
    again = with_password(OpenRequest("service=x"), SECRET)
    assert SECRET not in f"{form!r} {request!r} {again!r} {again.options.password!r}"


def test_only_a_server_that_asked_wants_a_password() -> None:
    request = noting_password(OpenRequest("service=x"))
    refused = StoreUnavailable("refused")
    assert not wants_password(request, refused)
    asked = request.options.password
    assert isinstance(asked, PasswordAsked)
    asked(parse_address("/data/x.db"))
    assert wants_password(request, refused)
    assert not wants_password(request, LayoutUnknown("unknown"))
    assert wants_password(with_password(request, "wrong"), refused)


def test_somebody_elses_way_to_ask_is_left_alone() -> None:
    def terminal(_address: object) -> str:
        return "typed there"

    request = OpenRequest("service=x", options=OpenOptions(password=terminal))
    assert noting_password(request) is request


def test_without_a_keyring_nothing_can_be_remembered() -> None:
    assert isinstance(keyring.get_keyring(), keyring.backends.fail.Keyring)
    assert not can_remember()
    with pytest.raises(OutputFailed, match="did not take the password"):
        remember_password("postgresql://mia@db/orders", SECRET)


def test_a_keyring_that_refuses_is_told(refusing: None) -> None:
    assert can_remember()
    with pytest.raises(OutputFailed, match="nobody unlocked it") as caught:
        remember_password("postgresql://mia@db/orders", SECRET)
    assert SECRET not in f"{caught.value.message} {caught.value.hint} {caught.value.detail}"
