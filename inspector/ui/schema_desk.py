"""What a window does about schemas of payloads: choosing them, and using them again.

Schemas are part of how a store is opened, so other ones open it anew, at the same place.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from inspector.core.errors import OutputFailed
from inspector.core.texts import tr
from inspector.services.schema_memory import SchemaMemory
from inspector.ui.models.store_model import Phase
from inspector.ui.recent import recent_of, without_password

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inspector.services.open_store import OpenRequest
    from inspector.ui.main_window import MainWindow

_LOG = logging.getLogger(__name__)

FILE: str = "schemas.json"
"""Where schemas of stores are remembered, beside the window's settings."""


class SchemaDesk(QObject):
    """Schemas in one window.

    Attributes:
        memory: where they are remembered; ``None`` remembers nothing.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.memory: SchemaMemory | None = None

    def connect_all(self) -> None:
        """Join the memory with the window; the window is complete now."""
        window = self._window
        if not window.session.private:
            settings = Path(window.look.settings.fileName())
            self.memory = SchemaMemory(settings.with_name(FILE))
        window.dialogs.schemas = self.memory
        window.models.store.changed.connect(self._store_changed)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What to do, by the action's name."""
        return {"schemas-file": self.ask_for_files, "schemas-none": lambda: self.use(())}

    def completed(self, request: OpenRequest) -> OpenRequest:
        """The request with the schemas that were last used, if it says nothing about them."""
        if request.schemas is not None or self.memory is None:
            return request
        known = self.memory.of(_key(request.address))
        if known is None:
            return request
        return replace(request, schemas=known.given, known_schemas=known.digests)

    def ask_for_files(self) -> None:
        """Let the user choose files of schemas."""
        dialog = QFileDialog(self._window, tr("Choose schemas for the payloads"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(schema_filters())
        dialog.filesSelected.connect(self.use)
        dialog.open()

    def use(self, paths: Sequence[str]) -> None:
        """Open the store anew with these schemas, or without any."""
        store = self._window.models.store
        if store.request is not None and store.phase is Phase.OPEN:
            request = replace(store.request, schemas=tuple(paths), known_schemas=())
            store.request = request
            self._window.open_again()

    def _store_changed(self) -> None:
        """Remember what is in use; what could not be read is kept as it was remembered."""
        store = self._window.models.store.store
        if store is None or self.memory is None or store.schema_problems:
            return
        try:
            self.memory.remember(recent_of(store).address, store.schemas)
        except OutputFailed as error:
            _LOG.info("%s", error.message)


def schema_filters() -> list[str]:
    """Kinds of files for a dialog that asks for schemas."""
    return [
        tr("Schemas (*.avsc *.desc *.pb *.binpb *.protoset *.fds *.json *.toml)"),
        tr("All files (*)"),
    ]


def _key(address: str) -> str:
    """What a store is remembered by, for an address as it was typed."""
    plain = without_password(address)
    path = Path(plain).expanduser()
    return str(path.absolute()) if "://" not in plain and path.exists() else plain
