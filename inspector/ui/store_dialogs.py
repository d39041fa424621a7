"""Which dialog leads to which: asking for a store, a password, a choice, or the columns.

Each dialog knows only itself and is loaded when it is first needed; what happens between two of
them is written here, so that the window need not know.
"""
# ruff: noqa: PLC0415 - dialogs are loaded when they are asked for; the window starts without them

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.core.errors import InspectorError, LayoutUnknown
from inspector.services.store_form import noting_password, wants_password
from inspector.ui.models.store_model import Phase

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from inspector.services.open_store import OpenRequest
    from inspector.services.replayer_consent import ConsentMemory
    from inspector.services.schema_memory import SchemaMemory
    from inspector.ui.dialogs.open_dialog import OpenDialog
    from inspector.ui.models.store_model import StoreModel
    from inspector.ui.recent import RecentStores
    from inspector.ui.theme import Theme


class StoreDialogs(QObject):
    """Opens dialogs about stores for one window.

    Attributes:
        consents: replayers that the user has allowed; ``None`` remembers none.
        schemas: schemas that were used with stores; ``None`` remembers none.

    Signals:
        accepted_request(object): an :class:`OpenRequest` to carry out.
    """

    accepted_request = Signal(object)

    def __init__(
        self, theme: Theme, store: StoreModel, recent: RecentStores, window: QWidget
    ) -> None:
        super().__init__(window)
        self._theme, self._store, self._recent = theme, store, recent
        self._window = window
        self._followed = False
        self.consents: ConsentMemory | None = None
        self.schemas: SchemaMemory | None = None
        store.changed.connect(self._store_changed)

    def noting(self, request: OpenRequest) -> OpenRequest:
        """The request, made so that a missing password can be told from other failures."""
        return noting_password(request)

    def ask_for_store(self) -> OpenDialog:
        """The open dialog; it stays until the store is open and says why it could not be."""
        from inspector.ui.dialogs.open_dialog import OpenDialog

        dialog = OpenDialog(self._theme, self._recent, self._window, self.consents, self.schemas)
        self._followed = True
        dialog.finished.connect(self._no_longer_followed)
        dialog.accepted_request.connect(self.accepted_request)
        dialog.stop_asked.connect(self._store.close)
        dialog.follow(self._store)
        dialog.open()
        return dialog

    def choose(self) -> None:
        """Let the user choose among several stores, or explain why none was recognised."""
        request, error = self._store.request, self._store.error
        if self._store.phase is Phase.CHOOSING:
            self._choose_store()
        elif request is not None and isinstance(error, LayoutUnknown):
            self._explain_unknown(request, error)

    def explain_layout(self) -> None:
        """Why the layout of the open store was recognised."""
        store = self._store.store
        if store is None:
            return
        from inspector.ui.dialogs.layout_reasons import LayoutReasons

        dialog = LayoutReasons(self._theme, store, self._window)
        dialog.another_asked.connect(self.ask_for_store)
        dialog.open()

    def explain_role(self) -> None:
        """That the role could write, and how to get one that cannot."""
        store = self._store.store
        if store is None:
            return
        from inspector.services.reading_role import grant_text
        from inspector.ui.dialogs.grant_view import GrantView

        found = next((f.message for f in store.findings if f.code == "role-can-write"), "")
        GrantView(self._theme, found, grant_text((store,)), self._window).open()

    def _choose_store(self) -> None:
        from inspector.ui.dialogs.choose_store import ChooseStore

        dialog = ChooseStore(self._theme, self._store.stores, self._window, self._store.lanes)
        dialog.chosen.connect(self._store.choose)
        dialog.map_asked.connect(self._map_columns_of_this)
        dialog.open()

    def _explain_unknown(self, request: OpenRequest, error: InspectorError) -> None:
        from inspector.ui.dialogs.unknown_store import UnknownStore

        dialog = UnknownStore(self._theme, request, error, self._window)
        dialog.map_asked.connect(self._map_columns)
        dialog.accepted_request.connect(self.accepted_request)
        dialog.open()

    def _map_columns_of_this(self) -> None:
        if self._store.request is not None:
            self._map_columns(self._store.request)

    def _map_columns(self, request: OpenRequest) -> None:
        from inspector.ui.dialogs.map_columns import MapColumns

        dialog = MapColumns(self._theme, request, self._window)
        dialog.accepted_request.connect(self.accepted_request)
        dialog.open()

    def _ask_for_password(self, request: OpenRequest, error: InspectorError) -> None:
        from inspector.ui.dialogs.password_prompt import PasswordPrompt

        dialog = PasswordPrompt(self._theme, request, error, self._window)
        self._followed = True
        dialog.finished.connect(self._no_longer_followed)
        dialog.accepted_request.connect(self.accepted_request)
        dialog.stop_asked.connect(self._store.close)
        dialog.follow(self._store)
        dialog.open()

    def _no_longer_followed(self) -> None:
        self._followed = False

    def _store_changed(self) -> None:
        """Ask for a password when that is what was missing, unless a dialog does already."""
        request, error = self._store.request, self._store.error
        failed = self._store.phase is Phase.FAILED and request is not None and error is not None
        if not failed or self._followed or request is None or error is None:
            return
        if wants_password(request, error):
            self._ask_for_password(request, error)
