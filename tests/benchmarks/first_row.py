"""The real program, which says when the first event of a store can be read, and then ends.

Started by `opening` as a process of its own, with the arguments of `event-inspector`. Nothing is
imported before the program itself imports it: the watcher takes its place when the program has
loaded its window. May import the inspector's entry and window.
"""

from __future__ import annotations

import sys
from time import process_time
from typing import TYPE_CHECKING, Any

from inspector import __main__ as program

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.services.window_request import WindowRequest

_load_window = program._Window.load


def _load(self: Any, request: WindowRequest) -> Callable[[WindowRequest], int]:
    run = _load_window(self, request)
    _watch()
    return run


def _watch() -> None:
    from PySide6.QtCore import QTimer  # noqa: PLC0415 - not before the program

    from inspector.ui.models.event_table import EVENT_ROLE  # noqa: PLC0415
    from inspector.ui.panels.event_delegate import EventDelegate  # noqa: PLC0415

    draw = EventDelegate.paint
    seen: list[bool] = []

    def paint(self: Any, painter: Any, option: Any, index: Any) -> None:
        draw(self, painter, option, index)
        if not seen and index.data(EVENT_ROLE) is not None:
            seen.append(True)
            QTimer.singleShot(0, _report)

    EventDelegate.paint = paint  # type: ignore[method-assign]


def _report() -> None:
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    print("painted", process_time(), flush=True)
    QApplication.closeAllWindows()
    QApplication.exit()


if __name__ == "__main__":
    program._Window.load = _load  # type: ignore[method-assign]
    sys.exit(program.main())
