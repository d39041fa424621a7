"""Reports about faults of this program: kept on this computer, shown, and sent by nobody.

A fault that the program survives is written at once. One that ends the process is written by
``faulthandler``, which only appends lines to an open file; the next start finds that file, knows by
its lock that nobody writes it any more, and makes a report of it. A process that was killed, or
that lost its power, leaves no lines and no report.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

import platformdirs

from inspector.core.errors import OutputFailed
from inspector.core.texts import tr
from inspector.services.fault_texts import crash_head, crash_report, fault_report
from inspector.services.replacing_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT: Final = 20
"""Reports that are kept; the oldest goes first."""

LARGEST: Final = 256 * 1024
"""Characters of a dump that are read."""

_REPORTS: Final = "fault-*.txt"
_RUNNING: Final = "running-*.dump"
_HEAD_ENDS: Final = "\n--- below: written by the process as it died ---\n"


def reports_folder() -> Path:
    """Where the system keeps a user's logs."""
    return Path(platformdirs.user_log_dir("event-history-inspector", appauthor=False))


@dataclass(frozen=True, slots=True)
class Report:
    """One report.

    Attributes:
        text: all of it.
        path: its file; ``None`` when none could be written.
        crashed: the program did not survive it.
    """

    text: str
    path: Path | None = None
    crashed: bool = False

    def delete(self) -> None:
        """Remove the file.

        Raises:
            OutputFailed: it cannot be removed.
        """
        if self.path is None:
            return
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise OutputFailed(
                tr("The report {file} could not be deleted: {reason}.", file=self.path,
                   reason=reason)
            ) from error  # fmt: skip


def note_fault(
    error: BaseException,
    versions: Mapping[str, str],
    what: str = "",
    folders: tuple[Path, ...] | None = None,
) -> Report:
    """Write a report about an exception that nobody expected.

    Args:
        error: the exception.
        versions: libraries that ran, by name.
        what: what was being done, in words of ours.
        folders: where to try to write it, by default the logs, then the temporary files.
    """
    text = fault_report(error, versions, what)
    return Report(text, _written(text, folders))


def _written(text: str, folders: tuple[Path, ...] | None) -> Path | None:
    name = f"fault-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
    for folder in folders or (reports_folder(), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        _forget_oldest(folder)
        return path
    return None


def _forget_oldest(folder: Path) -> None:
    for old in sorted(folder.glob(_REPORTS))[:-KEPT]:
        with contextlib.suppress(OSError):
            old.unlink()


def kept_reports(folder: Path | None = None) -> tuple[Report, ...]:
    """What was noted on this computer, newest first; one that cannot be read is left out."""
    found: list[Report] = []
    for path in sorted((folder or reports_folder()).glob(_REPORTS), reverse=True)[:KEPT]:
        with contextlib.suppress(OSError):
            found.append(Report(path.read_text(encoding="utf-8", errors="replace")[:LARGEST], path))
    return tuple(found)


def save_report(text: str, path: Path) -> None:
    """Write a report where somebody wants it.

    Raises:
        OutputFailed: it cannot be written there.
    """
    try:
        replace_file(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputFailed(
            tr("{file} could not be written: {reason}.", file=path, reason=reason)
        ) from error


class CrashWatch:
    """Lets a dying process leave a trace, and finds those of earlier ones.

    Args:
        versions: libraries that run, by name.
        folder: where traces lie.
    """

    def __init__(self, versions: Mapping[str, str], folder: Path | None = None) -> None:
        self._versions = versions
        self._folder = folder or reports_folder()
        self._file: TextIO | None = None

    def begin(self) -> None:
        """Watch from now on; without a folder that can be written to, nothing is watched."""
        path = self._folder / f"running-{os.getpid()}.dump"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = path.open("w", encoding="utf-8", errors="backslashreplace")
        except OSError:
            return
        self._file.write(crash_head(self._versions) + _HEAD_ENDS)
        self._file.flush()
        _lock(self._file)
        faulthandler.enable(self._file, all_threads=True)

    def end(self) -> None:
        """The process ends as it should: nothing is left behind."""
        if self._file is None:
            return
        faulthandler.disable()
        path = Path(self._file.name)
        self._file.close()
        self._file = None
        with contextlib.suppress(OSError):
            path.unlink()

    def earlier(self) -> tuple[Report, ...]:
        """Reports about processes that died since somebody asked last, newest first."""
        found: list[Report] = []
        for trace in sorted(self._folder.glob(_RUNNING)):
            if self._file is not None and trace == Path(self._file.name):
                continue
            report = _taken(trace, self._folder)
            if report is not None:
                found.append(report)
        return tuple(found[::-1])


def _taken(trace: Path, folder: Path) -> Report | None:
    """The report that a trace becomes; ``None`` while its process runs, or left no lines."""
    try:
        with trace.open("r+", encoding="utf-8", errors="replace") as file:
            if not _lock(file):
                return None
            head, _mark, dump = file.read(LARGEST).partition(_HEAD_ENDS)
        trace.unlink()
    except OSError:  # another start was faster, or it is not ours to read
        return None
    if not dump.strip():
        return None
    text = crash_report(head, dump)
    return Report(text, _written(text, (folder,)), crashed=True)


def _lock(file: TextIO) -> bool:
    """Take the lock that a running process holds on its trace; it goes with the process."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - Windows only

        try:
            file.seek(LARGEST)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            file.seek(0, os.SEEK_END if file.mode == "w" else os.SEEK_SET)
        except OSError:
            return False
        return True
    import fcntl  # noqa: PLC0415 - not on Windows

    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
