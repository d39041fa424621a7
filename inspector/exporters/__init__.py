"""How results become files: one file per format, found by scanning this package.

A file with a module-level ``EXPORTER`` (:class:`~inspector.exporters._api.Exporter`) takes part;
nothing else has to be edited. Files whose name begins with ``_`` are helpers.

Imports ``inspector.core`` and the standard library. Promises that store text stays text in
every format: nothing of it is run, loaded or calculated by whoever opens the file.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil

from inspector.core.errors import InspectorError
from inspector.exporters._api import Exporter, Report, ReportColumn

__all__ = ["Exporter", "Report", "ReportColumn", "exporters"]


@functools.cache
def exporters() -> dict[str, Exporter]:
    """All formats by name.

    Raises:
        InspectorError: there is none: a frozen program left the modules out.
    """
    found: dict[str, Exporter] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if module.name.startswith("_"):
            continue
        exporter: Exporter | None = getattr(
            importlib.import_module(f"{__name__}.{module.name}"), "EXPORTER", None
        )
        if exporter is not None:
            found[exporter.name] = exporter
    if not found:
        raise InspectorError(
            "The program was put together without its export formats.",
            hint="Install it again; report this when it stays.",
        )
    return found
