"""Events whose type is only in the payload: variants of a Rust enum, as serde writes them.

``{"Opened": {fields}}`` (tagged outside), ``"Closed"`` (a variant without fields) and
``{"type": "Opened", fields}`` (tagged inside, by ``type``, ``event_type`` or ``event``) become
``{"$type": name, "$data": fields}``. Anything else stays as it is.

Imports the standard library only.

Source: serde's "Enum representations".
"""

from __future__ import annotations

import re
from typing import Final

from inspector.core.payloads import Value

_VARIANT: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.]*\Z", re.ASCII)
_TAGS: Final = ("type", "event_type", "event")


class SerdeVariant:
    """The refiner ``serde-variant``."""

    name = "serde-variant"

    def refine(self, value: Value) -> Value:
        """Name and fields of the variant."""
        if isinstance(value, str) and _VARIANT.match(value):
            return {"$type": value, "$data": {}}
        if not isinstance(value, dict):
            return value
        for tag in _TAGS:
            if isinstance(value.get(tag), str):
                rest = {key: part for key, part in value.items() if key != tag}
                return {"$type": value[tag], "$data": rest}
        if len(value) == 1:
            [(name, fields)] = value.items()
            if isinstance(name, str) and _VARIANT.match(name):
                return {"$type": name, "$data": fields}
        return value


REFINER = SerdeVariant()
