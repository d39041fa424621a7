"""A PostgreSQL address as single fields, and back to one text.

Understands what libpq does: ``postgresql://user@host:port/database?sslmode=…`` with several
hosts, ``service=NAME``, and ``host=… dbname=…``. The text that is made here never holds a
password; one that was typed into an address is given back apart, so that it can be moved to the
password field.

Imports the standard library and the translation function. Promises that reading what was
written gives the same fields, and that a parameter without a field of its own is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

from inspector.core.texts import tr

SCHEMES: Final = ("postgresql://", "postgres://")
SSL_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SESSION_KINDS: Final = ("any", "read-only", "standby", "prefer-standby", "read-write", "primary")

_WORD: Final = re.compile(r"\s*([A-Za-z_]+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)")
_FIELDS: Final = {
    "host": "host",
    "port": "port",
    "dbname": "database",
    "user": "user",
    "password": "password",
    "sslmode": "sslmode",
    "service": "service",
    "target_session_attrs": "session",
    "ssh": "ssh",
    "ssh_key": "ssh_key",
    "sslrootcert": "authority",
    "sslcert": "certificate",
    "sslkey": "certificate_key",
    "sslpassword": "key_passphrase",
}
"""libpq's word to the field's name."""

_IN_QUERY: Final = (
    "sslmode",
    "target_session_attrs",
    "ssh",
    "ssh_key",
    "sslrootcert",
    "sslcert",
    "sslkey",
)
"""What stands behind the question mark, in this order."""


class AddressUnreadable(ValueError):
    """The text is no PostgreSQL address; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class ServerFields:
    """Where a PostgreSQL store is, field by field, as people type it.

    Attributes:
        host: one or several host names, addresses or socket folders, parted by commas.
        port: one for all hosts or one for each, parted by commas; empty is the usual one.
        session: libpq's ``target_session_attrs``.
        ssh: the SSH server in between, ``user@host:port`` or an alias; ``ssh_key`` a key's file.
        authority: file of the authorities that may vouch for the server (``sslrootcert``).
        certificate, certificate_key: files that say who we are (``sslcert``, ``sslkey``).
        other: parameters without a field of their own, in the order they were written.
        password, key_passphrase: only on the way from a pasted address to their own fields.
    """

    host: str = ""
    port: str = ""
    database: str = ""
    user: str = ""
    sslmode: str = ""
    session: str = ""
    service: str = ""
    ssh: str = ""
    ssh_key: str = ""
    authority: str = ""
    certificate: str = ""
    certificate_key: str = ""
    other: tuple[tuple[str, str], ...] = ()
    password: str = field(default="", repr=False)
    key_passphrase: str = field(default="", repr=False)

    @property
    def empty(self) -> bool:
        """Whether nothing says where the store is."""
        return not (self.host or self.database or self.user or self.service or self.port)

    @property
    def problem(self) -> str:
        """What cannot be right, as a sentence; empty when nothing is."""
        hosts, ports = _split(self.host), _split(self.port)
        for port in ports:
            if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
                return tr("{port} is no port: it is a number from 1 to 65535.", port=port)
        if len(ports) > 1 and len(ports) != len(hosts):
            return tr("Give one port for all hosts, or one for each.")
        if self.ssh_key and not self.ssh:
            return tr("An SSH key needs an SSH server to go through.")
        return ""


def is_server_address(text: str) -> bool:
    """Whether a text means a PostgreSQL server rather than a file."""
    start = text.lstrip().lower()
    if start.startswith(SCHEMES):
        return True
    word = _WORD.match(text)
    return word is not None and word[1] in _FIELDS


def read_address(text: str) -> ServerFields:
    """The fields of an address.

    Raises:
        AddressUnreadable: it is not one.
    """
    text = text.strip()
    if not text:
        return ServerFields()
    if text.lower().startswith(SCHEMES):
        return _from_words(_uri_words(text))
    return _from_words(_plain_words(text))


def write_address(fields: ServerFields) -> str:
    """The address as one text, never with a password; empty when there is nothing to say."""
    words = [(name, getattr(fields, _FIELDS[name])) for name in _IN_QUERY]
    words = [(name, value) for name, value in words if value]
    words += fields.other
    if fields.service:
        words.insert(0, ("service", fields.service))
        if len(words) == 1 and not (fields.host or fields.database or fields.user or fields.port):
            return f"service={_plain_value(fields.service)}"
    if fields.empty and not words:
        return ""
    user = f"{quote(fields.user, safe='')}@" if fields.user else ""
    database = f"/{quote(fields.database, safe='')}" if fields.database else "/"
    query = f"?{urlencode(words, quote_via=quote, safe='/:,@[]')}" if words else ""
    return f"postgresql://{user}{_host_part(fields)}{database}{query}"


def _host_part(fields: ServerFields) -> str:
    hosts, ports = _split(fields.host), _split(fields.port)
    if len(ports) == 1 and hosts:
        ports *= len(hosts)
    count = max(len(hosts), len(ports))
    hosts += [""] * (count - len(hosts))
    ports += [""] * (count - len(ports))
    pairs = zip(hosts, ports, strict=True)
    return ",".join(f"{_host(host)}:{port}" if port else _host(host) for host, port in pairs)


def _host(host: str) -> str:
    if ":" in host:
        return f"[{host.strip('[]')}]"
    return quote(host, safe="@" if host.startswith("@") else "")


def _split(text: str) -> list[str]:
    """Parts between commas; an empty part stays, because it stands for the usual value."""
    parts = [part.strip() for part in text.split(",")]
    return parts if any(parts) else []


def _uri_words(text: str) -> dict[str, str]:
    rest = text.split("://", 1)[1]
    rest, _, query = rest.partition("?")
    authority, slash, database = rest.partition("/")
    words: dict[str, str] = {}
    who, at, where = authority.rpartition("@")
    if at:
        user, colon, password = who.partition(":")
        words["user"] = unquote(user)
        if colon:
            words["password"] = unquote(password)
    hosts = [_host_and_port(part) for part in where.split(",")] if where else []
    words["host"] = ",".join(host for host, _ in hosts).strip(",")
    words["port"] = _one_if_same([port for _, port in hosts])
    if slash:
        words["dbname"] = unquote(database)
    words.update(parse_qsl(query, keep_blank_values=True))
    return {name: value for name, value in words.items() if value}


def _host_and_port(part: str) -> tuple[str, str]:
    if part.startswith("["):
        host, bracket, rest = part[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise AddressUnreadable(tr("The address of a host lacks its closing bracket."))
        return unquote(host), rest[1:]
    host, _, port = part.partition(":")
    return unquote(host), port


def _one_if_same(ports: list[str]) -> str:
    return ports[0] if len(set(ports)) == 1 else ",".join(ports)


def _plain_words(text: str) -> dict[str, str]:
    words: dict[str, str] = {}
    at = 0
    while at < len(text):
        found = _WORD.match(text, at)
        if found is None:
            raise AddressUnreadable(
                tr("Write postgresql://user@host:port/database, or service=NAME.")
            )
        value = found[2]
        if value.startswith("'"):
            value = value[1:-1]
        words[found[1].lower()] = re.sub(r"\\(.)", r"\1", value)
        at = found.end()
    return words


def _plain_value(value: str) -> str:
    if re.fullmatch(r"[^\s'\\]+", value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _from_words(words: dict[str, str]) -> ServerFields:
    known = {_FIELDS[name]: value for name, value in words.items() if name in _FIELDS}
    other = tuple((name, value) for name, value in words.items() if name not in _FIELDS)
    return ServerFields(**known, other=other)
