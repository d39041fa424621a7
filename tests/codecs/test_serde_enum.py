"""Variants of Rust's enums: only what is surely one is unwrapped."""

from __future__ import annotations

import pytest

from inspector.codecs import decode
from inspector.codecs.serde_enum import REFINER
from inspector.core.payloads import Decoded


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"MoneyDeposited": {"amount": 1}}, {"amount": 1}),
        ("AccountFrozen", {}),
        ({"MoneyDeposited": 7}, {"MoneyDeposited": 7}),
        ({"amount": {"value": 1}}, {"amount": {"value": 1}}),
        ({"A": {}, "B": {}}, {"A": {}, "B": {}}),
        ({1: {}}, {1: {}}),
        ({"\u00c9t\u00e9": {}}, {"\u00c9t\u00e9": {}}),
        ("a text", "a text"),
        ("", ""),
        (None, None),
        ([{"A": {}}], [{"A": {}}]),
    ],
)
def test_fields_of_a_variant(value: object, expected: object) -> None:
    assert REFINER.refine(value) == expected


def test_the_chain_tells() -> None:
    found = decode('{"Opened": {"n": 1}}', refine=("serde-enum",))
    assert isinstance(found, Decoded)
    assert (found.value, found.codec) == ({"n": 1}, "json+serde-enum")
