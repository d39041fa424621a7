"""Erlang external term format, as Commanded's EventStore writes it by default.

A passive parser of our own: atoms become text and nothing else (``true``, ``false`` and
``nil`` the values they mean), tuples become lists, and nothing in a term is ever called or
created. Elixir's decimals, dates, times and sets are shown as what they are
(:mod:`inspector.codecs._elixir_structs`); process ids, ports and references stay visible as
``{"$erlang": [kind, node, bytes]}``.

A list of small whole numbers and a "charlist" are the same bytes; it is given as a list.

Imports the standard library only. Promises to keep its stack off the interpreter's: a term
of any depth is read or refused.

Format: https://www.erlang.org/doc/apps/erts/erl_ext_dist.html
"""

from __future__ import annotations

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read
from inspector.codecs._erlang_reading import read_term
from inspector.codecs._inflating import ZLIB, inflate
from inspector.codecs._limits import TooLarge

_VERSION = 131
_COMPRESSED = 80
_HEADER = 6
_TAGS = frozenset(
    [70, 77, _COMPRESSED, 88, 89, 90, *range(97, 112), 113, 114, 115, 116, 118, 119, 120],
)


class ErlangTerm:
    """The codec ``erlang``."""

    name = "erlang"

    def score(self, raw: Raw) -> int:
        """By the version byte and the tag that follows it."""
        if not isinstance(raw, bytes) or len(raw) < 2 or raw[0] != _VERSION:
            return 0
        return 95 if raw[1] in _TAGS else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """Read the whole term.

        Raises:
            CodecError: damaged, too deep, followed by something else, or of a kind that
                cannot be shown (a function).
        """
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same, where a compressed term may unpack to so many bytes."""
        if not isinstance(raw, bytes) or raw[:1] != bytes([_VERSION]):
            raise CodecError("An Erlang term begins with the byte 131.")
        if raw[1:2] == bytes([_COMPRESSED]):
            return Read(read_term(_unpacked(raw, limit), 0))
        return Read(read_term(raw, 1))


def _unpacked(raw: bytes, limit: int) -> bytes:
    """The term inside, which must have the size that is written before it."""
    size = int.from_bytes(raw[2:_HEADER], "big")
    if size > limit:
        raise TooLarge(f"The term says that it unpacks to {size} bytes.")
    term = inflate(raw[_HEADER:], ZLIB, min(size, limit), "compressed term")
    if len(term) != size:
        raise CodecError("The compressed term has another size than it says.")
    return term


CODEC = ErlangTerm()
