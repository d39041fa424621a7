"""YAML as Ruby's Psych writes it: the default of Rails Event Store.

Recognised here by its first characters; read by :mod:`inspector.codecs._ruby_yaml_reading`,
which is loaded only when there is a document to read.
"""

from __future__ import annotations

from typing import Final

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read

_START: Final = "---"


class RubyYaml:
    """The codec ``ruby-yaml``."""

    name = "ruby-yaml"

    def score(self, raw: Raw) -> int:
        """By the mark that begins every document of Ruby's."""
        head = raw[:4].decode("latin-1") if isinstance(raw, bytes) else raw[:4]
        return 95 if head[:3] == _START and head[3:] in ("", " ", "\n", "\r", "\t") else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """Read the one document.

        Raises:
            CodecError: not YAML (with the place), several documents, too deep, or it refers
                to itself.
        """
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same, where the value may cost so many bytes when it is written out."""
        if not self.score(raw):
            raise CodecError("A YAML document of Ruby's begins with three dashes.")
        from inspector.codecs._ruby_yaml_reading import read_document  # noqa: PLC0415

        return read_document(raw, limit)


CODEC = RubyYaml()
