"""What the frozen program leaves out: parts of its libraries that it never loads.

Every name was left out once and the program run after it (the self-test draws the real window).
Three temptations are traps: stripping numpy's OpenBLAS breaks it, leaving out ``pydoc`` breaks
pyqtgraph, and so does leaving out ``PySide6.QtOpenGLWidgets``: its curves need what comes with it.
"""

from fnmatch import fnmatch
from pathlib import PurePosixPath

MODULES = (
    "IPython",
    "PySide6.QtDBus",
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
    "*libQt6EglFs*",
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
    # Only the parts above needed these; nothing that is packed names them.
    "*libXau.so*",
    "*libXdmcp.so*",
    "*libXext.so*",
    "*libXrender.so*",
    "*libblkid.so*",
    "*libbsd.so*",
    "*libgio-2.0.so*",
    "*libgmodule-2.0.so*",
    "*libgobject-2.0.so*",
    "*libgraphite2.so*",
    "*libjpeg.so*",
    "*libmd.so*",
    "*libmount.so*",
    "*libpixman-1.so*",
    "*libselinux.so*",
)
"""Files that are not copied, as patterns over their place in the program's folder."""


STRIPPED = (
    "_internal/libpython3*",
    "_internal/_brotli*",
    "_internal/_quickjs*",
    "_internal/msgpack/*",
    "_internal/python3*/lib-dynload/*",
    "_internal/sqlalchemy/*",
    "_internal/yaml/*",
    "_internal/zstandard/*",
)
"""Libraries that come with what a debugger would need, three quarters of their size; it is taken
out of them on Linux. Only of these: numpy does not survive it, and Qt has none."""


def is_left_out(place: str) -> bool:
    """Whether a file stays behind.

    Args:
        place: where it would lie in the program's folder, with ``/`` between folders.
    """
    path = PurePosixPath(place.replace("\\", "/"))
    if "translations" in path.parts and path.suffix == ".qm":
        return path.stem not in {f"qtbase_{language}" for language in LANGUAGES}
    return any(fnmatch(str(path), pattern) for pattern in FILES)
