"""What the installers are made from: valid, complete, and equal to what it was drawn from."""

from __future__ import annotations

import plistlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from inspector.core.links import SCHEME
from inspector.services.case_files import SUFFIX

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
LINUX = PACKAGING / "linux"
NAME = "event-history-inspector"


def tool(name: str) -> str:
    """A validator; the set-up script installs it."""
    found = shutil.which(name)
    assert found, f"{name} is missing: run packaging/setup/run.sh test once"
    return found


def ran(*words: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_desktop_entry_is_valid() -> None:
    assert "error" not in ran(tool("desktop-file-validate"), LINUX / f"{NAME}.desktop")


def test_the_description_for_software_centres_is_valid(tmp_path: Path) -> None:
    text = (LINUX / f"{NAME}.metainfo.xml").read_text(encoding="utf-8")
    file = tmp_path / "io.github.event_history_inspector.metainfo.xml"
    file.write_text(text.replace("@VERSION@", "0.1.0").replace("@DATE@", "2026-01-01"))
    ran(tool("appstreamcli"), "validate", "--no-net", file)


def test_file_types_are_those_of_the_menu_entry(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    shutil.copyfile(LINUX / f"{NAME}.mime.xml", packages / f"{NAME}.xml")
    ran(tool("update-mime-database"), tmp_path)
    globs = (tmp_path / "globs").read_text(encoding="utf-8")
    entry = (LINUX / f"{NAME}.desktop").read_text(encoding="utf-8")
    for pattern in ("*.sqlite", "*.sqlite3", "*.db"):
        assert f"application/vnd.sqlite3:{pattern}\n" in globs
    case = "application/x-event-history-case+json"
    assert f"{case}:*{SUFFIX}\n" in globs
    assert f"MimeType=application/vnd.sqlite3;{case};x-scheme-handler/ehi;\n" in entry


def test_links_lead_to_the_program_on_every_system() -> None:
    """And never to its options: a link is foreign text."""
    scheme = SCHEME.rstrip(":")
    entry = (LINUX / f"{NAME}.desktop").read_text(encoding="utf-8")
    assert f"x-scheme-handler/{scheme};" in entry
    assert "Exec=event-inspector open -- %u\n" in entry
    metainfo = (LINUX / f"{NAME}.metainfo.xml").read_text(encoding="utf-8")
    assert f"<mediatype>x-scheme-handler/{scheme}</mediatype>" in metainfo
    with (PACKAGING / "macos" / "Info.plist").open("rb") as file:
        (kind,) = plistlib.load(file)["CFBundleURLTypes"]
    assert kind["CFBundleURLSchemes"] == [scheme]
    install, remove = (
        (PACKAGING / "windows" / "installer.nsi")
        .read_text(encoding="utf-8")
        .split('Section "Uninstall"')
    )
    key = rf'SHCTX "Software\Classes\{scheme}'
    assert f'{key}" "URL Protocol" ""' in install
    assert (
        f"""{key}\\shell\\open\\command" "" \\\n    '"$INSTDIR\\${{PROGRAM}}" open -- "%1"'"""
        in install
    )
    assert f'DeleteRegKey {key}"' in remove


def test_icons_are_those_of_the_drawing() -> None:
    code = (
        "import sys; sys.path.insert(0, 'packaging/icons'); import make_icons\n"
        "from PySide6.QtGui import QGuiApplication\n"
        "application = QGuiApplication([])\n"
        "for name, content in make_icons.files().items():\n"
        "    assert (make_icons.FOLDER / name).read_bytes() == content, name\n"
    )
    environment = {"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_the_windows_installer_compiles(tmp_path: Path) -> None:
    frozen = tmp_path / "frozen"
    (frozen / "_internal").mkdir(parents=True)
    for file in ("event-inspector.exe", "event-inspectorw.exe", "_internal/library.dll"):
        (frozen / file).write_bytes(b"MZ")
    setup = tmp_path / "set-up.exe"
    words = ["-DVERSION=0.1.0", f"-DFROZEN={frozen}", f"-DOUTPUT={setup}", "installer.nsi"]
    ran(tool("makensis"), "-V2", *words, cwd=PACKAGING / "windows")
    assert setup.read_bytes().startswith(b"MZ")


def test_the_windows_installer_wants_to_be_told_everything(tmp_path: Path) -> None:
    done = subprocess.run(
        [tool("makensis"), "-V1", "-DVERSION=0.1.0", "installer.nsi"],
        cwd=PACKAGING / "windows", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0


def test_what_windows_registers_is_removed() -> None:
    text = (PACKAGING / "windows" / "installer.nsi").read_text(encoding="utf-8")
    install, remove = text.split('Section "Uninstall"')
    written = set(re.findall(r'WriteReg\w+ SHCTX "([^"]+)"', install))
    for key in written:
        parents = [key.rsplit("\\", depth)[0] for depth in range(4)]
        assert any(f'SHCTX "{parent}"' in remove for parent in parents), key


def test_the_macos_description_is_valid() -> None:
    with (PACKAGING / "macos" / "Info.plist").open("rb") as file:
        plist = plistlib.load(file)
    kind, case = plist["CFBundleDocumentTypes"]
    assert case["CFBundleTypeExtensions"] == [SUFFIX.lstrip(".")]
    assert kind["CFBundleTypeExtensions"] == ["sqlite", "sqlite3", "db"]
    assert kind["CFBundleTypeRole"] == "Viewer"


PLATFORMS = {
    "windows": re.compile(r"-(win_amd64|any)\.whl$"),
    "macos": re.compile(r"-(macosx_[0-9_]+_(arm64|universal2)|any)\.whl$"),
    "linux": re.compile(r"-(manylinux[\w.]*_x86_64|any)\.whl$"),
}
ONLY_ON_LINUX = {"jeepney", "secretstorage"}
ONLY_ON_WINDOWS = {"colorama", "pywin32-ctypes", "pefile", "tzdata"}


@pytest.mark.parametrize("system", PLATFORMS)
def test_every_dependency_has_a_wheel_there(system: str) -> None:
    """The release workflow installs from the lock file alone, without a compiler."""
    with (ROOT / "uv.lock").open("rb") as file:
        packages = {package["name"]: package for package in tomllib.load(file)["package"]}
    needed, waiting = set(), [NAME]
    while waiting:
        name = waiting.pop()
        if name in needed:
            continue
        needed.add(name)
        package = packages[name]
        wanted = list(package.get("dependencies", ()))
        wanted += [d for group in package.get("optional-dependencies", {}).values() for d in group]
        waiting += [dependency["name"] for dependency in wanted]
    needed -= {NAME}
    if system != "linux":
        needed -= ONLY_ON_LINUX
    if system != "windows":
        needed -= ONLY_ON_WINDOWS
    assert len(needed) > 10
    for name in sorted(needed):
        wheels = [wheel["url"] for wheel in packages[name].get("wheels", ())]
        assert any(PLATFORMS[system].search(url) for url in wheels), (name, wheels)
