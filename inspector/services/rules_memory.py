"""Which rules files belong to which store, remembered by path and digest.

A small JSON file of the user's own. It names stores by address (never with a password) and
files by path; a damaged file is as good as none, and says so. Imports ``core`` and
``platformdirs``.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import platformdirs

from inspector.core.errors import OutputFailed
from inspector.core.texts import tr
from inspector.services.rules import RulesFile

VERSION: Final = 1
MOST: Final = 200
"""Stores that are remembered; the oldest is forgotten first."""

_LARGEST: Final = 1024 * 1024


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
        entry = self._read().get(store, [])
        return tuple(RulesFile(Path(one["path"]), one["digest"]) for one in entry)

    def remember(self, store: str, files: Sequence[RulesFile]) -> None:
        """Keep the files of a store; none forgets it.

        Raises:
            OutputFailed: the file cannot be written.
        """
        known = self._read()
        known.pop(store, None)
        if files:
            known[store] = [{"path": str(f.path), "digest": f.digest} for f in files]
        while len(known) > MOST:
            known.pop(next(iter(known)))
        self._write({"version": VERSION, "stores": known})

    def _read(self) -> dict[str, list[dict[str, str]]]:
        try:
            if self.path.stat().st_size > _LARGEST:
                return {}
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        stores = found.get("stores") if isinstance(found, dict) else None
        if not isinstance(stores, dict):
            return {}
        return {name: entry for name, entry in stores.items() if _is_entry(entry)}

    def _write(self, content: dict[str, Any]) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(content, file, ensure_ascii=True, indent=1)
                Path(name).replace(self.path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            reason = error.strerror or str(error)
            message = tr("The rules of the store could not be kept: {reason}.", reason=reason)
            raise OutputFailed(message) from error


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


def store_key(address: str, table: str) -> str:
    """What a store is remembered by: its address without a password, and its events table."""
    return f"{address}#{table}"
