"""Reads what a program says about itself on the accessibility bus; run with the system's Python.

Debian's ``python3-pyatspi`` is not a package of pip, so this is a program of its own: one JSON
line for each thing that can be seen, with its path of roles, name, description, value and text.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import pyatspi  # type: ignore[import-not-found]


def program(name: str, seconds: float) -> Any:
    """The program's root on the bus, waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for found in pyatspi.Registry.getDesktop(0):
            if found is not None and found.name == name:
                return found
        time.sleep(0.1)
    raise SystemExit(f"no program {name!r} on the accessibility bus")


def facts(node: Any, path: str) -> dict[str, Any]:
    """What the node says about itself."""
    states = node.getState()
    told: dict[str, Any] = {
        "path": path,
        "role": node.getRoleName(),
        "name": node.name,
        "description": node.description,
        "focusable": states.contains(pyatspi.STATE_FOCUSABLE),
        "showing": states.contains(pyatspi.STATE_SHOWING),
        "enabled": states.contains(pyatspi.STATE_ENABLED),
        "children": node.childCount,
    }
    interfaces = node.get_interfaces()
    told["interfaces"] = interfaces
    if "Value" in interfaces:
        value = node.queryValue()
        told["value"] = [value.minimumValue, value.currentValue, value.maximumValue]
    if "Text" in interfaces:
        told["text"] = node.queryText().getText(0, 200)
    return told


def walk(node: Any, path: str, depth: int) -> None:
    """Write the node and what is in it; of tables and lists only the first children."""
    role = node.getRoleName()
    sys.stdout.write(json.dumps(facts(node, path)) + "\n")
    if depth == 0:
        return
    many = role in ("table", "tree table", "list", "tree", "menu")
    for number in range(min(node.childCount, 12 if many else 200)):
        child = node.getChildAtIndex(number)
        if child is not None:
            walk(child, f"{path}/{role}", depth - 1)


if __name__ == "__main__":
    walk(program(sys.argv[1], 20.0), "", 14)
