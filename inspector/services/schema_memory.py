"""Which schemas belong to which store, remembered by path and digest.

Stores are named by address (never with a password): schemas are needed before it is known which
tables a database has. Imports ``core`` and ``platformdirs``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.core.texts import tr
from inspector.services.store_memory import StoreMemory

if TYPE_CHECKING:
    from inspector.services.schema_files import LoadedSchemas


@dataclass(frozen=True, slots=True)
class KnownSchemas:
    """Schemas that were last used with a store.

    Attributes:
        given: paths as they were given.
        digests: SHA-256 of every file that was read, by path.
    """

    given: tuple[str, ...]
    digests: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SchemaMemory:
    """The schemas that were used with stores.

    Args:
        path: the file.
    """

    path: Path

    def of(self, address: str) -> KnownSchemas | None:
        """What was last used with a store; ``None`` when nothing was."""
        entry = self._memory.of(address)
        if not _is_entry(entry):
            return None
        return KnownSchemas(tuple(entry["given"]), tuple(entry["files"].items()))

    def remember(self, address: str, loaded: LoadedSchemas | None) -> None:
        """Keep the schemas of a store; none forgets it.

        Raises:
            OutputFailed: the file cannot be written.
        """
        if loaded is None:
            if self._memory.of(address) is not None:
                self._memory.keep(address, None)
            return
        files = {str(file.path): file.digest for file in loaded.files}
        entry = {"given": [str(path) for path in loaded.given], "files": files}
        if self._memory.of(address) != entry:
            self._memory.keep(address, entry)

    @property
    def _memory(self) -> StoreMemory:
        return StoreMemory(self.path, tr("The schemas of the store"))


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict):
        return False
    given, files = entry.get("given"), entry.get("files")
    return (
        isinstance(given, list)
        and bool(given)
        and all(isinstance(path, str) for path in given)
        and isinstance(files, dict)
        and all(isinstance(digest, str) for digest in files.values())
    )
