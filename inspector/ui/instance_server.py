"""Listening for what later starts of the program want shown; see :mod:`.single_instance`.

Qt's network library is loaded here and when listening begins, after the window is there: it takes
six milliseconds (measured) that nobody should wait for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.core.errors import InspectorError
from inspector.services.single_instance import (
    LARGEST,
    MessageInvalid,
    answer_of,
    prepare_folder,
    request_in,
    somebody_listens,
)

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

SILENCE: Final = 5_000
"""Milliseconds after which a connection that has said nothing is closed."""


class InstanceServer(QObject):
    """Takes requests of later starts.

    Signals:
        requested(object, str): a :class:`WindowRequest`, and a token to come to the front by.
        refused(object): an :class:`InspectorError`; a file that a request names cannot be read.
    """

    requested = Signal(object, str)
    refused = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._server: QLocalServer | None = None

    @property
    def listening(self) -> bool:
        """Whether later starts reach this program."""
        return self._server is not None and self._server.isListening()

    def listen(self) -> bool:
        """Begin, unless another program listens already; whether this one does."""
        from PySide6.QtNetwork import QLocalServer  # noqa: PLC0415 - see above

        # Qt would put its own socket in the place of another program's without a word.
        if not prepare_folder(self._name) or somebody_listens(self._name):
            return False
        QLocalServer.removeServer(self._name)
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        if not server.listen(self._name):
            server.deleteLater()
            return False
        server.newConnection.connect(self._welcome)
        self._server = server
        return True

    def close(self) -> None:
        """No longer; the socket is gone."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            server.deleteLater()

    def _welcome(self) -> None:
        server = self._server
        while server is not None and server.hasPendingConnections():
            line = server.nextPendingConnection()
            _Guest(line, self)


class _Guest(QObject):
    """One connection: one line comes, one goes."""

    def __init__(self, line: QLocalSocket, server: InstanceServer) -> None:
        super().__init__(server)
        self._line, self._server = line, server
        line.setParent(self)
        self._content = b""
        self._patience = QTimer(self, singleShot=True, interval=SILENCE)
        self._patience.timeout.connect(self._give_up)
        self._patience.start()
        line.readyRead.connect(self._read)
        line.disconnected.connect(self._gone)
        self._read()

    def _give_up(self) -> None:
        self._line.abort()

    def _gone(self) -> None:
        self._patience.stop()
        self.deleteLater()

    def _read(self) -> None:
        self._content += bytes(self._line.read(LARGEST + 1).data())
        if len(self._content) > LARGEST:
            self._line.abort()
        elif self._content.endswith(b"\n"):
            self._answer()

    def _answer(self) -> None:
        error: InspectorError | None = None
        request, token, taken = None, "", True
        try:
            request, token = request_in(self._content)
        except MessageInvalid:
            taken = False
        except InspectorError as caught:
            error = caught
        self._content = b""
        self._line.write(answer_of(taken=taken))
        self._line.flush()
        self._line.disconnectFromServer()
        if error is not None:
            self._server.refused.emit(error)
        elif request is not None:
            self._server.requested.emit(request, token)
