"""What this computer has of what the program needs, and the packages that bring the rest.

The window's libraries are looked for without loading the window: the loader itself is asked what
Qt's files miss. On other systems than Linux, Qt's wheels bring everything along.

Imports the standard library and the drivers; never Qt.
"""

from __future__ import annotations

import enum
import importlib.util
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from inspector import __version__
from inspector.core.texts import counted, tr
from inspector.services.fault_reports import kept_reports, reports_folder
from inspector.services.resources import ResourceMissing
from inspector.services.sample import sample_store

DEBIAN: Final[Mapping[str, str]] = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libOpenGL.so.0": "libopengl0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
"""Which Debian package brings a library; Ubuntu's names are the same."""

X11: Final = (
    "libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-keysyms.so.1", "libxcb-shape.so.0",
    "libxkbcommon-x11.so.0",
)  # fmt: skip
"""Without one of these Qt ends the program, with a message that names none of them."""

_WINDOW_FILES: Final = (
    "lib/libQt6Widgets.so.6", "lib/libQt6Svg.so.6", "lib/libQt6DBus.so.6",
    "plugins/platforms/libqoffscreen.so", "plugins/platforms/libqxcb.so",
)  # fmt: skip
_WAYLAND_FILES: Final = ("plugins/platforms/libqwayland.so", "plugins/platforms/libqwayland-egl.so")
_PACKAGES: Final = (
    "SQLAlchemy", "psycopg", "msgspec", "msgpack", "zstandard", "brotli", "cryptography", "keyring",
)  # fmt: skip
_WINDOW_PACKAGES: Final = ("PySide6-Essentials", "pyqtgraph", "numpy")
PACKAGES: Final = _PACKAGES + _WINDOW_PACKAGES
"""What is looked at by its version; a packed program takes these descriptions along."""
_LDD_SECONDS: Final = 20


