"""Which versions a store holds, as a report to keep in any export format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inspector.core.errors import InputInvalid
from inspector.core.texts import counted, tr
from inspector.exporters import Report, ReportColumn
from inspector.services.records import cell_record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inspector.services.version_matrix import Cell


def versions_report(
    cells: Sequence[Cell], facts: Mapping[str, str], *, with_rules: bool, partial: str = ""
) -> Report:
    """The report about all cells of a matrix.

    Args:
        with_rules: rules said what is newest and what can be led on.
        partial: why not every event was looked at; empty when every one was.

    Raises:
        InputInvalid: it would be partial and empty.
    """
    if partial and not cells:
        raise InputInvalid(tr("No event has been looked at yet, so there is nothing to save."))
    failed = sum(cell.failed for cell in cells)
    summary = [counted(len(cells), "One type and version.", "{n} types and versions.")]
    if with_rules:
        summary.append(
            counted(failed, "One event cannot be led on.", "{n} events cannot be led on.")
        )
    else:
        summary.append(tr("No rules were in use: versions are as stored."))
    return Report(
        kind="versions",
        title=tr("Schema versions"),
        records=[cell_record(cell) | {"coverage": cell.coverage.value} for cell in cells],
        columns=_columns(with_rules=with_rules),
        facts=facts,
        summary=tuple(summary),
        partial=partial,
        bad=lambda record: bool(record["failed"]),
    )


def _columns(*, with_rules: bool) -> tuple[ReportColumn, ...]:
    always = (
        ReportColumn("name", tr("Event"), lambda r: r["name"]),
        ReportColumn("type", tr("Stored type"), lambda r: r["type"]),
        ReportColumn("schema_version", tr("Schema"), _text("schema_version"), right=True),
        ReportColumn("events", tr("Events"), _text("events"), right=True),
        ReportColumn("first_time", tr("First"), _time("first_time")),
        ReportColumn("last_time", tr("Last"), _time("last_time")),
    )
    if not with_rules:
        return always
    return (
        *always,
        ReportColumn("coverage", tr("Upcasting"), lambda r: r["coverage"]),
        ReportColumn("reducer", tr("Reducer"), lambda r: tr("yes") if r["reducer"] else tr("no")),
        ReportColumn("failed", tr("Failing"), _text("failed"), right=True),
        ReportColumn("first_failure", tr("First failure"), _failure),
    )


def _text(key: str) -> Any:
    return lambda record: "" if record[key] is None else str(record[key])


def _time(key: str) -> Any:
    def text(record: Mapping[str, Any]) -> str:
        value = record[key]
        return f"{value['time']} ({value['zone']})" if isinstance(value, dict) else value or ""

    return text


def _failure(record: Mapping[str, Any]) -> str:
    first = record["first_failure"]
    if first is None:
        return ""
    version = "" if first["version"] is None else f" {first['version']}"
    return f"{first['stream']}{version}: {first['message']}"
