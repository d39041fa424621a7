"""The import contracts hold, and each one breaks when somebody crosses it.

A contract that cannot fail protects nothing: every one is crossed here in a copy of the package.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = ROOT / "pyproject.toml"

# contract, file that crosses it, its text
CROSSINGS = [
    ("one-direction", "core/crossing.py", "import inspector.codecs"),
    ("one-direction", "codecs/crossing.py", "import inspector.layouts"),
    ("one-direction", "layouts/crossing.py", "import inspector.storage"),
    ("one-direction", "storage/crossing.py", "import inspector.services"),
    ("one-direction", "services/crossing.py", "import inspector.cli"),
    ("one-direction", "ui/crossing.py", "import inspector.cli"),
    ("one-direction", "cli/crossing.py", "import inspector.ui"),
    ("one-direction", "ui/crossing.py", "import inspector.__main__"),
    ("one-direction", "undeclared/__init__.py", ""),
    ("qt-only-under-ui", "core/crossing.py", "import PySide6.QtCore"),
    ("qt-only-under-ui", "codecs/crossing.py", "from PySide6 import QtGui"),
    ("qt-only-under-ui", "layouts/crossing.py", "import pyqtgraph"),
    ("qt-only-under-ui", "storage/crossing.py", "import shiboken6"),
    ("qt-only-under-ui", "services/crossing.py", "def f():\n    import PySide6.QtCore"),
    ("qt-only-under-ui", "cli/crossing.py", "from PySide6.QtCore import QObject"),
    ("pure-core", "core/crossing.py", "import sqlite3"),
    ("pure-core", "core/crossing.py", "import sqlalchemy"),
    ("pure-core", "codecs/crossing.py", "import numpy"),
    ("exporters-know-core", "exporters/crossing.py", "import inspector.codecs"),
    ("layouts-describe", "layouts/crossing.py", "import psycopg"),
    ("layouts-independent", "layouts/crossing.py", "import inspector.layouts.crossed"),
    ("layouts-independent", "layouts/_probe.py", "import inspector.layouts.crossed"),
    ("one-writer", "services/crossing.py", "import inspector.storage.writing"),
    ("one-writer", "storage/crossing.py", "from inspector.storage import writing"),
    ("one-writer", "cli/crossing.py", "from inspector.storage.writing import write"),
    ("no-sql-in-front-ends", "ui/crossing.py", "import sqlalchemy"),
    ("no-sql-in-front-ends", "ui/crossing.py", "import inspector.storage"),
    ("no-sql-in-front-ends", "cli/crossing.py", "import inspector.layouts"),
]


def _contracts() -> dict[str, str]:
    with CONFIGURATION.open("rb") as file:
        declared = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract["name"] for contract in declared}


def _lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    # `-c` puts the working directory first, so that the copy is read and not the installed one.
    program = "from importlinter.cli import lint_imports_command as main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--no-logo", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def package_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package and its contracts, with one more layout that can be crossed into."""
    folder = tmp_path_factory.mktemp("contracts")
    shutil.copy(CONFIGURATION, folder)
    shutil.copytree(
        ROOT / "inspector", folder / "inspector", ignore=shutil.ignore_patterns("__pycache__")
    )
    (folder / "inspector" / "layouts" / "crossed.py").write_text("")
    return folder


def test_all_contracts_hold() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Contracts: {len(_contracts())} kept, 0 broken." in done.stdout


def test_contracts_hold_in_the_copy(package_copy: Path) -> None:
    done = _lint(package_copy)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_is_broken_once() -> None:
    assert {contract for contract, _, _ in CROSSINGS} == set(_contracts())


@pytest.mark.parametrize(("contract", "file", "text"), CROSSINGS)
def test_contract_notices(package_copy: Path, contract: str, file: str, text: str) -> None:
    crossing = package_copy / "inspector" / file
    before = crossing.read_text(encoding="utf-8") if crossing.exists() else None
    crossing.parent.mkdir(exist_ok=True)
    crossing.write_text(f"{before or ''}\n{text}\n", encoding="utf-8")
    try:
        done = _lint(package_copy, "--contract", contract)
    finally:
        _restore(crossing, before)
    assert done.returncode == 1
    assert f"{_contracts()[contract]} BROKEN" in done.stdout, done.stdout + done.stderr
    assert f"inspector.{file.split('/', 1)[0]}" in done.stdout


def _restore(crossing: Path, before: str | None) -> None:
    if before is not None:
        crossing.write_text(before, encoding="utf-8")
    elif crossing.name == "__init__.py":
        shutil.rmtree(crossing.parent)
    else:
        crossing.unlink()
