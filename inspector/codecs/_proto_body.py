"""Messages of Protocol Buffers whose type the user names.

Imports the contract of this package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read
from inspector.codecs._proto_reading import read_message
from inspector.codecs.avro import BODY_SCORE

if TYPE_CHECKING:
    from inspector.codecs._proto_schema import ProtoMessage, ProtoPool

_NOTE: Final = (
    "payload-unknown-fields",
    "The message holds fields that the given descriptors do not know; they are shown by number.",
)


@dataclass(frozen=True)
class ProtoBody:
    """Messages of one type.

    Args:
        message, pool: the type, and what it is made of.
        name: with the name of the type, for the chain.
    """

    message: ProtoMessage
    pool: ProtoPool
    name: str

    def score(self, raw: Raw) -> int:
        """High for any bytes: that they are such a message, the user says."""
        return BODY_SCORE if isinstance(raw, bytes) else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The value.

        Raises:
            CodecError: it is no message of this type.
        """
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same with a limit of the reader's own."""
        if not isinstance(raw, bytes):
            raise CodecError("A message of Protocol Buffers is bytes, and this is text.")
        value, unknown = read_message(raw, self.message, self.pool, limit)
        return Read(value, notes=(_NOTE,) if unknown else ())
