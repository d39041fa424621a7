"""Reading a YAML document of Ruby's; loaded when the first one is read, as PyYAML takes a while.

The events of libyaml are put together by ourselves; no constructor of a YAML library ever
runs. Plain scalars follow Ruby's rules (:mod:`inspector.codecs._ruby_scalars`), tags become
what they mean or are kept as text (:mod:`inspector.codecs._ruby_tags`). A document that refers
to itself is refused, and shared parts are counted as often as they are used.

Imports PyYAML, whose parser only is used. Promises to keep its stack off the interpreter's.

Source: psych 3 to 5 (Ruby 2.5 to 3.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import yaml

from inspector.codecs._api import CodecError, Raw, Read
from inspector.codecs._limits import MAX_DEPTH, TOO_DEEP, require_depth
from inspector.codecs._ruby_scalars import plain_scalar
from inspector.codecs._ruby_tags import plain, ruby_map, tagged_list, tagged_map, tagged_scalar
from inspector.codecs._spending import Spending
from inspector.core.payloads import Value

_PARSER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_MERGE: Final = "<<"


def read_document(raw: Raw, limit: int) -> Read:
    """The one document of a cell.

    Args:
        raw: the stored form.
        limit: most bytes of the value when it is written out.

    Raises:
        CodecError: not YAML (with the place), several documents, too deep, or it refers
            to itself.
    """
    composer = _Composer(limit)
    try:
        value = composer.document(_events(_text_of(raw)))
    except yaml.YAMLError as error:
        raise CodecError(f"Not YAML: {_reason(error)}") from None
    if composer.deepest > MAX_DEPTH // 4:  # marks such as {"$ruby": ...} add levels
        require_depth(value)
    return Read(plain(value), notes=composer.notes())


def _text_of(raw: Raw) -> str:
    if isinstance(raw, str):
        return raw.encode("utf-8", "replace").decode("utf-8")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CodecError(f"Not UTF-8 at byte {error.start}: {error.reason}.") from None


def _events(text: str) -> Iterator[Any]:
    parser = _PARSER(text)
    try:
        while parser.check_event():
            yield parser.get_event()
    finally:
        parser.dispose()


def _reason(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it cannot be read"
    where = "" if mark is None else f" at line {mark.line + 1}, column {mark.column + 1}"
    return f"{problem}{where}."[:300]


class _Open:
    """A list or a map that is still being filled."""

    __slots__ = ("anchor", "before", "is_map", "items", "tag")

    def __init__(self, event: Any, is_map: bool, before: int) -> None:
        self.tag: str | None = event.tag
        self.anchor: str | None = event.anchor
        self.is_map = is_map
        self.before = before
        self.items: list[Value] = []


class _Merge:
    """The plain key ``<<``: the pairs of its value belong to the map around it."""


class _Composer:
    """Puts the events of a document together.

    Attributes:
        deepest: most lists and maps that were open at a time.
    """

    def __init__(self, limit: int) -> None:
        self._spending = Spending(limit)
        self._anchors: dict[str, tuple[Value, int]] = {}
        self._open: list[_Open] = []
        self._repeated = False
        self.deepest = 0

    def document(self, events: Iterator[Any]) -> Value:
        """The value of the one document."""
        value: Value = None
        documents = 0
        for event in events:
            documents += event.__class__ is yaml.DocumentStartEvent
            if documents > 1:
                raise CodecError("More than one YAML document is in the cell.")
            done, made = self._step(event)
            if done:
                value = made
        if not documents:
            raise CodecError("There is no YAML document in the cell.")
        return value

    def notes(self) -> tuple[tuple[str, str], ...]:
        """What is odd about the document."""
        if not self._repeated:
            return ()
        return (("payload-duplicate-keys", "A map of the YAML document has a key twice."),)

    def _step(self, event: Any) -> tuple[bool, Value]:
        """One event; whether it finished the whole value, and the value."""
        kind = event.__class__
        if kind is yaml.ScalarEvent:
            return self._add(event.anchor, self._scalar(event), None)
        if kind is yaml.AliasEvent:
            return self._add(None, self._alias(event.anchor), None)
        if kind in (yaml.SequenceStartEvent, yaml.MappingStartEvent):
            self._begin(event, kind is yaml.MappingStartEvent)
        elif kind in (yaml.SequenceEndEvent, yaml.MappingEndEvent):
            top = self._open.pop()
            return self._add(top.anchor, self._closed(top), top.before)
        return False, None

    def _begin(self, event: Any, is_map: bool) -> None:
        self._open.append(_Open(event, is_map, self._spending.spent))
        self._spending.spend(0)
        self.deepest = max(self.deepest, len(self._open))
        if len(self._open) > MAX_DEPTH:
            raise CodecError(TOO_DEEP)

    def _add(self, anchor: str | None, value: Value, before: int | None) -> tuple[bool, Value]:
        if anchor is not None:
            cost = 0 if before is None else self._spending.spent - before
            self._anchors[anchor] = (value, cost)
        if not self._open:
            return True, value
        self._open[-1].items.append(value)
        return False, None

    def _scalar(self, event: Any) -> Value:
        text: str = event.value
        self._spending.spend(len(text))
        if event.tag not in (None, "!"):
            return tagged_scalar(event.tag, text)
        if not (event.implicit[0] or event.tag == "!"):
            return text
        return _Merge if text == _MERGE and not event.style else plain_scalar(text)

    def _alias(self, anchor: str) -> Value:
        known = self._anchors.get(anchor)
        if known is None or any(part.anchor == anchor for part in self._open):
            raise CodecError("The YAML document has a part that contains itself.")
        self._spending.spend(known[1])
        return known[0]

    def _closed(self, top: _Open) -> Value:
        items = [_MERGE if item is _Merge and not top.is_map else item for item in top.items]
        if not top.is_map:
            items = [plain(item) for item in items]
            return items if top.tag is None else tagged_list(top.tag, items)
        made = ruby_map(self._pairs(items))
        return made if top.tag is None else tagged_map(top.tag, made)

    def _pairs(self, items: list[Value]) -> list[tuple[Value, Value]]:
        pairs: list[tuple[Value, Value]] = []
        for key, item in zip(items[::2], items[1::2], strict=True):
            value = _MERGE if item is _Merge else plain(item)
            if key is not _Merge:
                pairs.append((key, value))
            elif isinstance(value, dict):
                pairs.extend(value.items())
            else:
                pairs.append((_MERGE, value))
        written = [(k.__class__, k) for k, _ in pairs if not isinstance(k, dict | list)]
        merged = any(key is _Merge for key in items[::2])
        self._repeated |= len(set(written)) < len(written) and not merged
        return pairs
