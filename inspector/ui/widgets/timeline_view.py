"""The timeline with its slider: where the cursor stands, and moving it.

Shows transport buttons, the drawn lanes and the read-out. Under the drawing lies a real slider:
it takes the keys and tells assistive technology name, value and range, which a plot cannot.
numpy and pyqtgraph are imported when there is first something to draw, in a thread of their own:
half a second in which the window already works and only the lanes are still missing.

The slider goes over indexes. A position of a store may not fit a widget and never enters one.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import threading
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from inspector.core.texts import thousands, tr
from inspector.ui.theme import FontRole, Theme
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.plain_text import visible_text
from inspector.ui.widgets.timeline_data import NO_DATA, TimelineData
from inspector.ui.widgets.transport_bar import TransportBar

if TYPE_CHECKING:
    from inspector.ui.widgets.timeline_plot import TimelinePlot

HEIGHT: Final = 98
PLOT_MODULE: Final = "inspector.ui.widgets.timeline_plot"
_importing = threading.Lock()

FAR: Final = 10
"""Events that Shift and an arrow, or Page up and down, move by."""


class TimelineView(QWidget):
    """One stream from its first to its last event.

    Signals:
        cursor_moved(object): index of the row the user moved the cursor to. The view already
            shows it there; whoever owns the cursor may set another one.
        play_pressed(): the play button; the owner of the cursor plays.
        became_ready(): the lanes can be seen for the first time.
    """

    cursor_moved = Signal(object)
    play_pressed = Signal()
    became_ready = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._data = NO_DATA
        self._plot: TimelinePlot | None = None
        self._loader: _Loader | None = None
        self._setting = False
        self.transport = TransportBar(theme)
        self._readout = PlainLabel()
        self._place = _Place()
        self._slider = _Slider(self._place)
        self._nothing = muted(PlainLabel(tr("No stream is chosen"), self._place))
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self._connect()
        theme.changed.connect(self._theme_changed)
        self.set_data(NO_DATA)

    def _lay_out(self) -> None:
        self._theme.set_font(self._readout, FontRole.HEADING)
        self._readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.transport)
        row.addWidget(self._place, 1)
        row.addWidget(self._readout)
        self.setFixedHeight(self._theme.px(HEIGHT))

    def _connect(self) -> None:
        self.transport.first.connect(lambda: self._move_to(0))
        self.transport.previous.connect(lambda: self._move_by(-1))
        self.transport.following.connect(lambda: self._move_by(1))
        self.transport.last.connect(lambda: self._move_to(self._data.count - 1))
        self.transport.play_pressed.connect(self.play_pressed)
        self._slider.valueChanged.connect(self._slid)
        self._slider.focus_changed.connect(self._focus_changed)
        self._slider.wants.connect(self._move_by)

    # --- content ---

    @property
    def data(self) -> TimelineData:
        """What is shown."""
        return self._data

    @property
    def cursor_index(self) -> int:
        """Index of the row the cursor stands at; -1 when there is none."""
        return self._slider.value() if self._data.count else -1

    @property
    def slider(self) -> QSlider:
        """The slider that takes keys and speaks; the window may give it the focus."""
        return self._slider

    @property
    def readout(self) -> QLabel:
        """The label with the cursor's place."""
        return self._readout

    def set_data(self, data: TimelineData) -> None:
        """Show another stream, or more of the same; the cursor stays at its index.

        The first call with rows begins to import numpy and pyqtgraph; the lanes appear, and
        ``became_ready`` is sent, when that is done.
        """
        self._data = data
        self._setting = True
        self._slider.setRange(0, max(0, data.count - 1))
        self._setting = False
        self._slider.setEnabled(data.count > 0)
        if data.count and self._plot is None:
            self._begin_plot()
        if self._plot is not None:
            self._plot.set_data(data)
        self._show_what_there_is()
        self._size_readout()
        self._show_cursor()

    def set_empty_text(self, text: str) -> None:
        """What stands in place of the lanes when there is no event."""
        self._nothing.setText(text)

    def _show_what_there_is(self) -> None:
        self._nothing.setVisible(not self._data.count)
        if self._plot is not None:
            self._plot.setVisible(self._data.count > 0)

    def set_cursor_index(self, index: int) -> None:
        """Show the cursor at a row, without telling anybody."""
        self._setting = True
        self._slider.setValue(index)
        self._setting = False
        self._show_cursor()

    def set_playing(self, playing: bool) -> None:
        """Show whether the cursor moves by itself."""
        self.transport.set_playing(playing)

    @property
    def ready(self) -> bool:
        """Whether everything that there is to draw is drawn."""
        return self._plot is not None or not self._data.count

    def _begin_plot(self) -> None:
        if self._loader is None:
            self._loader = _Loader()
            self._loader.loaded.connect(self._make_plot)
            self._loader.start()

    def _make_plot(self) -> None:
        # Late: the loader has imported it by now; where it failed, the reason is raised here.
        from inspector.ui.widgets.timeline_plot import TimelinePlot  # noqa: PLC0415

        plot = self._plot = TimelinePlot(self._theme)
        plot.pointed.connect(self._pointed)
        self._place.add(plot)
        plot.set_data(self._data)
        plot.set_focused(self._slider.hasFocus())
        self._show_what_there_is()
        self._show_cursor()
        self.became_ready.emit()

    # --- moving ---

    def _move_by(self, rows: int) -> None:
        self._move_to(self.cursor_index + rows)

    def _move_to(self, index: int) -> None:
        if self._data.count:
            self._slider.setValue(min(max(index, 0), self._data.count - 1))

    def _pointed(self, index: int) -> None:
        self._slider.setFocus(Qt.FocusReason.MouseFocusReason)
        self._move_to(index)

    def _slid(self, index: int) -> None:
        if not self._setting:
            self._show_cursor()
            self.cursor_moved.emit(index)

    def _show_cursor(self) -> None:
        index = self.cursor_index
        self.transport.set_place(index, self._data.count)
        if self._plot is not None:
            self._plot.set_cursor(index)
        self._readout.setText(self._place_text(index))
        self._slider.setAccessibleName(tr("Timeline"))
        self._slider.setAccessibleDescription(self._spoken(index))

    def _place_text(self, index: int) -> str:
        if index < 0:
            return "–"
        more = "" if self._data.complete else "+"
        return f"{thousands(index + 1)} / {thousands(self._data.count)}{more}"

    def _spoken(self, index: int) -> str:
        if index < 0:
            return tr("No events")
        place = tr(
            "Event {n} of {count}", n=thousands(index + 1), count=thousands(self._data.count)
        )
        words = ", ".join(self._data.words(index).split("\n"))
        return visible_text(f"{place}: {words}")

    # --- looks ---

    def _size_readout(self) -> None:
        """As wide as it will ever get for this stream, so that nothing moves."""
        metrics = self._readout.fontMetrics()
        widest = max(metrics.horizontalAdvance(self._place_text(self._data.count - 1)), 40)
        self._readout.setMinimumWidth(widest + 4)

    def _theme_changed(self) -> None:
        self.setFixedHeight(self._theme.px(HEIGHT))
        self._size_readout()

    def _focus_changed(self, focused: bool) -> None:
        if self._plot is not None:
            self._plot.set_focused(focused)


