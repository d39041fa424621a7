"""Avro: bodies of a schema that the user gives, and messages that name their schema themselves.

=================== ==========================================================================
single object       ``C3 01``, eight bytes of the schema's fingerprint, then the body
Confluent           ``00``, four bytes of a registry's number of the schema, then the body
body                nothing but the body: which schema it has, the type of the event tells
=================== ==========================================================================

Without a schema nothing can be read; the codec ``avro`` then says which one is missing.

Imports the contract of this package. Format: Avro specification 1.12, "Single-object encoding".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read
from inspector.codecs._avro_reading import read_avro
from inspector.codecs._limits import Explained

if TYPE_CHECKING:
    from inspector.codecs._avro_schema import AvroType

NAME: Final = "avro"
BODY_SCORE: Final = 93
"""A body has no mark, but the user says that it is one; only surer forms come first."""
_MARK: Final = b"\xc3\x01"
_HEAD: Final = 10


@dataclass(frozen=True)
class AvroObject:
    """The codec ``avro``: messages in the single-object form.

    Args:
        known: schemas by the fingerprint as it is stored, each with its name.
    """

    known: Mapping[bytes, tuple[str, AvroType]]
    name: str = NAME

    def score(self, raw: Raw) -> int:
        """By the mark, and surely when the fingerprint is known."""
        if not isinstance(raw, bytes) or not raw.startswith(_MARK) or len(raw) < _HEAD:
            return 0
        return 99 if raw[2:_HEAD] in self.known else 94

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The value.

        Raises:
            CodecError: no given schema has this fingerprint, or the body does not fit it.
        """
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same with a limit of the reader's own."""
        if not isinstance(raw, bytes) or not raw.startswith(_MARK) or len(raw) < _HEAD:
            raise CodecError("A message of Avro in the single-object form begins with c3 01.")
        found = self.known.get(raw[2:_HEAD])
        if found is None:
            written = raw[2:_HEAD][::-1].hex()
            given = "no given schema has it" if self.known else "no schema is given"
            raise Explained(f"Avro of the schema with the fingerprint {written}; {given}.")
        name, schema = found
        return Read(read_avro(raw, schema, limit, _HEAD), by=f"{NAME}:{name}")


@dataclass(frozen=True)
class AvroBody:
    """Bodies of one schema.

    Args:
        schema: what the body is.
        name: with the name of the schema, for the chain.
    """

    schema: AvroType
    name: str

    def score(self, raw: Raw) -> int:
        """High for any bytes: that they are such a body, the user says."""
        return BODY_SCORE if isinstance(raw, bytes) else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The value.

        Raises:
            CodecError: the bytes do not fit the schema.
        """
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same with a limit of the reader's own."""
        if not isinstance(raw, bytes):
            raise CodecError("A body of Avro is bytes, and this is text.")
        return Read(read_avro(raw, self.schema, limit))


CODEC: Final = AvroObject({})
