"""JSON text, with every digit kept.

Read by msgspec with ``Decimal`` for numbers that have a fraction or an exponent. What
msgspec refuses but writers do produce (NaN, lone surrogates, raw control characters, a byte
order mark, integers of more than 4300 digits) is read a second time by the standard library
with the same exact numbers, and said in a note.

Imports msgspec and the standard library. Promises that a value nests at most
:data:`~inspector.codecs._limits.MAX_DEPTH` levels, and that an integer which Python cannot
convert in linear time is a ``Decimal`` with exponent 0: exact, and quick to show.

Format: RFC 8259.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec

from inspector.codecs._api import CodecError, Key, Raw, Read
from inspector.codecs._json_notes import Oddities, repeats_keys
from inspector.codecs._limits import MAX_DEPTH, TOO_DEEP, require_depth
from inspector.core.payloads import Value

loads: Final = msgspec.json.Decoder(float_hook=Decimal).decode
"""The quick reading, for the fold: no notes, and depth unchecked. See :func:`read_long`."""

REFUSALS: Final = (ValueError, ArithmeticError, RecursionError)
"""What ``loads`` raises: msgspec's own errors and bad UTF-8 are value errors, an exponent
beyond ``Decimal`` is an arithmetic one, a nesting bomb a recursion one."""

SHORT: Final = 2 * MAX_DEPTH
"""Below this length no document can nest deeper than the limit: nothing to check."""

_BLANK: Final = b" \t\r\n"
_SCALAR: Final = re.compile(
    rb"[ \t\r\n]*(?:true|false|null|NaN|-?Infinity|-?\d[\d.eE+-]*)[ \t\r\n]*"
)
_NUMBER: Final = re.compile(rb"-?\d[\d.eE+-]*\Z")
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SCORES: Final = {b"[": 90, b'"': 85}


def read_long(raw: Raw) -> Value:
    """Read like ``loads`` and check the depth, at little cost for documents of any length.

    Raises:
        CodecError: nested deeper than the limit.
        ValueError, ArithmeticError: not for the quick reading; see ``REFUSALS``.
    """
    try:
        value = loads(raw)
    except RecursionError:
        raise CodecError(TOO_DEEP) from None
    if len(raw) >= SHORT and _openings(raw) > MAX_DEPTH:
        require_depth(value)
    return value


def _openings(raw: Raw) -> int:
    if isinstance(raw, str):
        return raw.count("[") + raw.count("{")
    return raw.count(b"[") + raw.count(b"{")


class JsonText:
    """The codec ``json``."""

    name = "json"

    def score(self, raw: Raw) -> int:
        """By the first characters; a bare number or word only when it is all there is."""
        head = raw[:64]
        text = head.encode("utf-8", "surrogatepass") if isinstance(head, str) else head
        text = text.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK)
        found = self._score_of(text, len(raw) > len(head))
        return found // 2 if found and _CONTROL.search(text) else found

    def _score_of(self, text: bytes, longer: bool) -> int:
        if text.startswith(b"{"):
            return 95 if text[1:].lstrip(_BLANK)[:1] in {b'"', b"}", b""} else 30
        known = _SCORES.get(text[:1])
        if known is not None:
            return known
        if longer:
            return 50 if _NUMBER.match(text) else 0
        return 60 if _SCALAR.fullmatch(text) else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """Read the document; repeated keys and whatever is not standard become notes.

        Raises:
            CodecError: not JSON (with the place), not UTF-8 (with the byte), or too deep.
        """
        try:
            value = read_long(raw)
        except (ValueError, ArithmeticError):
            return _read_leniently(raw)
        if repeats_keys(raw, value):
            return Read(value, notes=_read_leniently(raw).notes)
        return Read(value)


def _read_leniently(raw: Raw) -> Read:
    """Read with the standard library, noting what is odd."""
    oddities = Oddities()
    text = _text_of(raw, oddities)
    reader = json.JSONDecoder(
        strict=False,
        parse_float=Decimal,
        parse_int=_whole,
        parse_constant=oddities.constant,
        object_pairs_hook=oddities.pairs,
    )
    try:
        value = reader.decode(text)
    except json.JSONDecodeError as error:
        raise CodecError(f"Not JSON: {error.msg} at {_place(text, error.pos)}.") from None
    except InvalidOperation:
        raise CodecError("A number's exponent is beyond what can be kept exactly.") from None
    except RecursionError:
        raise CodecError(TOO_DEEP) from None
    require_depth(value)
    oddities.look_at(text)
    return Read(value, notes=oddities.notes())


def _text_of(raw: Raw, oddities: Oddities) -> str:
    """The characters without a byte order mark."""
    if isinstance(raw, str):
        text = raw
    else:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise CodecError(f"Not UTF-8 at byte {error.start}: {error.reason}.") from None
    if text.startswith("\ufeff"):
        oddities.say("It begins with a byte order mark.")
        return text[1:]
    return text


def _whole(digits: str) -> int | Decimal:
    """An integer; beyond Python's own limit for digits an exact ``Decimal``."""
    try:
        return int(digits)
    except ValueError:  # more digits than sys.get_int_max_str_digits() allows
        return Decimal(digits)


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return f"line {line}, column {column} (character {position})"


CODEC = JsonText()
