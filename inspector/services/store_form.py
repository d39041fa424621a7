"""What a person filled in about a store, and the request that follows from it.

A form knows texts and file names; a request knows options, keys and the content of a map file.
Passwords and keys stay in memory: they appear in no text, and only a keyring may keep a
password, when the user asks for it.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from inspector.codecs import Key
from inspector.core.errors import InputInvalid, InspectorError, OutputFailed, StoreUnavailable
from inspector.core.texts import tr
from inspector.layouts import builtin_layouts
from inspector.services.open_store import OpenRequest
from inspector.storage.address import parse_address, with_parameters
from inspector.storage.opening import OpenOptions
from inspector.storage.service_file import service_names
from inspector.storage.ssh_hop import HOP, KEY

if TYPE_CHECKING:
    from inspector.storage.address import StoreAddress

MAP_LIMIT: Final = 1_000_000
"""Bytes of a map file; a longer one is surely another file."""

KEY_LIMIT: Final = 4096
"""Bytes of a key file, likewise."""

KEY_SIZES: Final = (16, 24, 32)
"""Bytes of the keys that the known ciphers take."""


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A decryption key as a person gives it: base64 text, or a file."""

    name: str
    text: str = field(default="", repr=False)
    file: str = ""


@dataclass(frozen=True, slots=True)
class StoreForm:
    """Everything that can be said before a store is opened; empty texts say nothing.

    Attributes:
        address: path, or address without a password.
        password: as typed.
        key_passphrase: for the private key of a client certificate, as typed.
        schema: PostgreSQL schema to look in.
        layout: name of the layout that overrules recognition.
        map_file: path of a file that names the columns.
        keys: decryption keys.
        touch_nothing: work on a private copy.
        allow_views: read views, too.
        rules: paths of rules files.
        replayer: command or script of a replayer; whoever opens the store asks for consent.
        schemas: paths of files with schemas of the payloads; ``None``: nothing is said of them.
        use_stored_keys: keys that the store itself keeps may open its values.
    """

    address: str = ""
    password: str = field(default="", repr=False)
    key_passphrase: str = field(default="", repr=False)
    schema: str = ""
    layout: str = ""
    map_file: str = ""
    keys: tuple[KeyEntry, ...] = ()
    touch_nothing: bool = False
    allow_views: bool = False
    rules: tuple[str, ...] = ()
    replayer: str = ""
    schemas: tuple[str, ...] | None = None
    use_stored_keys: bool = False


class PasswordAsked:
    """Stands where a connection asks for a password: has no answer, but notes the question.

    The thread that opens a store must not wait for a person. The opening fails, and
    :func:`wants_password` tells that a password is what was missing.
    """

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, address: StoreAddress) -> None:
        """Note that the server wants a password that nobody knows."""
        self.asked = True


def request_of(form: StoreForm) -> OpenRequest:
    """The request for what was filled in.

    Raises:
        InputInvalid: the map file or a key cannot be read.
    """
    options = OpenOptions(
        password=PasswordAsked(),
        typed_password=form.password or None,
        key_passphrase=form.key_passphrase or None,
        touch_nothing=form.touch_nothing,
        allow_views=form.allow_views,
    )
    return OpenRequest(
        address=form.address,
        layout=form.layout or None,
        map_text=read_map_file(form.map_file) if form.map_file else None,
        map_file=form.map_file,
        schema=form.schema or None,
        keys=tuple(read_key(entry) for entry in form.keys),
        options=options,
        rules=form.rules,
        replayer=form.replayer,
        schemas=form.schemas,
        use_stored_keys=form.use_stored_keys,
    )


def with_password(request: OpenRequest, password: str) -> OpenRequest:
    """The same request, with a password that was typed for it."""
    options = replace(request.options, password=PasswordAsked(), typed_password=password or None)
    return replace(request, options=options)


def noting_password(request: OpenRequest) -> OpenRequest:
    """The same request, made so that :func:`wants_password` can tell after it failed."""
    if request.options.password is not None:
        return request
    return replace(request, options=replace(request.options, password=PasswordAsked()))


def wants_password(request: OpenRequest, error: InspectorError) -> bool:
    """Whether a request failed for want of a password, or perhaps because of the typed one."""
    if not isinstance(error, StoreUnavailable) or error.code == "tunnel-failed":
        return False  # ssh asks for no password, and the database was not reached
    asked = request.options.password
    if isinstance(asked, PasswordAsked) and asked.asked:
        return True
    return bool(request.options.typed_password)


