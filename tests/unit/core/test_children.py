"""Programs that are not ours find their own libraries."""

from __future__ import annotations

import sys

import pytest

from inspector.core.children import child_environment


def test_an_installed_program_hands_its_environment_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/mine")
    monkeypatch.setenv("EXAMPLE", "kept")
    found = child_environment()
    assert (found["LD_LIBRARY_PATH"], found["EXAMPLE"]) == ("/mine", "kept")


@pytest.mark.parametrize("before", [None, "/users/own"])
def test_a_frozen_program_takes_its_own_libraries_out(
    before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/frozen")
    monkeypatch.setenv("EXAMPLE", "kept")
    if before is None:
        monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    else:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    found = child_environment()
    assert found.get("LD_LIBRARY_PATH") == before
    assert "LD_LIBRARY_PATH_ORIG" not in found
    assert found["EXAMPLE"] == "kept"
