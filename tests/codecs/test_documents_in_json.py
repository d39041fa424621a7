"""Documents inside an object that a database put together: read where they surely are some."""

from __future__ import annotations

import pytest

from inspector.codecs import decode
from inspector.codecs.documents_in_json import REFINER
from inspector.core.payloads import Decoded


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("---\na: 1\nb:\n- x\n", {"a": 1, "b": ["x"]}),
        ('{"a":9007199254740993}', {"a": 9007199254740993}),
        ("[1]", [1]),
        ("--- [", "--- ["),
        ("{no json", "{no json"),
        ("12", "12"),
        ("--", "--"),
        ("", ""),
        (None, None),
        ({"a": "{}"}, {"a": "{}"}),
    ],
)
def test_a_cell_with_a_document(cell: object, expected: object) -> None:
    assert REFINER.refine({"object": cell}) == {"object": expected}


def test_foreign_objects_are_shown_and_never_made() -> None:
    read = REFINER.refine({"object": "--- !ruby/object:Gem::Installer\ni: x\n"})
    assert "Gem::Installer" in str(read)


@pytest.mark.parametrize("value", ["---\na: 1\n", 5, None, ["---\na: 1\n"]])
def test_only_objects_are_looked_into(value: object) -> None:
    assert REFINER.refine(value) == value


def test_the_chain_tells() -> None:
    found = decode('{"o": "{\\"n\\": 1}"}', refine=("documents-in-json",))
    assert isinstance(found, Decoded)
    assert (found.value, found.codec) == ({"o": {"n": 1}}, "json+documents-in-json")
