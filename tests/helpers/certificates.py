"""Throw-away certificates for test servers: one authority and one server certificate it signed.

Imports `cryptography` and the standard library. Promises that the server certificate names
`localhost` and `127.0.0.1` and nothing else, so that a test can also see a name mismatch.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

_LIFETIME = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True)
class ServerCertificates:
    """Paths of PEM files: the authority's certificate, the server's certificate and its key."""

    authority: Path
    certificate: Path
    key: Path


def make_server_certificates(folder: Path, *, stem: str = "server") -> ServerCertificates:
    """Write a new authority and a certificate for this computer into `folder`.

    `stem` names the files, so that two authorities can lie side by side.
    """
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority_name = _name(f"{stem} test authority")
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    server_key = ec.generate_private_key(ec.SECP256R1())
    server = (
        _builder(_name("localhost"), authority_name, server_key.public_key())
        .add_extension(_alternative_names(), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    made = ServerCertificates(
        authority=folder / f"{stem}-authority.crt",
        certificate=folder / f"{stem}.crt",
        key=folder / f"{stem}.key",
    )
    made.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    made.certificate.write_bytes(server.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    made.key.chmod(0o600)  # PostgreSQL refuses a key that others can read
    return made


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _alternative_names() -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LIFETIME)
        .not_valid_after(now + _LIFETIME)
    )
