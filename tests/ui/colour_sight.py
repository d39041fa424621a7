"""Contrast, and colour distance as people with and without colour blindness see it.

Contrast: WCAG 2.2, relative luminance. Sight: Machado, Oliveira and Fernandes 2009, severity
1.0, applied to linear light. Distance: CIE 1976 (Euclidean in CIELAB, D65).
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Triple = tuple[float, float, float]

SIGHTS: dict[str, tuple[Triple, Triple, Triple]] = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
_WHITE: Triple = (0.95047, 1.0, 1.08883)


def contrast(first: str, second: str) -> float:
    """WCAG contrast of two ``#RRGGBB`` colours, 1 to 21."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def distance(first: str, second: str, sight: str) -> float:
    """How different two colours look to a sight of :data:`SIGHTS`."""
    return math.dist(_lab(first, sight), _lab(second, sight))


def least_distance(colours: Iterable[str], sight: str) -> float:
    """The distance of the two colours that look most alike."""
    return min(distance(a, b, sight) for a, b in itertools.combinations(colours, 2))


def _linear(colour: str) -> Triple:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return _to_light(red), _to_light(green), _to_light(blue)


def _to_light(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _dot(row: Triple, light: Triple) -> float:
    return row[0] * light[0] + row[1] * light[1] + row[2] * light[2]


def _lab(colour: str, sight: str) -> Triple:
    light = _linear(colour)
    rows = SIGHTS[sight]
    seen = (
        min(1.0, max(0.0, _dot(rows[0], light))),
        min(1.0, max(0.0, _dot(rows[1], light))),
        min(1.0, max(0.0, _dot(rows[2], light))),
    )
    x = _root(_dot((0.4124564, 0.3575761, 0.1804375), seen) / _WHITE[0])
    y = _root(_dot((0.2126729, 0.7151522, 0.0721750), seen) / _WHITE[1])
    z = _root(_dot((0.0193339, 0.1191920, 0.9503041), seen) / _WHITE[2])
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(ratio: float) -> float:
    return math.cbrt(ratio) if ratio > 216 / 24389 else (24389 / 27 * ratio + 16) / 116
