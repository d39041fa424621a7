"""Draws the program's icon in the formats that each system wants, from its one SVG.

Run with the locked environment after changing the SVG; what it writes is committed, so that a
build needs no window library to draw. A test draws again and compares.

The formats are simple containers of PNG pictures: ICO as Windows has read it since Vista
(ICONDIR, 16-byte entries), ICNS with its PNG types (``ic07`` … ``ic14``).
"""

import os
import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).resolve().parent
NAME = "event-history-inspector"
SOURCE = FOLDER / f"{NAME}.svg"

LINUX_SIZES = (16, 24, 32, 48, 64, 128, 256)
WINDOWS_SIZES = (16, 24, 32, 48, 64, 128, 256)
MACOS_TYPES = {b"ic11": 32, b"ic12": 64, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}


def drawn(size: int) -> bytes:
    """The icon as a PNG of `size` by `size` pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """An ICO file that holds PNG pictures by size."""
    offset = 6 + 16 * len(pictures)
    head, body = struct.pack("<HHH", 0, 1, len(pictures)), b""
    for size, png in pictures.items():
        side = size % 256  # 256 is written as 0
        place = offset + len(body)
        head += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(png), place)
        body += png
    return head + body


def icns(pictures: dict[bytes, bytes]) -> bytes:
    """An ICNS file that holds PNG pictures by type."""
    parts = b"".join(kind + struct.pack(">I", 8 + len(png)) + png for kind, png in pictures.items())
    return b"icns" + struct.pack(">I", 8 + len(parts)) + parts


def files() -> dict[str, bytes]:
    """Every icon file by name."""
    pngs = {f"{NAME}-{size}.png": drawn(size) for size in LINUX_SIZES}
    windows = ico({size: drawn(size) for size in WINDOWS_SIZES})
    macos = icns({kind: drawn(size) for kind, size in MACOS_TYPES.items()})
    return pngs | {f"{NAME}.ico": windows, f"{NAME}.icns": macos}


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QGuiApplication(sys.argv)
    for file, content in files().items():
        (FOLDER / file).write_bytes(content)
        print(f"{file}: {len(content):,} bytes")
