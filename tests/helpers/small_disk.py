"""A disk of a megabyte that can be filled up: a memory file system of a test's own.

Needs the right to mount one (Linux, root); without it whoever asks is skipped and says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.helpers.unprivileged import server_identity

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILL = 4096


class SmallDisk:
    """The mounted folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stuff = folder / "stuff"

    def fill(self) -> None:
        """Leave no room for another byte."""
        with self._stuff.open("wb", buffering=0) as file:
            size = _FILL
            while size:
                try:
                    if file.write(b"x" * size) < size:
                        size //= 2
                except OSError:
                    size //= 2

    def free(self) -> None:
        """Give the room back."""
        self._stuff.unlink()


@contextmanager
def small_disk(kilobytes: int = 1024) -> Iterator[SmallDisk]:
    """Mount one, owned by whom servers run as."""
    mount = shutil.which("mount")
    if os.name == "nt" or os.geteuid() != 0 or mount is None:
        pytest.skip("a disk that is really full needs the right to mount a small one")
    folder = Path(tempfile.mkdtemp(prefix="inspector-small-"))
    size = f"size={kilobytes}k,mode=0777"
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode != 0:
        folder.rmdir()
        pytest.skip(f"a small disk could not be mounted: {done.stderr.decode().strip()}")
    try:
        inside = folder / "data"
        inside.mkdir()
        server_identity().hand_over(inside)
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()
