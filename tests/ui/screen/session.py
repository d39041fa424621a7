"""A window on a screen and an accessibility bus of its own, and a program that looks at it.

Imports the standard library and the helpers of the tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.helpers.screen import running_screen
from tests.helpers.unprivileged import ServerMissingError

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE: Final = Path(__file__).parent
NAME: Final = "event-history-inspector"

SYSTEM_PYTHON: Final = "/usr/bin/python3"
"""Debian's Python, because ``python3-pyatspi`` is a package of Debian's."""

PATIENCE: Final = 150
"""Seconds for everything together."""

_BOTH: Final = """
exec 3<>"$input"
"$python" "$window" "$@" <"$input" >"$output" &
for _ in $(seq 300); do grep -q ready "$output" && break; sleep 0.1; done
"$system" "$reader" "$name" "$steps"
echo >&3
wait
"""


def looked_at(
    folder: Path, reader: str, shown: Sequence[str], steps: Sequence[tuple[str, str]] = ()
) -> list[dict[str, Any]]:
    """The JSON lines of a reading program beside this file, for a window with its arguments.

    Raises:
        ServerMissingError: there is no bus or no screen; the test command installs them.
    """
    if shutil.which("dbus-run-session") is None:
        raise ServerMissingError("dbus is not installed; 'packaging/setup/run.sh test' does it")
    os.mkfifo(folder / "in")
    (folder / "out").touch()
    told = {
        "python": sys.executable,
        "system": SYSTEM_PYTHON,
        "window": str(HERE / "shown_window.py"),
        "reader": str(HERE / f"{reader}.py"),
        "name": NAME,
        "steps": json.dumps(steps),
        "input": str(folder / "in"),
        "output": str(folder / "out"),
        "QT_QPA_PLATFORM": "xcb",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "PYTHONPATH": str(HERE.parents[2]),
    }
    with running_screen() as display:
        done = subprocess.run(
            ["dbus-run-session", "--", "sh", "-c", _BOTH, "sh", *shown],
            env=os.environ | told | {"DISPLAY": display},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert found, done.stderr
    return found