class State(enum.StrEnum):
    """How one thing stands."""

    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what; ``found`` its version or place.
        remedy: what to do about it, or an empty text.
    """

    name: str
    state: State
    found: str
    remedy: str = ""


def check_all() -> Iterator[Check]:
    """Look at everything, the simplest first."""
    # Whoever only asks whether there is a screen need not wait for every layout.
    from inspector.layouts import builtin_layouts  # noqa: PLC0415

    yield Check(tr("program"), State.OK, f"{__version__} ({len(builtin_layouts())} layouts)")
    yield Check("Python", State.OK, f"{platform.python_version()} ({sys.executable})")
    yield Check(tr("system"), State.OK, platform.platform())
    yield Check("SQLite", State.OK, sqlite3.sqlite_version)
    yield from (_package(name) for name in _PACKAGES)
    yield _libpq()
    yield _keyring()
    yield _ssh()
    yield _sample()
    yield _fault_reports()
    yield from (_package(name) for name in _WINDOW_PACKAGES)
    yield from _window_libraries()
    yield _screen()


def missing_for_screen() -> tuple[str, ...]:
    """Libraries without which Qt would end the program when it opens a window under X11.

    Cheap enough to be asked before every start.
    """
    chosen = os.environ.get("QT_QPA_PLATFORM", "xcb")
    under_x11 = os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY")
    if not sys.platform.startswith("linux") or not under_x11 or not chosen.startswith("xcb"):
        return ()
    return tuple(name for name in X11 if not _loads(name))


def packages_for(libraries: tuple[str, ...]) -> str:
    """The command that installs what brings these libraries, on Debian and its kin."""
    names = sorted({DEBIAN[name] for name in libraries if name in DEBIAN})
    if not names:
        return tr("Install the packages that bring {names}.", names=", ".join(libraries))
    return f"apt-get install --no-install-recommends {' '.join(names)}"


def _loads(library: str) -> bool:
    from ctypes import CDLL  # noqa: PLC0415 - costs every start time, and few starts need it

    try:
        CDLL(library)
    except OSError:
        return False
    return True


def _package(name: str) -> Check:
    try:
        return Check(name, State.OK, metadata.version(name))
    except metadata.PackageNotFoundError:
        remedy = tr("Install the program again; this package belongs to it.")
        return Check(name, State.MISSING, "", remedy)


def _libpq() -> Check:
    try:
        from psycopg import pq  # noqa: PLC0415 - it may be what is missing
    except ImportError as error:
        remedy = tr("PostgreSQL stores cannot be opened; install the program again.")
        return Check("libpq", State.MISSING, str(error).splitlines()[0], remedy)
    major, minor = divmod(pq.version(), 10_000)
    return Check("libpq", State.OK, f"{major}.{minor} ({pq.__impl__})")


def _keyring() -> Check:
    remedy = tr("Passwords can come from .pgpass, PGPASSWORD or a prompt.")
    try:
        import keyring  # noqa: PLC0415 - slow to import
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError as error:
        return Check(tr("keyring back end"), State.WARNING, str(error), remedy)
    try:
        kind = type(keyring.get_keyring())
    except (KeyringError, RuntimeError) as error:  # an installed back end does not work
        return Check(tr("keyring back end"), State.WARNING, str(error), remedy)
    name = f"{kind.__module__}.{kind.__name__}"
    usable = "fail" not in kind.__module__ and "null" not in kind.__module__
    return Check(
        tr("keyring"), State.OK if usable else State.WARNING, name, "" if usable else remedy
    )


def _ssh() -> Check:
    """What tunnels are made with; a store that needs none opens without it."""
    program = shutil.which("ssh")
    if program is None:
        remedy = tr("Without it there are no SSH tunnels: install OpenSSH's client.")
        return Check("ssh", State.WARNING, tr("not there"), remedy)
    return Check("ssh", State.OK, program)


def _fault_reports() -> Check:
    """Faults of this program that were noted here; nobody else hears of them."""
    folder = reports_folder()
    found = len(kept_reports(folder))
    if not found:
        return Check(tr("fault reports"), State.OK, tr("none"))
    words = counted(found, "one in {folder}", "{n} in {folder}", folder=folder)
    return Check(tr("fault reports"), State.OK, words)


def _sample() -> Check:
    try:
        return Check(tr("sample store"), State.OK, str(sample_store()))
    except ResourceMissing as error:
        return Check(
            tr("sample store"), State.MISSING, str(error), tr("Install the program again.")
        )


# -- the window -----------------------------------------------------------------------------


def _window_libraries() -> Iterator[Check]:
    """What Qt's own files miss on this computer."""
    name = tr("window libraries")
    if not sys.platform.startswith("linux"):
        yield Check(name, State.OK, tr("part of the installed packages"))
        return
    folder = _qt_folder()
    if folder is None:
        yield Check(name, State.WARNING, tr("cannot be looked at: Qt is not here"))
        return
    missing = _missing_of(folder, _WINDOW_FILES)
    if missing is None:
        yield Check(name, State.WARNING, tr("cannot be looked at: there is no ldd"))
        return
    found = ", ".join(missing) or tr("complete")
    remedy = packages_for(missing) if missing else ""
    yield Check(name, State.MISSING if missing else State.OK, found, remedy)
    missing = _missing_of(folder, _WAYLAND_FILES)
    if missing:
        remedy = packages_for(missing)
        yield Check(tr("Wayland libraries"), State.WARNING, ", ".join(missing), remedy)


def _qt_folder() -> Path | None:
    spec = importlib.util.find_spec("PySide6")
    for place in spec.submodule_search_locations or () if spec is not None else ():
        folder = Path(place) / "Qt"
        if folder.is_dir():
            return folder
    return None


def _missing_of(folder: Path, files: tuple[str, ...]) -> tuple[str, ...] | None:
    """Libraries that the loader does not find; ``None`` when it cannot be asked."""
    ldd = shutil.which("ldd")
    if ldd is None:
        return None
    existing = [str(folder / file) for file in files if (folder / file).exists()]
    try:
        # Files of our own installation; ldd runs the loader on them and nothing else.
        done = subprocess.run(  # noqa: S603
            [ldd, *existing], capture_output=True, text=True, timeout=_LDD_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = (line.split("=>") for line in done.stdout.splitlines())
    missing = {parts[0].strip() for parts in lines if "not found" in parts[-1]}
    return tuple(sorted(missing))


def _screen() -> Check:
    if not sys.platform.startswith("linux"):
        return Check(tr("screen"), State.OK, tr("the system's own"))
    for name in ("WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM"):
        if os.environ.get(name):
            return Check(tr("screen"), State.OK, f"{name}={os.environ[name]}")
    remedy = tr("The command screenshot draws the window without one.")
    return Check(tr("screen"), State.WARNING, tr("none in this session"), remedy)
