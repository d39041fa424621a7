"""What the frozen program leaves out: parts of its libraries that it never loads.

Every name was left out once and the program run after it (the self-test draws the real window).
Two temptations are traps: stripping symbols breaks numpy's OpenBLAS, and leaving out ``pydoc``
breaks pyqtgraph.
"""

from fnmatch import fnmatch
from pathlib import PurePosixPath

MODULES = (
    "IPython",
    "PySide6.QtNetworkAuth",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtQuickWidgets",
    "PySide6.QtTest",
    "_pytest",
    "matplotlib",
    "numpy.f2py",
    "numpy.testing",
    "pyqtgraph.examples",
    "pyqtgraph.opengl",
    "pytest",
    "scipy",
    "setuptools",
    "sqlalchemy.dialects.mssql",
    "sqlalchemy.dialects.mysql",
    "sqlalchemy.dialects.oracle",
    "sqlalchemy.testing",
    "tkinter",
    # A second engine of the same size; the program uses the other.
    "zstandard._cffi",
    "zstandard.backend_cffi",
)
"""Modules that are not looked for."""

LANGUAGES = ("en", "ko")

FILES = (
    # Qt's own look on GTK desktops; the program draws with its own theme.
    "*/plugins/platformthemes/libqgtk3.so",
    # Screens without a window system.
    "*/plugins/platforms/libqeglfs.so",
    "*/plugins/platforms/libqlinuxfb.so",
    "*/plugins/platforms/libqminimal*",
    "*/plugins/platforms/libqvkkhrdisplay.so",
    "*/plugins/platforms/libqvnc.so",
    "*/plugins/egldeviceintegrations/*",
    "*/plugins/generic/*",
    "*/plugins/networkinformation/*",
    "*/plugins/tls/*",
    # Pictures that the program never reads or writes.
    "*/plugins/imageformats/*qgif*",
    "*/plugins/imageformats/*qicns*",
    "*/plugins/imageformats/*qjpeg*",
    "*/plugins/imageformats/*qpdf*",
    "*/plugins/imageformats/*qtga*",
    "*/plugins/imageformats/*qtiff*",
    "*/plugins/imageformats/*qwbmp*",
    "*/plugins/imageformats/*qwebp*",
    "*/plugins/qmltooling/*",
    "*libQt6Qml*",
    "*libQt6Quick*",
    "*libQt6VirtualKeyboard*",
    "*libQt6Pdf*",
    "*libQt6EglFS*",
    "*libgtk-3*",
    "*libgdk*",
    "*libcairo*",
    "*libpango*",
    "*libatk*",
    "*libatspi*",
    "*libepoxy*",
    "*librsvg*",
    "*libharfbuzz*",
    "*libthai*",
    "*libdatrie*",
    "*libfribidi*",
)
"""Files that are not copied, as patterns over their place in the program's folder."""


def is_left_out(place: str) -> bool:
    """Whether a file stays behind.

    Args:
        place: where it would lie in the program's folder, with ``/`` between folders.
    """
    path = PurePosixPath(place.replace("\\", "/"))
    if "translations" in path.parts and path.suffix == ".qm":
        return not path.stem.endswith(tuple(f"_{language}" for language in LANGUAGES))
    return any(fnmatch(str(path), pattern) for pattern in FILES)
