"""Connecting to PostgreSQL through libpq, straight or through a tunnel, and again after a loss.

libpq does what it does everywhere: service files, several hosts, ``target_session_attrs``, every
``sslmode``, ``.pgpass`` and environment. What a password is asked of comes in this order: what was
typed, libpq's own sources, the keyring, a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.adapt import Loader
from psycopg.types.string import StrDumperUnknown

from inspector.storage.connect_faults import connect_fault
from inspector.storage.tunnels import way_of

if TYPE_CHECKING:
    from psycopg.abc import Buffer

    from inspector.core.errors import InspectorError
    from inspector.storage.address import StoreAddress
    from inspector.storage.opening import OpenOptions

APPLICATION = "event-history-inspector"
KEYRING_SERVICE = "event-history-inspector"
_EXACT_TYPES = ("json", "jsonb", "timestamptz", "timestamp", "date", "time", "timetz", "interval")

_NOTICE_LOSS: Final = {
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""A server that vanished without a word (a laptop that slept, a firewall that forgot) is noticed
after seconds instead of a quarter of an hour; an address may say otherwise."""


class _ExactText(Loader):
    """The server's own text: JSON keeps every digit, times any year and infinity."""

    def load(self, data: Buffer) -> str:
        """The text as it came; bytes that are no UTF-8 become lone surrogates."""
        return bytes(data).decode("utf-8", "surrogateescape")


class _AnyText(StrDumperUnknown):
    """Text as bytes, those that were no UTF-8 as they were."""

    def dump(self, obj: str) -> bytes:
        """The bytes that :class:`_ExactText` made this text from."""
        return obj.encode("utf-8", "surrogateescape")


class Connector:
    """How to connect to one database, and to connect again after the server went away.

    Raises:
        InputInvalid: the address names no usable SSH server.
    """

    def __init__(self, address: StoreAddress, options: OpenOptions) -> None:
        self._address, self._options = address, options
        given = options.typed_password or address.password
        self._password = given
        self.way = way_of(address)

    def __call__(self) -> psycopg.Connection[Any]:
        """A new connection.

        Raises:
            StoreUnavailable: there is no way to the server, or it does not let us in.
        """
        password = self._password
        if password is None and self.way is not None:
            password = self.way.password()
        try:
            return self._connect(password)
        except psycopg.OperationalError as error:
            refused = error
        state = refused.pgconn
        if password is not None or state is None or not state.needs_password:
            raise self._fault(refused) from None
        for source in (_from_keyring, _from_person):
            password = source(self._address, self._options)
            if password is None:
                continue
            try:
                raw = self._connect(password)
            except psycopg.OperationalError as error:
                refused = error
                if not _about_the_user(error):
                    break
            else:
                self._password = password
                return raw
        raise self._fault(refused) from None

    def close(self) -> None:
        """Nothing is connected to any more; a tunnel of its own ends."""
        if self.way is not None:
            self.way.close()

    def _connect(self, password: str | None) -> psycopg.Connection[Any]:
        if self.way is None:
            return _connect(self._address, self._options, password, {})
        try:
            return _connect(
                self._address, self._options, password, self.way.parameters(self._options.stopped)
            )
        except psycopg.OperationalError as error:
            if error.sqlstate or _about_the_user(error) or not self.way.died():
                raise
        return _connect(
            self._address, self._options, password, self.way.parameters(self._options.stopped)
        )

    def _fault(self, refused: psycopg.OperationalError) -> InspectorError:
        """Behind a tunnel, ssh may know better than libpq why nobody answered."""
        known = None if self.way is None or refused.sqlstate else self.way.reason()
        return known or connect_fault(refused, self._address.display)


def _from_person(address: StoreAddress, options: OpenOptions) -> str | None:
    """What somebody answers; asked last, also when the keyring's password is out of date."""
    return None if options.password is None else options.password(address.without_password)


def _from_keyring(address: StoreAddress, _options: OpenOptions) -> str | None:
    import keyring  # noqa: PLC0415 - slow to import, and needed only without a password
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        return keyring.get_password(KEYRING_SERVICE, address.display)
    except (KeyringError, RuntimeError):  # no back end, or locked and nobody to unlock it
        return None


def _connect(
    address: StoreAddress, options: OpenOptions, password: str | None, where: dict[str, str]
) -> psycopg.Connection[Any]:
    """One try with a read-only session default; poolers may refuse start-up options, so another
    without it: every transaction says READ ONLY by itself anyway."""
    parameters: dict[str, Any] = {
        "application_name": APPLICATION,
        "connect_timeout": max(2, round(options.connect_timeout)),
        **_NOTICE_LOSS,
        **address.connect_parameters(),
        **where,
        "client_encoding": "UTF8",
    }
    if password is not None:
        parameters["password"] = password
    if options.key_passphrase is not None:
        parameters["sslpassword"] = options.key_passphrase
    own = dict(address.parameters).get("options", "")
    belt = f"{own} -c default_transaction_read_only=on".strip()
    try:
        raw = psycopg.connect(**{**parameters, "options": belt}, prepare_threshold=None)
    except psycopg.OperationalError as error:
        if _about_the_user(error) or isinstance(error, psycopg.errors.ConnectionTimeout):
            raise
        raw = psycopg.connect(**parameters, prepare_threshold=None)
    for name in _EXACT_TYPES:
        raw.adapters.register_loader(name, _ExactText)
    if raw.info.parameter_status("server_encoding") == "SQL_ASCII":
        _take_any_bytes(raw)
    raw.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    raw.read_only = True
    return raw


def _take_any_bytes(raw: psycopg.Connection[Any]) -> None:
    """A database without an encoding keeps whatever bytes it was given as text, and refuses to
    give out as UTF-8 what is none."""
    raw.autocommit = True
    raw.execute("SET client_encoding TO 'SQL_ASCII'")
    raw.autocommit = False
    for name in ("text", "varchar", "bpchar", "name"):
        raw.adapters.register_loader(name, _ExactText)
    raw.adapters.register_dumper(str, _AnyText)


def _about_the_user(error: psycopg.OperationalError) -> bool:
    """The password was the trouble, so trying without our options would not help."""
    state = error.pgconn
    return state is not None and (state.needs_password or state.used_password)
