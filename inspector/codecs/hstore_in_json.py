"""A JSON object some of whose values are PostgreSQL's ``hstore`` in its text form.

``"name"=>"Kim", "note"=>NULL`` becomes a map of texts. What is not wholly of that form stays a
text. Keys and values are always quoted in what the server writes, quotes and backslashes escaped.

Imports the standard library only. Source: PostgreSQL's manual, "hstore External Representation".
"""

from __future__ import annotations

import re
from typing import Final

from inspector.core.payloads import Value

_QUOTED: Final = r'"(?:[^"\\]|\\.)*+"'
_PAIR: Final = re.compile(rf"({_QUOTED})=>(NULL|{_QUOTED})(, |\Z)", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class HstoreInJson:
    """The refiner ``hstore-in-json``."""

    name = "hstore-in-json"

    def refine(self, value: Value) -> Value:
        """The object with its maps read."""
        if not isinstance(value, dict):
            return value
        return {k: _map(v) if isinstance(v, str) else v for k, v in value.items()}


def _map(text: str) -> Value:
    found: dict[str, Value] = {}
    place = 0
    while place < len(text):
        pair = _PAIR.match(text, place)
        if pair is None:
            return text
        key, value, _ = pair.groups()
        found[_plain(key)] = None if value == "NULL" else _plain(value)
        place = pair.end()
    return found if text and not text.endswith(", ") else text


def _plain(quoted: str) -> str:
    return _ESCAPED.sub(r"\1", quoted[1:-1])


REFINER = HstoreInJson()
