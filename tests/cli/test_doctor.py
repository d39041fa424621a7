"""``doctor``: what is there, what is missing, and which package brings it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inspector.services import system_check
from inspector.services.fault_reports import note_fault
from inspector.services.resources import ResourceMissing
from inspector.services.system_check import State, check_all, missing_for_screen, packages_for

if TYPE_CHECKING:
    from tests.cli.conftest import Caller


def states() -> dict[str, State]:
    return {check.name: check.state for check in check_all()}


def test_drivers_and_interpreter_are_looked_at() -> None:
    names = {check.name: check for check in check_all()}
    for name in ("Python", "SQLite", "libpq", "psycopg", "PySide6-Essentials", "sample store"):
        assert names[name].state is State.OK, names[name]
        assert names[name].found


def test_people_see_signs_and_words(call: Caller) -> None:
    result = call("doctor")
    assert "✓ Python" in result.out
    assert result.code in (0, 1)


def fake_ldd(folder: Path, output: str) -> str:
    program = folder / "ldd"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{output}\nEND\n")
    program.chmod(0o755)
    return str(folder)


def test_missing_libraries_come_with_their_packages(
    call: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    listing = (
        "/x/libqxcb.so:\n\tlibxcb-icccm.so.4 => not found\n\tlibEGL.so.1 => not found\n"
        "\tlibc.so.6 => /lib/libc.so.6 (0x0001)\n\tlibxcb-icccm.so.4 => not found"
    )
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", fake_ldd(tmp_path, listing) + ":/bin:/usr/bin")
    result = call("doctor", "--json")
    assert result.code == 1
    (check,) = [c for c in result.records if c["check"] == "window libraries"]
    assert check["state"] == "missing"
    assert check["found"] == "libEGL.so.1, libxcb-icccm.so.4"
    assert check["remedy"].endswith(" libegl1 libxcb-icccm4")


def test_without_ldd_it_says_that_it_cannot_look(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert states()["window libraries"] is State.WARNING


def test_elsewhere_the_wheels_bring_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert states()["window libraries"] is State.OK
    assert states()["screen"] is State.OK
    assert missing_for_screen() == ()


def test_a_missing_sample_is_named(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise ResourceMissing("The data file sample is missing.")

    monkeypatch.setattr(system_check, "sample_store", missing)
    result = call("doctor")
    assert result.code == 1
    assert "✗ sample store" in result.out
    assert "One thing is missing." in result.out


@pytest.mark.parametrize(
    ("environment", "asked"),
    [
        ({"DISPLAY": ":1"}, True),
        ({"DISPLAY": ":1", "QT_QPA_PLATFORM": "xcb"}, True),
        ({"DISPLAY": ":1", "QT_QPA_PLATFORM": "offscreen"}, False),
        ({"DISPLAY": ":1", "WAYLAND_DISPLAY": "wayland-0"}, False),
        ({}, False),
    ],
)
def test_only_a_window_under_x11_needs_its_libraries(
    environment: dict[str, str], asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(system_check, "_loads", lambda name: False)
    assert bool(missing_for_screen()) is asked


def test_packages() -> None:
    assert packages_for(("libGL.so.1", "libglib-2.0.so.0")).endswith(" libgl1 libglib2.0-0")
    assert "libstrange.so.1" in packages_for(("libstrange.so.1",))


def test_tunnels_and_fault_reports_are_told_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    found = {check.name: check for check in check_all()}
    assert found["ssh"].state is State.OK
    assert found["fault reports"].found == "none"
    note_fault(ValueError(), {})
    monkeypatch.setenv("PATH", str(tmp_path))
    found = {check.name: check for check in check_all()}
    assert found["ssh"].state is State.WARNING
    assert "OpenSSH" in found["ssh"].remedy
    assert found["fault reports"].found.startswith("one in ")
    assert str(tmp_path) in found["fault reports"].found
