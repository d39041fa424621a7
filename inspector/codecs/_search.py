"""Which codec reads a stored form: by score, layer after layer, until a value is there.

A set of codecs is a value; the built-in set is found by scanning this package, and installed
plug-ins make a larger set of it. Scores and refiners may fail here as codecs may in
:mod:`inspector.codecs._attempts`: the others go on.

Imports the contract of this package and ``inspector.core``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from inspector.codecs._api import Codec, Key, Raw, Refiner
from inspector.codecs._attempts import TOO_LARGE, Failure, attempt, described, size_of, sum_up
from inspector.codecs._limits import MAX_LAYERS
from inspector.core.payloads import REPLAY_LIMIT, Decoded, Undecoded, Value

ALONE = frozenset({"akka-message", "opaque"})
"""Where a layout names one of these, no codec is tried that it does not name."""

Notes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is known about a column before its first cell is read.

    Attributes:
        hints: codecs that the library is known to use, tried first among equals.
        refine: refiners for the decoded value, in their order.
        keys: the user's decryption keys.
        limit: most bytes of a stored form or of any layer inside it.
    """

    hints: tuple[str, ...] = ()
    refine: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    limit: int = REPLAY_LIMIT


@dataclass(frozen=True, slots=True)
class CodecSet:
    """Codecs and refiners that take part.

    Attributes:
        codecs: in a stable order, which decides between equals.
        refiners: by name.
    """

    codecs: tuple[Codec, ...]
    refiners: Mapping[str, Refiner]

    def decode(self, raw: Raw, wish: Wish) -> Decoded | Undecoded:
        """Read one stored form thoroughly; never raises for what is stored in it.

        Raises:
            LookupError: a refiner is asked for that is not in the set.
        """
        refiners = self.refiners_named(wish.refine)
        found = self._search(raw, wish, MAX_LAYERS)
        if isinstance(found, Undecoded):
            return Undecoded(found.reason, size_of(raw), found.code)
        return _with_refiners(found, refiners)

    def refiners_named(self, names: tuple[str, ...]) -> tuple[Refiner, ...]:
        """The refiners with these names.

        Raises:
            LookupError: one of them is not in the set.
        """
        unknown = [name for name in names if name not in self.refiners]
        if unknown:
            raise LookupError(f"no refiner is called {unknown[0]!r}")
        return tuple(self.refiners[name] for name in names)

    def _search(self, raw: Raw, wish: Wish, layers: int) -> Decoded | Undecoded:
        """Try codecs until one gives a value."""
        size = size_of(raw)
        if size > wish.limit:
            reason = f"{size} bytes are more than the limit of {wish.limit} for one cell."
            return Undecoded(reason, size, TOO_LARGE)
        failures: list[Failure] = []
        for score, codec in self._ranked(raw, wish.hints):
            found = self._try(codec, raw, wish, layers)
            if isinstance(found, Decoded):
                return found
            failures.append(replace(found, name=codec.name, score=score))
        return sum_up(raw, failures, wish.hints)

    def _ranked(self, raw: Raw, hints: tuple[str, ...]) -> list[tuple[int, Codec]]:
        """Codecs that may fit, best first; hinted ones also without a score, for the reason.

        Of some forms a layout knows that no guess may be made: their codec stands alone.
        """
        alone = not ALONE.isdisjoint(hints)
        ranked: list[tuple[int, int, int, Codec]] = []
        for index, codec in enumerate(self.codecs):
            if alone and codec.name not in hints:
                continue
            place = hints.index(codec.name) if codec.name in hints else len(hints)
            score = _score(codec, raw)
            if score > 0 or place < len(hints):
                ranked.append((-score, place, index, codec))
        ranked.sort(key=lambda entry: entry[:3])
        return [(-entry[0], entry[3]) for entry in ranked]

    def _try(self, codec: Codec, raw: Raw, wish: Wish, layers: int) -> Decoded | Failure:
        """One codec, and what is inside when it takes a wrapping off."""
        read = attempt(codec, raw, wish.keys, wish.limit)
        if isinstance(read, Failure):
            return read
        if read.layer is None:
            return Decoded(read.value, read.by or codec.name, read.notes)
        if layers == 0:
            return Failure(f"Wrapped more than {MAX_LAYERS} times.")
        inner = self._search(read.layer, wish, layers - 1)
        if isinstance(inner, Undecoded):
            said = f"Inside: {inner.reason.removeprefix('Inside: ')}"
            return Failure(said, inner.code, opened=True)
        return Decoded(inner.value, f"{codec.name}+{inner.codec}", read.notes + inner.notes)


def _score(codec: Codec, raw: Raw) -> int:
    try:
        return codec.score(raw)
    except Exception:  # noqa: BLE001 - the plug-in boundary: a codec that cannot say does not fit
        return 0


def _with_refiners(found: Decoded, refiners: tuple[Refiner, ...]) -> Decoded:
    """The refined value, each refiner added to the chain."""
    for refiner in refiners:
        value, notes = refined(refiner, found.value)
        found = Decoded(value, f"{found.codec}+{refiner.name}", found.notes + notes)
    return found


def refined(refiner: Refiner, value: Value) -> tuple[Value, Notes]:
    """The refined value; when the refiner fails, the value as it was, and a note."""
    try:
        return refiner.refine(value), ()
    except Exception as error:  # noqa: BLE001 - the plug-in boundary: the plain value remains
        said = f"The refiner {refiner.name} failed: {described(error)}"
        return value, (("plugin-failed", said),)
