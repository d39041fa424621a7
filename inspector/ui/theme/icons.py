"""Icons, drawn in the colour of a role.

The pictures are Lucide's (ISC licence, 24-unit grid, strokes in ``currentColor``). QtSvg draws
``currentColor`` black whatever the palette says, so the colour is written into the picture
before it is rendered, together with the thinner stroke of this program. Rendered once per
size, colour and screen density, and again when the theme changes.
"""

from __future__ import annotations

import enum
from functools import cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from inspector.services.resources import resource
from inspector.ui.theme.tokens import Role, Tokens

STROKE: Final = "1.75"
SIZE: Final = 16
"""Edge of an icon on buttons and in menus, in device-independent pixels."""


class Icon(enum.StrEnum):
    """Every picture in ``resources/icons``, by its Lucide name."""

    ARROW_DOWN_TO_LINE = "arrow-down-to-line"
    ARROW_LEFT = "arrow-left"
    ARROW_RIGHT = "arrow-right"
    BINARY = "binary"
    BOOKMARK = "bookmark"
    BRACES = "braces"
    BUG = "bug"
    CAMERA = "camera"
    CHEVRON_DOWN = "chevron-down"
    CHEVRON_LEFT = "chevron-left"
    CHEVRON_RIGHT = "chevron-right"
    CHEVRON_UP = "chevron-up"
    CIRCLE_CHECK = "circle-check"
    CIRCLE_STOP = "circle-stop"
    CIRCLE_X = "circle-x"
    CLOCK = "clock"
    COLUMNS = "columns-3"
    COMMAND = "command"
    COPY = "copy"
    DATABASE = "database"
    ELLIPSIS = "ellipsis"
    EXTERNAL_LINK = "external-link"
    FILE_DOWN = "file-down"
    FILE_QUESTION = "file-question-mark"
    FILE_TEXT = "file-text"
    FINGERPRINT = "fingerprint"
    FOLDER_OPEN = "folder-open"
    FUNNEL = "funnel"
    FUNNEL_X = "funnel-x"
    GIT_COMPARE = "git-compare"
    GLOBE = "globe"
    HELP = "circle-question-mark"
    HISTORY = "history"
    HOURGLASS = "hourglass"
    INBOX = "inbox"
    INFO = "info"
    KEY = "key-round"
    KEYBOARD = "keyboard"
    LAYERS = "layers"
    LINK = "link"
    LIST = "list"
    LIST_TREE = "list-tree"
    LOCK = "lock"
    LOCK_OPEN = "lock-open"
    MILESTONE = "milestone"
    MONITOR = "monitor"
    MOON = "moon"
    PAUSE = "pause"
    PIN = "pin"
    PIN_OFF = "pin-off"
    PLAY = "play"
    PLUG = "plug"
    REFRESH = "refresh-cw"
    SAVE = "save"
    SEARCH = "search"
    SEARCH_X = "search-x"
    SERVER = "server"
    SETTINGS = "settings"
    SHIELD_ALERT = "shield-alert"
    SHIELD_CHECK = "shield-check"
    SKIP_BACK = "skip-back"
    SKIP_FORWARD = "skip-forward"
    STAR = "star"
    STEP_BACK = "step-back"
    STEP_FORWARD = "step-forward"
    SUN = "sun"
    TABLE = "table-2"
    TAG = "tag"
    TRIANGLE_ALERT = "triangle-alert"
    UNPLUG = "unplug"
    X = "x"


def render_icon(icon: Icon, colour: str, size: int, density: float = 1.0) -> QPixmap:
    """One icon as a picture.

    Args:
        icon: which one.
        colour: ``#RRGGBB``.
        size: edge in device-independent pixels.
        density: device pixels for each of them; the picture is rendered at full density.
    """
    return _drawn(_renderer(icon, colour), size, density)


def _renderer(icon: Icon, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(icon).replace(b"currentColor", colour.encode())))


def _drawn(renderer: QSvgRenderer, size: int, density: float) -> QPixmap:
    edge = max(1, round(size * density))
    image = QImage(QSize(edge, edge), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    try:
        renderer.render(painter, QRectF(0, 0, edge, edge))
    finally:
        painter.end()
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(density)
    return pixmap


@cache
def _source(icon: Icon) -> bytes:
    """The stored picture with our stroke; ``currentColor`` still stands in it."""
    text = resource("icons", f"{icon}.svg").read_text(encoding="utf-8")
    return text.replace('stroke-width="2"', f'stroke-width="{STROKE}"').encode()


class IconSet:
    """Icons in one theme's colours; made anew for each theme, so nothing in it goes stale."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._icons: dict[tuple[Icon, Role], QIcon] = {}
        self._pixmaps: dict[tuple[Icon, str, int, float], QPixmap] = {}

    def icon(self, icon: Icon, role: Role = Role.TEXT) -> QIcon:
        """An icon for buttons and actions, greyed by itself where those are disabled."""
        made = self._icons.get((icon, role))
        if made is None:
            made = self._icons[(icon, role)] = self._make(icon, role)
        return made

    def pixmap(self, icon: Icon, colour: str, size: int, density: float) -> QPixmap:
        """An icon as a picture, for widgets that paint themselves (``colour``: #RRGGBB)."""
        key = (icon, colour, size, density)
        made = self._pixmaps.get(key)
        if made is None:
            made = self._pixmaps[key] = render_icon(icon, colour, size, density)
        return made

    def _make(self, icon: Icon, role: Role) -> QIcon:
        made = QIcon()
        normal = _renderer(icon, self._tokens[role])
        greyed = _renderer(icon, self._tokens[Role.TEXT_DISABLED])
        for density in _densities():
            shown = _drawn(normal, SIZE, density)
            made.addPixmap(shown)
            made.addPixmap(shown, QIcon.Mode.Selected)  # Qt would tint it
            made.addPixmap(_drawn(greyed, SIZE, density), QIcon.Mode.Disabled)
        return made


def _densities() -> list[float]:
    """Densities of the screens there are, and 2, which other densities scale down from."""
    return sorted({1.0, 2.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())})
