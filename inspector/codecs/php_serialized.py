"""Values as PHP's ``serialize()`` writes them: snapshots of PHP event stores, caches, sessions.

A passive parser of our own: no class is looked up, nothing is created or called. An array whose
keys count from 0 is a list, any other a map with text keys (PHP takes ``"5"`` and ``5`` for one
key, so no two keys become one). An object is the map of its properties, with its class under
``$class``; the marks of visibility are taken off the names. What a class serialised in a form of
its own stays visible under ``$data``, an enumeration case under ``$case``. A reference is the
value that it points to, unless that value holds it: then it is ``{"$ref": number}``.

Whole numbers are exact, numbers with a fraction keep the digits that are stored, strings that
are no UTF-8 stay bytes.

Imports the standard library only. Promises to keep its stack off the interpreter's, and that
references cannot make a small cell into a huge value.

Format: ``ext/standard/var.c`` and ``var_unserializer.re`` of PHP 5 to 8.
"""

from __future__ import annotations

import re
from typing import Final

from inspector.codecs._api import CodecError, Key, Raw, Read
from inspector.codecs._limits import Explained
from inspector.codecs._php_reading import read_value

_CONTAINER: Final = re.compile(rb'(?:a:\d{1,10}:\{|[OCE]:\d{1,10}:")')
_TEXT: Final = re.compile(rb'[sS]:\d{1,10}:"')
_SCALAR: Final = re.compile(rb"(?:N;|b:[01];|i:[+-]?\d{1,30};|d:(?:[\d.eE+-]{1,40}|-?INF|NAN);)\Z")
_HEAD: Final = 64
_IGBINARY: Final = (b"\x00\x00\x00\x01", b"\x00\x00\x00\x02")


class PhpSerialized:
    """The codec ``php``."""

    name = "php"

    def score(self, raw: Raw) -> int:
        """By the first characters; a lone scalar only when it is all there is."""
        head = raw[:_HEAD]
        text = head.encode("utf-8", "surrogatepass") if isinstance(head, str) else head
        if _CONTAINER.match(text) or text.startswith(_IGBINARY):
            return 95
        if _TEXT.match(text):
            return 92
        return 70 if len(raw) <= _HEAD and _SCALAR.match(text) else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """Read the whole of it.

        Raises:
            CodecError: damaged (with the byte), too deep, followed by something else, or in
                the binary form of the ``igbinary`` extension.
        """
        data = raw if isinstance(raw, bytes) else _bytes(raw)
        if data.startswith(_IGBINARY):
            raise Explained(
                "It is written by PHP's igbinary extension, whose binary form is not read."
            )
        return Read(read_value(data))


def _bytes(text: str) -> bytes:
    """The bytes of a text cell; those that were no UTF-8 are lone surrogates in it."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise CodecError("It holds half of a surrogate pair, which PHP has not written.") from None


CODEC: Final = PhpSerialized()
