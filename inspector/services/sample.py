"""Where the bundled sample store is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.services.resources import resource

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = "sample-shop.sqlite"
RULES = "sample-shop.rules.toml"


def sample_store() -> Path:
    """The sample store's file.

    Raises:
        ResourceMissing: the program was installed without it.
    """
    return resource("sample", SAMPLE)


def sample_rules() -> Path:
    """The rules file of the sample store.

    Raises:
        ResourceMissing: the program was installed without it.
    """
    return resource("sample", RULES)
