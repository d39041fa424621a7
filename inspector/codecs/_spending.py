"""What a value costs when it is written out, though parts of it are shared.

YAML aliases and Marshal links put one part into many places: a few hundred bytes can stand for
billions of values. Nothing grows while they are read, but everything behind the codecs walks
through the value. So each part is counted as often as it is used.

Imports the contract of this package only.
"""

from __future__ import annotations

from typing import Final

from inspector.codecs._limits import TooLarge

NODE: Final = 8
"""What a value costs at least, in bytes."""


class Spending:
    """Counts bytes against a limit.

    Attributes:
        spent: so far.
    """

    __slots__ = ("_limit", "spent")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.spent = 0

    def spend(self, size: int) -> None:
        """Count a value of so many bytes.

        Raises:
            TooLarge: together they exceed the limit.
        """
        self.spent += NODE + size
        if self.spent > self._limit:
            raise TooLarge(f"Written out, it has more than {self._limit} bytes.")
