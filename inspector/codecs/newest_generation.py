"""A map of an event's content by the generation of its schema: what is the newest, and all of them.

``{"1": {…}, "2": {…}}`` becomes ``generation`` (the highest number), ``content`` (that of it) and
``generations`` (the map as it is). Whatever has another form stays as it is.

Imports the contract of this package.

Source: Cratis Chronicle 16, storage in SQL.
"""

from __future__ import annotations

from inspector.core.payloads import Value


class NewestGeneration:
    """The refiner ``newest-generation``."""

    name = "newest-generation"

    def refine(self, value: Value) -> Value:
        """The content of the highest generation, beside all of them."""
        if not isinstance(value, dict) or not value:
            return value
        if not all(isinstance(k, str) and k.isascii() and k.isdecimal() for k in value):
            return value
        newest = max(value, key=lambda key: (len(key.lstrip("0")), key))
        return {"generation": int(newest[:18]), "content": value[newest], "generations": value}


REFINER = NewestGeneration()
