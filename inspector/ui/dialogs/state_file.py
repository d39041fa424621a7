"""Asking where the exact state of a stream is to be kept as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from inspector.core.texts import tr
from inspector.services.snapshot_files import ENDING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from inspector.core.events import StreamId


def ask_state_file(parent: QWidget, stream: StreamId, version: int | None) -> Path | None:
    """The file that the user wants the state of a version in; ``None``: no file."""
    words = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in stream.name)
    at = "" if version is None else f"-{version}"
    title = tr("Keep the state as a file")
    kind = tr("Snapshot files (*{ending})", ending=ENDING)
    first = f"{words[:60].lstrip('.')}{at}{ENDING}"
    name, _kind = QFileDialog.getSaveFileName(parent, title, first, kind)
    return Path(name) if name else None
