"""Checking all snapshots with several processes: the same results, stopped and broken cleanly."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.core.errors import Cancelled, InspectorError
from inspector.core.snapshot_checks import Verdict
from inspector.services import snapshot_scan
from inspector.services.open_store import OpenedStore, OpenRequest, open_store
from inspector.services.resources import resource
from inspector.services.sample import sample_store
from inspector.services.snapshot_scan import scan_snapshots
from inspector.services.tasks import Progress, Work

RULES = str(resource("sample", "sample-shop.rules.toml"))


@pytest.fixture
def sample() -> Iterator[OpenedStore]:
    store = open_store(OpenRequest(str(sample_store()), rules=(RULES,)), Work())
    yield store
    store.connection.close()
    assert not multiprocessing.active_children()


def test_processes_give_what_one_gives(sample: OpenedStore) -> None:
    seen: list[Progress] = []
    alone = list(scan_snapshots(sample, Work(), processes=1))
    together = list(scan_snapshots(sample, Work(report=seen.append), processes=3))
    assert [(c.snapshot.stream, c.snapshot.position, c.verdict) for c in together] == [
        (c.snapshot.stream, c.snapshot.position, c.verdict) for c in alone
    ]
    assert {check.verdict for check in alone} == {Verdict.MATCHES}
    assert seen[-1].done == len(alone)


def test_it_can_be_stopped(sample: OpenedStore) -> None:
    work = Work()
    checks = scan_snapshots(sample, work, processes=2)
    next(checks)
    work.token.cancel()
    with pytest.raises(Cancelled):
        list(checks)


def test_a_process_that_cannot_open_the_store_says_so(
    sample: OpenedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(store: OpenedStore) -> OpenRequest:
        return replace(store.request, address=str(tmp_path / "gone.sqlite"))

    monkeypatch.setattr(snapshot_scan, "_plain", elsewhere)
    with pytest.raises(InspectorError, match=r"gone\.sqlite"):
        list(scan_snapshots(sample, Work(), processes=2))


def test_a_process_that_dies_is_no_end(
    sample: OpenedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is missing must not look like what is fine."""

    def killed(*arguments: object) -> object:
        worker = arguments[1]
        worker.kill()  # type: ignore[attr-defined]
        worker.join()  # type: ignore[attr-defined]
        return original(*arguments)  # type: ignore[arg-type]

    original = snapshot_scan._next
    monkeypatch.setattr(snapshot_scan, "_next", killed)
    with pytest.raises(InspectorError, match="ended early"):
        list(scan_snapshots(sample, Work(), processes=2))
