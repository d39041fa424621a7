"""Events that are variants of a Rust enum, as serde writes them: ``{"Variant": {fields}}``.

The refiner gives the fields. A variant without fields is its bare name, which becomes an empty
map. Only a name in Rust's own spelling of variants (``MoneyDeposited``) counts as one, and only
where it is the sole key; anything else stays as it is.

Imports the standard library only.

Source: serde's "Enum representations", externally tagged.
"""

from __future__ import annotations

import re
from typing import Final

from inspector.core.payloads import Value

_VARIANT: Final = re.compile(r"[A-Z][A-Za-z0-9]*\Z", re.ASCII)


class SerdeEnum:
    """The refiner ``serde-enum``."""

    name = "serde-enum"

    def refine(self, value: Value) -> Value:
        """The fields of the variant."""
        if isinstance(value, str) and _VARIANT.match(value):
            return {}
        if not isinstance(value, dict) or len(value) != 1:
            return value
        [(name, fields)] = value.items()
        if not isinstance(name, str) or not _VARIANT.match(name):
            return value
        return fields if isinstance(fields, dict) else value


REFINER = SerdeEnum()
