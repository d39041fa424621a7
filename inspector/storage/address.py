"""Where a store is, read from what a person typed.

Knows a path to an SQLite file, ``sqlite:///path``, ``file:///path``, a libpq address
(``postgresql://…``, several hosts, all of libpq's parameters) and libpq's ``key=value`` text,
of which ``service=NAME`` is one, each with ``ssh=user@host`` and ``ssh_key=file`` for a tunnel.
PostgreSQL texts are read by libpq itself, so that they mean here what they mean to ``psql``.

Promises that neither ``display``, ``text`` nor ``repr()`` holds a password or another secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote, unquote, urlsplit

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.storage.ssh_hop import HOP, OWN_PARAMETERS, hop_of

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

_SECRETS = frozenset(
    {"password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"}
)
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+):(?=//|memory:)")
_KEY_VALUE = re.compile(r"^\s*([a-z_]+)\s*=")
_WORD = re.compile(r"\s*([a-z_]+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)")
_POSTGRES = frozenset({"postgresql", "postgres"})
_NO_SECRETS: Mapping[str, str] = MappingProxyType({})


def _hint() -> str:
    return tr(
        "Give a path to an SQLite file, sqlite:///path, "
        "postgresql://user@host:port/database, or service=NAME."
    )


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Where a store is.

    Attributes:
        dialect: ``sqlite`` or ``postgresql``.
        path: the SQLite file, as given; ``None`` for PostgreSQL.
        parameters: libpq's parameters without secrets, and those of a tunnel, sorted by name.
        secrets: passwords by libpq parameter; not shown, not compared, never to be saved.
    """

    dialect: str
    path: Path | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    secrets: Mapping[str, str] = field(
        default_factory=lambda: _NO_SECRETS, repr=False, compare=False
    )

    @property
    def file(self) -> Path:
        """The SQLite file.

        Raises:
            ValueError: the store is no file.
        """
        if self.path is None:
            raise ValueError("a PostgreSQL store has no file")
        return self.path

    @property
    def password(self) -> str | None:
        """The password that came with the address, or was found to be right."""
        return self.secrets.get("password")

    @property
    def display(self) -> str:
        """For people: a path, or an address without secrets and without technical parameters."""
        if self.path is not None:
            return str(self.path)
        known = dict(self.parameters)
        if "service" in known:
            hop = f" ssh={known[HOP]}" if HOP in known else ""
            return f"service={known['service']}{hop}"
        user = f"{quote(known['user'])}@" if "user" in known else ""
        # The same host behind another SSH server is another place.
        hop = f"?ssh={quote(known[HOP], safe='@:[]')}" if HOP in known else ""
        return f"postgresql://{user}{_hosts(known)}/{quote(known.get('dbname', ''))}{hop}"

    @property
    def text(self) -> str:
        """What :func:`parse_address` turns into this address again, without secrets."""
        if self.path is not None:
            return str(self.path)
        return " ".join(f"{name}={_quoted(value)}" for name, value in self.parameters)

    @property
    def without_password(self) -> StoreAddress:
        """The address without any secret, for everything that is saved."""
        return replace(self, secrets=_NO_SECRETS)

    def with_password(self, password: str) -> StoreAddress:
        """The address with the password that opened it, for further connections."""
        return replace(self, secrets=MappingProxyType({**self.secrets, "password": password}))

    def connect_parameters(self) -> dict[str, str]:
        """libpq's parameters, secrets included: only for the driver."""
        plain = {name: value for name, value in self.parameters if name not in OWN_PARAMETERS}
        return {**plain, **self.secrets}

    def redacted(self, text: str) -> str:
        """The text with every secret of this address taken out."""
        for secret in self.secrets.values():
            if secret:
                text = text.replace(secret, "***")
        return text


def parse_address(text: str) -> StoreAddress:
    """Read an address as typed.

    Raises:
        InputInvalid: it is empty, of an unknown kind, or libpq does not accept it.
    """
    text = text.strip()
    if not text:
        raise InputInvalid(tr("The address of the store is empty."), hint=_hint())
    if text == ":memory:" or "\0" in text:
        raise InputInvalid(tr("{text!r} names no file.", text=text), hint=_hint())
    scheme = _SCHEME.match(text)
    if scheme is not None:
        return _from_url(text, scheme.group(1).lower())
    key = _KEY_VALUE.match(text)
    if (
        key is not None
        and key.group(1) in {*_libpq_names(), *OWN_PARAMETERS}
        and not Path(text).exists()
    ):
        return _from_libpq(text)
    return StoreAddress(SQLITE, _existing_path(text))


def with_parameters(text: str, added: Mapping[str, str]) -> str:
    """A PostgreSQL address with more parameters, in the form in which it was typed.

    Raises:
        InputInvalid: it is no PostgreSQL address.
    """
    if parse_address(text).dialect != POSTGRESQL:
        names = ", ".join(sorted(added))
        raise InputInvalid(
            tr("{names} is only for a PostgreSQL server, not for a file.", names=names),
            hint=tr("Copy the file here, or leave the option out."),
        )
    if "://" in text:
        words = "&".join(f"{name}={quote(value, safe='@:[]/')}" for name, value in added.items())
        return f"{text}{'&' if '?' in text else '?'}{words}"
    return " ".join([text, *(f"{name}={_quoted(value)}" for name, value in added.items())])


