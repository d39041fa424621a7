"""Comparing pictures of the window with those that are kept.

Pictures are kept at half size. Two are alike when no block of them differs by more than the
edge of a letter: a moved panel, another colour or a text that is gone is far more than that,
and how a font's edges are smoothed is far less.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    import numpy.typing as npt

REFERENCE: Final = Path(__file__).parent / "reference"
RENEW: Final = "EVENT_INSPECTOR_RENEW_PICTURES"
"""Environment variable that takes the pictures anew instead of comparing them."""

BLOCK: Final = 16
"""Pixels of a block's side."""

TOLERANCE: Final = 9.0
"""Mean difference of a block's colour values, of 255, from which on it counts as another."""


def reduced(picture: QImage) -> QImage:
    """The picture as it is kept."""
    smooth = Qt.TransformationMode.SmoothTransformation
    half = QSize(picture.width() // 2, picture.height() // 2)
    small = picture.scaled(half, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    return small.convertToFormat(QImage.Format.Format_RGB888)


def other_blocks(first: QImage, second: QImage) -> list[tuple[int, int]]:
    """Left and top, in pixels of the kept size, of every block that is not alike.

    Both have the same size, a multiple of ``BLOCK`` in either direction.
    """
    apart = np.abs(_values(first) - _values(second))
    rows, columns = first.height() // BLOCK, first.width() // BLOCK
    means = apart.reshape(rows, BLOCK, columns, BLOCK * 3).mean(axis=(1, 3))
    return [(int(x) * BLOCK, int(y) * BLOCK) for y, x in np.argwhere(means > TOLERANCE)]


def _values(picture: QImage) -> npt.NDArray[np.float64]:
    lines = np.frombuffer(picture.constBits(), np.uint8)
    lines = lines.reshape(picture.height(), picture.bytesPerLine())
    return lines[:, : picture.width() * 3].astype(np.float64)
