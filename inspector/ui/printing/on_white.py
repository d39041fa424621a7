"""Pictures of the dark theme as they would be on paper: light and dark change places, hues stay."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage


def on_white(image: QImage) -> QImage:
    """The picture itself if it is light, or one whose lightness is turned round.

    In the model of hue, saturation and lightness that is one sum for each dot: with the largest
    and the smallest of its three parts, ``255 - (largest + smallest)`` is added to all three.
    """
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    width, height, step = plain.width(), plain.height(), plain.bytesPerLine()
    if not width or not height:
        return image
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(height, step)
    dots = rows[:, : 3 * width].reshape(height, width, 3).astype(np.int16)
    if dots.mean() >= 128:
        return image
    shift = 255 - (dots.max(axis=2, keepdims=True) + dots.min(axis=2, keepdims=True))
    turned = np.ascontiguousarray((dots + shift).astype(np.uint8))
    made = QImage(turned.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    made.setDevicePixelRatio(image.devicePixelRatio())
    return made
