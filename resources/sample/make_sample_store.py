"""Write the sample store `sample-shop.sqlite` with the real Python `eventsourcing` library.

    python resources/sample/make_sample_store.py [FILE]

Needs `eventsourcing` 9.5 (in the development dependencies) and about half a minute. Plays the
plan of `making` through the three generations of the shop's `application`, one process each, so
that old events really are stored in their old form. Clock and ids come from the plan: every run
writes the same rows.

The library leaves its files in write-ahead mode. The finished file is switched to the rollback
journal, in which SQLite opens it read-only anywhere, also inside an installed program that the
user may not write to, and puts no -wal and -shm files beside it. Nothing else is touched.
"""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_APPLICATION = _HERE / "application"
_GENERATIONS = (1, 2, 3)


def main() -> None:
    """Write the store to the path given, by default beside this script."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else _HERE / "sample-shop.sqlite"
    make_store(target)
    print(f"{target}: {target.stat().st_size:,} bytes")


def make_store(target: Path) -> None:
    """Write a new store to `target`, replacing a former one.

    Raises subprocess.CalledProcessError when a generation cannot carry out its part.
    """
    target.unlink(missing_ok=True)
    for generation in _GENERATIONS:
        folders = (_HERE, _APPLICATION / "common", _APPLICATION / f"release_{generation}")
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(map(str, folders)),
            "PYTHONDONTWRITEBYTECODE": "1",  # this folder is shipped with the program
        }
        command = [sys.executable, "-m", "making.playing", str(target), str(generation)]
        # Our own interpreter on our own module.
        subprocess.run(command, check=True, env=environment)  # noqa: S603
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


if __name__ == "__main__":
    main()
