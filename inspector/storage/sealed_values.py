"""Values inside of events that were encrypted one by one: what is said of them, and their keys.

Imports the codecs and ``inspector.core``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from inspector.codecs._key_ring import MOST, KeyRing, StoredKey, plain_base64
from inspector.core.errors import AccessDenied
from inspector.core.findings import Finding
from inspector.core.paths import path_text
from inspector.core.payloads import Decoded
from inspector.core.sealing import CODES, Seal, sealed_value, seals_in
from inspector.core.texts import tr

if TYPE_CHECKING:
    from inspector.codecs._api import Key
    from inspector.core.payloads import Payload, Value
    from inspector.layouts._api import Source
    from inspector.storage.opened import Reads

PERSONAL = "$personal"
"""In place of the names of fields that only the encrypted part of an event tells."""


def key_ring(
    connection: Reads, source: Source, keys: tuple[Key, ...], *, use_stored: bool
) -> KeyRing:
    """The keys for single values: the user's, and the store's own where they may be used."""
    vault = source.vault
    if vault is None:
        return KeyRing(keys)

    def load() -> tuple[StoredKey, ...] | None:
        table = vault.subquery("vault")
        names = ("subject", "key", "method", "iv") if use_stored else ("subject",)
        columns = [table.c[name] for name in names if name in table.c]
        try:
            rows = connection.read(sa.select(*columns).limit(MOST + 1), {})
        except AccessDenied:
            return None
        return tuple(
            _stored(dict(zip((c.name for c in columns), row, strict=True))) for row in rows
        )

    return KeyRing(keys, load, use_stored=use_stored)


def _stored(row: dict[str, object]) -> StoredKey:
    return StoredKey(
        str(row["subject"]),
        plain_base64(row.get("key")),
        str(row.get("method") or ""),
        plain_base64(row.get("iv")),
    )


def seal_findings(data: Value) -> list[Finding]:
    """What is to be said of the values in an event that cannot be read: a finding of each kind."""
    told: dict[Seal, list[str]] = {}
    for path, seal, key in seals_in(data):
        where = path_text(path)
        told.setdefault(seal, []).append(f"{where} ({key})" if key else where)
    return [Finding(CODES[seal], _WORDS[seal](", ".join(places))) for seal, places in told.items()]


_WORDS = {
    Seal.ENCRYPTED: lambda places: tr("Encrypted, and not opened here: {places}.", places=places),
    Seal.ERASED: lambda places: tr(
        "Encrypted with a key that is no longer in the store: {places}.", places=places
    ),
    Seal.CORRUPT: lambda places: tr(
        "Encrypted, and not what its key opens: {places}.", places=places
    ),
}


def personal_data(cell: Payload) -> dict[str, Value]:
    """Fields out of a cell of their own; one that is encrypted as a whole is still there."""
    content = cell.content
    value = content.value if isinstance(content, Decoded) else None
    if isinstance(value, dict):
        return value
    if cell.raw is None or (value is None and isinstance(content, Decoded)):
        return {}
    return {PERSONAL: sealed_value(Seal.ENCRYPTED, bytes=cell.raw)}
