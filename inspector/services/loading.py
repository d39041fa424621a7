"""What the window needs beside Qt, loaded before Qt.

Qt's binding for Python watches every import that comes after its own, and reads the source of
each imported module to look for names of Qt in it. What knows nothing of Qt is spared that by
being there already.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

PARTS: Final = (
    "case_files",
    "case_marks",
    "comparing",
    "early_state",
    "event_pages",
    "event_times",
    "fault_reports",
    "finding_rows",
    "fingerprints",
    "jumping",
    "ladders",
    "languages",
    "news",
    "open_store",
    "event_sampling",
    "filter_checks",
    "filtering",
    "pin_marks",
    "problems",
    "quick_search",
    "replayer_consent",
    "rule_problems",
    "rules_drafts",
    "rules_memory",
    "sample",
    "single_instance",
    "schema_memory",
    "saved_filters",
    "snapshot_planning",
    "snapshot_triggers",
    "snapshot_viewing",
    "store_clock",
    "store_density",
    "store_form",
    "stream_listing",
    "stream_times",
    "system_check",
    "trigger_memory",
    "value_history",
    "value_origins",
    "whole_payload",
    "workspace",
)
"""Services that the window imports; with them comes what they import themselves."""


def load_parts(*, opens_store: bool) -> None:
    """Import them.

    Args:
        opens_store: a store is going to be opened at once; the layouts and codecs are loaded,
            too.
    """
    for name in PARTS:
        import_module(f"inspector.services.{name}")
    if opens_store:
        open_store = import_module("inspector.services.open_store")
        open_store.load_recognition()
