"""The aggregate inside a snapshot of a Ruby library, which is Marshal data.

Rails Event Store keeps it as bytes under ``marshal``; Sequent as base64 text, with line breaks,
under ``data``. The refiner puts what the bytes hold in their place.

Imports the reading of Marshal in this package.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from inspector.codecs._api import CodecError
from inspector.codecs.ruby_marshal import CODEC
from inspector.core.payloads import REPLAY_LIMIT, Value

_PLACES: Final = ("marshal", "data")


class RubySnapshot:
    """The refiner ``ruby-snapshot``."""

    name = "ruby-snapshot"

    def refine(self, value: Value) -> Value:
        """The map with its Marshal data read; anything else as it is."""
        if not isinstance(value, dict):
            return value
        for place in _PLACES:
            inner = _unpacked(value.get(place))
            if CODEC.score(inner):
                try:
                    read = CODEC.read_within(inner, (), REPLAY_LIMIT)
                except CodecError:
                    return value
                return {**value, place: read.value}
        return value


def _unpacked(stored: Value) -> bytes:
    if isinstance(stored, str):
        try:
            return base64.b64decode("".join(stored.split()), validate=True)
        except (binascii.Error, ValueError):
            return b""
    return stored if isinstance(stored, bytes) else b""


REFINER = RubySnapshot()
