"""A screen in memory, for the few tests that need a real one instead of Qt's offscreen plugin.

Imports the standard library only. Promises its own display number, so that runs beside each
other never share a screen.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.helpers.unprivileged import ServerMissingError, ends_with_the_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

STOP_SECONDS = 20.0


@contextmanager
def running_screen(size: str = "1280x800x24") -> Iterator[str]:
    """Run an X server for the length of a `with` block; gives the value of DISPLAY.

    Raises:
        ServerMissingError: Xvfb is not installed, or does not start.
    """
    program = shutil.which("Xvfb")
    if program is None:
        raise ServerMissingError("Xvfb is not installed; 'packaging/setup/run.sh test' installs it")
    read, write = os.pipe()
    command = [program, "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp"]
    process = subprocess.Popen(
        ends_with_the_tests(command),
        pass_fds=[write],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(write)
    try:
        # The server writes its number when it is ready, or closes the pipe by ending.
        with os.fdopen(read, encoding="ascii") as pipe:
            number = pipe.readline().strip()
        if not number:
            raise ServerMissingError("Xvfb does not start on this computer")
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(timeout=STOP_SECONDS)
