"""A finding can only say what the catalogue knows, and always with a remedy."""

from __future__ import annotations

import pytest

from inspector.core.findings import CATALOGUE, Finding, Severity


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_has_a_severity_and_a_remedy(code: str) -> None:
    finding = Finding(code, "Something.", "stream at 3")
    assert finding.severity in Severity
    assert finding.remedy.endswith(".")


def test_a_code_that_is_not_in_the_catalogue_cannot_be_used() -> None:
    with pytest.raises(ValueError, match="made-up"):
        Finding("made-up", "Something.")
