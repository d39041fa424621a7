"""Browsing beside an application that writes as fast as it can: right rows, no harm done."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from inspector.services.open_store import OpenRequest, open_store
from inspector.services.page_map import PageMap
from inspector.services.tasks import Work

SECONDS = 5.0
ROOT = Path(__file__).resolve().parents[2]


def write_for(path: Path, seconds: float) -> subprocess.Popen[str]:
    command = [
        sys.executable, "-m", "tests.benchmarks.generate", "live-writer",
        "--out", str(path), "--seconds", str(seconds),
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["ready"]
    return process


def report_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, _ = process.communicate(timeout=60)
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    assert process.returncode == 0
    return found


@pytest.mark.soak
def test_reading_beside_a_live_writer_sees_no_gap_and_lets_the_log_be(tmp_path: Path) -> None:
    alone = tmp_path / "alone.db"
    with write_for(alone, SECONDS) as process:
        undisturbed = report_of(process)
    largest_alone = undisturbed["wal_bytes_max"]

    path = tmp_path / "watched.db"
    looks = 0
    process = write_for(path, SECONDS)
    with process, closing(open_store(OpenRequest(str(path)), Work())) as store:
        known = PageMap(None)
        end = monotonic() + SECONDS - 1
        marker, seen = store.connection.change_marker(), 0
        while monotonic() < end:
            known.grown(store.reader.events)
            page = store.reader.events.page(None, after=(seen,), limit=2000)
            found = [e.ref.key[0] for e in page.rows]
            assert found == list(range(seen + 1, seen + 1 + len(found)))
            seen = found[-1] if found else seen
            looks += 1
        assert store.connection.change_marker() != marker
        watched = report_of(process)
    assert looks > 10
    assert seen > 0
    assert watched["transactions"] > 0
    # No clock is asserted; a reader that held a transaction would let the log grow without end.
    assert watched["wal_bytes_max"] <= 4 * max(largest_alone, 4 * 1024 * 1024)
    assert undisturbed["transactions"] > 0
