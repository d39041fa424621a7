"""What follows from values that an application encrypted and that were not opened.

A copy of such a value says itself that it is unknown. Whatever else a rule makes of it (its length,
a comparison, a condition) looks like any other value and is none: it is marked unknown.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inspector.core.expressions.reading import DATA
from inspector.core.paths import key_part, part_key
from inspector.core.sealing import seals_in

if TYPE_CHECKING:
    from inspector.core.paths import Path, PathPart
    from inspector.core.payloads import Value
    from inspector.core.rules.steps import Step


class SealDoubts:
    """Which parts of a state hold such values, and what follows from them.

    Args:
        state: where the run begins.
    """

    def __init__(self, state: Value) -> None:
        self._held: set[PathPart] = set(_sealed_keys(state))

    def names(self, data: Value) -> frozenset[str]:
        """Names of what an event's steps may read and nobody knows; of an event's data, too."""
        found = {key for key in self._held if isinstance(key, str)}
        sealed = [DATA + key for key in _sealed_keys(data) if isinstance(key, str)]
        if self._held:
            found.add("*")
        return frozenset((*found, *sealed, *([DATA + "*"] if sealed else [])))

    def follow(self, step: Step, names: frozenset[str], state: Value, unknown: set[Path]) -> bool:
        """Note what a step has written; whether it depends on what nobody knows.

        Args:
            names: what :meth:`names` gave before the event.
            state: after the event.
            unknown: paths whose value is not known; changed here.
        """
        if not isinstance(state, dict):
            return False
        writes: Any = map(key_part, state) if "*" in step.writes else step.writes
        depends = not (names.isdisjoint(step.reads) and self._held.isdisjoint(step.reads))
        for key in writes:
            sealed = any(True for _ in seals_in(state.get(part_key(key))))
            self._held.add(key) if sealed else self._held.discard(key)
            if depends and sealed:
                unknown.discard((key,))
            elif depends:
                unknown.add((key,))
        return depends


def _sealed_keys(value: Value) -> list[PathPart]:
    return [path[0] for path, _, _ in seals_in(value) if path]
