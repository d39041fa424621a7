"""Ruby Marshal 4.8: what Ruby applications put into snapshots.

A passive parser of our own: no class is looked up, nothing is created or called. Symbols become
texts, objects become maps with their instance variables and ``$ruby``, the name of their class;
decimals, times, dates and sets are shown as what they are.

Imports the standard library only. Promises to keep its stack off the interpreter's.

Format: https://docs.ruby-lang.org/en/3.4/marshal_rdoc.html and Ruby's ``marshal.c``.
"""

from __future__ import annotations

from typing import Final

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read
from inspector.codecs._limits import require_depth
from inspector.codecs._ruby_marshal_reading import Reader

_VERSION: Final = b"\x04\x08"
_TOKENS: Final = frozenset(b'0TFi:;@"flcmM/[{}oSUCeuI')


class RubyMarshal:
    """The codec ``ruby-marshal``."""

    name = "ruby-marshal"

    def score(self, raw: Raw) -> int:
        """By the two version bytes and the kind of the first part."""
        if not isinstance(raw, bytes) or raw[:2] != _VERSION or len(raw) < 3:
            return 0
        return 93 if raw[2] in _TOKENS else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """Read the whole dump.

        Raises:
            CodecError: damaged, too deep, followed by something else, or it contains itself.
        """
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same, where the value may cost so many bytes when it is written out."""
        if not isinstance(raw, bytes) or raw[:2] != _VERSION:
            raise CodecError("Marshal data begin with the bytes 4 and 8.")
        value = Reader(raw, limit).value()
        require_depth(value)
        return Read(value)


CODEC = RubyMarshal()