class _Place(QWidget):
    """Lays its children over one another."""

    def add(self, child: QWidget) -> None:
        """Put one on top."""
        child.setParent(self)
        child.setGeometry(self.rect())
        child.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep all of them in the same place."""
        super().resizeEvent(event)
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            child.setGeometry(self.rect())


class _Loader(QObject):
    """Imports the drawing libraries beside the window, once in a process.

    Signals:
        loaded(): the import has ended; always sent from the window's event loop.
    """

    loaded = Signal()

    def start(self) -> None:
        """Begin, and say ``loaded`` in any case."""
        if PLOT_MODULE in sys.modules and not _importing.locked():
            QTimer.singleShot(0, self.loaded.emit)
        else:
            threading.Thread(target=self._load, name="plot-import", daemon=True).start()

    def _load(self) -> None:
        with _importing, contextlib.suppress(ImportError):  # raised again where it is needed
            importlib.import_module(PLOT_MODULE)
        self.loaded.emit()


class _Slider(QSlider):
    """The slider under the drawing: keys and assistive technology, no looks of its own.

    Signals:
        focus_changed(bool): it got or lost the focus.
        wants(object): rows to move by.
    """

    focus_changed = Signal(bool)
    wants = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPageStep(FAR)
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It is never seen, and its own wheel and mouse handling is not wanted."""
        del watched
        kind = event.type()
        if kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.focus_changed.emit(kind == QEvent.Type.FocusIn)
        return kind in (QEvent.Type.Paint, QEvent.Type.Wheel, QEvent.Type.MouseButtonPress)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move by one, with Shift by ten; ``,`` and ``.`` are arrows too."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Comma: -1,
            Qt.Key.Key_Period: 1,
        }
        step = steps.get(Qt.Key(event.key()))
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if step is not None and plain == Qt.KeyboardModifier.NoModifier:
            self.wants.emit(step)
        elif step is not None and plain == Qt.KeyboardModifier.ShiftModifier:
            self.wants.emit(step * FAR)
        else:
            super().keyPressEvent(event)
