"""Putting a file in the place of another, so that it is always whole."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace_file(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file beside the old one, then put it in its place.

    Args:
        mode: who may read and write it; by default nobody but the user.

    Raises:
        OSError: it could not be written; what was there is unchanged.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}", suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        if mode is not None:
            Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
