"""All bookmarks and notes of the store: to read, to go there, to change, and to share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import counted, thousands, tr
from inspector.services.case_marks import FOUND_WORDS, Found
from inspector.ui.models.event_table import short_type
from inspector.ui.models.times import whole_seconds
from inspector.ui.pages.store_page import StorePage
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.banner import Banner, BannerAction, Tone
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.labels import ElidedLabel, muted
from inspector.ui.widgets.list_table import CellDelegate, CellLook, Index, ListTable
from inspector.ui.widgets.plain_text import visible_text
from inspector.ui.widgets.rows_model import ITEM_ROLE, RowsModel

if TYPE_CHECKING:
    from inspector.core.cases import Mark
    from inspector.core.instants import Instant
    from inspector.ui.main_window import MainWindow

STREAM, VERSION, TYPE, BY, CHANGED, NOTE = range(6)
MOST_LINES = 10
"""Lines of a note after which it scrolls."""

_WIDTHS = (250, 72, 150, 110, 176)


class MarkDelegate(CellDelegate):
    """Streams and times monospaced; what is wrong with an event in its colour."""

    def look(self, index: Index) -> CellLook:
        """By column."""
        if index.column() == STREAM:
            return CellLook(FontRole.MONO, Role.ACCENT, Qt.TextElideMode.ElideMiddle)
        if index.column() == TYPE and index.data(ITEM_ROLE)[1]:
            return CellLook(FontRole.UI, Role.WARNING)
        mono = index.column() in (VERSION, CHANGED)
        quiet = index.column() == CHANGED
        return CellLook(
            FontRole.MONO if mono else FontRole.UI, Role.TEXT_MUTED if quiet else Role.TEXT
        )


class MarksPage(StorePage):
    """The list with the whole note of the chosen mark below."""

    def __init__(self, window: MainWindow) -> None:
        about = tr("Bookmarks and notes on events, kept in a case file of your own.")
        super().__init__(window.theme, tr("Marks"), about)
        self._window, self._model = window, window.models.marks
        self.banner = Banner(self.theme)
        titles = (tr("Stream"), tr("Version"), tr("Event"), tr("By"), tr("Changed"), tr("Note"))
        self.rows = RowsModel(titles, self, {VERSION})
        self.view = ListTable(self.theme, tr("Marks"))
        self.note = QPlainTextEdit(readOnly=True)
        self.note.setAccessibleName(tr("Note"))
        self.note.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.note.setTabChangesFocus(True)
        self.note.document().setDocumentMargin(0)
        self._where = muted(ElidedLabel(mode=Qt.TextElideMode.ElideMiddle))
        self.theme.set_font(self._where, FontRole.SMALL)
        self.empty_page = EmptyPage(self.theme)
        self._stack = QStackedWidget()
        self._make_tools()
        self._prepare_view()
        self._lay_out()
        self._model.changed.connect(self._show)
        window.models.times.changed.connect(self._show)
        self._show()

    # -- building -----------------------------------------------------------------------------

    def _make_tools(self) -> None:
        actions = self._window.actions_by_name
        for name in ("case-open", "case-save"):
            button = QPushButton(actions[name].text())
            button.clicked.connect(actions[name].trigger)
            button.setToolTip(actions[name].toolTip())
            self.add_tools(button)
        self.go_button = self._button(tr("Go there"), self._go_to_current)
        self.edit_button = self._button(tr("Change the note…"), self._edit)
        self.remove_button = self._button(tr("Remove"), self.remove)

    def _button(self, text: str, run: object) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(run)
        return button

    def _prepare_view(self) -> None:
        view = self.view
        view.setModel(self.rows)
        view.setItemDelegate(MarkDelegate(self.theme, view))
        header = view.horizontalHeader()
        header.setStretchLastSection(True)
        for column, width in enumerate(_WIDTHS):
            header.resizeSection(column, self.theme.px(width))
        view.selectionModel().currentRowChanged.connect(self._show_note)
        view.activated.connect(self._go)
        view.doubleClicked.connect(self._go)
        view.copy_asked.connect(self._copy)
        QShortcut(QKeySequence("Del"), view, self.remove).setContext(
            Qt.ShortcutContext.WidgetShortcut
        )
        self.setFocusProxy(view)

    def _lay_out(self) -> None:
        below = QWidget()
        words = QVBoxLayout(below)
        words.setContentsMargins(12, 8, 12, 10)
        words.setSpacing(8)
        words.addWidget(self.note)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.go_button, self.edit_button, self.remove_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        words.addLayout(buttons)
        words.addWidget(self._where)
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(below)
        self._stack.addWidget(listed)
        self._stack.addWidget(self.empty_page)
        self.body.addWidget(self.banner)
        self.body.addWidget(self._stack, 1)

    # -- what is shown ------------------------------------------------------------------------

    def begin(self) -> None:
        """Events that are not where they were marked are looked for in the whole store now."""
        self._model.look_further()

    def store_changed(self) -> None:
        """Nothing that could be brought back is there any more."""
        self.banner.hide()

    def _show(self) -> None:
        chosen = self.current()
        marks = sorted(self._model.marks, key=_place_in_store)
        self.rows.show_rows([((mark, self._trouble(mark)), self._texts(mark)) for mark in marks])
        ids = [mark.id for mark in marks]
        row = ids.index(chosen.id) if chosen is not None and chosen.id in ids else 0
        self.view.go_to_row(min(row, len(ids) - 1))
        if marks:
            self._stack.setCurrentIndex(0)
        else:
            self.empty_page.show_content(self._face())
            self._stack.setCurrentIndex(1)
        file = self._model.file
        path = "" if file is None else visible_text(str(file.path))
        self._where.setText(f"{counted(len(marks), 'one mark', '{n} marks')} · {path}")
        self._show_note()

    def _face(self) -> PageContent:
        error = self._model.error
        if error is not None:
            return PageContent(Icon.CIRCLE_X, error.message, error.hint, (), Role.DANGER)
        if self._model.case is None:
            return PageContent(Icon.HOURGLASS, tr("Reading the marks…"))
        hint = tr("M marks the event at the cursor, Shift+M writes a note on it.")
        load = NextStep(tr("Open a case file…"), self._window.marks.ask_file)
        return PageContent(Icon.BOOKMARK, tr("Nothing is marked in this store."), hint, (load,))

    def _trouble(self, mark: Mark) -> str:
        seen = self._model.seen.get(mark.id)
        if seen is None or seen.found is Found.HERE:
            return ""
        return tr(FOUND_WORDS[seen.found])

    def _texts(self, mark: Mark) -> tuple[str, ...]:
        place, seen = mark.place, self._model.seen.get(mark.id)
        version = place.version if seen is None or seen.version is None else seen.version
        kind = self._trouble(mark) or ("…" if seen is None else short_type(seen.type))
        first = mark.note.partition("\n")[0]
        if mark.rival_of:
            first = tr("(another text) {note}", note=first)
        number = "" if version is None else thousands(version)
        return place.stream, number, kind, mark.by, self._time(mark), first

    def _time(self, mark: Mark) -> str:
        moment = _moment(mark.at)
        if moment is None:
            return mark.at
        return whole_seconds(self._window.models.times.format(moment))

    def _show_note(self) -> None:
        mark = self.current()
        words = "" if mark is None else mark.note or tr("A bookmark without a note.")
        trouble = "" if mark is None else self._trouble(mark)
        lines = [*([tr("This event {trouble}.", trouble=trouble)] if trouble else []), words]
        self.note.setPlainText(visible_text("\n".join(lines), keep="\n"))
        height = self.note.fontMetrics().lineSpacing()
        rows = min(self.note.document().blockCount(), MOST_LINES)
        self.note.setFixedHeight(height * rows + height // 2)

    def current(self) -> Mark | None:
        """The mark of the current row."""
        item = self.view.currentIndex().data(ITEM_ROLE)
        return None if item is None else item[0]

    # -- what the user does -------------------------------------------------------------------

    def _go_to_current(self) -> None:
        self._go(self.view.currentIndex())

    def _go(self, index: QModelIndex) -> None:
        item = index.data(ITEM_ROLE)
        if item is None:
            return
        mark, trouble = item
        seen = self._model.seen.get(mark.id)
        if seen is not None and seen.found is Found.GONE:
            self.banner.show_message(
                Tone.WARNING,
                tr("The marked event is no longer in the store."),
                tr("Its mark and note stay in the case file until they are removed."),
            )
        elif seen is not None and seen.stream is not None:
            self.stream_asked.emit(seen.stream, seen.version)
            if trouble:
                self._window.status.say(tr("This event {trouble}.", trouble=trouble))
        else:
            self.name_asked.emit(mark.place.stream, mark.place.version)

    def _edit(self) -> None:
        mark = self.current()
        if mark is not None:
            self._window.marks.edit(mark)

    def remove(self) -> None:
        """Remove the chosen mark; it can be brought back until the page is left."""
        mark = self.current()
        if mark is None:
            return
        back = BannerAction(tr("Bring it back"), lambda: self._bring_back(mark))

        def gone() -> None:
            self.banner.show_message(Tone.INFO, tr("The mark was removed."), "", (back,))

        self._model.change(lambda case: case.without([mark.id]), gone)

    def _bring_back(self, mark: Mark) -> None:
        self.banner.hide()
        self._model.change(lambda case: case.with_mark(mark))

    def _copy(self) -> None:
        mark = self.current()
        if mark is not None:
            QGuiApplication.clipboard().setText(
                visible_text("\t".join(self._texts(mark)), keep="\t")
            )


def _place_in_store(mark: Mark) -> tuple[bool, int]:
    """The store's order; where that is not known, the order in which they were made."""
    place = mark.place.position
    return (False, place) if isinstance(place, int) else (True, 0)


def _moment(text: str) -> Instant | None:
    from inspector.core.instants import parse_instant  # noqa: PLC0415 - only where marks are shown

    return parse_instant(text)
