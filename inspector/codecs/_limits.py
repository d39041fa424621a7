"""Bounds that every codec keeps, so that a hostile cell costs little and breaks nothing.

A fixed depth, instead of whatever the interpreter's stack happens to allow, makes the same
bytes read the same way in every thread and lets everything behind the codecs (diff, tree,
reducers, writers) rely on it.

Imports the contract of this package only.
"""

from __future__ import annotations

from typing import Final

from inspector.codecs._api import CodecError
from inspector.core.payloads import Value

MAX_DEPTH: Final = 256
"""Maps and lists inside each other; a deeper document is refused and its raw form shown."""

MAX_LAYERS: Final = 4
"""Wrappings (compression, encryption, base64) around one value."""

TOO_DEEP: Final = f"The document nests deeper than {MAX_DEPTH} levels."


class TooLarge(CodecError):
    """The stored form unpacks to more than the reader asked for."""


class Explained(CodecError):
    """The reason speaks for the whole form, not only for the codec that gives it."""


class Locked(Explained):
    """It is encrypted, and no key was given that could be tried."""


def require_depth(value: Value) -> None:
    """Check that no path into a value is longer than :data:`MAX_DEPTH`.

    Goes level by level, so that its own stack does not grow with the value.

    Raises:
        CodecError: the value nests deeper.
    """
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[Value] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        level = [child for child in below if isinstance(child, (dict, list))]
        if not level:
            return
    raise CodecError(TOO_DEEP)
