"""Statements with their values as people read them, the same in the window and on the terminal."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN: Final = 2000
"""Characters of a value that people are shown; JSON has all of it."""


def values_of(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The values as JSON can hold them; bytes that are no text as base64."""
    return {name: _value(value) for name, value in parameters.items()}


def value_lines(parameters: Mapping[str, Any]) -> list[str]:
    """One line for each value, long ones cut."""
    lines = []
    for name, value in values_of(parameters).items():
        text = str(value)
        cut = f"{text[:SHOWN]}…" if len(text) > SHOWN else text
        lines.append(f"{name} = {cut}")
    return lines


def _value(value: Any) -> Any:
    if not isinstance(value, bytes):
        return value if value is None or isinstance(value, int | str) else str(value)
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    return text if text.isprintable() and text else {"$base64": base64.b64encode(value).decode()}
