"""Letting one codec try, and saying why none could.

Here is the boundary behind which a codec may fail: whatever it raises becomes a reason, and
the next best codec is tried.

Imports the contract of this package and ``inspector.core``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inspector.codecs._api import Codec, CodecError, Key, Raw, Read
from inspector.codecs._limits import Explained, Locked, TooLarge
from inspector.core.payloads import Undecoded

_REASONS = 3
"""So many codecs say why they could not read, best first."""

SURE = 90
"""With this score a codec is tried unasked; with more, its mark is hardly an accident."""

GUESS = 20
"""With a lower score a codec only tries; that nothing came out says nothing."""

TOO_LARGE = "payload-too-large"
UNDECODABLE = "payload-undecodable"
ENCRYPTED = "payload-encrypted"

ReadWithin = Callable[[Raw, tuple[Key, ...], int], Read]
"""A method ``read_within`` that a codec may have besides ``read`` and that is preferred to it:
it raises ``TooLarge`` when more bytes than the given number come out."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one codec could not read a form.

    Attributes:
        code: the finding code that goes with it.
        explains: the reason speaks for the whole form.
        opened: a wrapping came off, and what is inside could not be read.
        name: the codec.
        score: how sure it had been.
    """

    reason: str
    code: str = UNDECODABLE
    explains: bool = False
    opened: bool = False
    name: str = ""
    score: int = 0


def attempt(codec: Codec, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read | Failure:
    """Let a codec read; whatever it raises becomes a reason."""
    try:
        within: ReadWithin | None = getattr(codec, "read_within", None)
        if within is not None:
            return within(raw, keys, limit)
        return codec.read(raw, keys)
    except TooLarge as error:
        return Failure(str(error), TOO_LARGE)
    except CodecError as error:
        code = ENCRYPTED if isinstance(error, Locked) else UNDECODABLE
        return Failure(str(error), code, explains=isinstance(error, Explained))
    except MemoryError:
        return Failure("There is not enough memory to read it.", TOO_LARGE)
    except Exception as error:  # noqa: BLE001 - the plug-in boundary: the other codecs go on
        return Failure(f"The codec failed: {described(error)}")


def size_of(raw: Raw) -> int:
    """Bytes of the stored form."""
    if isinstance(raw, bytes):
        return len(raw)
    return len(raw) if raw.isascii() else len(raw.encode("utf-8", "surrogatepass"))


def sum_up(raw: Raw, failures: list[Failure], hints: tuple[str, ...]) -> Undecoded:
    """Why nothing fits.

    What is said about the inside of a wrapping that came off; else the reason of a codec
    that was sure; else one that speaks for the whole form; else that of the encoding which
    the library is known to use; else those of the best few.
    """
    size = size_of(raw)
    if size == 0:
        return Undecoded("The cell is empty.", 0)
    failures = [failure for failure in failures if _says_something(failure, hints)]
    if not failures:
        head = raw[:8].hex(" ") if isinstance(raw, bytes) else ascii(raw[:16])
        return Undecoded(f"No codec knows this form; it begins with {head}.", size)
    telling = (
        [failure for failure in failures if failure.opened]
        or [failure for failure in failures if failure.score > SURE]
        or [failure for failure in failures if failure.explains]
        or [failure for failure in failures if failure.name in hints][:1]
        or failures
    )
    if len(telling) == 1:
        return Undecoded(telling[0].reason, size, telling[0].code)
    said = [f"{failure.name}: {failure.reason}" for failure in telling[:_REASONS]]
    return Undecoded(" ".join(said), size, telling[0].code)


def _says_something(failure: Failure, hints: tuple[str, ...]) -> bool:
    """Whether a reason is worth telling: that of a mere try is not."""
    known = failure.score >= GUESS or failure.name in hints
    return known or failure.opened or failure.code == TOO_LARGE


def described(error: Exception) -> str:
    """An unexpected error in a few words."""
    return f"{type(error).__name__}: {error}"[:200]
