"""Why a PostgreSQL server did not let us in, as sentences that people can act on.

libpq tells no code for most reasons, only words, and in English here because the driver brings a
libpq without translations. Words that are known get a sentence of ours; all others are told as
they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inspector.core.errors import InspectorError, StoreUnavailable
from inspector.core.texts import tr
from inspector.storage.faults import LONGEST_REASON, postgres_fault

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True, slots=True)
class _Reading:
    """What words of libpq mean.

    Attributes:
        pattern: the words; its groups go into the message.
        message: a sentence with ``{place}``, ``{reason}`` and the pattern's groups.
        hint: what one can do.
    """

    pattern: re.Pattern[str]
    message: str
    hint: str


def _reading(pattern: str, message: str, hint: str) -> _Reading:
    return _Reading(re.compile(pattern, re.DOTALL), message, hint)


_AS_SAID: Final = "{place} cannot be reached: {reason}"

_READINGS: Final = (
    _reading(
        r'private key file "(?P<file>.*?)" (?:has group or world access|must be owned)',
        "The private key {file} may be read by others on this computer, so it is not used.",
        "Take the others' permission away: chmod 600 on the file, which must be yours.",
    ),
    _reading(
        r'could not load private key file "(?P<file>.*?)".*(?:bad decrypt|(?:bad|no) password)',
        "The private key {file} did not open with the passphrase that was given.",
        "Type its passphrase again, under Tunnel and certificates.",
    ),
    _reading(
        r'could not load private key file "(?P<file>.*?)"',
        "The private key {file} cannot be read: {reason}",
        "Give the file of the key itself, in PEM format; a key with a passphrase needs that, too.",
    ),
    _reading(
        r'private key file "(?P<file>.*?)"(?:: No such file| does not exist|)',
        "The private key {file} cannot be used: {reason}",
        "A certificate needs its private key beside it; give the file that belongs to it.",
    ),
    _reading(
        r'certificate present, but not private key file "(?P<file>.*?)"',
        "The private key {file}, which belongs to the certificate, is not there.",
        "A certificate needs its private key beside it; give the file that belongs to it.",
    ),
    _reading(
        r"requires a valid client certificate",
        "{place} lets nobody in without a client certificate.",
        "Give your certificate and its private key, under Tunnel and certificates.",
    ),
    _reading(
        r'certificate authentication failed for user "(?P<user>.*?)"',
        "The client certificate is not made out to the role {user}.",
        "Give the role that the certificate names, or that role's certificate.",
    ),
    _reading(
        r'server certificate for "(?P<named>.*?)".* does not match host name "(?P<host>.*?)"',
        "The server shows a certificate for {named}, but {host} was asked for.",
        "Use the name in the certificate as host; somebody else may answer otherwise.",
    ),
    _reading(
        r"certificate verify failed",
        "The server's certificate is from nobody that is trusted here: {reason}",
        "Give the certificate of the right authority (sslrootcert). When nothing has changed on "
        "your side, ask who runs the server: somebody may stand in between.",
    ),
    _reading(
        r'root certificate file "(?P<file>.*?)" does not exist',
        "The certificate of the authority, {file}, is not there.",
        "Give the file of the authority (sslrootcert), or system for those of this computer.",
    ),
    _reading(
        r"unknown ca|certificate required|bad certificate|certificate unknown|unsupported certif",
        "{place} does not accept this client certificate: {reason}",
        "Use a certificate from an authority that the server knows, made out to your role.",
    ),
    _reading(
        r'could not (?:read|load) (?:root )?certificate file "(?P<file>.*?)"',
        "The certificate {file} cannot be read: {reason}",
        "Give a file in PEM format that you may read.",
    ),
    _reading(
        r"does not support SSL|server does not support SSL",
        "{place} cannot be reached encrypted: {reason}",
        "Ask who runs the server for TLS, or go through an SSH tunnel.",
    ),
    _reading(
        r'definition of service "(?P<name>.*?)" not found',
        "No service file on this computer has a service {name}.",
        "Look into ~/.pg_service.conf, or the file that PGSERVICEFILE names.",
    ),
    _reading("", _AS_SAID, "Check host, port, user, password and sslmode; is the server up?"),
)  # fmt: skip
"""The first that fits counts; the last fits anything."""


def connect_fault(error: psycopg.Error, place: str) -> InspectorError:
    """Why a connection could not be made."""
    if error.sqlstate:
        return postgres_fault(error, place)
    words = _reasons(str(error)) or type(error).__name__
    fitting = ((reading, reading.pattern.search(words)) for reading in _READINGS)
    reading, groups = next((r, found.groupdict("")) for r, found in fitting if found is not None)
    return StoreUnavailable(
        tr(reading.message, place=place, reason=words, **groups),
        hint=tr(reading.hint),
        detail=words,
    )


_ATTEMPT = re.compile(r"- host: '(.*?)', port: '(.*?)', hostaddr: '.*?': (.*)", re.DOTALL)
_PREFIXES = ("connection failed: ", "connection is bad: ")


def _reasons(words: str) -> str:
    """Why a connection failed, in one line: libpq's reasons, one for every host that was tried.

    The driver repeats the last reason above its list of hosts, and libpq asks back in lines of
    their own whether the server is running; the hint does so too.
    """
    lines = [line for line in words.splitlines() if line.strip() and not line.startswith("\t")]
    starts = [i for i, line in enumerate(lines) if line.startswith("- host: ")]
    if not starts:
        return _shortened(" ".join(line.strip() for line in lines))
    ends = [*starts[1:], len(lines)]
    parts = (" ".join(lines[i:j]) for i, j in zip(starts, ends, strict=True))
    return "; ".join(dict.fromkeys(_attempt(part) for part in parts))


def _attempt(text: str) -> str:
    found = _ATTEMPT.match(text)
    if found is None:
        return _shortened(text)
    host, port, reason = found.groups()
    shown = _shortened(reason)
    return shown if port in shown else f"{host}:{port}: {shown}"


def _shortened(reason: str) -> str:
    for prefix in _PREFIXES:
        reason = reason.removeprefix(prefix)
    return reason[:LONGEST_REASON]
