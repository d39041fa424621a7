"""Reports as files: byte for byte as they were, and harmless whatever the store holds."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from inspector.core.cancelling import CancelToken
from inspector.core.diffing import Change, Op
from inspector.core.errors import Cancelled, InputInvalid, OutputFailed
from inspector.core.events import Snapshot, StreamId
from inspector.core.instants import Instant
from inspector.core.payloads import Decoded, Payload
from inspector.core.snapshot_checks import Cause, SnapshotCheck, Verdict
from inspector.exporters import Report, exporters
from inspector.services.snapshot_reports import (
    CheckedLine,
    format_for,
    line_of,
    report_of,
    save_report,
)
from inspector.services.tasks import Work

DATA = Path(__file__).parent / "data"
FACTS = {"program": "Event History Inspector 0", "store": "/tmp/<shop>.sqlite"}
HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script>\u202e\nx\ud800"


def _snapshot(name: str, version: int | None, state: object) -> Snapshot:
    payload = Payload(raw="{}", size=2, content=Decoded(state, "json"))
    return Snapshot(
        stream=StreamId(name, None, (name,)),
        position=version,
        type="Order",
        schema_version=2,
        taken_at=Instant("2024-03-01T10:00:00Z", "utc", 1_709_287_200_000_000_000),
        state=state,
        payload=payload,
        table="snapshots",
        row_key=f"{name}:{version}",
    )


def _lines() -> list[CheckedLine]:
    changes = (
        Change(("total",), Op.CHANGE, before="=1+1", after=-5),
        Change(("note",), Op.ADD, after="<b>"),
    )
    checks = (
        SnapshotCheck(
            _snapshot("주문-1", 4, {"total": 1}), Verdict.MATCHES, last=9, events_since=5
        ),
        SnapshotCheck(
            _snapshot(HOSTILE, 7, {"total": "=1+1"}),
            Verdict.DIFFERS,
            Cause.OTHER,
            changes,
            reason="“a” & <b>",
            last=7,
            events_since=0,
        ),
        SnapshotCheck(_snapshot("gone", None, None), Verdict.ORPHAN, reason="no such stream"),
    )
    return [line_of(check) for check in checks]


@pytest.fixture(params=["complete", "partial"])
def report(request: pytest.FixtureRequest) -> tuple[str, Report]:
    why = "stopped after 3 snapshots" if request.param == "partial" else ""
    return request.param, report_of(_lines(), FACTS, why)


@pytest.mark.parametrize("name", ["jsonl", "csv", "html"])
def test_golden_files(name: str, report: tuple[str, Report], tmp_path: Path) -> None:
    extent, content = report
    exporter = exporters()[name]
    file = tmp_path / f"x{exporter.suffix}"
    save_report(content, exporter, file, Work())
    assert file.read_bytes() == (DATA / f"{extent}{exporter.suffix}").read_bytes()
    assert list(tmp_path.iterdir()) == [file]


def _text(name: str, why: str = "") -> str:
    return "".join(exporters()[name].texts(report_of(_lines(), FACTS, why)))


def test_the_page_holds_no_element_of_the_store() -> None:
    seen: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.add(tag)
            assert not {name for name, _ in attrs} & {"src", "href", "onclick", "onload"}

    Reader().feed(_text("html"))
    assert not seen & {"script", "b", "a", "img", "link", "iframe"}
    assert "\u202e" not in _text("html")


def test_a_spreadsheet_calculates_nothing() -> None:
    rows = list(csv.DictReader(io.StringIO(_text("csv"), newline="")))
    assert rows[1]["stream"].startswith("'=cmd")
    assert rows[1]["snapshot"] == '"=1+1"'
    assert rows[1]["replay"] == "-5"
    assert {row["report"] for row in rows} == {"complete"}


def test_lines_keep_every_character() -> None:
    head, *lines = (json.loads(line) for line in _text("jsonl", "stopped").splitlines())
    assert (head["complete"], head["partial"], head["records"]) == (False, "stopped", 3)
    assert lines[1]["stream"] == HOSTILE
    assert "state" not in lines[1]


def test_partial_and_empty_is_no_report() -> None:
    with pytest.raises(InputInvalid):
        report_of([], FACTS, "stopped")


def test_a_stopped_or_failed_report_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    file.write_text("before")
    token = CancelToken()
    token.cancel()
    work = Work(token)
    content = report_of(_lines(), FACTS)
    with pytest.raises(Cancelled):
        save_report(content, exporters()["csv"], file, work)
    assert [path.name for path in tmp_path.iterdir()] == ["report.csv"]
    assert file.read_text() == "before"
    with pytest.raises(OutputFailed):
        save_report(content, exporters()["csv"], tmp_path / "no" / "x.csv", Work())


def test_the_ending_tells_the_format() -> None:
    assert format_for(Path("a.HTML")).name == "html"
    assert format_for(Path("a.txt"), "csv").name == "csv"
    with pytest.raises(InputInvalid, match=r"a\.txt"):
        format_for(Path("a.txt"))
