"""Reading one column: the same encoding a hundred thousand times, and sometimes another.

A :class:`ColumnDecoder` remembers what worked for the last cell. Called, it reads a cell
thoroughly, for showing. Its method ``value`` is for the fold of a long stream: for plain
JSON it is msgspec and nothing else, for other chains it repeats the remembered codecs while
their own scores are sure, and it falls to the search when that fails. Both give the same
value for the same cell; only notes are left out.

Imports the contract of this package and ``inspector.core``. Promises no thread-safety: each
reader has its own.
"""

from __future__ import annotations

from collections.abc import Callable

from inspector.codecs._api import Codec, CodecError, Raw, Refiner
from inspector.codecs._limits import TooLarge
from inspector.codecs._search import SURE, CodecSet, Failure, Wish, guarded, refined, size_of
from inspector.codecs.json_text import REFUSALS, SHORT, loads, read_long
from inspector.core.payloads import Decoded, Undecoded, Value

_JSON = "json"

_FAILED = object()
"""The remembered chain does not fit; ``None`` would be a value."""


class ColumnDecoder:
    """Reads cells of one column."""

    __slots__ = ("_chain", "_plain", "_refine", "_refiners", "_set", "_wish")

    def __init__(self, codecs: CodecSet, wish: Wish) -> None:
        """Take the codecs and what is known about the column.

        Raises:
            LookupError: the wish names a refiner that is not in the set.
        """
        self._set = codecs
        self._wish = wish
        self._refiners = codecs.refiners_named(wish.refine)
        self._refine = _one_function(self._refiners)
        self._chain: tuple[Codec, ...] = ()
        self._plain = wish.hints[:1] == (_JSON,) and self._knows_json()

    def __call__(self, raw: Raw) -> Decoded | Undecoded:
        """Read a cell thoroughly, with notes; never raises for what is stored in it."""
        found = self._set.decode(raw, self._wish)
        if isinstance(found, Decoded):
            self._remember(found)
        return found

    def value(self, raw: Raw) -> Value:
        """The decoded value of a cell, as quickly as can be.

        Raises:
            CodecError: no codec can read it; the text says why.
        """
        if self._plain and len(raw) < SHORT:
            try:
                value = loads(raw)
            except REFUSALS:
                return self._slow_value(raw)
            if self._refine is None:
                return value
            try:
                return self._refine(value)
            except Exception:  # noqa: BLE001 - the plug-in boundary, as in the search
                return value
        return self._other_value(raw)

    def _other_value(self, raw: Raw) -> Value:
        """Long JSON and every other chain."""
        if size_of(raw) > self._wish.limit:
            return self._slow_value(raw)
        value = self._long_json(raw) if self._plain else self._same_chain(raw)
        if value is _FAILED:
            return self._slow_value(raw)
        for refiner in self._refiners:
            value, _ = refined(refiner, value)
        return value

    def _long_json(self, raw: Raw) -> Value:
        try:
            return read_long(raw)
        except (CodecError, *REFUSALS):
            return _FAILED

    def _same_chain(self, raw: Raw) -> Value:
        """Repeat the remembered codecs; only the last may read JSON without its notes."""
        layer: Raw = raw
        for codec in self._chain:
            if codec.name == _JSON:
                return self._long_json(layer)
            if codec.score(layer) < SURE:
                return _FAILED
            read = guarded(codec, layer, self._wish)
            if isinstance(read, Failure):
                return _FAILED
            if read.layer is None:
                return read.value
            layer = read.layer
            if size_of(layer) > self._wish.limit:
                return _FAILED
        return _FAILED

    def _slow_value(self, raw: Raw) -> Value:
        found = self(raw)
        if isinstance(found, Decoded):
            return found.value
        if found.code == "payload-too-large":
            raise TooLarge(found.reason)
        raise CodecError(found.reason)

    def _remember(self, found: Decoded) -> None:
        names = found.codec.split("+")
        names = names[: len(names) - len(self._wish.refine)]
        known = {codec.name: codec for codec in self._set.codecs}
        self._chain = tuple(known[name] for name in names if name in known)
        self._plain = names == [_JSON]

    def _knows_json(self) -> bool:
        return any(codec.name == _JSON for codec in self._set.codecs)


def _one_function(refiners: tuple[Refiner, ...]) -> Callable[[Value], Value] | None:
    """All refiners as one function without a detour for the usual one; ``None`` for none."""
    if len(refiners) <= 1:
        return refiners[0].refine if refiners else None

    def refine(value: Value) -> Value:
        for refiner in refiners:
            value, _ = refined(refiner, value)
        return value

    return refine
