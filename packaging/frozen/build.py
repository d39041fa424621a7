"""Freezes the program into one folder: ``build/frozen/event-history-inspector``.

Run with the locked environment (``uv sync --group packaging``). The same sources give the same
bytes: times and hashes that could differ are fixed. Prints the folder and its size.
"""

import json
import os
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

from leaving_out import STRIPPED

from inspector.services.self_test import PACKING_LIST, packing_list

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "frozen"
FOLDER = BUILD / "event-history-inspector"
EPOCH = "1767225600"
"""2026-01-01; any fixed moment would do."""


def build() -> Path:
    """Freeze the program; gives the folder.

    Raises:
        subprocess.CalledProcessError: PyInstaller failed; it has said why.
    """
    shutil.rmtree(BUILD, ignore_errors=True)
    environment = os.environ | {"SOURCE_DATE_EPOCH": EPOCH, "PYTHONHASHSEED": "1"}
    spec = ROOT / "packaging" / "frozen" / "inspector.spec"
    subprocess.run(
        [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN",
         f"--distpath={BUILD}", f"--workpath={BUILD / 'work'}", str(spec)],
        env=environment,
        cwd=ROOT,
        check=True,
    )  # fmt: skip
    shutil.rmtree(BUILD / "work")
    _strip()
    _write_packing_list()
    return FOLDER


def _strip() -> None:
    """Take out of some libraries what only a debugger would need.

    Raises:
        subprocess.CalledProcessError: a library cannot be changed.
    """
    if not sys.platform.startswith("linux"):
        return
    for path in sorted(FOLDER.rglob("*.so*")):
        place = path.relative_to(FOLDER).as_posix()
        if path.is_file() and any(fnmatch(place, pattern) for pattern in STRIPPED):
            subprocess.run(["strip", "--strip-debug", str(path)], check=True)


def _write_packing_list() -> None:
    """Write down what was meant to be packed, so that the program can miss it."""
    resources = next(FOLDER.rglob("_resources"))
    listed = packing_list()
    text = json.dumps(listed, ensure_ascii=False, indent=1, sort_keys=True)
    (resources / PACKING_LIST).write_text(text + "\n", encoding="utf-8")


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(
        path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    )


if __name__ == "__main__":
    made = build()
    print(f"{made.relative_to(ROOT)}: {size_of(made) / 1e6:.0f} MB")
