"""Takes the manual's pictures from the real window on the sample store, in every language.

    python resources/manual/make_pictures.py [FOLDER]

writes FOLDER/LANGUAGE/pictures/NAME.png (by default into the manual itself). A release takes them
anew, so that they show the window that is released. No screen is needed.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog

from inspector.services.languages import LANGUAGES, choose_language
from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_rules, sample_store
from inspector.services.window_request import WindowRequest
from inspector.ui.app import application
from inspector.ui.main_window import MainWindow
from inspector.ui.recent import RecentStores
from inspector.ui.screenshot import take
from inspector.ui.theme import Theme, ThemeChoice

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE: Final = Path(__file__).resolve().parent
WALLET: Final = "97e74d34-be82-5e8a-96b5-b0ea03c322a8"
DEPLOYMENTS: Final = "8361ed06-d8ea-5f5c-b6a6-699391104c32"
SIZE: Final = (1280, 800)
COLOURS: Final = 256

PLAIN: Final = OpenRequest(str(sample_store()))
RULED: Final = replace(PLAIN, rules=(str(sample_rules()),))

WINDOWS: Final[Mapping[str, WindowRequest]] = {
    "start": WindowRequest(),
    "all-events": WindowRequest(PLAIN),
    "window": WindowRequest(PLAIN, WALLET, at=21, panel="state"),
    "refund": WindowRequest(PLAIN, WALLET, at=19, panel="event"),
    "diff": WindowRequest(PLAIN, WALLET, at=21, panel="diff"),
    "raw": WindowRequest(PLAIN, WALLET, at=21, panel="raw"),
    "deployed": WindowRequest(PLAIN, DEPLOYMENTS, at=6, panel="event"),
    "versions": WindowRequest(RULED, WALLET, at=3, panel="versions"),
    "snapshots": WindowRequest(RULED, WALLET, at=20, panel="snapshots"),
    "problems": WindowRequest(RULED, WALLET, at=21, panel="problems"),
    "all-versions": WindowRequest(RULED, panel="all-versions"),
    "all-snapshots": WindowRequest(RULED, panel="all-snapshots"),
    "rules": WindowRequest(RULED, panel="rules"),
}
"""What each picture of the window shows."""

DIALOG: Final = "open"
"""The picture of the dialog that asks for a store."""

NAMES: Final = (*WINDOWS, DIALOG)


def make_all(folder: Path) -> int:
    """Take every picture in every language; how many."""
    made = 0
    for language in LANGUAGES:
        place = folder / language / "pictures"
        place.mkdir(parents=True, exist_ok=True)
        choose_language(language)
        for name, request in WINDOWS.items():
            file = place / f"{name}.png"
            take(replace(request, theme="light", size=SIZE, lang=language), file)
            slim(file)
            made += 1
        _take_dialog(place / f"{DIALOG}.png")
        made += 1
    return made


def _take_dialog(file: Path) -> None:
    app = application()
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
        window = MainWindow(Theme(app, ThemeChoice.LIGHT), settings, RecentStores(settings))
        window.show()
        window.dialogs.ask_for_store()
        dialog = window.findChild(QDialog)
        if dialog is None:
            raise RuntimeError("The dialog that asks for a store did not open.")
        app.processEvents()
        dialog.grab().save(str(file), "PNG")
        dialog.reject()
        window.close()
        window.deleteLater()
        app.processEvents()
    slim(file)


def slim(file: Path) -> None:
    """Keep the most frequent colours and put the nearest of them in the place of the others.

    Text on plain ground has few colours; nobody sees the difference, and the file is a third.
    """
    image = QImage(str(file)).convertToFormat(QImage.Format.Format_RGB32)
    width, height = image.width(), image.height()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(height, -1)[:, :width]
    colours, inverse, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    kept = np.argsort(counts)[::-1][:COLOURS]
    parts = np.stack([(colours >> shift) & 255 for shift in (16, 8, 0)], axis=1).astype(np.int32)
    nearest = np.empty(len(colours), np.uint8)
    for start in range(0, len(colours), 1024):
        apart = parts[start : start + 1024, None] - parts[None, kept]
        nearest[start : start + 1024] = (apart**2).sum(axis=2).argmin(axis=1)
    rows = np.ascontiguousarray(nearest[inverse].reshape(height, width))
    slimmed = QImage(rows.data, width, height, width, QImage.Format.Format_Indexed8)
    slimmed.setColorTable([int(colour) | 0xFF000000 for colour in colours[kept]])
    if not slimmed.save(str(file), "PNG", 0):  # compressed as much as possible
        raise RuntimeError(f"{file} cannot be written.")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    print(f"{make_all(target)} pictures in {target}")
    instance = QApplication.instance()
    if instance is not None:
        instance.quit()
