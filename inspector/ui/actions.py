"""One table of everything that can be done: text, icon, keys.

Menus, keys, tool tips and the key sheet are made from this table, so that they cannot
disagree. Handlers are connected by the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence

from inspector.core.texts import tr
from inspector.ui.theme import Icon, Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing that can be done.

    Attributes:
        name: stable word, for tests and the key sheet.
        text: what it is called, in English (the key of the catalogue).
        icon: its picture, or ``None``.
        keys: keys in Qt's portable spelling.
        tip: one sentence about it.
    """

    name: str
    text: str
    icon: Icon | None
    keys: tuple[str, ...]
    tip: str


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open", "Open…", Icon.FOLDER_OPEN, ("Ctrl+O",), "Open a store, read-only"),
    ActionSpec("close", "Close store", Icon.X, ("Ctrl+W",), "Give the store back"),
    ActionSpec("all-events", "All events", Icon.LIST, ("Ctrl+0",), "Events of all streams"),
    ActionSpec("find-stream", "Find stream", Icon.SEARCH, ("Ctrl+K",), "Search the stream list"),
    ActionSpec("go-to", "Go to version…", Icon.MILESTONE, ("Ctrl+G",), "Go to a version or time"),
    ActionSpec("first", "First event", Icon.SKIP_BACK, ("Home",), "Go to the first event"),
    ActionSpec("previous", "Previous event", Icon.STEP_BACK, ("Left", ","), "One event back"),
    ActionSpec("play", "Play", Icon.PLAY, ("Space",), "Play and pause"),
    ActionSpec("next", "Next event", Icon.STEP_FORWARD, ("Right", "."), "One event on"),
    ActionSpec("last", "Last event", Icon.SKIP_FORWARD, ("End",), "Go to the last event"),
    ActionSpec("back-ten", "Ten events back", None, ("Shift+Left",), "Ten events back"),
    ActionSpec("on-ten", "Ten events on", None, ("Shift+Right",), "Ten events on"),
    ActionSpec("previous-type", "Previous of this type", None, ("Ctrl+Left",), "Same type, back"),
    ActionSpec("next-type", "Next of this type", None, ("Ctrl+Right",), "Same type, on"),
    ActionSpec("stop", "Stop", Icon.CIRCLE_STOP, ("Esc",), "Stop long work"),
    ActionSpec("reload", "Reload", Icon.REFRESH, ("F5",), "Look for new events"),
    ActionSpec("layout", "Why this layout?", Icon.FINGERPRINT, ("Ctrl+I",), "Evidence and rivals"),
    ActionSpec("theme-light", "Light", Icon.SUN, (), "Light theme"),
    ActionSpec("theme-dark", "Dark", Icon.MOON, (), "Dark theme"),
    ActionSpec("theme-system", "As the system", Icon.MONITOR, (), "Follow the system"),
    ActionSpec("keys", "Keys", Icon.KEYBOARD, ("?", "F1"), "Show all keys"),
    ActionSpec("quit", "Quit", None, ("Ctrl+Q",), "Close the window"),
)


def build_actions(
    owner: QWidget, theme: Theme, handlers: Mapping[str, Callable[[], object]]
) -> dict[str, QAction]:
    """Make every action of the table for a window.

    Args:
        owner: the window; the keys work in all of it.
        handlers: what to do, by name; every action of the table needs one.

    Raises:
        KeyError: an action has no handler.
    """
    made: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = QAction(tr(spec.text), owner)
        action.setObjectName(spec.name)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        keys = ", ".join(QKeySequence(k).toString() for k in spec.keys)
        action.setToolTip(f"{tr(spec.tip)} ({keys})" if keys else tr(spec.tip))
        if spec.icon is not None:
            theme.set_icon(action, spec.icon)
        handler = handlers[spec.name]
        action.triggered.connect(lambda _checked=False, run=handler: run())
        owner.addAction(action)
        made[spec.name] = action
    return made
