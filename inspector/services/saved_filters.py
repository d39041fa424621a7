"""Filters that somebody gave a name, kept by store in a file of the user's own.

They hold what their author typed, and are kept because their author asked for it; nothing else of
a store is. Imports ``core`` and ``platformdirs``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import platformdirs

from inspector.core.texts import tr
from inspector.services.store_memory import StoreMemory

if TYPE_CHECKING:
    from pathlib import Path

MOST: Final = 100
LONGEST: Final = 20_000


@dataclass(frozen=True, slots=True)
class SavedFilters:
    """Named filters.

    Args:
        path: the file.
    """

    path: Path

    def of(self, store: str) -> dict[str, str]:
        """Texts by name, in the order of the names."""
        entry = self._memory.of(store)
        if not isinstance(entry, dict):
            return {}
        sound = {
            name: text
            for name, text in entry.items()
            if isinstance(name, str) and isinstance(text, str) and len(text) <= LONGEST
        }
        return dict(sorted(sound.items(), key=lambda pair: pair[0].casefold()))

    def put(self, store: str, name: str, text: str | None) -> None:
        """Keep a filter under a name; ``None`` forgets it.

        Raises:
            OutputFailed: the file cannot be written.
        """
        known = self.of(store)
        known.pop(name, None)
        if text is not None:
            known[name] = text
        while len(known) > MOST:
            known.pop(next(iter(known)))
        self._memory.keep(store, known or None)

    def forget(self, store: str) -> None:
        """Forget all filters of a store.

        Raises:
            OutputFailed: the file cannot be written.
        """
        if self.of(store):
            self._memory.keep(store, None)

    @property
    def _memory(self) -> StoreMemory:
        return StoreMemory(self.path, tr("The filter"))


def usual_filters() -> SavedFilters:
    """Those of the user who runs the program."""
    folder = platformdirs.user_config_path("event-history-inspector", appauthor=False)
    return SavedFilters(folder / "filters.json")
