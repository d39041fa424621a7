"""A JSON object some of whose values are documents of their own: JSON or Ruby's YAML as text.

Audit trails keep a record's images in columns that the database puts together to one object;
where such a column is a text, the document in it is read too. Only a whole map or list of JSON,
or a YAML document with its mark, is taken for one; anything else stays a text.

Imports the readings of JSON and YAML in this package.
"""

from __future__ import annotations

from inspector.codecs._api import CodecError
from inspector.codecs.json_in_json import REFINER as JSON_IN_JSON
from inspector.codecs.ruby_yaml import RubyYaml
from inspector.core.payloads import Value

_YAML = RubyYaml()


class DocumentsInJson:
    """The refiner ``documents-in-json``."""

    name = "documents-in-json"

    def refine(self, value: Value) -> Value:
        """The object with its documents read."""
        if not isinstance(value, dict):
            return value
        return {key: _document(inner) for key, inner in value.items()}


def _document(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    if _YAML.score(value):
        try:
            return _YAML.read(value, ()).value
        except CodecError:
            return value
    return JSON_IN_JSON.refine(value)


REFINER = DocumentsInJson()
