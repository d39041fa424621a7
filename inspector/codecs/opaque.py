"""Forms that only an application's own types can read: compact binary encodings of Rust.

Such bytes carry no names and no types. Another codec may happen to read some of them as
something else, and that would look like a fact. So a layout that knows names this codec alone,
and then no other is tried.

Imports the contract of this package only.
"""

from __future__ import annotations

from inspector.codecs._api import Key, Raw, Read
from inspector.codecs._limits import Explained

NAME = "opaque"


class Opaque:
    """The codec ``opaque``: reads nothing, and says why."""

    name = NAME

    def score(self, raw: Raw) -> int:
        """Only a layout can know."""
        return 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """Nothing.

        Raises:
            CodecError: always.
        """
        raise Explained(
            "The library wrote it in a compact form that only the application's own types can "
            "read; names and values are not in the bytes."
        )


CODEC = Opaque()
