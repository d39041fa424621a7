"""What the user said about stores, remembered in a small JSON file of the user's own.

It names stores by address (never with a password); a damaged file is as good as none. The store
that was not spoken of for longest is forgotten first. Imports ``core`` only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from inspector.core.errors import OutputFailed
from inspector.core.texts import tr
from inspector.services.replacing_files import replace_file

VERSION: Final = 1
MOST: Final = 200
"""Stores that are remembered; the oldest is forgotten first."""

_LARGEST: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoreMemory:
    """One entry for each store.

    Args:
        path: the file.
        what: what is remembered, for a message.
    """

    path: Path
    what: str

    def of(self, store: str) -> Any:
        """The entry of a store, as JSON has it; whoever asks checks it. ``None``: there is none."""
        return self._read().get(store)

    def keep(self, store: str, entry: Any) -> None:
        """Keep the entry of a store; ``None`` forgets it.

        Raises:
            OutputFailed: the file cannot be written.
        """
        known = self._read()
        known.pop(store, None)
        if entry is not None:
            known[store] = entry
        while len(known) > MOST:
            known.pop(next(iter(known)))
        self._write({"version": VERSION, "stores": known})

    def _read(self) -> dict[str, Any]:
        try:
            if self.path.stat().st_size > _LARGEST:
                return {}
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        stores = found.get("stores") if isinstance(found, dict) else None
        return stores if isinstance(stores, dict) else {}

    def _write(self, content: dict[str, Any]) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self.path, json.dumps(content, ensure_ascii=True, indent=1).encode())
        except OSError as error:
            reason = error.strerror or str(error)
            message = tr("{what} could not be kept: {reason}.", what=self.what, reason=reason)
            raise OutputFailed(message) from error


def store_key(address: str, table: str) -> str:
    """What a store is remembered by: its address without a password, and its events table."""
    return f"{address}#{table}"
