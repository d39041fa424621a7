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
    authority_key: Path


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """Paths of PEM files: who somebody is, and the private key of it."""

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
        authority_key=folder / f"{stem}-authority.key",
    )
    made.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    made.certificate.write_bytes(server.public_bytes(serialization.Encoding.PEM))
    _write_key(made.key, server_key)
    _write_key(made.authority_key, authority_key)
    return made


def make_client_certificate(
    folder: Path, signed_by: ServerCertificates | None, name: str, *, passphrase: str = ""
) -> ClientCertificate:
    """Write a certificate made out to `name`, signed by the server's authority or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    if signed_by is None:
        issuer, signer = _name(name), key
    else:
        issuer = x509.load_pem_x509_certificate(signed_by.authority.read_bytes()).subject
        loaded = serialization.load_pem_private_key(signed_by.authority_key.read_bytes(), None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)
        signer = loaded
    certificate = _builder(_name(name), issuer, key.public_key()).sign(signer, hashes.SHA256())
    made = ClientCertificate(folder / f"{name}.crt", folder / f"{name}.key")
    made.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    _write_key(made.key, key, passphrase)
    return made


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey, passphrase: str = "") -> None:
    form = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else None
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            form or serialization.NoEncryption(),
        )
    )
    path.chmod(0o600)  # PostgreSQL refuses a key that others can read


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
