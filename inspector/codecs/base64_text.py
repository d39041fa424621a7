"""Base64 around something that can be told: JSON, compressed bytes, serialised PHP, Erlang terms.

Most short texts are accidentally base64, so this codec answers only when the first decoded
bytes are the beginning of a form that another codec knows for sure, and that codec must then
read all of it.

Imports the standard library only. Format: RFC 4648, the usual alphabet with padding.
"""

from __future__ import annotations

import base64
import binascii
import re

from inspector.codecs._api import CodecError, Key, Raw, Read

_SHORTEST = 8
_HEAD = 16
_INSIDE = re.compile(
    rb'\{\s*["}]|\[\s*[\[{"\]\d-]|\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|\x83[\x50\x68\x6c\x6d\x74]'
    rb'|a:\d+:\{|[OC]:\d+:"|\x80[\x02-\x05]|\xac\xed\x00\x05|\x28\xb5\x2f\xfd'
)


class Base64Text:
    """The codec ``base64``: takes the text form of bytes off."""

    name = "base64"

    def score(self, raw: Raw) -> int:
        """Only for text whose first decoded bytes begin a form that is known for sure."""
        if len(raw) < _SHORTEST or len(raw) % 4:
            return 0
        try:
            head = base64.b64decode(raw[:_HEAD], validate=True)
        except ValueError:  # another alphabet, or text that is not ASCII
            return 0
        return 70 if _INSIDE.match(head) else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The bytes.

        Raises:
            CodecError: a character that base64 does not have, or wrong padding.
        """
        try:
            return Read(layer=base64.b64decode(raw, validate=True))
        except (binascii.Error, ValueError) as error:
            raise CodecError(f"Not base64: {error}.") from None


CODEC = Base64Text()
