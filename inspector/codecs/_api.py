"""What a codec is.

A codec turns a stored form into a value (``json``, ``msgpack``) or into another stored form
that is one layer closer to it (``zlib``, ``aes-gcm``, ``base64``). It says how well a stored
form fits, cheaply and without raising; the best score is tried first, and the raw form
always remains. A codec is a passive parser: it never builds an object of a foreign class and
never executes anything.

Imports ``inspector.core`` only (and the parser library of the one format it knows).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from inspector.core.payloads import Value

Raw = bytes | str

OUTPUT_LIMIT = 256 * 1024 * 1024
"""No layer may grow to more than this many bytes; a small zip can hold a huge nothing."""


class CodecError(Exception):
    """This codec cannot read this stored form; the text says why in one plain sentence."""


@dataclass(frozen=True, slots=True)
class Key:
    """A decryption key of the user's, kept in memory only and never shown."""

    name: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Read:
    """What one codec made of a stored form.

    Attributes:
        value: the value, when ``layer`` is ``None``.
        layer: the next stored form, when the codec only took a wrapping off.
        notes: finding codes with messages about the encoding.
        by: what stands in the chain for the codec, when its name does not say enough.
    """

    value: Value = None
    layer: Raw | None = None
    notes: tuple[tuple[str, str], ...] = ()
    by: str = ""


class Codec(Protocol):
    """One encoding: one file in this package with a module-level ``CODEC``."""

    @property
    def name(self) -> str:
        """Short stable word, shown in chains such as ``zlib+json``."""

    def score(self, raw: Raw) -> int:
        """How well the first bytes fit: 0 (not mine) to 100 (surely mine). Never raises."""

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """Read the whole stored form.

        Raises:
            CodecError: it is not of this encoding, or is damaged, too deep or too large.
        """


class Refiner(Protocol):
    """A second reading of a decoded value: a library's own marks inside it.

    Named by layouts (``Encoding.refine``); one file with a module-level ``REFINER``.
    """

    @property
    def name(self) -> str:
        """Short stable word, added to the chain (``json+transcodings``)."""

    def refine(self, value: Value) -> Value:
        """Return the value with the library's marks resolved; the input is not changed."""
