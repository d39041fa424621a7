"""*Rules*: the text of the open store's rules, with mistakes, trials and suggestions beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QMessageBox,
    QPushButton,
    QSplitter,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.suggesting.proposals import rules_text
from inspector.core.texts import counted, tr
from inspector.services.event_sampling import EventSample, StoreWords, words_of
from inspector.services.rules_drafts import ChangedMeanwhile
from inspector.ui.models.long_scan import LongScan
from inspector.ui.pages.rules_words import vocabulary
from inspector.ui.pages.store_page import StorePage
from inspector.ui.pages.suggest_panel import SuggestPanel
from inspector.ui.pages.trial_panel import TrialPanel
from inspector.ui.theme import FontRole
from inspector.ui.widgets.banner import Banner, BannerAction, Tone
from inspector.ui.widgets.code_editor import CodeEditor, Mark
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, muted
from inspector.ui.widgets.list_table import ListTable
from inspector.ui.widgets.plain_text import tooltip_text
from inspector.ui.widgets.rows_model import ITEM_ROLE, RowsModel
from inspector.ui.widgets.rules_highlighter import RulesHighlighter
from inspector.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex

    from inspector.core.errors import InspectorError
    from inspector.core.suggesting.proposals import Proposal
    from inspector.ui.main_window import MainWindow

ENDING = ".rules.toml"


class RulesPage(StorePage):
    """The workbench of one window."""

    def __init__(self, window: MainWindow) -> None:
        about = tr("What the application does, as text. Nothing here writes to the store.")
        super().__init__(window.theme, tr("Rules"), about)
        self._models, self.bench = window.models, window.rules_desk.bench
        self.words = StoreWords()
        self.sampling = LongScan("rules-words", self)
        self.sampling.changed.connect(self._sampled)
        self._connection: object = None
        self.editor = CodeEditor(self.theme, tr("Text of the rules"))
        self._colours = RulesHighlighter(self.theme, self.editor.document())
        self.search = SearchField(self.theme, tr("Find in the text"))
        self.files = QComboBox()
        self.files.setAccessibleName(tr("File of the rules"))
        self.status = muted(ElidedLabel())
        self.banner = Banner(self.theme)
        self.mistakes = RowsModel((tr("Line"), tr("Mistake")), self)
        self.mistake_list = ListTable(self.theme, tr("Mistakes"))
        self.trial = TrialPanel(self.theme, self._models, self.bench)
        self.suggest = SuggestPanel(self.theme, self._models)
        self.side = QTabWidget()
        self.side.setAccessibleName(tr("Beside the text"))
        self.side.setDocumentMode(True)
        self._make_tools()
        self._lay_out()
        self._connect()
        self._show_text()

    # -- building -------------------------------------------------------------------------------

    def _make_tools(self) -> None:
        self.use_button = QPushButton(tr("Use"))
        self.use_button.setToolTip(
            tooltip_text(tr("Compute with this text, without saving it (Ctrl+Return)"))
        )
        self.use_button.clicked.connect(self.bench.use)
        self.save_button = QPushButton(tr("Save as file…"))
        self.save_button.setToolTip(tooltip_text(tr("Save the text (Ctrl+S)")))
        self.save_button.clicked.connect(self.save)
        self.save_as_button = QToolButton()
        self.save_as_button.setText(tr("Save as…"))
        self.save_as_button.clicked.connect(self.save_as)
        self.add_tools(self.use_button, self.save_button, self.save_as_button)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 8, 8, 8)
        bar.setSpacing(8)
        bar.addWidget(self.files)
        bar.addWidget(self.status, 1)
        self.search.setFixedWidth(self.theme.px(220))
        bar.addWidget(self.search)
        notice = QVBoxLayout()
        notice.setContentsMargins(8, 0, 8, 8)
        notice.addWidget(self.banner)
        self.mistake_list.setModel(self.mistakes)
        columns = self.mistake_list.horizontalHeader()
        columns.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        columns.resizeSection(0, self.theme.px(72))
        self._below = QWidget()
        below = QVBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        self._count = PlainLabel()
        self._count.setContentsMargins(12, 8, 12, 4)
        self.theme.set_font(self._count, FontRole.HEADING)
        below.addWidget(self._count)
        below.addWidget(self.mistake_list, 1)
        self._left = QSplitter(Qt.Orientation.Vertical)
        self._left.setChildrenCollapsible(False)
        self._left.addWidget(self.editor)
        self._left.addWidget(self._below)
        self._left.setSizes([600, 160])
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addLayout(notice)
        column.addWidget(self._left, 1)
        self.side.addTab(self.trial, tr("Try"))
        self.side.addTab(self.suggest, tr("Suggest"))
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.addWidget(left)
        both.addWidget(self.side)
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 2)
        both.setSizes([760, 500])
        self.body.addWidget(both)

    def _connect(self) -> None:
        bench = self.bench
        bench.shown.connect(self._show_text)
        bench.changed.connect(self._show_state)
        bench.failed.connect(self._failed)
        bench.saved.connect(self._saved)
        self.editor.textChanged.connect(lambda: bench.write(self.editor.toPlainText()))
        self.search.typed.connect(lambda _text: self.find_next(again=True))
        self.search.leave_down.connect(self.find_next)
        self.files.activated.connect(lambda _row: self._choose_file())
        self.mistake_list.clicked.connect(self._go_to_mistake)
        self.mistake_list.activated.connect(self._go_to_mistake)
        self.trial.event_asked.connect(self.name_asked)
        self.suggest.event_asked.connect(self.name_asked)
        self.suggest.accepted.connect(self._take_proposals)

    # -- what a page does -------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether names are still being collected."""
        return self.sampling.running

    def begin(self) -> None:
        """Show the text, and collect names for completion."""
        store = self._models.store.store
        self.bench.begin()
        if store is not None and self._connection is not store.connection:
            self._connection = store.connection
            self.sampling.start(self._models.store.lanes, EventSample())
        self._show_state()
        if self.hasFocus():
            self.editor.setFocus()

    def store_changed(self) -> None:
        """Names and results hold for their store only; other rules change none of them."""
        store = self._models.store.store
        if store is None or self._connection is not store.connection:
            self._connection = None
            self.sampling.forget()
            self.words = StoreWords()
            self.trial.forget()
            self.suggest.forget()
            self.banner.hide()
        self._show_state()

    def stop(self) -> bool:
        """Stop a trial, or looking for rules."""
        running = [scan for scan in (self.trial.scan, self.suggest.scan) if scan.running]
        for scan in running:
            scan.stop()
        return bool(running)

    def show_place(self, file: str, line: int) -> None:
        """Show a line of a file of the rules in use, by the file's name."""
        self.bench.begin()
        if not self.bench.choose(Path(file).name):
            title = tr("{file} is not what is being edited.", file=Path(file).name)
            hint = tr("Save or discard the text that is here; then choose the file above.")
            self.banner.show_message(Tone.INFO, title, hint)
            return
        self.editor.go_to(line)
        self.editor.setFocus()

    # -- what the user does -----------------------------------------------------------------------

    def find_next(self, *, again: bool = False) -> None:
        """Go to the next place of the text that is looked for; after the last, to the first."""
        text = self.search.text()
        cursor = self.editor.textCursor()
        if again:
            cursor.setPosition(cursor.selectionStart())
            self.editor.setTextCursor(cursor)
        if not text or self.editor.find(text):
            return
        found = self.editor.document().find(text, 0, QTextDocument.FindFlag(0))
        if not found.isNull():
            self.editor.setTextCursor(found)

    def next_mistake(self) -> None:
        """Go to the next mistake after the cursor; after the last, to the first."""
        problems = self._own_problems()
        if not problems:
            return
        cursor = self.editor.textCursor()
        here = (cursor.blockNumber() + 1, cursor.positionInBlock() + 1)
        later = (one for one in problems if (one.line, one.column) > here)
        found = next(later, problems[0])
        self.editor.go_to(found.line, found.column)
        self.editor.setFocus()

    def start_trial(self) -> None:
        """Try the text on the events that are chosen."""
        self.side.setCurrentWidget(self.trial)
        self.trial.start()

    def start_suggesting(self) -> None:
        """Look for rules in the store's own data."""
        self.side.setCurrentWidget(self.suggest)
        self.suggest.start()

    def _take_proposals(self, proposals: list[Proposal]) -> None:
        """Put accepted lines behind the text, or in its place where there is nothing yet."""
        store = self._models.store.store
        if self.bench.is_start and store is not None:
            self.editor.replace_all(rules_text(proposals, store.name))
            return
        self.editor.moveCursor(QTextCursor.MoveOperation.End)
        self.editor.insertPlainText("\n" + rules_text(proposals, "", head=False))

    def save(self) -> None:
        """Save to the file that the text came from, or ask for one."""
        if self.bench.file is None:
            self.save_as()
        else:
            self.bench.save(self.bench.file.path)

    def save_as(self) -> None:
        """Ask for a file; the dialog asks before one is replaced."""
        dialog = QFileDialog(self.window(), tr("Save the rules as a file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix("rules.toml")
        dialog.setNameFilters([tr("Rules files (*.toml)"), tr("All files (*)")])
        dialog.fileSelected.connect(self._save_to)
        dialog.open()

    def _save_to(self, name: str) -> None:
        self.bench.save(Path(name), replace_changed=True)

    def _choose_file(self) -> None:
        name = str(self.files.currentData())
        if not self.bench.choose(name):
            self.show_place(name, 1)
            self._show_files()

    def _go_to_mistake(self, index: QModelIndex) -> None:
        found = index.data(ITEM_ROLE)
        if found is not None and found.file == self.bench.name:
            self.editor.go_to(found.line, found.column)
            self.editor.setFocus()

    # -- faces ------------------------------------------------------------------------------------

    def _show_text(self) -> None:
        if self.editor.toPlainText() != self.bench.text:
            self.editor.setPlainText(self.bench.text)
        if self.bench.from_draft:
            title = tr("This text was left unsaved the last time.")
            discard = BannerAction(tr("Discard it"), self._discard)
            self.banner.show_message(Tone.INFO, title, "", (discard,))
        self._show_state()

    def _discard(self) -> None:
        asked = QMessageBox(self.window())
        asked.setIcon(QMessageBox.Icon.Question)
        asked.setTextFormat(Qt.TextFormat.PlainText)
        asked.setText(tr("Discard the unsaved text?"))
        asked.setStandardButtons(
            QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel
        )
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.finished.connect(self._discard_answered)
        asked.open()

    def _discard_answered(self, button: int) -> None:
        if button == QMessageBox.StandardButton.Discard:
            self.banner.hide()
            self.bench.discard()

    def _show_state(self) -> None:
        bench = self.bench
        ready = bench.checked is not None
        self.use_button.setEnabled(ready and not bench.in_use)
        self.save_button.setEnabled(bench.unsaved or bench.file is None)
        known = bench.file is not None
        self.save_button.setText(tr("Save") if known else tr("Save as file…"))
        self.save_as_button.setVisible(known)
        self._show_files()
        self.status.setText(self._status_words())
        problems = self._own_problems()
        self.editor.set_marks([Mark(p.line, p.column, p.message) for p in problems])
        rows = [(p, (f"{p.line}:{p.column}", _mistake_words(p))) for p in bench.problems]
        self.mistakes.show_rows(rows)
        self._count.setText(counted(len(rows), "One mistake", "{n} mistakes"))
        self._below.setVisible(bool(rows))
        self.trial.show_state()
        self._show_words()

    def _own_problems(self) -> list[Any]:
        return [one for one in self.bench.problems if one.file == self.bench.name]

    def _show_files(self) -> None:
        names = self.bench.names
        self.files.setVisible(len(names) > 1)
        shown = [self.files.itemData(row) for row in range(self.files.count())]
        if shown != list(names):
            self.files.clear()
            for name in names:
                self.files.addItem(name, name)
        self.files.setCurrentIndex(max(self.files.findData(self.bench.name), 0))

    def _status_words(self) -> str:
        bench = self.bench
        parts = [bench.name]
        if bench.unsaved or bench.file is None:
            parts.append(tr("not saved"))
        if bench.problems:
            parts.append(counted(len(bench.problems), "one mistake", "{n} mistakes"))
        elif bench.in_use:
            parts.append(tr("in use"))
        elif bench.checked is not None:
            parts.append(tr("no mistakes, not in use"))
        else:
            parts.append(tr("being checked…"))
        return " · ".join(parts)

    def _sampled(self) -> None:
        scanner = self.sampling.scanner
        if isinstance(scanner, EventSample) and not self.sampling.running:
            self.words = words_of(scanner)
            self.trial.show_types(self.words.types)
            self._show_words()

    def _show_words(self) -> None:
        self.editor.set_words(vocabulary(self.words, self.bench.checked))

    def _failed(self, error: InspectorError) -> None:
        """Said once; a file that another program changed can be replaced all the same."""
        actions = []
        if isinstance(error, ChangedMeanwhile) and self.bench.file is not None:
            path = self.bench.file.path
            actions.append(BannerAction(tr("Save as…"), self.save_as))
            actions.append(BannerAction(tr("Replace it"), lambda: self._save_to(str(path))))
        self.banner.show_message(Tone.ERROR, error.message, error.hint, actions)

    def _saved(self, path: Path) -> None:
        self.banner.show_message(Tone.SUCCESS, tr("Saved as {name}.", name=path.name), str(path))


def _mistake_words(problem: Any) -> str:
    near = " " + tr("Did you mean {word}?", word=problem.near) if problem.near else ""
    return f"{problem.message}{near}"
