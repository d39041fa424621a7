"""What checks of snapshots found, kept small, and saved as a report in any export format."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from inspector import __version__
from inspector.core.errors import InputInvalid, OutputFailed
from inspector.core.jsontext import to_json
from inspector.core.snapshot_checks import BAD, Cause, SnapshotCheck, Verdict
from inspector.core.texts import tr
from inspector.exporters import Exporter, Report, ReportColumn, exporters
from inspector.services.snapshot_records import check_record, summary_of

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.core.events import StreamId
    from inspector.services.open_store import OpenedStore
    from inspector.services.records import Record
    from inspector.services.tasks import Work

_UNKEPT: Final = frozenset({"state"})
"""A report says what is wrong and where; the states themselves stay in the store."""


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """What is kept of a check: all but the states.

    Attributes:
        stream, version, row_key: which snapshot it was.
        verdict, cause: what was found.
        record: the rest, with the keys of the command line's JSON.
    """

    stream: StreamId
    version: int | None
    row_key: str
    verdict: Verdict
    cause: Cause
    record: Record


def line_of(check: SnapshotCheck) -> CheckedLine:
    """What is kept of a check."""
    snapshot = check.snapshot
    record = {k: v for k, v in check_record(check).items() if k not in _UNKEPT}
    return CheckedLine(
        snapshot.stream, snapshot.position, snapshot.row_key, check.verdict, check.cause, record
    )


def facts_of(store: OpenedStore) -> dict[str, str]:
    """What a report is about: program, store, and what was replayed with; never a password."""
    facts = {
        "program": f"Event History Inspector {__version__}",
        "made_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "store": store.address.display,
        "events_table": store.table,
        "layout": store.match.layout,
    }
    if store.replayer is not None:
        facts["replayed_with"] = store.request.replayer
    elif store.rules is not None:
        facts["replayed_with"] = ", ".join(
            f"{file.path.name} (sha256 {file.digest})" for file in store.rules.files
        )
    return facts


def report_of(lines: Sequence[CheckedLine], facts: Mapping[str, str], partial: str = "") -> Report:
    """The report about some checks.

    Args:
        partial: why not everything that was asked for was checked; empty when it was.

    Raises:
        InputInvalid: it would be partial and empty, which could be taken for "nothing wrong".
    """
    if partial and not lines:
        raise InputInvalid(tr("Nothing has been checked yet, so there is nothing to save."))
    return Report(
        kind="snapshots",
        title=tr("Checked snapshots"),
        records=[line.record for line in lines],
        columns=_columns(),
        facts=facts,
        summary=tuple(summary_of(lines)),
        partial=partial,
        bad=lambda record: Verdict(record["verdict"]) in BAD,
    )


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("verdict", tr("Verdict"), lambda r: r["verdict"]),
        ReportColumn("cause", tr("Cause"), lambda r: r["cause"] or ""),
        ReportColumn("stream", tr("Stream"), lambda r: r["stream"]),
        ReportColumn("version", tr("Version"), _whole("version"), right=True),
        ReportColumn("events_since", tr("Events since"), _whole("events_since"), right=True),
        ReportColumn("first_field", tr("First difference"), lambda r: _first(r, "path")),
        ReportColumn("snapshot", tr("Snapshot"), lambda r: _first(r, "snapshot")),
        ReportColumn("replay", tr("Replay"), lambda r: _first(r, "replay")),
        ReportColumn("differences", tr("Differences"), _whole("differences"), right=True),
        ReportColumn("reason", tr("What was found"), lambda r: r["reason"] or ""),
        ReportColumn("type", tr("Type"), lambda r: r["type"] or ""),
        ReportColumn("schema_version", tr("Schema"), _whole("schema_version"), right=True),
        ReportColumn("taken_at", tr("Taken"), _time),
        ReportColumn("size", tr("Bytes"), _whole("size"), right=True),
        ReportColumn("table", tr("Table"), lambda r: r["table"]),
        ReportColumn("row_key", tr("Row"), lambda r: r["row_key"]),
    )


def _whole(key: str) -> Any:
    return lambda record: "" if record[key] is None else str(record[key])


def _time(record: Mapping[str, Any]) -> str:
    taken = record["taken_at"]
    if isinstance(taken, dict):
        return f"{taken['time']} ({taken['zone']})"
    return taken or ""


def _first(record: Mapping[str, Any], key: str) -> str:
    """Part of the first difference; values as JSON, so that a text is not taken for a number."""
    first = record["first_difference"]
    if first is None:
        return ""
    return str(first[key] or "·") if key == "path" else to_json(first[key])


# -- files ---------------------------------------------------------------------------------------


def format_names() -> tuple[str, ...]:
    """The names of all export formats."""
    return tuple(exporters())


def format_for(file: Path, name: str | None = None) -> Exporter:
    """The export format of a file, by name or by the file's ending.

    Raises:
        InputInvalid: there is no such format, or nothing says which is meant.
    """
    known = exporters()
    if name is not None and name in known:
        return known[name]
    by_suffix = {exporter.suffix: exporter for exporter in known.values()}
    found = by_suffix.get(file.suffix.lower()) if name is None else None
    if found is None:
        raise InputInvalid(
            tr("Nothing says in which format “{file}” is to be written.", file=file.name),
            hint=tr("End its name in {endings}.", endings=", ".join(by_suffix)),
        )
    return found


def save_report(report: Report, exporter: Exporter, file: Path, work: Work) -> None:
    """Write a report; the file is there completely or not at all.

    Raises:
        Cancelled: it was stopped; OutputFailed: it could not be written. A file of that name is
            as it was then.
    """
    temporary = file.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with temporary.open("x", encoding="utf-8", newline="") as part:
            _write(part.write, exporter.texts(report), work)
        temporary.replace(file)
    except OSError as error:
        raise OutputFailed(
            tr("The file {file} could not be written.", file=file.name),
            hint=tr("Choose another folder, or make room."),
            detail=str(error),
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _write(write: Any, texts: Iterable[str], work: Work) -> None:
    for number, text in enumerate(texts):
        if number % 256 == 0:
            work.check()
        write(text)
