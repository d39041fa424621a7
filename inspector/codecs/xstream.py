r"""XML as XStream writes Java objects: Axon's older stores.

An element with other elements in it is an object: a map of its fields. An element whose children
are named like classes is a list, one with ``entry`` children a map. A class that is written down
is shown as ``$class``. Texts are exact; numbers and truth values are such only where the XML says
so (``<int>7</int>``), since a field does not tell its type. ``reference`` is replaced by what it
points to, and one that points to an object around it stays as ``{"$reference": path}``.

Imports expat and the contract of this package. Promises that nothing outside the cell is read,
that a document type (and with it every entity) is refused, and that references cannot make a
value grow beyond the limit.

Source: XStream 1.4, "Converters", "Aliases", ``XPath`` references and ``XmlFriendlyNameCoder``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from xml.parsers import expat

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read
from inspector.codecs._limits import MAX_DEPTH, TOO_DEEP
from inspector.codecs._maps import make_map
from inspector.codecs._spending import Spending
from inspector.core.payloads import DecimalText, Value

_BEGIN = re.compile(rb"\s*<[?A-Za-z_!]")
_WHOLE = frozenset({"int", "long", "short", "byte", "big-int"})
_REAL = frozenset({"double", "float"})
_SCALARS = _WHOLE | _REAL | {"string", "boolean", "big-decimal", "char", "null", "uuid", "date"}
_COLLECTIONS = frozenset(
    {
        "list", "linked-list", "set", "linked-hash-set", "tree-set", "map", "linked-hash-map",
        "tree-map", "concurrent-hash-map", "vector", "entry", "meta-data", "properties",
    }
)  # fmt: skip
_LONGEST_NUMBER = 4300
_STEP = re.compile(r"(.+?)(?:\[([0-9]{1,9})\])?\Z")


@dataclass(slots=True)
class _Element:
    """One element while it is read.

    Attributes:
        places: how often a name was seen among the children, for paths.
        cost: what the value costs written out.
    """

    name: str
    attributes: dict[str, str]
    around: _Element | None
    texts: list[str] = field(default_factory=list)
    children: list[_Element] = field(default_factory=list)
    named: dict[str, list[_Element]] = field(default_factory=dict)
    value: Value = None
    closed: bool = False
    cost: int = 0


class XStream:
    """The codec ``xstream``."""

    name = "xstream"

    def score(self, raw: Raw) -> int:
        """By the first sign."""
        start = raw[:64].encode("utf-8", "replace") if isinstance(raw, str) else raw[:64]
        return 60 if _BEGIN.match(start.removeprefix(b"\xef\xbb\xbf")) else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The whole document; errors as :meth:`read_within`."""
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same with a limit of the reader's own.

        Raises:
            CodecError: no XML, or with a document type, or nested too deep.
            TooLarge: references make it larger than the limit.
        """
        return Read(_Reading(limit).read(raw))


class _Reading:
    """One document."""

    def __init__(self, limit: int) -> None:
        self._spending = Spending(limit)
        self._here: _Element | None = None
        self._root: _Element | None = None
        self._depth = 0

    def read(self, raw: Raw) -> Value:
        parser = expat.ParserCreate("utf-8" if isinstance(raw, str) else None)
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(raw.encode("utf-8") if isinstance(raw, str) else raw, True)
        except UnicodeEncodeError:
            raise CodecError("The text is no UTF-8, and so no XML.") from None
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise CodecError(f"Not XML: {error}.") from None
        if self._root is None:
            raise CodecError("Not XML: there is no element.")
        return self._root.value

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH // 2:  # an element may become two levels
            raise CodecError(TOO_DEEP)
        element = _Element(name, attributes, self._here)
        if self._here is None:
            self._root = element
        else:
            self._here.children.append(element)
            self._here.named.setdefault(name, []).append(element)
        self._here = element

    def _text(self, text: str) -> None:
        if self._here is not None:
            self._here.texts.append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        element = self._here
        if element is None:  # expat has checked that ends match beginnings
            raise CodecError(f"{name} ends and never began.")
        before = self._spending.spent
        target = element.attributes.get("reference")
        if target is not None and not element.children:
            self._refer(element, target)
        else:
            element.value = _value(element)
            self._spending.spend(len(name) + sum(map(len, element.texts)))
        element.cost = self._spending.spent - before + sum(c.cost for c in element.children)
        element.closed = True
        self._here = element.around

    def _refer(self, element: _Element, path: str) -> None:
        found = _follow(element, path, self._root)
        if found is None or not found.closed:
            element.value = {"$reference": path}
            self._spending.spend(len(path))
            return
        self._spending.spend(found.cost)
        element.value = found.value


def _refuse(*_: object) -> None:
    raise CodecError("The XML brings a document type, which could define entities; it is not read.")


def _follow(element: _Element, path: str, root: _Element | None) -> _Element | None:
    """The element at a path: ``../field[2]`` from this one, ``/root/field`` from the top."""
    here: _Element | None = element
    steps = path.split("/")
    if path.startswith("/"):
        here, steps = root, steps[2:]
    for step in steps:
        if here is None:
            return None
        if step == "..":
            here = here.around
        elif step not in ("", "."):
            here = _child(here, step)
    return here


def _child(element: _Element, step: str) -> _Element | None:
    found = _STEP.match(step)
    if found is None:
        return None
    same, index = element.named.get(found[1], []), int(found[2] or 1) - 1
    return same[index] if 0 <= index < len(same) else None


# -- values -------------------------------------------------------------------------------


def _value(element: _Element) -> Value:
    text = "".join(element.texts)
    kind = element.attributes.get("class", element.name)
    if not element.children:
        return _leaf(element, kind, text)
    if all(child.name == "entry" for child in element.children):
        return _map(element)
    if kind in _COLLECTIONS - {"entry"} or all(_is_item(child) for child in element.children):
        return [_item(child) for child in element.children]
    return _fields(element, text)


def _leaf(element: _Element, kind: str, text: str) -> Value:
    if kind in _COLLECTIONS and not text.strip():
        return {} if kind.endswith("map") or kind in ("meta-data", "properties") else []
    if kind == "null":
        return None
    others = _marks(element)
    if element.around is None and kind not in _SCALARS and not text.strip():
        return {"$class": _name(element.name), **others}
    value = _scalar(kind, text)
    return value if not others else {**others, "$text": value}


def _scalar(kind: str, text: str) -> Value:
    """A number or truth value where the class says so and the text is one; else the text."""
    reader = _READERS.get(kind)
    if reader is None or len(text) > _LONGEST_NUMBER:
        return text
    try:
        return reader(text)
    except (ValueError, InvalidOperation, KeyError):
        return text


_READERS: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(_WHOLE, int),
    **dict.fromkeys(_REAL, Decimal),
    "big-decimal": DecimalText,
    "boolean": lambda text: {"true": True, "false": False}[text],
}


def _map(element: _Element) -> Value:
    pairs: list[tuple[Value, Value]] = []
    for entry in element.children:
        if len(entry.children) != 2:
            return [_item(child) for child in element.children]
        key, value = entry.children
        pairs.append((_item(key), _item(value)))
    return make_map(pairs)


def _is_item(child: _Element) -> bool:
    """Whether an element is named like a class: a member of a collection."""
    return "." in child.name or child.name in _SCALARS or child.name in _COLLECTIONS


def _item(child: _Element) -> Value:
    """A member of a collection, with its class."""
    if isinstance(child.value, dict) and "." in child.name and "reference" not in child.attributes:
        return {"$class": _name(child.name), **child.value}
    return child.value


def _fields(element: _Element, text: str) -> Value:
    value: dict[str, Value] = {}
    if element.around is None and element.name not in _COLLECTIONS:
        value["$class"] = _name(element.name)
    elif "class" in element.attributes:
        value["$class"] = element.attributes["class"]
    value |= _marks(element)
    for name, same in element.named.items():
        # Several of one name are a collection without an element of its own.
        value[_name(name)] = same[0].value if len(same) == 1 else [one.value for one in same]
    if text.strip():
        value["$text"] = text
    return value


def _marks(element: _Element) -> dict[str, Value]:
    """Attributes that are not XStream's own."""
    own = ("class", "reference", "serialization", "defined-in", "resolves-to", "id")
    return {f"@{name}": text for name, text in element.attributes.items() if name not in own}


def _name(name: str) -> str:
    """A Java name: XStream writes ``$`` as ``_-`` and ``_`` as ``__``."""
    return re.sub(r"_-|__", lambda found: "$" if found[0] == "_-" else "_", name)


CODEC = XStream()
