"""Stored bytes and the values read out of them.

A payload is never only its decoded value: the raw form stays beside it, so that whatever a
codec thinks, the stored bytes can be shown and saved exactly.

Values are plain Python: ``None``, ``bool``, ``int`` (any length), ``Decimal`` (a number with
a fraction or exponent, all digits kept), :class:`DecimalText` (a decimal that the store wrote
as an exact decimal, shown as text in JSON), ``float`` (only where the store itself holds a
binary float), ``str``, ``bytes``, ``list``, ``dict``. Values are shared between states and
must never be changed in place.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

# The values are recursive and come from many decoders; ``Any`` here is deliberate and named.
Value = Any

EAGER_LIMIT: Final = 256 * 1024
"""Payloads up to this many bytes are decoded with the page they are on."""

REPLAY_LIMIT: Final = 16 * 1024 * 1024
"""Payloads up to this many bytes are decoded for a replay; larger ones only on demand."""


class DecimalText(Decimal):
    """A decimal number that the store keeps as an exact decimal, not as a JSON number."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Decoded:
    """A value and how it was read.

    Attributes:
        value: the decoded value.
        codec: the chain of codecs, outermost first, joined by ``+`` (``zlib+json``).
        notes: findings codes with messages about the encoding (duplicate keys, NaN).
    """

    value: Value
    codec: str
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Undecoded:
    """Bytes that no codec could read, and why.

    Attributes:
        reason: one plain sentence.
        size: length of the stored form in bytes.
        code: the finding code that goes with it.
    """

    reason: str
    size: int
    code: str = "payload-undecodable"


@dataclass(frozen=True, slots=True)
class Payload:
    """A stored payload or metadata cell.

    Attributes:
        raw: the stored form: ``bytes``, ``str``, or ``None`` (SQL NULL, or not loaded because
            of its size: then ``size`` is larger than what was loaded).
        content: the decoded value, or why there is none. ``None`` when the cell is SQL NULL.
        size: bytes of the stored form.
    """

    raw: bytes | str | None
    content: Decoded | Undecoded | None
    size: int

    @property
    def value(self) -> Value:
        """The decoded value, or ``None``."""
        return self.content.value if isinstance(self.content, Decoded) else None

    @property
    def codec(self) -> str | None:
        """The codec chain, or ``None`` when nothing was decoded."""
        return self.content.codec if isinstance(self.content, Decoded) else None


EMPTY: Final = Payload(None, None, 0)
