"""Snapshots of the old tables of Akka and Pekko: a header that says what the state is written with.

Four bytes are the length of the header; the header is the number of the serializer and what that
calls the type; the rest is the state. The result is a map: ``serializer``, ``type``, ``version``
(of a Jackson migration) and ``payload``.

Imports the reading of messages of these tables.

Source: ``SnapshotSerializer`` of Akka and Pekko.
"""

from __future__ import annotations

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read
from inspector.codecs.akka_message import content_of, version_of
from inspector.core.payloads import Value

_INT = 4


class AkkaSnapshot:
    """The codec ``akka-snapshot``."""

    name = "akka-snapshot"

    def score(self, raw: Raw) -> int:
        """Only a layout can know."""
        return 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The header with the state.

        Raises:
            CodecError: it has no such header, or no codec can read the state.
        """
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same with a limit of the reader's own."""
        if not isinstance(raw, bytes):
            raise CodecError("A snapshot of these tables is bytes, and this is text.")
        length = int.from_bytes(raw[:_INT], "little")
        if not _INT <= length <= len(raw) - _INT:
            raise CodecError("The snapshot has no header.")
        header, stored = raw[_INT : _INT + length], raw[_INT + length :]
        serializer = int.from_bytes(header[:_INT], "little", signed=True)
        name, _, version = header[_INT:].decode("utf-8", "replace").partition("#")
        content, notes = content_of(serializer, stored, keys, limit)
        found: dict[str, Value] = {
            "serializer": serializer,
            "type": name or f"serializer {serializer}",
            "version": version_of(version, serializer),
            "payload": content,
        }
        return Read(found, notes=notes)


CODEC = AkkaSnapshot()
