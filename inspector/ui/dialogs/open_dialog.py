"""Opening a store: a file, a server, or one of the recent stores, with options.

The dialog stays while a store is being opened and says beside the field why it failed; it
closes itself when the store is open. Nothing is connected to before the user asks for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.errors import InspectorError
from inspector.core.texts import tr
from inspector.services.store_form import StoreForm, request_of, wants_password
from inspector.ui.dialogs.connection_test import ConnectionTest, Verdict, verdict_of
from inspector.ui.dialogs.consent import Consent
from inspector.ui.dialogs.file_form import FileForm, dropped_file
from inspector.ui.dialogs.following_dialog import FollowingDialog
from inspector.ui.dialogs.form_rows import TITLE_BAR, Section, field_label, fit_screen
from inspector.ui.dialogs.open_options import OpenOptionsForm
from inspector.ui.dialogs.recent_list import RecentList
from inspector.ui.dialogs.server_fields import AddressUnreadable, is_server_address
from inspector.ui.dialogs.server_form import ServerForm
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.banner import Tone
from inspector.ui.widgets.labels import PlainLabel, muted

if TYPE_CHECKING:
    from inspector.services.open_store import OpenRequest
    from inspector.services.replayer_consent import ConsentMemory
    from inspector.services.schema_memory import SchemaMemory
    from inspector.ui.dialogs.field_message import FieldMessage
    from inspector.ui.recent import RecentStore, RecentStores
    from inspector.ui.theme import Theme

FIRST_SIZE: Final = (920, 600)
RECENT_WIDTH: Final = 290
RECENT_NARROW: Final = 200
"""On a small screen the list gives its room to the form, of which nothing may be cut off."""

FILE_TAB: Final = 0
SERVER_TAB: Final = 1


class OpenDialog(FollowingDialog):
    """Asks which store to open, and how."""

    def __init__(
        self,
        theme: Theme,
        recent: RecentStores,
        parent: QWidget | None = None,
        consents: ConsentMemory | None = None,
        schemas: SchemaMemory | None = None,
    ) -> None:
        super().__init__(parent)
        self.consent = Consent(theme, self, consents)
        self.consent.refused.connect(lambda sentence: self._say(Verdict(Tone.WARNING, sentence)))
        self._theme, self._recent, self._schemas = theme, recent, schemas
        self._closed_height = 0
        self._test = ConnectionTest(self)
        self._test.finished.connect(self._tested)
        self._test.remembered.connect(self._remembered)
        self.setWindowTitle(tr("Open a store"))
        self.setAcceptDrops(True)
        self.file_form = FileForm(theme)
        self.server_form = ServerForm(theme)
        self.options = OpenOptionsForm(theme)
        self.recent_list = RecentList(theme, recent)
        self._build()
        self._connect()
        fit_screen(self, theme, FIRST_SIZE)
        self._begin()

    # -- what can be asked of the dialog -------------------------------------------------------

    def set_address(self, text: str) -> None:
        """Show a path or an address in the part of the dialog that it belongs to."""
        if is_server_address(text):
            self.tabs.setCurrentIndex(SERVER_TAB)
            try:
                self.server_form.set_address(text)
            except AddressUnreadable as error:
                self.server_form.message.say(Tone.ERROR, str(error))
        else:
            self.tabs.setCurrentIndex(FILE_TAB)
            self.file_form.set_address(text)
        self._edited()

    def set_form(self, form: StoreForm) -> None:
        """Show everything that a form says, except passwords and keys."""
        self.set_address(form.address)
        self.options.show_form(form)
        self._show_summary()

    @property
    def form(self) -> StoreForm:
        """What is filled in now."""
        if self.tabs.currentIndex() == SERVER_TAB:
            server = self.server_form
            form = StoreForm(
                server.address, password=server.password, key_passphrase=server.key_passphrase
            )
        else:
            form = StoreForm(self.file_form.address)
        form = self.options.add_to(form)
        if not self.section.is_open and not form.schemas:
            return replace(form, schemas=None)  # nobody said that there shall be none
        return form

    @property
    def message(self) -> FieldMessage:
        """The sentence beside the field in front."""
        return self._page.message

    def show_failure(self, request: OpenRequest, error: InspectorError) -> None:
        """Say beside the field why the store could not be opened, and go to that field."""
        self._say(verdict_of(error))
        if self._page is self.file_form:
            self.file_form.path.setFocus()
            self.file_form.path.selectAll()
        elif wants_password(request, error):
            self.server_form.password_line.setFocus()
            self.server_form.password_line.selectAll()
        else:
            self.server_form.address_line.setFocus()

    def show_stopped(self) -> None:
        """Say that nobody waits any more."""
        self._say(Verdict(Tone.INFO, tr("Stopped.")))

    def show_waiting(self, *, waiting: bool) -> None:
        """Let nothing be changed while a store is being opened."""
        for widget in (self.tabs, self.section, self.recent_list, self._forget):
            widget.setEnabled(not waiting)
        self.cancel_button.setText(tr("Stop") if waiting else tr("Cancel"))
        self._edited()
        if waiting:
            self.cancel_button.setFocus()
            self._say(Verdict(Tone.INFO, tr("Opening…"), tr("Esc stops it.")))

    def opened(self, request: OpenRequest) -> None:
        """Close, after the keyring has taken the password if it is to be remembered."""
        form = self.server_form
        if self._page is form and form.remember.isChecked() and form.password:
            self._test.remember(form.address, form.password)
        else:
            self.accept()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._recent_side(), 1)
        row.addWidget(self._form_side(), 100)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addLayout(row, 1)
        column.addLayout(self._button_row())
        self.setTabOrder(self._forget, self.tabs.tabBar())

    def _recent_side(self) -> QWidget:
        side = QWidget()
        side.setMinimumWidth(self._theme.px(RECENT_NARROW))
        side.setMaximumWidth(self._theme.px(RECENT_WIDTH))
        label = field_label(tr("&Recent stores"), self.recent_list)
        self._theme.set_font(label, FontRole.HEADING)
        self._no_recent = muted(PlainLabel(tr("Stores that you open appear here."), wrap=True))
        self._no_recent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._forget = QToolButton()
        self._forget.setText(tr("Remove from list"))
        self._forget.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._theme.set_icon(self._forget, Icon.X, Role.TEXT_MUTED)
        self._forget.clicked.connect(self.recent_list.forget_current)
        frame = QFrame()
        frame.setProperty("panel", "true")
        self.recent_list.setFrameShape(QFrame.Shape.NoFrame)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.recent_list)
        inside.addWidget(self._no_recent)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label)
        column.addWidget(frame, 1)
        column.addWidget(self._forget, 0, Qt.AlignmentFlag.AlignLeft)
        return side

    def _form_side(self) -> QWidget:
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(tr("Kind of store"))
        self.tabs.addTab(self.file_form, tr("SQLite file"))
        self.tabs.addTab(self.server_form, tr("PostgreSQL server"))
        self.section = Section(self._theme, tr("&Options"), self.options)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.section)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        bar = area.verticalScrollBar().sizeHint().width()
        area.setMinimumWidth(inside.minimumSizeHint().width() + bar)
        self._area, self._inside = area, inside
        return area

    def _button_row(self) -> QHBoxLayout:
        self.test_button = QPushButton(tr("Test &connection"))
        self._theme.set_icon(self.test_button, Icon.PLUG)
        self.cancel_button = QPushButton(tr("Cancel"))
        self.open_button = QPushButton(tr("Open"))
        for button in (self.test_button, self.cancel_button):
            button.setAutoDefault(False)
        self.open_button.setDefault(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.test_button)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.open_button)
        return row

    def _connect(self) -> None:
        self.recent_list.selected.connect(self._recent_selected)
        self.recent_list.wanted.connect(self._recent_wanted)
        self._recent.changed.connect(self._show_recent)
        for form in (self.file_form, self.server_form):
            form.edited.connect(self._edited)
        self.tabs.currentChanged.connect(lambda _index: self._edited())
        self.section.toggled.connect(self._section_toggled)
        self.server_form.section.toggled.connect(lambda _open: self._grow_for(self.server_form))
        self.options.keys.row_added.connect(self._grow_for)
        self.server_form.databases_asked.connect(self._ask_databases)
        self.test_button.clicked.connect(self._try_out)
        self.cancel_button.clicked.connect(self.reject)
        self.open_button.clicked.connect(self._open)
        self.finished.connect(lambda _result: self._test.close())
        self.finished.connect(lambda _result: self.consent.close())

    def _begin(self) -> None:
        self._show_recent()
        self._show_summary()
        self._edited()
        if self._recent.stores:
            self.recent_list.choose_newest()
            self.recent_list.setFocus()
        else:
            self.file_form.path.setFocus()

    # -- what the user does --------------------------------------------------------------------

    @property
    def _page(self) -> FileForm | ServerForm:
        server = self.tabs.currentIndex() == SERVER_TAB
        return self.server_form if server else self.file_form

    def _edited(self) -> None:
        """Buttons say what is missing as long as nothing can be tried."""
        reason = self._missing()
        for button in (self.open_button, self.test_button):
            button.setEnabled(not reason and not self.waiting)
            button.setToolTip(reason)

    def _missing(self) -> str:
        if self.tabs.currentIndex() == SERVER_TAB:
            return self.server_form.problem
        return "" if self.file_form.address else tr("Choose a file first.")

    def _recent_selected(self, store: RecentStore) -> None:
        known = None if self._schemas is None else self._schemas.of(store.address)
        self.set_form(
            StoreForm(
                address=store.address,
                schema=store.schema,
                layout=store.layout,
                map_file=store.map_file,
                touch_nothing=store.touch_nothing,
                allow_views=store.allow_views,
                schemas=() if known is None else known.given,
            )
        )

    def _recent_wanted(self, store: RecentStore) -> None:
        self._recent_selected(store)
        self._open()

    def _show_recent(self) -> None:
        some = bool(self._recent.stores)
        self._no_recent.setVisible(not some)
        self.recent_list.setVisible(some)
        self._forget.setEnabled(some)

    def _section_toggled(self, is_open: bool) -> None:
        """Grow for the options as far as the screen allows; go back when they are closed."""
        self._show_summary()
        if is_open:
            self._closed_height = self.height()
            self._grow_for(self.section)
        else:
            self.resize(self.width(), self._closed_height)

    def _grow_for(self, what: QWidget) -> None:
        # What has just been shown has no size before the layout has run.
        QTimer.singleShot(0, what, self._grow)
        QTimer.singleShot(0, what, lambda: self._area.ensureWidgetVisible(what))

    def _grow(self) -> None:
        missing = self._inside.sizeHint().height() - self._area.viewport().height()
        room = self.screen().availableGeometry().height() - TITLE_BAR
        wanted = min(self.height() + max(0, missing), room)
        self.resize(self.width(), max(self.height(), wanted))

    def _show_summary(self) -> None:
        self.section.set_summary("" if self.section.is_open else self.options.summary)

    def _request(self) -> OpenRequest | None:
        """The request for what is filled in, or its fault beside the field."""
        reason = self._missing()
        if reason:
            self._say(Verdict(Tone.WARNING, reason))
            return None
        try:
            return request_of(self.form)
        except InspectorError as error:
            self._say(verdict_of(error))
            return None

    def _try_out(self) -> None:
        request = self._request()
        if request is not None:
            self._say(Verdict(Tone.INFO, tr("Trying…"), tr("Esc stops it.")))
            self._test.start(request)

    def _ask_databases(self) -> None:
        """Which databases there are; a server can be asked before one of them is named."""
        from inspector.ui.dialogs.database_list import DatabaseList  # noqa: PLC0415 - seldom needed

        request = self._request()
        if request is not None and not self.waiting:
            shown = DatabaseList(self._theme, request, self)
            shown.chosen.connect(self.server_form.set_database)
            shown.open()

    def _tested(self, verdict: Verdict) -> None:
        if not self.waiting:
            self._say(verdict)

    def _open(self) -> None:
        request = self._request()
        if request is not None and not self.waiting:
            self._test.stop()
            self.consent.require(request.replayer, lambda: self.ask_for(request))

    def _say(self, verdict: Verdict) -> None:
        self.message.say(verdict.tone, verdict.sentence, verdict.hint)

    def _remembered(self, error: InspectorError | None) -> None:
        """The store is open; only a keyring that refused keeps the dialog, to say so."""
        if error is None:
            self.accept()
        else:
            self._say(Verdict(Tone.WARNING, error.message, error.hint))
            self.cancel_button.setText(tr("Close"))

    # -- Qt ------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Escape stops a test first, too."""
        if self._test.running:
            self._test.stop()
            self._say(Verdict(Tone.INFO, tr("The test was stopped.")))
        else:
            super().reject()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may be dropped anywhere."""
        if dropped_file(event.mimeData()) and not self.waiting:
            event.acceptProposedAction()
            self.tabs.setCurrentIndex(FILE_TAB)
            self.file_form.zone.set_lit(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The file is gone again."""
        self.file_form.zone.set_lit(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Show the dropped file; Return opens it."""
        self.file_form.zone.set_lit(False)
        self.set_address(dropped_file(event.mimeData()))
        self.file_form.path.setFocus()
        event.acceptProposedAction()
