"""Ruby's tags in YAML, and its maps: what a tagged scalar, list or map is shown as.

Nothing is ever created or called. Ruby's own value types become what they mean; an object of
any other class is a map with its attributes and ``$ruby``, the name of its class; a tag that is
not Ruby's is kept under ``$tag``.

Imports the standard library only.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Final

from inspector.codecs._api import CodecError
from inspector.codecs._maps import make_map
from inspector.codecs._ruby_scalars import Symbol, big_decimal, plain_scalar, time_text
from inspector.core.payloads import Value

CLASS: Final = "$ruby"
"""The key under which the class of an object is shown."""

_YAML: Final = "tag:yaml.org,2002:"
_RUBY: Final = ("!ruby/", "tag:ruby.yaml.org,2002:")
_PLAIN_MAPS: Final = frozenset(
    {
        "!", "!map", _YAML + "map", "!ruby/object:OpenStruct", "!ruby/hash-with-ivars",
        "!ruby/hash:ActiveSupport::HashWithIndifferentAccess",
        "!map:ActiveSupport::HashWithIndifferentAccess",
        "!ruby/hash:ActiveSupport::OrderedHash", "!ruby/object:Hash",
    }
)  # fmt: skip
_PLAIN_LISTS: Final = frozenset({"!", "!seq", _YAML + "seq"})
_TEXTS: Final = ("!str", "!ruby/string", _YAML + "str")
_NAMES: Final = frozenset({"!ruby/class", "!ruby/module", "!ruby/regexp", "!ruby/encoding"})
_KINDS: Final = ("object:", "struct:", "hash:", "array:", "exception:", "data:", "sym")


def plain(value: Value) -> Value:
    """A symbol as its text, anything else as it is."""
    return str(value) if value.__class__ is Symbol else value


def ruby_map(pairs: Sequence[tuple[Value, Value]]) -> Value:
    """A map whose keys are symbols, texts or anything else.

    A symbol and a text of the same letters are two keys in Ruby; where a map has both, the
    symbol keeps its colon.
    """
    made = {plain(key): value for key, value in pairs if _hashable(key)}
    if len(made) == len(pairs):
        return made
    texts = {key for key, _ in pairs if key.__class__ is str}
    told: list[tuple[Value, Value]] = []
    seen: dict[tuple[type, Value], int] = {}
    for key, value in pairs:
        clash = key.__class__ is Symbol and key in texts
        entry = (f":{key}" if clash else plain(key), value)
        if not _hashable(key):
            told.append(entry)
            continue
        again = seen.setdefault((key.__class__, key), len(told))  # the last of equal keys counts
        told[again : again + 1] = [entry]
    return make_map(told)


def _hashable(key: Value) -> bool:
    return not isinstance(key, dict | list)


def tagged_scalar(tag: str, text: str) -> Value:
    """A scalar with a tag.

    Raises:
        CodecError: it says that it is base64 and is not.
    """
    reader = _SCALARS.get(tag)
    if reader is not None:
        return reader(text)
    if tag.startswith(_TEXTS) or tag in _NAMES:
        return text
    if tag.startswith(("!ruby/sym", "!sym")):
        return Symbol(text)
    if tag.startswith(_YAML) or tag == "!float":
        return plain_scalar(text)
    return of_class(tag, text)


def tagged_list(tag: str, items: list[Value]) -> Value:
    """A list with a tag."""
    return items if tag in _PLAIN_LISTS else of_class(tag, items)


def tagged_map(tag: str, value: Value) -> Value:
    """A map with a tag."""
    if tag in _PLAIN_MAPS:
        return value
    if isinstance(value, dict):
        meant = _MAPS.get(tag)
        found = None if meant is None else meant(value)
        if found is not None:
            return found
        if tag.startswith(_TEXTS) and isinstance(value.get("str"), str):
            return value["str"]
    return of_class(tag, value)


def of_class(tag: str, value: Value) -> Value:
    """A value with the class, or the foreign tag, that it was written under."""
    for prefix in _RUBY:
        if tag.startswith(prefix):
            name = tag.removeprefix(prefix)
            kind = next((kind for kind in _KINDS if name.startswith(kind)), "")
            return object_of(name.removeprefix(kind) or name, value)
    return marked("$tag", tag, value)


def object_of(name: str, value: Value) -> Value:
    """An object: its attributes beside the name of its class."""
    return marked(CLASS, name, value)


def marked(mark: str, name: str, value: Value) -> Value:
    """A map with one more key; another value, or a map that has that key, goes under ``value``."""
    if isinstance(value, dict) and mark not in value:
        return {mark: name, **value}
    return {mark: name, "value": value}


def _binary(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise CodecError("A !binary scalar is not base64.") from None


def members(value: dict[Value, Value]) -> Value:
    """The members of a set are the keys of its hash."""
    inner = value.get("hash", value)
    if not isinstance(inner, dict):
        return None
    pairs = inner.get("$map")
    if len(inner) == 1 and isinstance(pairs, list):
        return [pair[0] for pair in pairs]
    return list(inner)


def _zoned(value: dict[Value, Value]) -> Value:
    """The moment itself; its zone and its wall clock say the same again."""
    utc = value.get("utc")
    return utc if isinstance(utc, str) else None


_SCALARS: Final[dict[str, Callable[[str], Value]]] = {
    "!binary": _binary,
    _YAML + "binary": _binary,
    "!ruby/object:BigDecimal": big_decimal,
    "!ruby/object:DateTime": time_text,
}
_MAPS: Final[dict[str, Callable[[dict[Value, Value]], Value]]] = {
    "!ruby/object:Set": members,
    "!ruby/set": members,
    _YAML + "set": members,
    "!ruby/object:ActiveSupport::TimeWithZone": _zoned,
}
