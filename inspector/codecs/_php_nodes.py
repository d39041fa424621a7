"""PHP's two notations with nothing lost: ``serialize()``, and JSON as ``json_encode()`` writes it.

What is read here was read before by the codecs, which bound its size and depth. References and
forms that only a class knows are refused: what they mean, nobody but the application knows.

Imports the standard library and the nodes. Promises that what is read and written again is what
it was, or that reading fails.

Format: ``ext/standard/var.c``, ``ext/json/json_encoder.c`` and ``main/snprintf.c`` of PHP 7.1 to 8.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from json.encoder import encode_basestring_ascii
from typing import Any, Final

from inspector.codecs._api import CodecError
from inspector.codecs._nodes import FLOAT, LIST, MAP, NULL, OBJECT, TEXT, TRUTH, WHOLE, Node

_INDEX: Final = re.compile(r"(?:0|-?[1-9]\d{0,17})\Z")
_SCALAR: Final = re.compile(rb"(?:N|b:(?P<b>[01])|i:(?P<i>-?\d+)|d:(?P<d>-?[\d.]+(?:E[+-]\d+)?));")
_COUNTED: Final = re.compile(rb'(?:s:(?P<s>\d+):"|a:(?P<a>\d+):\{|O:(?P<o>\d+):")')
_LARGEST: Final = 17
"""So many digits before the point PHP writes at most without an exponent."""


def read_serialized(data: bytes) -> Node:
    """The value that fills the bytes.

    Raises:
        CodecError: it holds what cannot be written again.
    """
    node, at = _read(data, 0)
    if at != len(data):
        raise CodecError("something follows the PHP value")
    return node


def _read(data: bytes, at: int) -> tuple[Node, int]:
    found = _SCALAR.match(data, at)
    if found is not None:
        return _scalar(found), found.end()
    found = _COUNTED.match(data, at)
    if found is None:
        raise CodecError("the snapshots hold parts of PHP that are read, but not written")
    if found["s"] is not None:
        text, at = _text(data, found.end(), int(found["s"]))
        return Node(TEXT, text), at + 1
    if found["a"] is not None:
        items, at = _entries(data, found.end(), int(found["a"]))
        is_list = all(key == i for i, (key, _) in enumerate(items))
        items = [(None if is_list else str(key), item) for key, item in items]
        return Node(LIST if is_list else MAP, items=items), at
    name, at = _text(data, found.end(), int(found["o"]))
    count = re.compile(rb":(\d+):\{").match(data, at)
    if count is None or not isinstance(name, str):
        raise CodecError("an object is damaged")
    items, at = _entries(data, count.end(), int(count[1]))
    return Node(OBJECT, items=items, name=name), at


def _scalar(found: re.Match[bytes]) -> Node:
    if found["b"] is not None:
        return Node(TRUTH, found["b"] == b"1")
    if found["i"] is not None:
        return Node(WHOLE, int(found["i"]))
    return Node(NULL) if found["d"] is None else Node(FLOAT, found["d"].decode())


def _text(data: bytes, at: int, size: int) -> tuple[str | bytes, int]:
    """So many bytes, and where the quote behind them ends."""
    part = data[at : at + size]
    try:
        return part.decode("utf-8"), at + size + 1
    except UnicodeDecodeError:
        return part, at + size + 1


def _entries(data: bytes, at: int, count: int) -> tuple[list[tuple[Any, Node]], int]:
    items: list[tuple[Any, Node]] = []
    for _ in range(count):
        key, at = _read(data, at)
        if key.kind not in (WHOLE, TEXT) or isinstance(key.value, bytes):
            raise CodecError("a key is no text")
        item, at = _read(data, at)
        items.append((key.value, item))
    return items, at + 1


def write_serialized(node: Node) -> bytes:
    """The node as ``serialize()`` writes it."""
    if node.kind == NULL:
        return b"N;"
    if node.kind == TRUTH:
        return b"b:1;" if node.value else b"b:0;"
    if node.kind == WHOLE:
        return b"i:%d;" % _whole(node.value)
    if node.kind == FLOAT:
        return f"d:{php_float(node.value, 'E')};".encode()
    if node.kind == TEXT:
        return b"s:%s;" % _quoted(node.value)
    return _container(node)


def _container(node: Node) -> bytes:
    items = list(enumerate(item for _, item in node.items)) if node.kind == LIST else node.items
    entries = b"".join(_key(key) + write_serialized(item) for key, item in items)
    head = b"a" if node.kind != OBJECT else b"O:" + _quoted(node.name)
    return b"%s:%d:{%s}" % (head, len(items), entries)


def _key(key: Any) -> bytes:
    """PHP takes a text that spells a whole number for that number."""
    if isinstance(key, int) or _INDEX.match(key):
        return b"i:%d;" % int(key)
    return b"s:%s;" % _quoted(key)


def _quoted(text: str | bytes) -> bytes:
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    return b'%d:"%s"' % (len(data), data)


def _whole(number: int) -> int:
    if not -(1 << 63) <= number < 1 << 63:
        raise CodecError(f"PHP has no whole number {number}")
    return number


def php_float(text: str, sign: str) -> str:
    """A binary number with the fewest digits that tell it, as PHP spells it.

    Raises:
        CodecError: it has more digits than a binary number keeps.
    """
    number = float(text)
    if Decimal(repr(number)) != Decimal(text):
        raise CodecError(f"the number {text} has more digits than PHP keeps")
    negative, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    if not isinstance(exponent, int):
        raise CodecError("it is no number")
    shown = "".join(map(str, digits))
    point = len(shown) + exponent  # how many digits stand before the point
    minus = "-" if negative else ""
    if number and (point < -3 or point > _LARGEST):
        power = point - 1
        mark = f"{sign}{'-' if power < 0 else '+'}{abs(power)}"
        return f"{minus}{shown[0]}.{shown[1:] or '0'}{mark}"
    if point <= 0:
        return f"{minus}0.{'0' * -point}{shown}" if number else f"{minus}0"
    if point >= len(shown):
        return f"{minus}{shown}{'0' * (point - len(shown))}"
    return f"{minus}{shown[:point]}.{shown[point:]}"


# -- JSON ------------------------------------------------------------------------------------------


def read_json(text: str) -> Node:
    """A JSON text; errors as :func:`read_serialized`."""
    try:
        found = json.loads(
            text,
            parse_float=lambda t: Node(FLOAT, t),
            object_pairs_hook=lambda p: Node(MAP, items=p),
        )
    except ValueError as error:
        raise CodecError("the snapshots hold no JSON") from error
    return _json_node(found)


def _json_node(found: Any) -> Node:
    if isinstance(found, Node):
        found.items = [(key, _json_node(item)) for key, item in found.items]
        return found
    if isinstance(found, list):
        return Node(LIST, items=[(None, _json_node(item)) for item in found])
    if found is None or isinstance(found, bool):
        return Node(NULL) if found is None else Node(TRUTH, found)
    return Node(TEXT if isinstance(found, str) else WHOLE, found)


def write_json(node: Node) -> str:
    """The node as ``json_encode()`` writes it without any flags."""
    if node.kind == MAP:
        entries = (f"{_json_text(str(key))}:{write_json(item)}" for key, item in node.items)
        return f"{{{','.join(entries)}}}"
    if node.kind == LIST:
        return f"[{','.join(write_json(item) for _, item in node.items)}]"
    return _json_scalar(node)


def _json_scalar(node: Node) -> str:
    if node.kind == TEXT:
        return _json_text(node.value)
    if node.kind == WHOLE:
        return str(_whole(node.value))
    if node.kind == TRUTH:
        return "true" if node.value else "false"
    if node.kind == FLOAT:
        spelt = php_float(node.value, "e")
        kept = "." in node.value and "." not in spelt  # JSON_PRESERVE_ZERO_FRACTION
        return f"{spelt}.0" if kept else spelt
    return "null"


def _json_text(text: str) -> str:
    return encode_basestring_ascii(text).replace("/", "\\/")
