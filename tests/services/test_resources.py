"""The data files are found in a checkout and in an installation, and missed loudly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import inspector
from inspector.services.resources import ResourceMissing, resource, resources_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for a package without any data files yet."""
    package = tmp_path / "site" / "inspector"
    package.mkdir(parents=True)
    monkeypatch.setattr(inspector, "__file__", str(package / "__init__.py"))
    resources_folder.cache_clear()
    yield package
    resources_folder.cache_clear()


def test_a_checkout_has_its_folder_beside_the_package() -> None:
    assert (resources_folder() / "themes").is_dir()
    assert resource("themes", "light.toml").is_file()


def test_an_installation_has_it_inside_the_package(installed: Path) -> None:
    (installed / "_resources").mkdir()
    (installed.parent / "resources").mkdir()
    assert resources_folder() == (installed / "_resources").resolve()


def test_without_a_packaged_folder_the_checkouts_is_used(installed: Path) -> None:
    (installed.parent / "resources").mkdir()
    assert resources_folder() == (installed.parent / "resources").resolve()


def test_a_damaged_installation_says_so(installed: Path) -> None:
    with pytest.raises(ResourceMissing, match="not complete"):
        resources_folder()


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ResourceMissing, match=r"themes/nowhere\.toml"):
        resource("themes", "nowhere.toml")
