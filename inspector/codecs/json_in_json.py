"""A JSON text that holds another JSON text: read it once more.

Writers that hand a finished JSON text to a database layer that writes JSON itself store
``"{\\"a\\":1}"``. Rails Event Store did so on json columns up to 2.16.

Imports the reading of JSON in this package.
"""

from __future__ import annotations

from inspector.codecs._api import CodecError
from inspector.codecs.json_text import REFUSALS, read_long
from inspector.core.payloads import Value


class JsonInJson:
    """The refiner ``json-in-json``: only a whole map or list is taken for JSON again."""

    name = "json-in-json"

    def refine(self, value: Value) -> Value:
        """The inner value; a text that is no map and no list stays a text."""
        if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
            return value
        try:
            return read_long(value)
        except (CodecError, *REFUSALS):
            return value


REFINER = JsonInJson()
