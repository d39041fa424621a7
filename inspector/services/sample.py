"""Where the bundled sample store is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.services.resources import resource

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = "sample-shop.sqlite"


def sample_store() -> Path:
    """The sample store's file.

    Raises:
        ResourceMissing: the program was installed without it.
    """
    return resource("sample", SAMPLE)
