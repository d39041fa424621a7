"""The one place that knows where the data files are.

Themes, icons, fonts and the sample store live in the folder ``resources`` beside the package
in a checkout, and in ``inspector/_resources`` once the program is installed or frozen. Nothing
else builds such a path.

Imports the standard library only.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import inspector

PACKAGED = "_resources"
CHECKOUT = "resources"


class ResourceMissing(FileNotFoundError):
    """A data file of the program itself is not there: the installation is damaged."""


@cache
def resources_folder() -> Path:
    """The folder with the program's data files, packaged folder first.

    Raises:
        ResourceMissing: neither folder exists.
    """
    package = Path(inspector.__file__).resolve().parent
    for folder in (package / PACKAGED, package.parent / CHECKOUT):
        if folder.is_dir():
            return folder
    raise ResourceMissing(f"No data files beside {package}; the installation is not complete.")


def resource(*parts: str) -> Path:
    """The path of one data file.

    Args:
        parts: folder and file names under the resources folder, as they are in the repository.

    Raises:
        ResourceMissing: there is no such file.
    """
    path = resources_folder().joinpath(*parts)
    if not path.is_file():
        raise ResourceMissing(f"The data file {'/'.join(parts)} is missing.")
    return path
