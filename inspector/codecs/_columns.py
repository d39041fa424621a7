"""Reading one column: the same encoding a hundred thousand times, and sometimes another.

A :class:`ColumnDecoder` remembers what worked for the last cell. Called, it reads a cell
thoroughly, for showing. Its method ``value`` is for the fold of a long stream: for plain
JSON it is msgspec and nothing else, for other chains it repeats the remembered codecs while
their own scores are sure, and it falls to the search when that fails. Both give the same
value for the same cell; only notes are left out. ``short_values`` and ``short_cells`` read
many cells at once.

Imports the contract of this package and ``inspector.core``. Promises no thread-safety: each
reader has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat
from typing import TYPE_CHECKING

from inspector.codecs._api import CodecError, Raw, Refiner
from inspector.codecs._attempts import SURE, TOO_LARGE, Failure, attempt, size_of
from inspector.codecs._json_notes import repeats_keys, some_repeat_keys
from inspector.codecs._limits import TooLarge
from inspector.codecs._search import CodecSet, Notes, Wish, refined
from inspector.codecs.json_text import REFUSALS, SHORT, loads, read_long
from inspector.core.payloads import Decoded, Undecoded, Value

if TYPE_CHECKING:
    from inspector.codecs._schemas import Schemas

_JSON = "json"
_MOST_TYPES = 4096
"""Types whose readers are kept; a store with more makes the others anew each time."""


class ColumnDecoder:
    """Reads cells of one column."""

    __slots__ = ("_chain", "_name", "_plain", "_refine", "_refiners", "_set", "_wish")

    def __init__(self, codecs: CodecSet, wish: Wish) -> None:
        """Take the codecs and what is known about the column.

        Raises:
            LookupError: the wish names a refiner that is not in the set.
        """
        self._set = codecs
        self._wish = wish
        self._refiners = codecs.refiners_named(wish.refine)
        self._refine = _one_function(self._refiners)
        self._remember(wish.hints[:1])

    typed = False
    """Whether :meth:`of` gives another reader for each type."""

    def of(self, event_type: str) -> ColumnDecoder:
        """The reader for cells of events of one type: the same one, where there are no schemas."""
        return self

    def __call__(self, raw: Raw) -> Decoded | Undecoded:
        """Read a cell thoroughly, with notes; never raises for what is stored in it."""
        again = self._read_plain(raw) if self._plain else self._read_again(raw)
        if again is not None:
            return again
        found = self._set.decode(raw, self._wish)
        if isinstance(found, Decoded):
            names = found.codec.split("+")
            self._remember(names[: len(names) - len(self._refiners)])
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

    def short_values(self, raws: Sequence[Raw]) -> list[Value] | None:
        """The values of many cells as quickly as can be, each as ``value`` gives it.

        ``None`` when one of them is long or not plain JSON: they are to be read one by one.

        Raises:
            TypeError: one of them is no text and no bytes.
        """
        values = self._short_plain(raws)
        if values is None or self._refine is None:
            return values
        try:
            return list(map(self._refine, values))
        except Exception:  # noqa: BLE001 - the plug-in boundary, as in the search
            return None

    def short_cells(self, raws: Sequence[Raw]) -> list[Decoded] | None:
        """Many cells as quickly as can be, each as a call gives it; ``None`` and errors as above.

        Whether a key is repeated is looked up in all of them together.
        """
        values = self._short_plain(raws)
        if values is None or some_repeat_keys(raws, values):
            return None
        if len(self._refiners) > 1:  # as one function they do not say which of them failed
            return [self._finished(value, ()) for value in values]
        try:
            plain = values if self._refine is None else list(map(self._refine, values))
        except Exception:  # noqa: BLE001 - the plug-in boundary; one by one it is told where
            return [self._finished(value, ()) for value in values]
        return list(map(Decoded, plain, repeat(self._name)))

    def _short_plain(self, raws: Sequence[Raw]) -> list[Value] | None:
        if not self._plain or max(map(len, raws), default=0) >= SHORT:
            return None
        try:
            return list(map(loads, raws))
        except REFUSALS:
            return None

    def _other_value(self, raw: Raw) -> Value:
        """Long JSON and every other chain."""
        if self._plain and len(raw) <= self._wish.limit // 4:  # no text has more bytes than that
            layer: Raw | None = raw
        else:
            layer = self._innermost(raw)
        if layer is None or self._chain[-1].name != _JSON:
            return self._slow_value(raw)
        try:
            value = read_long(layer)
        except (CodecError, *REFUSALS):
            return self._slow_value(raw)
        for refiner in self._refiners:
            value, _ = refined(refiner, value)
        return value

    def _slow_value(self, raw: Raw) -> Value:
        found = self(raw)
        if isinstance(found, Decoded):
            return found.value
        if found.code == TOO_LARGE:
            raise TooLarge(found.reason)
        raise CodecError(found.reason)

    def _read_plain(self, raw: Raw) -> Decoded | None:
        """Read JSON that is as it should be; ``None`` when it has to be looked at closer."""
        if size_of(raw) > self._wish.limit:
            return None
        try:
            value = loads(raw) if len(raw) < SHORT else read_long(raw)
        except (CodecError, *REFUSALS):
            return None
        if repeats_keys(raw, value):
            return None
        return self._finished(value, ())

    def _read_again(self, raw: Raw) -> Decoded | None:
        """Read with the remembered codecs; ``None`` when the search has to decide."""
        layer = self._innermost(raw)
        if layer is None:
            return None
        codec = self._chain[-1]
        if codec.name != _JSON and codec.score(layer) < SURE:
            return None
        read = attempt(codec, layer, self._wish.keys, self._wish.limit)
        if isinstance(read, Failure) or read.layer is not None:
            return None
        return self._finished(read.value, read.notes)

    def _finished(self, value: Value, notes: Notes) -> Decoded:
        """The refined value with the whole chain."""
        for refiner in self._refiners:
            value, more = refined(refiner, value)
            notes += more
        return Decoded(value, self._name, notes)

    def _innermost(self, raw: Raw) -> Raw | None:
        """The form inside the remembered wrappings; ``None`` when they do not fit."""
        limit = self._wish.limit
        layer = raw
        for codec in self._chain[:-1]:
            if size_of(layer) > limit or codec.score(layer) < SURE:
                return None
            read = attempt(codec, layer, self._wish.keys, self._wish.limit)
            if isinstance(read, Failure) or read.layer is None or read.notes:
                return None
            layer = read.layer
        return layer if self._chain and size_of(layer) <= limit else None

    def _remember(self, names: Sequence[str]) -> None:
        """Keep the chain that worked last."""
        known = {codec.name: codec for codec in self._set.codecs}
        self._chain = tuple(known[name] for name in names if name in known)
        self._name = "+".join((*names, *self._wish.refine))
        self._plain = [codec.name for codec in self._chain] == [_JSON]


class TypedDecoder(ColumnDecoder):
    """Reads cells of one column with schemas that the user gave, which go by the event's type.

    Remembers no chain: a body of a schema has no mark that would tell it from another form, so
    each cell is looked at anew.

    Args:
        codecs: those that come with the program.
        schemas: the user's.
        event_type: the type that this reader is for.
    """

    __slots__ = ("_known", "_others", "_schemas")

    typed = True

    def __init__(
        self, codecs: CodecSet, wish: Wish, schemas: Schemas, event_type: str = ""
    ) -> None:
        self._known, self._schemas = codecs, schemas
        self._others: dict[str, TypedDecoder] = {event_type: self}
        super().__init__(schemas.codecs_for(event_type, codecs), wish)

    def short_values(self, raws: Sequence[Raw]) -> list[Value] | None:
        """Nothing: each cell needs the reader of its type."""
        return None

    def short_cells(self, raws: Sequence[Raw]) -> list[Decoded] | None:
        """Nothing, as above."""
        return None

    def of(self, event_type: str) -> TypedDecoder:
        """The reader for cells of events of one type, made once."""
        found = self._others.get(event_type)
        if found is None:
            found = TypedDecoder(self._known, self._wish, self._schemas, event_type)
            if len(self._others) < _MOST_TYPES:
                self._others[event_type] = found
        return found

    def _remember(self, names: Sequence[str]) -> None:
        self._chain, self._name, self._plain = (), "", False


def _one_function(refiners: tuple[Refiner, ...]) -> Callable[[Value], Value] | None:
    """All refiners as one function without a detour for the usual one; ``None`` for none."""
    if len(refiners) <= 1:
        return refiners[0].refine if refiners else None

    def refine(value: Value) -> Value:
        for refiner in refiners:
            value, _ = refined(refiner, value)
        return value

    return refine
