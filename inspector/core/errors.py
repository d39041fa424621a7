"""Operations that did not happen.

An :class:`InspectorError` says that something the user asked for could not be done. It is
raised once and shown once, by the window's presenter or by the command line. What is wrong
with a *row* is never one of these: that is a :class:`inspector.core.findings.Finding`.

Imports nothing of the project. Promises that every error carries a stable code, one plain
sentence, and, where there is one, a hint at what the user can do.
"""

from __future__ import annotations


class InspectorError(Exception):
    """An operation failed.

    Args:
        message: one plain sentence: what happened, and where.
        hint: what the user can do about it, or an empty text.
        detail: the driver's own words, for the copyable report; never a password.

    Attributes:
        further: more mistakes of the same kind that were found with it, one sentence each.
    """

    code = "error"
    exit_code = 70
    further: tuple[str, ...] = ()

    def __init__(self, message: str, *, hint: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail


class StoreUnavailable(InspectorError):
    """The store cannot be opened: missing, no permission, wrong password, not a database."""

    code = "store-unavailable"
    exit_code = 3


class StoreBusy(InspectorError):
    """The store is there, but locked or too slow just now."""

    code = "store-busy"
    exit_code = 3


class ConnectionLost(InspectorError):
    """The server or the file went away while it was open."""

    code = "connection-lost"
    exit_code = 3


class AccessDenied(InspectorError):
    """The role may not read something that is needed."""

    code = "access-denied"
    exit_code = 3


class LayoutUnknown(InspectorError):
    """No table looks like an event store."""

    code = "layout-unknown"
    exit_code = 3


class LayoutAmbiguous(InspectorError):
    """Several stores, or several layouts, fit; the user has to choose."""

    code = "layout-ambiguous"
    exit_code = 3


class StoreChanged(InspectorError):
    """The tables are no longer as they were when the store was opened."""

    code = "store-changed"
    exit_code = 3


class StreamUnknown(InspectorError):
    """No stream, or more than one stream, has the id that was asked for."""

    code = "stream-unknown"
    exit_code = 2


class InputInvalid(InspectorError):
    """An address, a map file, a time or another text of the user's is wrong."""

    code = "input-invalid"
    exit_code = 2


class FilterInvalid(InputInvalid):
    """The text of a filter is none; the message names line and column."""

    code = "filter-invalid"


class WriteRefused(InspectorError):
    """Something would have been written to a store, and was not; the message says why."""

    code = "write-refused"
    exit_code = 4


class SnapshotConflict(WriteRefused):
    """The store is no longer as it was when the snapshot was previewed."""

    code = "snapshot-conflict"


class OutputFailed(InspectorError):
    """A file could not be written; no partial file was left behind."""

    code = "output-failed"
    exit_code = 70


class Stopped(InspectorError):
    """A limit was reached before the work was done; what came before is marked partial."""

    code = "stopped"
    exit_code = 5


class Cancelled(Exception):
    """The user, or a newer request, made this work needless. Neither an error nor a result."""
