"""Jackson's type information inside JSON: default typing, which writes a class beside a value.

A value is written as a pair, ``["java.math.BigDecimal", 12.50]`` or ``["com.shop.Money", {…}]``;
other settings put ``@class`` into the map. Of classes of Java's own library only the value is kept;
the class of any other map stays visible as ``@class`` in it. No class is looked for.

A list of two texts of which the first happens to be a class of Java's would be taken for such a
pair, so that only layouts of libraries that use Jackson name this refiner.

Imports the standard library only. Promises not to change its input, and to hand back the very same
object where there is no such pair.

Source: jackson-databind 2, ``ObjectMapper.activateDefaultTyping``, ``As.WRAPPER_ARRAY``.
"""

from __future__ import annotations

import re
from typing import Final

from inspector.core.payloads import Value

CLASS: Final = "@class"
_NAME: Final = re.compile(r"[a-z]\w*(?:\.[a-z]\w*)*\.[A-Z][\w$]*\Z", re.ASCII)
_OWN: Final = ("java.", "javax.", "scala.", "kotlin.")


class JacksonTypes:
    """The refiner ``jackson-types``."""

    name = "jackson-types"

    def refine(self, value: Value) -> Value:
        """The value without the pairs."""
        if isinstance(value, dict):
            made = {key: self.refine(item) for key, item in value.items()}
            return made if any(made[key] is not value[key] for key in value) else value
        if not isinstance(value, list):
            return value
        if len(value) == 2 and isinstance(value[0], str) and _NAME.match(value[0]):
            taken = self._pair(value[0], value[1])
            if taken is not _NONE:
                return taken
        items = [self.refine(item) for item in value]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value

    def _pair(self, name: str, held: Value) -> Value:
        if name.startswith(_OWN):
            return self.refine(held)
        if isinstance(held, dict) and CLASS not in held:
            return {CLASS: name, **self.refine(held)}
        return _NONE


_NONE: Final = object()

REFINER: Final = JacksonTypes()
