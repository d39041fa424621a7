"""Which codec reads a stored form: by score, layer after layer, until a value is there.

A set of codecs is a value; the built-in set is found by scanning this package, and installed
plug-ins make a larger set of it. Here is the boundary behind which codecs and refiners may
fail: whatever one of them raises becomes the reason of an ``Undecoded``, and the next best
codec is tried.

Imports the contract of this package and ``inspector.core``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from inspector.codecs._api import Codec, CodecError, Key, Raw, Read, Refiner
from inspector.codecs._limits import MAX_LAYERS, Explained, TooLarge
from inspector.core.payloads import REPLAY_LIMIT, Decoded, Undecoded, Value

_REASONS = 3
"""So many codecs say why they could not read, best first."""

SURE = 90
"""With this score a codec is tried unasked; with more, its mark is hardly an accident."""

_TOO_LARGE = "payload-too-large"

Notes = tuple[tuple[str, str], ...]

ReadWithin = Callable[[Raw, tuple[Key, ...], int], Read]
"""A method ``read_within`` that a codec may have besides ``read`` and that is preferred to it:
it raises ``TooLarge`` when more bytes than the given number come out."""


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
class Failure:
    """Why one codec could not read a form.

    Attributes:
        code: the finding code that goes with it.
        explains: the reason speaks for the whole form.
        name: the codec.
        score: how sure it had been.
    """

    reason: str
    code: str = "payload-undecodable"
    explains: bool = False
    name: str = ""
    score: int = 0


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
        return _refined(found, refiners)

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
            return Undecoded(reason, size, _TOO_LARGE)
        failures: list[Failure] = []
        for score, codec in self._ranked(raw, wish.hints):
            found = self._try(codec, raw, wish, layers)
            if isinstance(found, Decoded):
                return found
            failures.append(replace(found, name=codec.name, score=score))
        return _sum_up(raw, failures)

    def _ranked(self, raw: Raw, hints: tuple[str, ...]) -> list[tuple[int, Codec]]:
        """Codecs that may fit, best first; hinted ones also without a score, for the reason."""
        ranked: list[tuple[int, int, int, Codec]] = []
        for index, codec in enumerate(self.codecs):
            place = hints.index(codec.name) if codec.name in hints else len(hints)
            score = _score(codec, raw)
            if score > 0 or place < len(hints):
                ranked.append((-score, place, index, codec))
        ranked.sort(key=lambda entry: entry[:3])
        return [(-entry[0], entry[3]) for entry in ranked]

    def _try(self, codec: Codec, raw: Raw, wish: Wish, layers: int) -> Decoded | Failure:
        """One codec, and what is inside when it takes a wrapping off."""
        read = guarded(codec, raw, wish)
        if isinstance(read, Failure):
            return read
        if read.layer is None:
            return Decoded(read.value, codec.name, read.notes)
        if layers == 0:
            return Failure(f"Wrapped more than {MAX_LAYERS} times.")
        inner = self._search(read.layer, wish, layers - 1)
        if isinstance(inner, Undecoded):
            return Failure(f"Inside: {inner.reason}", inner.code)
        return Decoded(inner.value, f"{codec.name}+{inner.codec}", read.notes + inner.notes)


def guarded(codec: Codec, raw: Raw, wish: Wish) -> Read | Failure:
    """Let a codec read; whatever it raises becomes a reason."""
    try:
        within: ReadWithin | None = getattr(codec, "read_within", None)
        if within is not None:
            return within(raw, wish.keys, wish.limit)
        return codec.read(raw, wish.keys)
    except TooLarge as error:
        return Failure(str(error), _TOO_LARGE)
    except CodecError as error:
        return Failure(str(error), explains=isinstance(error, Explained))
    except MemoryError:
        return Failure("There is not enough memory to read it.", _TOO_LARGE)
    except Exception as error:  # noqa: BLE001 - the plug-in boundary: the other codecs go on
        return Failure(f"The codec failed: {_described(error)}")


def size_of(raw: Raw) -> int:
    """Bytes of the stored form."""
    if isinstance(raw, bytes):
        return len(raw)
    return len(raw) if raw.isascii() else len(raw.encode("utf-8", "surrogatepass"))


def _score(codec: Codec, raw: Raw) -> int:
    try:
        return codec.score(raw)
    except Exception:  # noqa: BLE001 - the plug-in boundary: a codec that cannot say does not fit
        return 0


def _sum_up(raw: Raw, failures: list[Failure]) -> Undecoded:
    """Why nothing fits: a sure codec's reason, else one for the whole form, else the best."""
    size = size_of(raw)
    if size == 0:
        return Undecoded("The cell is empty.", 0)
    if not failures:
        head = raw[:8].hex(" ") if isinstance(raw, bytes) else ascii(raw[:16])
        return Undecoded(f"No codec knows this form; it begins with {head}.", size)
    sure = [failure for failure in failures if failure.score > SURE]
    telling = sure or [failure for failure in failures if failure.explains] or failures
    if len(telling) == 1:
        return Undecoded(telling[0].reason, size, telling[0].code)
    said = [f"{failure.name}: {failure.reason}" for failure in telling[:_REASONS]]
    return Undecoded(" ".join(said), size, telling[0].code)


def _refined(found: Decoded, refiners: tuple[Refiner, ...]) -> Decoded:
    for refiner in refiners:
        value, notes = refined(refiner, found.value)
        found = Decoded(value, f"{found.codec}+{refiner.name}", found.notes + notes)
    return found


def refined(refiner: Refiner, value: Value) -> tuple[Value, Notes]:
    """The refined value; when the refiner fails, the value as it was, and a note."""
    try:
        return refiner.refine(value), ()
    except Exception as error:  # noqa: BLE001 - the plug-in boundary: the plain value remains
        said = f"The refiner {refiner.name} failed: {_described(error)}"
        return value, (("plugin-failed", said),)


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
