"""Messages of the old journal of Akka and Pekko: an envelope of Protocol Buffers around an event.

The envelope names the serializer of the event and what that calls its type; the event inside is
read by whatever codec fits it. The result is a map: ``serializer``, ``type``, ``version`` (of a
Jackson migration), ``payload``, ``writer`` and ``timestamp`` (milliseconds).

Imports the codecs of this package (only when an event is read) for what is inside.

Source: ``MessageFormats.proto`` of Akka and Pekko: ``PersistentMessage``, ``PersistentPayload``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read
from inspector.codecs._attempts import TOO_LARGE
from inspector.codecs._limits import Explained, TooLarge
from inspector.codecs.protobuf_wire import fields_of
from inspector.core.payloads import Undecoded, Value

if TYPE_CHECKING:
    from inspector.codecs._search import CodecSet

_PAYLOAD, _ADAPTER, _WRITER, _TIME = 1, 12, 13, 14
_SERIALIZER, _BYTES, _MANIFEST = 1, 2, 3
_JACKSON: Final = frozenset({31, 32, 33})
_HINTS: Final = {2: ("protobuf",), 31: ("json",), 32: ("json", "cbor"), 33: ("cbor",)}
_FILTERED: Final = 34
_LONGEST: Final = 10
_NOTHING: Final = ("payload-not-a-map", "The event was deliberately stored without its content.")

Parts = dict[int, "int | bytes"]


class AkkaMessage:
    """The codec ``akka-message``.

    Args:
        codecs_for: the codecs for events of a type inside; without it, all that there are.
    """

    name = "akka-message"

    def __init__(self, codecs_for: Callable[[str], CodecSet] | None = None) -> None:
        self._codecs_for = codecs_for

    def score(self, raw: Raw) -> int:
        """Only a layout can know."""
        return 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The envelope with the event in it.

        Raises:
            CodecError: it is no such message, or no codec can read the event.
        """
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same with a limit of the reader's own."""
        if not isinstance(raw, bytes):
            raise CodecError("A message of the journal is bytes, and this is text.")
        message = _parts(raw)
        inner = message.get(_PAYLOAD)
        if not isinstance(inner, bytes):
            raise CodecError("The message holds no payload.")
        event = _parts(inner)
        serializer, stored = event.get(_SERIALIZER), event.get(_BYTES, b"")
        if not isinstance(serializer, int) or not isinstance(stored, bytes):
            raise CodecError("The message names no serializer.")
        manifest = _text(event.get(_MANIFEST)) or _text(message.get(_ADAPTER))
        name, _, version = manifest.partition("#")
        codecs = None if self._codecs_for is None else self._codecs_for(name)
        content, notes = content_of(serializer, stored, keys, limit, codecs)
        found: dict[str, Value] = {
            "serializer": serializer,
            "type": name or f"serializer {serializer}",
            "version": version_of(version, serializer),
            "payload": content,
            "writer": _text(message.get(_WRITER)) or None,
            "timestamp": _zigzag(message.get(_TIME)),
        }
        return Read(found, notes=notes)


def content_of(
    serializer: int,
    stored: bytes,
    keys: tuple[Key, ...],
    limit: int,
    codecs: CodecSet | None = None,
) -> tuple[Value, tuple[tuple[str, str], ...]]:
    """The event or state inside, and what is to be noted about it.

    Raises:
        CodecError: no codec can read it.
    """
    from inspector.codecs import Wish, builtin_codecs  # noqa: PLC0415 - this module is one of them

    if serializer == _FILTERED:
        return None, (_NOTHING,)
    if not stored:
        return {}, ()
    wish = Wish(_HINTS.get(serializer, ()), keys=keys, limit=limit)
    found = (codecs or builtin_codecs()).decode(stored, wish)
    if isinstance(found, Undecoded):
        if found.code == TOO_LARGE:
            raise TooLarge(found.reason)
        raise Explained(f"Inside the message (serializer {serializer}): {found.reason}")
    return found.value, found.notes


def _parts(raw: bytes) -> Parts:
    return {number: value for number, _, value in fields_of(raw)}


def _text(value: int | bytes | None) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def version_of(written: str, serializer: int) -> Value:
    """The number of a Jackson migration; its first has none."""
    if not written:
        return 1 if serializer in _JACKSON else None
    return int(written) if written.isdecimal() and len(written) < _LONGEST else written


def _zigzag(value: int | bytes | None) -> int | None:
    """Milliseconds; 0 means that none were written."""
    if not isinstance(value, int) or value == 0:
        return None
    return (value >> 1) ^ -(value & 1)


CODEC = AkkaMessage()
