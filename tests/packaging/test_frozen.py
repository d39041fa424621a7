"""The frozen program and its Debian package, built and used for real.

Takes about a minute; everything else about it only shows when it runs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.ssh import running_ssh_server
from tests.storage.servers import fill

if TYPE_CHECKING:
    from tests.helpers.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
NAME = "event-history-inspector"
LARGEST = 300
"""Megabytes; more means that something came along that the program never loads."""

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is packed, so that the build leaves nothing in the clone."""
    copy = tmp_path_factory.mktemp("frozen") / "clone"
    for folder in ("inspector", "packaging", "resources"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("CHANGELOG.md", "LICENSE", "pyproject.toml"):
        shutil.copyfile(ROOT / file, copy / file)
    return copy


def run(*words: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        words, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def frozen(checkout: Path) -> Path:
    run(sys.executable, "packaging/frozen/build.py", cwd=checkout, PYTHONPATH=str(checkout))
    return checkout / "build" / "frozen" / NAME


def checks(program: Path) -> tuple[int, dict[str, dict[str, Any]]]:
    done = subprocess.run(
        [program, "self-test", "--json"], capture_output=True, text=True, check=False
    )
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {record["check"]: record for record in records}


def test_it_is_whole(frozen: Path, checkout: Path) -> None:
    code, found = checks(frozen / "event-inspector")
    assert code == 0, found
    assert found["data files"]["found"].endswith("as packed")
    layouts = {p.stem for p in (checkout / "inspector/layouts").glob("[!_]*.py")}
    assert set(found["layouts"]["found"].split(", ")) == layouts
    assert found["window"]["found"] == "drawn"


def test_it_knows_the_versions_of_its_parts(frozen: Path) -> None:
    done = run(frozen / "event-inspector", "doctor", "--json", cwd=frozen.parent)
    states = {record["check"]: record["state"] for record in map(json.loads, done.splitlines())}
    assert states["SQLAlchemy"] == states["PySide6-Essentials"] == "ok"


def test_it_is_not_larger_than_it_must_be(frozen: Path) -> None:
    files = (p for p in frozen.rglob("*") if p.is_file() and not p.is_symlink())
    assert sum(path.stat().st_size for path in files) < LARGEST * 1_000_000
    names = {path.name for path in frozen.rglob("*")}
    assert not {name for name in names if "Qml" in name or "Quick" in name or "tkinter" in name}


def test_a_part_that_is_lost_is_missed(frozen: Path, tmp_path: Path) -> None:
    copy = tmp_path / NAME
    shutil.copytree(frozen, copy, symlinks=True)
    (resources,) = copy.rglob("_resources")
    icon = resources / "icons" / "lock.svg"
    icon.write_bytes(b"<svg/>")
    code, found = checks(copy / "event-inspector")
    assert code == 1
    assert "icons/lock.svg" in found["data files"]["found"]


def test_its_debian_package(frozen: Path, checkout: Path) -> None:
    code = (
        "import sys; sys.path[:0] = ['packaging/linux']; import build_packages\n"
        "print(build_packages.deb('zstd'))"
    )
    out = run(sys.executable, "-c", code, cwd=checkout, PYTHONPATH=str(checkout))
    package = out.splitlines()[-1]
    listing = run("dpkg-deb", "--contents", package, cwd=checkout)
    for place in (
        "./usr/bin/event-inspector -> ../../opt/event-history-inspector/event-inspector",
        "./usr/share/applications/event-history-inspector.desktop",
        "./usr/share/icons/hicolor/scalable/apps/event-history-inspector.svg",
        "./usr/share/mime/packages/event-history-inspector.xml",
        "./usr/share/doc/event-history-inspector/copyright",
    ):
        assert place in listing
    assert all(line.split()[1] == "root/root" for line in listing.splitlines())
    fields = run("dpkg-deb", "--field", package, cwd=checkout)
    assert "Version: 0.1.0-1\n" in fields
    assert "@" not in fields.replace("maintainers@", "")


def test_it_can_print(frozen: Path) -> None:
    names = {path.name.split(".so")[0] for path in frozen.rglob("*.so*")}
    assert {"libQt6PrintSupport", "QtPrintSupport.abi3"} <= names


@pytest.mark.postgres
def test_it_opens_a_tunnel(frozen: Path, postgres_server: PostgresServer) -> None:
    """The system's ``ssh`` must not find the libraries that came with the program."""
    store = postgres_server.create_database("frozen_tunnel")
    fill(store)
    with running_ssh_server() as bastion:
        out = run(
            frozen / "event-inspector", "streams", store, "--ssh", "bastion", "--json",
            cwd=frozen.parent, EVENT_INSPECTOR_SSH_CONFIG=str(bastion.configuration),
        )  # fmt: skip
    assert len(out.splitlines()) == 7
