"""Broadway's ``{"class": …, "payload": …}`` pairs inside a payload.

The reflection serializer of Broadway wraps every object in such a pair, at any depth; the
object's own fields are taken out of it. The outermost pair is the event itself and stays: the
layout says where its fields are. A pair is a map of exactly these two keys whose class is the
name of a PHP class with a namespace.

Imports the standard library only. Promises not to change its input, and to hand back the very
same object where there is no pair inside.

Source: broadway 2.5, ``Broadway\\Serializer\\ReflectionSerializer``.
"""

from __future__ import annotations

import re
from typing import Final

from inspector.core.payloads import Value

_CLASS: Final = re.compile(r"\\?[A-Za-z_]\w*(?:\\[A-Za-z_]\w*)+\Z")
_PAIR: Final = frozenset({"class", "payload"})


def refine(value: Value) -> Value:
    """The value with all pairs inside it taken off."""
    if value.__class__ is dict and value.keys() == _PAIR:
        inner = _unwrapped(value["payload"])
        return value if inner is value["payload"] else {**value, "payload": inner}
    return value


def _unwrapped(value: Value) -> Value:
    if value.__class__ is dict:
        if value.keys() == _PAIR and _names_a_class(value["class"]):
            return _unwrapped(value["payload"])
        made = {key: _unwrapped(item) for key, item in value.items()}
        return made if any(made[key] is not value[key] for key in value) else value
    if value.__class__ is list:
        items = [_unwrapped(item) for item in value]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value


def _names_a_class(name: Value) -> bool:
    return isinstance(name, str) and _CLASS.match(name) is not None


class PhpWrappings:
    """The refiner ``php-wrappings``."""

    name = "php-wrappings"

    def refine(self, value: Value) -> Value:
        """The value with all pairs inside it taken off."""
        return refine(value)


REFINER: Final = PhpWrappings()
