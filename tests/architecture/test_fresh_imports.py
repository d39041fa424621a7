"""What is really loaded: an import graph can miss what happens at run time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

QT = {"PySide2", "PySide6", "PyQt5", "PyQt6", "qtpy", "shiboken6", "pyqtgraph", "superqt"}
SQL = {"sqlalchemy", "sqlite3", "psycopg"}

_LOAD_ALL = """
import importlib, json, pkgutil, sys
root = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(getattr(root, "__path__", []), root.__name__ + "."):
    importlib.import_module(found.name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def _loaded(package: str) -> set[str]:
    """Import a package and all its modules in a new interpreter; give what is loaded then."""
    done = subprocess.run(
        [sys.executable, "-c", _LOAD_ALL, package],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def _packages_without_qt() -> list[str]:
    found = {
        path.stem
        for path in (ROOT / "inspector").iterdir()
        if (path / "__init__.py").exists() or path.suffix == ".py"
    }
    return sorted(found - {"ui", "__init__"})


@pytest.mark.parametrize("package", _packages_without_qt())
def test_no_qt_is_loaded(package: str) -> None:
    # __main__ is among them: a command that prints a table must not wait for a window library.
    assert not _loaded(f"inspector.{package}") & QT


@pytest.mark.parametrize("package", ["core", "codecs", "exporters"])
def test_pure_packages_stay_pure(package: str) -> None:
    assert not _loaded(f"inspector.{package}") & (SQL | {"numpy"})


def test_the_check_sees_qt() -> None:
    assert {"PySide6", "shiboken6"} <= _loaded("PySide6.QtCore")