def through_ssh(address: str, hop: str, key: str = "") -> str:
    """An address that goes through an SSH server.

    Args:
        address: of a PostgreSQL database, as typed.
        hop: ``user@host:port``, or an alias of the user's SSH configuration.
        key: file of the private key; empty: agent and configuration.

    Raises:
        InputInvalid: the address is no server's, or the hop names no SSH server.
    """
    added = {HOP: hop, KEY: key} if key else {HOP: hop}
    through = with_parameters(address, added)
    parse_address(through)
    return through


def known_services() -> tuple[str, ...]:
    """The names in libpq's service files."""
    return service_names()


def can_remember() -> bool:
    """Whether there is a keyring that can keep a password."""
    import keyring  # noqa: PLC0415 - slow to import, and only servers have passwords
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        return float(keyring.get_keyring().priority) > 0
    # No back end, one without a rank, or one that the user's settings name wrongly.
    except (KeyringError, RuntimeError, AttributeError, ImportError):
        return False


def remember_password(address: str, password: str) -> None:
    """Put a password where opening looks for it.

    Raises:
        OutputFailed: the keyring did not take it.
    """
    import keyring  # noqa: PLC0415 - as above
    from keyring.errors import KeyringError  # noqa: PLC0415

    from inspector.storage.postgres_connecting import KEYRING_SERVICE  # noqa: PLC0415 - loads libpq

    try:
        keyring.set_password(KEYRING_SERVICE, parse_address(address).display, password)
    except (KeyringError, RuntimeError) as error:
        raise OutputFailed(
            tr("The keyring did not take the password: {reason}", reason=str(error)),
            hint=tr("The store is open; the password will be asked for next time."),
        ) from error


def layout_choices() -> tuple[tuple[str, str], ...]:
    """Name and title of every layout that can overrule recognition, by title."""
    found = ((layout.name, layout.title) for layout in builtin_layouts())
    return tuple(sorted((f for f in found if f[0] != "mapped"), key=lambda f: f[1].lower()))


def read_map_file(path: str) -> str:
    """The text of a map file.

    Raises:
        InputInvalid: it cannot be read, or is no text.
    """
    try:
        file = Path(path).expanduser()
        if file.stat().st_size > MAP_LIMIT:
            raise InputInvalid(tr("{file} is too large for a map file.", file=path))
        return file.read_text(encoding="utf-8-sig")
    except (OSError, RuntimeError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise InputInvalid(
            tr("The map file {file} cannot be read: {reason}.", file=path, reason=words)
        ) from error
    except UnicodeDecodeError as error:
        raise InputInvalid(tr("The map file {file} is no text in UTF-8.", file=path)) from error


def read_key(entry: KeyEntry) -> Key:
    """The key that was given as text or file.

    Raises:
        InputInvalid: it is no base64 text, has no usable size, or its file cannot be read.
    """
    name = entry.name.strip() or tr("key")
    secret = _from_file(name, entry.file) if entry.file else _from_text(name, entry.text)
    if len(secret) not in KEY_SIZES:
        raise InputInvalid(
            tr("The key {name} has {n} bytes.", name=name, n=len(secret)),
            hint=tr("A key has 16, 24 or 32 bytes."),
        )
    return Key(name, secret)


def _from_text(name: str, text: str) -> bytes:
    plain = "".join(text.split()).replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputInvalid(
            tr("The key {name} is not written in base64.", name=name),
            hint=tr("Paste it as the application's settings have it, or give its file."),
        ) from error


def _from_file(name: str, path: str) -> bytes:
    """A file holds the key itself, or its base64 text."""
    try:
        with Path(path).expanduser().open("rb") as file:
            content = file.read(KEY_LIMIT)
    except (OSError, RuntimeError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise InputInvalid(
            tr("The file of the key {name} cannot be read: {reason}.", name=name, reason=words)
        ) from error
    if len(content) in KEY_SIZES:
        return content
    try:
        return _from_text(name, content.decode("ascii"))
    except UnicodeDecodeError as error:
        raise InputInvalid(
            tr("The file of the key {name} holds no key.", name=name),
            hint=tr("It should hold the key's bytes, or its base64 text."),
        ) from error