def _from_url(text: str, scheme: str) -> StoreAddress:
    # A scheme of SQLAlchemy names a driver after "+"; the rest is the same address.
    base, plus, _ = scheme.partition("+")
    rest = text[len(scheme) + 1 :]
    if base in _POSTGRES:
        return _from_libpq(f"{base}:{rest}" if plus else text)
    if base == "sqlite":
        return StoreAddress(SQLITE, _existing_path(_sqlite_path(rest)))
    if scheme == "file":
        parts = urlsplit(text)
        if parts.netloc not in ("", "localhost") or not parts.path:
            raise InputInvalid(tr("{text} names no file on this computer.", text=text))
        from urllib.request import url2pathname  # noqa: PLC0415 - brings a web client along

        return StoreAddress(SQLITE, Path(url2pathname(parts.path)))
    if scheme.startswith("jdbc"):
        hint = tr("Leave out jdbc: and give postgresql://user@host:port/database.")
        raise InputInvalid(tr("A JDBC address cannot be opened."), hint=hint)
    message = tr("Stores of the kind {scheme}:// cannot be opened.", scheme=scheme)
    raise InputInvalid(message, hint=_hint())


def _sqlite_path(rest: str) -> str:
    """The path after ``sqlite:``: three slashes for a relative path, four for an absolute."""
    if not rest.startswith("///") or len(rest) == len("///"):
        hint = tr("Write sqlite:///relative/path or sqlite:////absolute/path.")
        raise InputInvalid(tr("The address names no SQLite file."), hint=hint)
    return rest[len("///") :]


def _existing_path(text: str) -> Path:
    """The path as typed; a leading ``~`` means the home folder unless such a file exists."""
    path = Path(text)
    if not text.startswith("~") or path.exists():
        return path
    try:
        return path.expanduser()
    except RuntimeError:  # no such user: the name is meant as it is
        return path


def _from_libpq(text: str) -> StoreAddress:
    from psycopg import ProgrammingError  # noqa: PLC0415 - only for PostgreSQL; slow to load
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    text, own = _without_own(text)
    try:
        found = conninfo_to_dict(text)
    except ProgrammingError as error:
        # libpq's words name the unknown parameter or the odd character, never a value of
        # a known parameter; still nothing that could be a password goes into the message.
        words = _without_secrets(str(error).strip(), text)
        message = tr("The PostgreSQL address is not valid: {words}", words=words)
        raise InputInvalid(message, hint=_hint()) from None
    values = {name: str(value) for name, value in found.items() if value is not None}
    plain = {n: v for n, v in values.items() if n not in _SECRETS} | own
    hop_of(plain)  # so that what cannot be meant is said at once
    secret = {n: v for n, v in values.items() if n in _SECRETS}
    return StoreAddress(POSTGRESQL, None, tuple(sorted(plain.items())), MappingProxyType(secret))


def _without_own(text: str) -> tuple[str, dict[str, str]]:
    """The address without the parameters that libpq does not know, and those."""
    start, mark, query = text.partition("?")
    if "://" in start:
        words = [word.partition("=") for word in query.split("&") if word]
        own = {unquote(k): unquote(v) for k, _, v in words if unquote(k) in OWN_PARAMETERS}
        rest = "&".join("".join(word) for word in words if unquote(word[0]) not in OWN_PARAMETERS)
        return f"{start}{mark}{rest}" if rest else start, own
    kept, own, at = [], {}, 0
    while (found := _WORD.match(text, at)) is not None:
        at = found.end()
        if found[1] in OWN_PARAMETERS:
            own[found[1]] = re.sub(r"\\(.)", r"\1", found[2].strip("'"))
        else:
            kept.append(found[0])
    return "".join(kept) + text[at:], own


def _without_secrets(words: str, text: str) -> str:
    """libpq's complaint, with what may be a password of the address taken out."""
    for pattern in (r"://[^/@\s]*?:([^@]*)@", r"password\s*=\s*('(?:[^'\\]|\\.)*'|[^\s&]*)"):
        for secret in re.findall(pattern, text):
            for form in {secret, secret.strip("'"), unquote(secret)}:
                words = words.replace(form, "***") if form else words
    return words


def _libpq_names() -> frozenset[str]:
    from psycopg.pq import Conninfo  # noqa: PLC0415 - only for PostgreSQL; slow to load

    return frozenset(option.keyword.decode() for option in Conninfo.get_defaults())


def _hosts(known: Mapping[str, str]) -> str:
    """``host:port`` of every host, in libpq's own way of pairing lists."""
    hosts = (known.get("host") or known.get("hostaddr") or "").split(",")
    ports = known.get("port", "").split(",")
    if len(ports) == 1:
        ports *= len(hosts)
    pairs = zip(hosts, ports, strict=False)
    return ",".join(f"{_host(h)}:{p}" if p else _host(h) for h, p in pairs)


def _host(name: str) -> str:
    """A host as it stands in an address: IPv6 in brackets, a socket folder encoded."""
    if ":" in name and not name.startswith("/"):
        return f"[{name}]"
    return quote(name, safe="")


def _quoted(value: str) -> str:
    if value and not re.search(r"[\s'\\]", value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
