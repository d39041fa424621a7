"""What is left behind by a fault of the program: a report in a file, and one sentence.

The report says where it happened and with which versions. It holds no arguments and no values of
variables, because those may be somebody's data or password.
"""

from __future__ import annotations

import platform
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from inspector import __version__
from inspector.core.errors import InspectorError
from inspector.core.texts import tr

WORDS = 200
"""Characters of the exception's own text in a report."""


class Fault(InspectorError):
    """The program itself failed."""

    code = "internal-fault"
    exit_code = 70


def fault_of(error: BaseException, command: str) -> Fault:
    """The sentence about a fault, its report already written."""
    path = _written(report_text(error, command))
    hint = tr("The store was not changed.")
    if path is None:
        hint += " " + tr("No report could be written; run the command again from another folder.")
    else:
        hint += " " + tr("A report without data of yours is in {file}.", file=path)
    return Fault(tr("Something went wrong in this program."), hint=hint)


def report_text(error: BaseException, command: str) -> str:
    """Versions, the command's name, and where it happened."""
    first = (str(error).splitlines() or [""])[0][:WORDS]
    frames = "".join(traceback.format_tb(error.__traceback__))
    versions = f"{__version__}, Python {platform.python_version()}"
    system = f"{platform.system()} {platform.release()}"
    return (
        f"Event History Inspector {versions}, {system}\n"
        f"command: {command}\n{type(error).__name__}: {first}\n{frames}"
    )


def _written(text: str) -> Path | None:
    """Write a report where the system keeps a user's logs, or among the temporary files."""
    import platformdirs  # noqa: PLC0415 - needed only now

    name = f"fault-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
    logs = Path(platformdirs.user_log_dir("event-history-inspector", appauthor=False))
    for folder in (logs, Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return path
    return None
