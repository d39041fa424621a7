"""Messages that begin with a schema registry's number, as Confluent's serializers write them.

One byte 0, four bytes with the number of the schema, then the body. A message of Protocol Buffers
has the place of its type in the file between them: how many indexes there are and each of them, in
zig-zag, or one 0 for the first type.

Imports the contract of this package. Source: docs.confluent.io, "Wire format".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read
from inspector.codecs._attempts import TOO_LARGE, attempt
from inspector.codecs._limits import Explained, TooLarge
from inspector.codecs._proto_body import ProtoBody
from inspector.codecs.protobuf_wire import varint

if TYPE_CHECKING:
    from inspector.codecs.avro import AvroBody

_HEAD: Final = 5
_DEEPEST: Final = 100


@dataclass(frozen=True)
class RegistryMessage:
    """Messages with the number of their schema.

    Args:
        known: what reads the body, by the number.
        plain: what reads a body without such a beginning, if there may be such bodies, too.
    """

    known: Mapping[int, AvroBody | ProtoBody]
    plain: AvroBody | ProtoBody | None = None
    name: str = "registry"

    def score(self, raw: Raw) -> int:
        """By the first byte, and surely when the number is known."""
        plain = 0 if self.plain is None else self.plain.score(raw)
        if not isinstance(raw, bytes) or len(raw) < _HEAD or raw[0]:
            return plain
        if int.from_bytes(raw[1:_HEAD], "big") in self.known:
            return 97
        return plain or 91

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The value.

        Raises:
            CodecError: no schema has this number, the body does not fit it, or the whole form
                may as well be a body without such a beginning.
        """
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same with a limit of the reader's own."""
        if self.plain is None:
            return self._numbered(raw, keys, limit)
        plain = attempt(self.plain, raw, keys, limit)
        try:
            found = self._numbered(raw, keys, limit)
        except CodecError as error:
            if isinstance(plain, Read):
                return Read(plain.value, notes=plain.notes, by=self.plain.name)
            if plain.code == TOO_LARGE:
                raise TooLarge(plain.reason) from None
            raise CodecError(f"As a plain body: {plain.reason} As a message: {error}") from None
        if isinstance(plain, Read):
            raise Explained(
                f"It fits {found.by} after a registry's number, and {self.plain.name} as a "
                "plain body; say which with framing in a list of schemas."
            )
        return found

    def _numbered(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        if not isinstance(raw, bytes) or len(raw) < _HEAD or raw[0]:
            raise CodecError("A message with the number of its schema begins with the byte 0.")
        number = int.from_bytes(raw[1:_HEAD], "big")
        codec = self.known.get(number)
        if codec is None:
            raise Explained(f"The message names schema {number}; no given schema has that number.")
        body = raw[_HEAD:]
        if isinstance(codec, ProtoBody):
            body = _after_indexes(body, codec)
        found = codec.read_within(body, keys, limit)
        return Read(found.value, notes=found.notes, by=codec.name)


def _after_indexes(body: bytes, codec: ProtoBody) -> bytes:
    """The message after the place of its type, which must be the type that is meant."""
    count, at = _signed(body, 0)
    if not 0 <= count <= _DEEPEST:
        raise CodecError("The place of the message's type cannot be read.")
    path = [0] if count == 0 else []
    for _ in range(count):
        index, at = _signed(body, at)
        path.append(index)
    if tuple(path) != codec.message.path:
        place = ".".join(map(str, path))
        raise Explained(
            f"The message is of the type at place {place} of its file, and "
            f"{codec.message.name} is not at that place."
        )
    return body[at:]


def _signed(raw: bytes, at: int) -> tuple[int, int]:
    number, at = varint(raw, at)
    return (number >> 1) ^ -(number & 1), at
