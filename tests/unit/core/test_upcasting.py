"""A trace says whether a hop failed."""

from __future__ import annotations

from inspector.core.findings import Finding
from inspector.core.upcasting import Form, Hop, UpcastTrace

STORED = Form("Opened", 1, {"owner": "Ann Smith"})
CURRENT = Form("Opened", 2, {"first": "Ann", "last": "Smith"})


def test_a_trace_with_a_failing_hop_has_failed() -> None:
    finding = Finding("upcaster-failed", "The owner has no last name.")
    trace = UpcastTrace(STORED, (Hop(STORED, (), "split owner", finding),), (), (finding,))
    assert trace.failed


def test_an_event_that_was_dropped_on_purpose_has_not_failed() -> None:
    assert not UpcastTrace(STORED, (Hop(STORED, (), "drop"),), ()).failed
    assert not UpcastTrace(STORED, (Hop(STORED, (CURRENT,), "split owner"),), (CURRENT,)).failed
