"""What the frozen program leaves out is nothing that the program asks for."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def leaving_out() -> ModuleType:
    place = ROOT / "packaging" / "frozen" / "leaving_out.py"
    spec = importlib.util.spec_from_file_location("leaving_out", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def imported() -> set[str]:
    """Every module that the program imports from anywhere, at once or later."""
    found = set()
    for file in (ROOT / "inspector").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_no_module_that_the_program_imports_is_left_out(leaving_out: ModuleType) -> None:
    asked = imported()
    assert {"PySide6.QtNetwork", "PySide6.QtPrintSupport", "PySide6.QtSvg"} & asked
    assert asked & set(leaving_out.MODULES) == set()


@pytest.mark.parametrize(
    "place",
    [
        "_internal/PySide6/Qt/plugins/platforms/libqxcb.so",
        "_internal/PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "_internal/PySide6/Qt/plugins/platforms/libqwayland.so",
        "_internal/PySide6/Qt/plugins/imageformats/libqsvg.so",
        "_internal/PySide6/Qt/translations/qtbase_ko.qm",
        "_internal/PySide6/Qt/lib/libQt6Network.so.6",
        "_internal/PySide6/Qt/lib/libQt6PrintSupport.so.6",
        "_internal/libglib-2.0.so.0",
        "_internal/numpy.libs/libscipy_openblas64_-32a4b2a6.so",
        "_internal/zstandard/backend_c.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_what_is_needed_is_packed(leaving_out: ModuleType, place: str) -> None:
    assert not leaving_out.is_left_out(place)


@pytest.mark.parametrize(
    "place",
    [
        "_internal/PySide6/Qt/lib/libQt6EglFsKmsSupport.so.6",
        "_internal/PySide6/Qt/translations/qtbase_de.qm",
        "_internal/PySide6/Qt/plugins/platforms/libqvnc.so",
        r"PySide6\\plugins\\imageformats\\qwebp.dll".replace("\\\\", "\\"),
    ],
)
def test_what_nobody_loads_is_left_out(leaving_out: ModuleType, place: str) -> None:
    assert leaving_out.is_left_out(place)
