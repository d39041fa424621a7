"""Which trigger belongs to which store, remembered beside the rules files.

What is kept is what was said, never what a store filled in; an entry that is no longer a valid
trigger is as good as none. Imports ``core`` and ``platformdirs``.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import platformdirs

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.services.snapshot_triggers import Trigger, command_trigger, request_trigger
from inspector.services.store_memory import StoreMemory, store_key

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.services.open_store import OpenedStore


@dataclass(frozen=True, slots=True)
class TriggerMemory:
    """The triggers of stores.

    Args:
        path: the file.
    """

    path: Path

    def of(self, store: OpenedStore) -> Trigger | None:
        """What makes the application of a store take a snapshot, if somebody said so."""
        return _trigger(self._memory.of(_key(store)))

    def remember(self, store: OpenedStore, trigger: Trigger | None) -> None:
        """Keep a store's trigger; ``None`` forgets it.

        Raises:
            OutputFailed: the file cannot be written.
        """
        entry: dict[str, Any] | None = None
        if trigger is not None:
            entry = {"seconds": trigger.seconds}
            if trigger.is_command:
                entry["command"] = list(trigger.words)
            else:
                entry |= {"request": f"{trigger.method} {trigger.url}", "body": trigger.body}
        self._memory.keep(_key(store), entry)

    @property
    def _memory(self) -> StoreMemory:
        return StoreMemory(self.path, tr("What makes the application take snapshots"))


def _key(store: OpenedStore) -> str:
    return store_key(store.address.text, store.table)


def _trigger(entry: Any) -> Trigger | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("seconds"), int | float):
        return None
    words, request, body = entry.get("command"), entry.get("request"), entry.get("body", "")
    try:
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            return command_trigger(shlex.join(words), entry["seconds"])
        if isinstance(request, str) and isinstance(body, str):
            return request_trigger(request, body, entry["seconds"])
    except InputInvalid:
        return None
    return None


def usual_trigger_memory() -> TriggerMemory:
    """The memory of the user who runs the program."""
    folder = platformdirs.user_config_path("event-history-inspector", appauthor=False)
    return TriggerMemory(folder / "snapshot-triggers.json")
