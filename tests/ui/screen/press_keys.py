"""Presses real keys of a screen and looks on the accessibility bus what came of it.

Run with the system's Python. Arguments: the program's name on the bus, and the steps as JSON: a
list of ``["press", "Control_L+k"]``, ``["type", "text"]`` and ``["see", "words"]``. For each step
that looks a JSON line is written: the words, and whether they came into view in time. Keys are
those of the X server (keysym names), sent by its test extension, as a keyboard would send them.
"""

from __future__ import annotations

import ctypes
import json
import sys
import time
from typing import Any, Final

import pyatspi  # type: ignore[import-not-found]
from read_window import program  # type: ignore[import-not-found] # beside this program

PAUSE: Final = 0.15
"""Seconds after a key, as quick typing has them."""

PATIENCE: Final = 30.0
ROWS: Final = 240
"""Children of a table that are looked at."""

MAP_STATE: Final = 92
VIEWABLE: Final = 2
"""Where XWindowAttributes of 64-bit systems keep whether a window is mapped, and the value."""

NAMES: Final = {"/": "slash", "-": "minus", ".": "period", " ": "space", "?": "Shift_L+slash",
                "_": "Shift_L+underscore", ":": "Shift_L+colon"}  # fmt: skip


class Keyboard:
    """The keyboard of the screen that DISPLAY names."""

    def __init__(self) -> None:
        self._x, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XStringToKeysym.restype = ctypes.c_ulong
        self._x.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(None))
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))

    def press(self, chord: str) -> None:
        """Press keys together, the last one while the others are held."""
        self._mind_the_focus()
        *held, key = [self._code(name) for name in chord.split("+")]
        for code in held:
            self._send(code, down=True)
        self._send(key, down=True)
        self._send(key, down=False)
        for code in reversed(held):
            self._send(code, down=False)
        self._x.XFlush(self._display)
        time.sleep(PAUSE)

    def type(self, text: str) -> None:
        """Press the keys of a text, capital letters with shift."""
        for letter in text:
            name = NAMES.get(letter, letter)
            self.press(f"Shift_L+{name.lower()}" if name.isupper() else name)

    def _mind_the_focus(self) -> None:
        """Give the keyboard to the window on top when a closed one had it: there is no window
        manager here that would."""
        focus, revert = ctypes.c_ulong(), ctypes.c_int()
        self._x.XGetInputFocus(self._display, ctypes.byref(focus), ctypes.byref(revert))
        if focus.value not in (0, 1, self._root.value):
            return
        parts = ctypes.c_ulong(), ctypes.c_ulong()
        children, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        self._x.XQueryTree(self._display, self._root, *map(ctypes.byref, (*parts, children, count)))
        for number in reversed(range(count.value)):
            if self._is_seen(children[number]):
                window = ctypes.c_ulong(children[number])
                self._x.XSetInputFocus(self._display, window, 1, ctypes.c_ulong(0))
                self._x.XSync(self._display, 0)
                time.sleep(PAUSE)
                return

    def _is_seen(self, window: int) -> bool:
        facts = (ctypes.c_byte * 256)()  # an XWindowAttributes, which is shorter
        self._x.XGetWindowAttributes(self._display, ctypes.c_ulong(window), facts)
        return int.from_bytes(bytes(facts[MAP_STATE : MAP_STATE + 4]), sys.byteorder) == VIEWABLE

    def _code(self, name: str) -> int:
        return int(self._x.XKeysymToKeycode(self._display, self._x.XStringToKeysym(name.encode())))

    def _send(self, code: int, *, down: bool) -> None:
        self._test.XTestFakeKeyEvent(self._display, code, int(down), 0)


def sees(root: Any, words: str) -> bool:
    """Whether the words come into view before patience ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        windows = [root.getChildAtIndex(n) for n in range(root.childCount)]
        if any(window is not None and _holds(window, words, 14) for window in windows):
            return True
        time.sleep(0.2)
    return False


def _holds(node: Any, words: str, depth: int) -> bool:
    try:
        if not node.getState().contains(pyatspi.STATE_SHOWING):
            return False
        if words in f"{node.name}\n{node.description}":
            return True
        return depth > 0 and any(
            child is not None and _holds(child, words, depth - 1)
            for child in (node.getChildAtIndex(n) for n in range(min(node.childCount, ROWS)))
        )
    except Exception:  # noqa: BLE001 - what goes away while it is being read is not in view
        return False


def main(name: str, steps: str) -> None:
    """Do the steps, one after the other; one that sees nothing ends it."""
    root, keyboard = program(name, 20.0), Keyboard()
    for what, words in json.loads(steps):
        if what == "see":
            seen = sees(root, words)
            sys.stdout.write(json.dumps({"words": words, "seen": seen}) + "\n")
            if not seen:
                return
        else:
            getattr(keyboard, what)(words)


if __name__ == "__main__":
    main(*sys.argv[1:])
