"""Makes the Linux packages from the frozen folder: a ``.deb`` and a ``.tar.xz``, in ``dist``.

Needs ``packaging/frozen/build.py`` to have run, and Debian's ``dpkg-deb``. The ``.deb`` has no
maintainer scripts: the system's own triggers refresh menus, icons and file types. The same frozen
folder gives the same bytes.
"""

import argparse
import gzip
import os
import platform
import shutil
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import inspector

ROOT = Path(__file__).resolve().parents[2]
LINUX = ROOT / "packaging" / "linux"
ICONS = ROOT / "packaging" / "icons"
FROZEN = ROOT / "build" / "frozen" / "event-history-inspector"
DIST = ROOT / "dist"
NAME = "event-history-inspector"
EPOCH = 1_767_225_600
"""2026-01-01, the time of every file in a package."""
DATE = datetime.fromtimestamp(EPOCH, UTC).date().isoformat()
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def filled(template: Path, **values: str) -> str:
    """A template with each ``@NAME@`` filled in.

    Raises:
        ValueError: a place stayed open.
    """
    text = template.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    if "@VERSION@" in text or "@DATE@" in text:
        raise ValueError(f"{template.name} has a place that nothing fills.")
    return text


def lay_out(tree: Path) -> None:
    """Put everything where it lies once the package is installed, under `tree`."""
    shutil.copytree(FROZEN, tree / "opt" / NAME, symlinks=True)
    share = tree / "usr" / "share"
    binary = tree / "usr" / "bin" / "event-inspector"
    binary.parent.mkdir(parents=True)
    binary.symlink_to(f"../../opt/{NAME}/event-inspector")
    _write(share / "applications" / f"{NAME}.desktop", (LINUX / f"{NAME}.desktop").read_text())
    _write(share / "mime" / "packages" / f"{NAME}.xml", (LINUX / f"{NAME}.mime.xml").read_text())
    metainfo = filled(LINUX / f"{NAME}.metainfo.xml", VERSION=inspector.__version__, DATE=DATE)
    _write(share / "metainfo" / "io.github.event_history_inspector.metainfo.xml", metainfo)
    icons = share / "icons" / "hicolor"
    for size in (16, 24, 32, 48, 64, 128, 256):
        place = icons / f"{size}x{size}" / "apps" / f"{NAME}.png"
        place.parent.mkdir(parents=True)
        shutil.copyfile(ICONS / f"{NAME}-{size}.png", place)
    _write(icons / "scalable" / "apps" / f"{NAME}.svg", (ICONS / f"{NAME}.svg").read_text())
    documents = share / "doc" / NAME
    _write(documents / "copyright", (LINUX / "copyright").read_text(encoding="utf-8"))
    changes = (ROOT / "CHANGELOG.md").read_bytes()
    (documents / "changelog.gz").write_bytes(gzip.compress(changes, 9, mtime=0))


def control(tree: Path) -> str:
    """The package's description for dpkg."""
    files = [path for path in tree.rglob("*") if path.is_file() and not path.is_symlink()]
    return filled(
        LINUX / "control.in",
        VERSION=inspector.__version__,
        ARCHITECTURE=ARCHITECTURES[platform.machine()],
        KIBIBYTES=str(sum(path.stat().st_size for path in files) // 1024),
        GLIBC=platform.libc_ver()[1],
    )


def deb(compression: str) -> Path:
    """Make the Debian package; gives its file."""
    tree = ROOT / "build" / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    lay_out(tree)
    text = control(tree)
    _write(tree / "DEBIAN" / "control", text)
    _settle(tree)
    architecture = ARCHITECTURES[platform.machine()]
    file = DIST / f"{NAME}_{inspector.__version__}-1_{architecture}.deb"
    DIST.mkdir(exist_ok=True)
    subprocess.run(
        ["dpkg-deb", "--build", "--root-owner-group", f"-Z{compression}", str(tree), str(file)],
        env=os.environ | {"SOURCE_DATE_EPOCH": str(EPOCH)},
        check=True,
    )
    shutil.rmtree(tree)
    return file


def bundle() -> Path:
    """Make the portable folder as an archive: unpack anywhere, run ``event-inspector``."""
    DIST.mkdir(exist_ok=True)
    machine = platform.machine()
    file = DIST / f"{NAME}-{inspector.__version__}-linux-{machine}.tar.xz"
    with tarfile.open(file, "w:xz") as archive:
        for path in sorted(FROZEN.rglob("*")):
            place = f"{NAME}-{inspector.__version__}/{path.relative_to(FROZEN).as_posix()}"
            archive.add(path, place, recursive=False, filter=_plain)
    return file


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = EPOCH
    return entry


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _settle(tree: Path) -> None:
    """Give every file the rights and the time that do not depend on who builds."""
    for path in sorted(tree.rglob("*"), reverse=True):
        if not path.is_symlink():
            is_program = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if is_program else 0o644)
        os.utime(path, (EPOCH, EPOCH), follow_symlinks=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compression", default="xz", choices=("xz", "zstd"))
    options = parser.parse_args()
    for made in (deb(options.compression), bundle()):
        print(f"{made.relative_to(ROOT)}: {made.stat().st_size / 1e6:.1f} MB")
