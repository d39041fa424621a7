"""The timeline with its slider: where the cursor stands, and moving it.

Shows transport buttons, legend, the drawn lanes and the read-out. Under the drawing lies a real
slider: it takes the keys and tells assistive technology name, value and range, which a plot
cannot.
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

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from inspector.core.texts import thousands, tr
from inspector.services.collector import collector_paused
from inspector.ui.theme import FontRole, Theme
from inspector.ui.widgets.labels import PlainLabel, SteadyLabel, muted
from inspector.ui.widgets.plain_text import visible_text
from inspector.ui.widgets.timeline_data import NO_DATA, TimelineData
from inspector.ui.widgets.timeline_legend import LegendEntry, TimelineLegend
from inspector.ui.widgets.timeline_slider import TimelineSlider
from inspector.ui.widgets.transport_bar import TransportBar

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from inspector.ui.widgets.timeline_plot import TimelinePlot

HEIGHT: Final = 148
ZOOM_FACTOR: Final = 1.5
PLOT_MODULE: Final = "inspector.ui.widgets.timeline_plot"
LOAD_AFTER: Final = 100
"""Milliseconds that the drawing libraries wait, so that the first events can be read before."""

_importing = threading.Lock()


class TimelineView(QWidget):
    """One stream from its first to its last event.

    Signals:
        cursor_moved(object): index of the row the user moved the cursor to. The view already
            shows it there; whoever owns the cursor may set another one.
        play_pressed(): the play button; the owner of the cursor plays.
        became_ready(): the lanes can be seen for the first time.
        touched(): somebody zoomed or moved the view by hand.
        hovered(object): index of the row under the mouse; -1 when it is elsewhere.
        typed(str): somebody began to type a number or a time on the timeline.
        view_changed(object): the visible part (a ``Viewport``).
    """

    cursor_moved = Signal(object)
    play_pressed = Signal()
    became_ready = Signal()
    touched = Signal()
    hovered = Signal(object)
    typed = Signal(str)
    view_changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._data = NO_DATA
        self._plot: TimelinePlot | None = None
        self._loader: _Loader | None = None
        self._setting = False
        self._telling: int | None = None
        self._zone: Callable[[], tzinfo | None] | None = None
        self.note = muted(PlainLabel())
        self.transport = TransportBar(theme)
        self.legend = TimelineLegend(theme)
        self._readout = SteadyLabel()
        self._place = _Place()
        self._slider = TimelineSlider(self._place)
        self._nothing = muted(PlainLabel(tr("No stream is chosen"), self._place))
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self.note.hide()
        self._connect()
        theme.changed.connect(self._theme_changed)
        self.set_data(NO_DATA)

    def _lay_out(self) -> None:
        self._theme.set_font(self._readout, FontRole.HEADING)
        self._theme.set_font(self.note, FontRole.SMALL)
        self._readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._header = QHBoxLayout()
        self._header.setContentsMargins(8, 4, 10, 0)
        self._header.setSpacing(8)
        self._header.addWidget(self.transport)
        self._header.addSpacing(8)
        self._header.addWidget(self.legend, 1)
        self._header.addWidget(self.note)
        self._header.addWidget(self._readout)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._header)
        column.addWidget(self._place, 1)
        self.setFixedHeight(self._theme.px(HEIGHT))

    def add_tool(self, widget: QWidget) -> None:
        """Put something into the line of buttons, left of the read-out."""
        self._header.insertWidget(self._header.count() - 1, widget)

    def _connect(self) -> None:
        self.transport.first.connect(lambda: self._move_to(0))
        self.transport.previous.connect(lambda: self._move_by(-1))
        self.transport.following.connect(lambda: self._move_by(1))
        self.transport.last.connect(lambda: self._move_to(self._data.count - 1))
        self.transport.play_pressed.connect(self.play_pressed)
        self._slider.valueChanged.connect(self._slid)
        self._slider.focus_changed.connect(self._focus_changed)
        self._slider.wants.connect(self._move_by)
        self._slider.zooms.connect(self.zoom)
        self._slider.pans.connect(self.pan)
        self._slider.typed.connect(self.typed)

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

    def set_data(self, data: TimelineData, *, same_line: bool = False) -> None:
        """Show another stream, or (``same_line``) more of it; the cursor stays at its index.

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
            self._plot.set_data(data, same_line=same_line)
            self._show_legend()
        self._show_what_there_is()
        self._size_readout()
        self._show_cursor()

    def set_note(self, note: str) -> None:
        """Say what else is to be known about the drawing (``counting…``)."""
        if note != self.note.full_text:
            self.note.setText(note)
            self.note.setVisible(bool(note))
            self._show_cursor()

    def set_zone(self, zone: Callable[[], tzinfo | None]) -> None:
        """Where to ask for the zone that times are shown in; call again when it changed."""
        self._zone = zone
        if self._plot is not None:
            self._plot.set_zone(zone)

    def set_empty_text(self, text: str) -> None:
        """What stands in place of the lanes when there is no event."""
        self._nothing.setText(text)

    def _show_what_there_is(self) -> None:
        self._nothing.setVisible(not self._data.count)
        if self._plot is not None:
            self._plot.setVisible(self._data.count > 0)

    def set_cursor_index(self, index: int) -> None:
        """Show the cursor at a row, without telling anybody."""
        if index == self._telling:
            return  # it is this one that told, and shows it already
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
        plot.touched.connect(self.touched)
        plot.hovered.connect(self.hovered)
        plot.view_changed.connect(self.view_changed)
        if self._zone is not None:
            plot.set_zone(self._zone)
        self._place.add(plot)
        plot.set_data(self._data, same_line=False)
        plot.set_focused(self._slider.hasFocus())
        self._show_legend()
        self._show_what_there_is()
        self._show_cursor()
        self.became_ready.emit()

    def _show_legend(self) -> None:
        if self._plot is None:
            return
        data, lanes = self._data, self._plot.lanes
        sizes, names = lanes.sizes, data.type_names
        entries = [
            LegendEntry(names[code] or tr("(no type)"), names[code] or tr("(no type)"), i, sizes[i])
            for i, code in enumerate(lanes.codes)
        ]
        if lanes.others:
            more = tr("{n} other types", n=len(names) - len(lanes.codes))
            entries.append(LegendEntry(more, more, None, sizes[-1]))
        self.legend.set_entries(entries if data.count else ())

    # --- looking closer ---

    @property
    def plot(self) -> TimelinePlot | None:
        """The drawn part, once there is one."""
        return self._plot

    def zoom(self, direction: int) -> None:
        """Look closer (1), from further away (-1), or at everything (0)."""
        if self._plot is None:
            return
        if direction:
            self._plot.zoom(ZOOM_FACTOR**direction)
        else:
            self._plot.fit()

    def pan(self, direction: int) -> None:
        """Look further on (1) or back (-1)."""
        if self._plot is not None:
            self._plot.pan(0.25 * direction)

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
            self._telling = index
            self.cursor_moved.emit(index)
            self._telling = None

    def _show_cursor(self) -> None:
        index = self.cursor_index
        self.transport.set_place(index, self._data.count)
        if self._plot is not None:
            self._plot.set_cursor(index)
        self._readout.setText(self._place_text(index))
        self._slider.setAccessibleName(tr("Timeline"))
        self._slider.setAccessibleDescription(self._spoken(index))
        self._place.setAccessibleName(tr("Timeline drawing"))
        self._place.setAccessibleDescription(self._summary())

    def _place_text(self, index: int) -> str:
        if index < 0:
            return "–"
        more = "" if self._data.complete else "+"
        text = f"{thousands(index + 1)} / {thousands(self._data.count)}{more}"
        return tr("row {place}", place=text) if self._data.of_store else text

    def _spoken(self, index: int) -> str:
        if index < 0:
            return tr("No events")
        place = tr(
            "Event {n} of {count}", n=thousands(index + 1), count=thousands(self._data.count)
        )
        words = ", ".join(self._data.words(index).split("\n"))
        return visible_text(f"{place}: {words}")

    def _summary(self) -> str:
        """The drawing in words: how much of what, and which part is visible."""
        if not self._data.count:
            return tr("No events")
        said = [self._data.summary(), *([self.note.full_text] if self.note.full_text else [])]
        if self.legend.entries:
            said.append(self.legend.accessibleDescription())
        return visible_text("; ".join(said))

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
            QTimer.singleShot(LOAD_AFTER, self._load_beside)

    def _load_beside(self) -> None:
        threading.Thread(target=self._load, name="plot-import", daemon=True).start()

    def _load(self) -> None:
        # Its search for cycles would destroy what it finds in this thread, widgets included.
        with _importing, collector_paused(), contextlib.suppress(ImportError):  # raised again later
            importlib.import_module(PLOT_MODULE)
        self.loaded.emit()
