"""Processes that die in the middle of writing, and processes that may not write at all."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.helpers.stores import EVENTS
from tests.helpers.unprivileged import server_identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

KILLED_WRITER = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode=WAL")
connection.execute(sys.argv[2])
connection.execute("BEGIN")
connection.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)",
    [("order-1", n, "shop:Order.Counted", b'{"n":%d}' % n) for n in range(1, 501)])
connection.execute("COMMIT")
os._exit(0)
"""

HALF_WAY = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode=DELETE")
connection.execute("PRAGMA cache_size=5")
connection.execute("PRAGMA cache_spill=1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE stored_events SET state = '{\\"lie\\":true}' || state")
connection.execute("DELETE FROM stored_events WHERE originator_version > 100")
os._exit(0)
"""


def killed_writer(path: Path) -> None:
    """Make a store of 500 events, all of which are in the log that a killed writer left."""
    subprocess.run([sys.executable, "-c", KILLED_WRITER, str(path), EVENTS], check=True)


def killed_half_way(path: Path) -> None:
    """Leave a hot journal: a writer changed and deleted rows, and died before it committed."""
    subprocess.run([sys.executable, "-c", HALF_WAY, str(path)], check=True)


@contextmanager
def read_only_place(files: Sequence[Path]) -> Iterator[Path]:
    """Copies of the files in a folder where nobody but root can write; gives the first."""
    place = Path(tempfile.mkdtemp(dir="/tmp", prefix="inspector-read-only-"))
    try:
        for file in files:
            shutil.copyfile(file, place / file.name)
            (place / file.name).chmod(0o444)
        place.chmod(0o555)
        yield place / files[0].name
    finally:
        place.chmod(0o755)
        shutil.rmtree(place)


def in_a_child(job: Callable[[], str]) -> str:
    """What a job gives in a process that is no longer root's."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        words = "nothing"
        try:
            identity = server_identity()
            if identity.user is not None and identity.group is not None:
                os.setgroups([])
                os.setgid(identity.group)
                os.setuid(pwd.getpwnam(identity.user).pw_uid)
            words = job()
        except BaseException as error:  # noqa: BLE001 - the parent asserts on the words
            words = f"{type(error).__name__}: {error}"
        finally:
            os.write(writing, words.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        words = answer.read()
    os.waitpid(child, 0)
    return words
