"""Unlocking one store for writing, in one sitting.

Nothing is written without an :class:`Unlock`, and nobody gets one without naming the store. It
lives in memory only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.core.errors import WriteRefused
from inspector.core.texts import tr

if TYPE_CHECKING:
    from inspector.services.open_store import OpenedStore


@dataclass(frozen=True, slots=True)
class Unlock:
    """Somebody said that this store may be written to.

    Attributes:
        store: its address, without secrets.
        table: full name of its events table.
    """

    store: str
    table: str

    def is_for(self, store: OpenedStore) -> bool:
        """Whether it is this store that was named."""
        return (self.store, self.table) == (store.address.text, store.table)


def unlock(store: OpenedStore, typed: str) -> Unlock:
    """Unlock a store for somebody who typed its name.

    Raises:
        WriteRefused: that is not its name.
    """
    if typed != store.name:
        raise WriteRefused(
            tr("“{typed}” is not the name of this store.", typed=typed),
            hint=tr("Type its name to unlock it for writing: {name}", name=store.name),
        )
    return Unlock(store.address.text, store.table)
