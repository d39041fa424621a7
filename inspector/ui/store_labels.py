"""Labels that people give to stores: production, staging, test; a word and a colour.

They are kept by a digest of the store's address, so that the settings do not tell where stores
are.
"""

from __future__ import annotations

import enum
import hashlib
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSettings, Signal

from inspector.core.texts import tr
from inspector.ui.quick.offers import Offer, OfferSource
from inspector.ui.theme import Icon, Role

if TYPE_CHECKING:
    from inspector.services.open_store import OpenedStore
    from inspector.ui.widgets.chip import ChipRole

_FOLDER: Final = "labels"


class StoreLabel(enum.StrEnum):
    """What a store is used for; the value is kept in the settings."""

    NONE = ""
    PRODUCTION = "production"
    STAGING = "staging"
    TEST = "test"

    @property
    def word(self) -> str:
        """The word on the label, in English."""
        return {"": "No label", "production": "PRODUCTION", "staging": "Staging", "test": "Test"}[
            self.value
        ]

    @property
    def role(self) -> ChipRole:
        """The colour of the label."""
        roles = {"production": Role.DANGER, "staging": Role.WARNING, "test": Role.INFO}
        return roles.get(self.value, Role.SURFACE)


class StoreLabels(QObject):
    """The labels of all stores.

    Signals:
        changed(): a label is another one.
    """

    changed = Signal()

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def label(self, store: OpenedStore) -> StoreLabel:
        """The label of a store."""
        kept = str(self._settings.value(_key(store), ""))
        return StoreLabel(kept) if kept in set(StoreLabel) else StoreLabel.NONE

    def put(self, store: OpenedStore, label: StoreLabel) -> None:
        """Label a store, or take its label off."""
        if label is StoreLabel.NONE:
            self._settings.remove(_key(store))
        else:
            self._settings.setValue(_key(store), label.value)
        self.changed.emit()


class LabelSource(OfferSource):
    """The labels, for the quick box."""

    def __init__(
        self, labels: StoreLabels, store: OpenedStore, parent: QObject | None = None
    ) -> None:
        super().__init__(tr("Label of this store"), tr("production, staging, test or none"), parent)
        self._labels, self._store = labels, store

    def look_for(self, text: str) -> None:
        """Labels that begin with the text."""
        now = self._labels.label(self._store)
        fitting = (x for x in StoreLabel if tr(x.word).lower().startswith(text.lower()))
        status = tr("The label is shown beside the store's name and in the window's title.")
        self.show(tuple(self._offer(label, now) for label in fitting), status)

    def _offer(self, label: StoreLabel, now: StoreLabel) -> Offer:
        detail = tr("chosen") if label is now else ""
        put = self._labels.put
        return Offer(tr(label.word), lambda: put(self._store, label), detail, icon=Icon.TAG)


def _key(store: OpenedStore) -> str:
    path = store.address.path
    where = store.address.text if path is None else str(path.absolute())
    return f"{_FOLDER}/{hashlib.sha256(where.encode('utf-8', 'replace')).hexdigest()[:32]}"
