"""Every English text that the program may show: what is written where it is translated, and
what is kept in tables and translated when it is shown."""

from __future__ import annotations

import ast
import enum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.core.findings import CATALOGUE, code_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PROGRAM = Path(__file__).parents[2] / "inspector"

TABLES: dict[str, tuple[str | int, ...]] = {
    "cli.commands:COMMANDS": ("summary",),
    "core.expressions.values:_KIND_NAMES": (),
    "core.findings:CATALOGUE": (1,),
    "core.folding:Truth": (),
    "core.suggesting.proposals:Confidence": (),
    "services.case_marks:FOUND_WORDS": (),
    "services.comparing:OP_WORDS": (),
    "storage.connect_faults:_READINGS": ("message",),
    "services.layout_pages:MORE_WORDS": (),
    "services.layout_pages:VERSIONS": (),
    "services.layout_pages:WORDS": (),
    "services.manual:Part": (),
    "storage.faults:_SQLITE": (1, "message"),
    "storage.faults:_POSTGRES": (1, "message"),
    "storage.ssh_faults:MEANINGS": ("message",),
    "ui.action_table:ACTIONS": ("text",),
    "ui.action_table:Menu": (),
    "ui.action_table:Need": (),
    "ui.dialogs.create_many:FATES": (0,),
    "ui.dialogs.create_snapshot:STEPS": (),
    "ui.dialogs.fact_form:TIPS": (),
    "ui.dialogs.fact_form:TITLES": (),
    "ui.dialogs.layout_reasons:ROLES": (),
    "ui.dialogs.server_form:ENCRYPTION": (1,),
    "ui.dialogs.server_form:SERVER_KINDS": (1,),
    "ui.dialogs.write_log_view:OUTCOMES": (0,),
    "ui.models.activity:WORDS": (),
    "ui.models.snapshot_rows:CAUSE_WORDS": (),
    "ui.models.snapshot_rows:VERDICT_LOOK": (2,),
    "ui.models.snapshot_rows:_TITLES": (),
    "ui.pages.matrix_table:COVERAGE": (1,),
    "ui.pages.suggest_panel:_STAGES": (),
    "ui.panels.events_panel:_DENSITIES": (1,),
    "ui.truth_look:TRUTH_TEXTS": (),
    "ui.truth_look:TRUTH_WORDS": (0,),
    "ui.panels.store_bar:BADGES": (0,),
    "ui.panels.stream_filters:KINDS": (),
    "ui.panels.stream_filters:SORTS": (),
    "ui.store_labels:StoreLabel": ("word",),
    "ui.widgets.legend:_ENTRIES": (1,),
}
"""Tables of texts (module and name), and the way from an entry to its text."""

BESIDE: dict[str, tuple[str | int, ...]] = {
    "storage.connect_faults:_READINGS": ("hint",),
    "storage.faults:_SQLITE": (1, "hint"),
    "storage.faults:_POSTGRES": (1, "hint"),
    "storage.ssh_faults:MEANINGS": ("hint",),
    "ui.action_table:ACTIONS": ("tip",),
}
"""A second text in entries of some of them."""


@cache
def shown_texts() -> frozenset[str]:
    """All of them."""
    tables = (text for table in (TABLES, BESIDE) for text in _of_tables(table))
    codes = (code_words(code) for code in CATALOGUE)
    return frozenset(text for text in (*_written(), *tables, *codes) if text.strip())


def _of_tables(tables: dict[str, tuple[str | int, ...]]) -> Iterator[str]:
    for place, way in tables.items():
        module, _, name = place.partition(":")
        for entry in _entries(getattr(import_module(f"inspector.{module}"), name)):
            text = entry
            for step in way:
                text = getattr(text, step) if isinstance(step, str) else text[step]
            if isinstance(text, enum.Enum):
                text = text.value
            assert isinstance(text, str), place
            yield text


def _entries(table: Any) -> Iterable[Any]:
    return table.values() if isinstance(table, dict) else table


def _written() -> Iterator[str]:
    """Texts that are written in a call that translates them, and titles that layouts have."""
    for file in sorted(PROGRAM.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for argument in _translated(node):
                    yield from _constants(argument)
            elif isinstance(node, ast.ClassDef) and file.parent.name == "layouts":
                for line in (line for line in node.body if isinstance(line, ast.Assign)):
                    names = {target.id for target in line.targets if isinstance(target, ast.Name)}
                    if names & {"title", "means", "missing"}:
                        yield from _constants(line.value)


def _translated(call: ast.Call) -> list[ast.expr]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return call.args[:1] if name == "tr" else call.args[1:3] if name == "counted" else []


def _constants(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
