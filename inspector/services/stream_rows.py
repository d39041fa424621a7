"""What is always kept of a stream that is replayed: position and type of every row, and keys.

Two arrays cost about ten bytes a row; with one key for every segment any place can be read
again.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from inspector.core.replaying import KEYFRAME_EVERY

if TYPE_CHECKING:
    from inspector.core.events import PageKey, StreamId


class StreamRows:
    """Rows of one stream, oldest first.

    Attributes:
        stream: the stream.
        positions: position in the stream of every row; -1 where the store has none.
        codes: type of every row, an index into ``types``.
        types: stored type names, in order of first appearance.
        segment: rows that are read and folded together; there is a key for each segment.
    """

    segment = KEYFRAME_EVERY

    def __init__(self, stream: StreamId) -> None:
        self.stream = stream
        self.positions = array("q")
        self.codes = array("H")
        self.types: list[str] = []
        self._code_of: dict[str, int] = {}
        self._after: list[PageKey | None] = [None]

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def after(self) -> PageKey | None:
        """Key of the last row that was loaded."""
        return self._after[-1]

    def type_at(self, index: int) -> str:
        """Stored type of a row."""
        return self.types[self.codes[index]]

    def position_at(self, index: int) -> int | None:
        """Position of a row, or ``None`` where the store has none."""
        position = self.positions[index]
        return None if position < 0 else position

    def index_of(self, position: int) -> int:
        """Index of the last row at or before a position; -1 before the first row."""
        return bisect_right(self.positions, position) - 1

    def exact_index_of(self, position: int) -> int | None:
        """Index of the row with this very position."""
        index = bisect_left(self.positions, position)
        if index < len(self.positions) and self.positions[index] == position:
            return index
        return None

    def key_before(self, index: int) -> tuple[PageKey | None, int]:
        """The nearest key at or before a row, and how many rows to walk on."""
        segment, rest = divmod(index, self.segment)
        return self._after[segment], rest

    def _code(self, name: str) -> int:
        code = self._code_of.get(name)
        if code is None:
            code = min(len(self.types), 65_535)
            self._code_of[name] = code
            if code == len(self.types):
                self.types.append(name)
        return code
