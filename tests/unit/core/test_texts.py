"""Texts go through one function, and values in them are only ever values."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from inspector.core.findings import Finding
from inspector.core.payloads import Undecoded
from inspector.core.reducing import GenericReducer
from inspector.core.replaying import steps
from inspector.core.texts import counted, thousands, tr, use_language


@pytest.fixture
def _shouting() -> Iterator[None]:
    use_language(lambda text: "¡" + text)
    yield
    use_language(str)


def test_values_are_filled_in_and_never_read_as_a_pattern() -> None:
    assert tr("{n} of {m}", n=1, m="{n}") == "1 of {n}"
    assert tr("50 {percent}") == "50 {percent}"


def test_one_and_many() -> None:
    assert counted(1, "{n} event", "{n} events") == "1 event"
    assert counted(1234567, "{n} event", "{n} events") == "1\u2009234\u2009567 events"
    assert thousands(999) == "999"


@pytest.mark.usefixtures("_shouting")
def test_what_the_core_says_is_translated() -> None:
    first, second = steps(GenericReducer(), [("Set", Undecoded("No key.", 3)), ("Set", "text")])
    said: list[Finding] = [*first.findings, *second.findings]
    assert [finding.message[0] for finding in said] == ["N", "¡", "¡"]
