"""Which rules files belong to which store, remembered by path and digest.

Stores are named by address (never with a password), files by path. Imports ``core`` and
``platformdirs``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from inspector.core.texts import tr
from inspector.services.rules import RulesFile
from inspector.services.store_memory import StoreMemory, store_key

__all__ = ["RulesMemory", "store_key", "usual_memory"]


@dataclass(frozen=True, slots=True)
class RulesMemory:
    """The rules that were used with stores.

    Args:
        path: the file.
    """

    path: Path

    def of(self, store: str) -> tuple[RulesFile, ...]:
        """The files that were last used with a store, with the digests they had then.

        Args:
            store: its address and events table, as :func:`store_key` gives them.
        """
        entry = self._memory.of(store)
        if not _is_entry(entry):
            return ()
        return tuple(RulesFile(Path(one["path"]), one["digest"]) for one in entry)

    def remember(self, store: str, files: Sequence[RulesFile]) -> None:
        """Keep the files of a store; none forgets it.

        Raises:
            OutputFailed: the file cannot be written.
        """
        kept = [{"path": str(f.path), "digest": f.digest} for f in files]
        self._memory.keep(store, kept or None)

    @property
    def _memory(self) -> StoreMemory:
        return StoreMemory(self.path, tr("The rules of the store"))


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, list) and all(
        isinstance(one, dict)
        and isinstance(one.get("path"), str)
        and isinstance(one.get("digest"), str)
        for one in entry
    )


def usual_memory() -> RulesMemory:
    """The memory of the user who runs the program."""
    folder = platformdirs.user_config_path("event-history-inspector", appauthor=False)
    return RulesMemory(folder / "rules.json")
