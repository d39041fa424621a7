"""A dialog that asks for a store to be opened and stays until it is.

While it waits, Escape stops the opening; only an idle dialog closes. Why an opening failed is
said inside the dialog, beside what was entered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from inspector.ui.models.store_model import Phase

if TYPE_CHECKING:
    from inspector.core.errors import InspectorError
    from inspector.services.open_store import OpenRequest
    from inspector.ui.models.store_model import StoreModel


class FollowingDialog(QDialog):
    """The waiting part; what is asked for is a subclass's matter.

    Signals:
        accepted_request(object): the :class:`OpenRequest` the user wants. Without
            :meth:`follow` the dialog closes then; with it, when the store is open.
        stop_asked(): the user does not want to wait for the opening any longer.
    """

    accepted_request = Signal(object)
    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._model: StoreModel | None = None
        self._waits_for: OpenRequest | None = None

    @property
    def waiting(self) -> bool:
        """Whether a store is being opened for this dialog."""
        return self._waits_for is not None

    def follow(self, model: StoreModel) -> None:
        """Stay until this model has opened the store."""
        self._model = model
        model.changed.connect(self._model_changed)

    def ask_for(self, request: OpenRequest) -> None:
        """Ask for a store."""
        # The model first closes what was open, and says so: waiting begins after that.
        self.accepted_request.emit(request)
        if self._model is None:
            self.accept()
        else:
            self._waits_for = request
            self.show_waiting(waiting=True)

    def show_waiting(self, *, waiting: bool) -> None:
        """Show that a store is being opened, or no longer is."""
        raise NotImplementedError

    def show_failure(self, request: OpenRequest, error: InspectorError) -> None:
        """Say why the store could not be opened."""
        raise NotImplementedError

    def show_stopped(self) -> None:
        """Say that the opening was stopped."""
        raise NotImplementedError

    def opened(self, request: OpenRequest) -> None:
        """The store is open: there is nothing left to ask."""
        self.accept()

    def reject(self) -> None:
        """Escape, Cancel and the window's cross stop the opening first."""
        if self.waiting:
            self.stop_asked.emit()
        else:
            super().reject()

    def _model_changed(self) -> None:
        model, request = self._model, self._waits_for
        if model is None or request is None or model.phase is Phase.OPENING:
            return
        self._waits_for = None
        self.show_waiting(waiting=False)
        if model.phase in (Phase.OPEN, Phase.CHOOSING):
            self.opened(request)
        elif model.phase is Phase.FAILED and model.error is not None:
            self.show_failure(request, model.error)
        else:
            self.show_stopped()
