"""Maps of binary formats, whose keys may be anything and may even be equal.

JSON has text keys only; MessagePack and Erlang terms do not stop there. A key that Python
cannot hold, or two keys that Python takes for one (``1`` and ``true``, an atom and a text
of the same letters), must not lose an entry.

Imports the standard library only.
"""

from __future__ import annotations

from collections.abc import Sequence

from inspector.core.payloads import Value


def make_map(pairs: Sequence[tuple[Value, Value]]) -> dict[Value, Value]:
    """A dict, or ``{"$map": [[key, value], ...]}`` when a dict would lose or refuse a key."""
    try:
        made = dict(pairs)
    except TypeError:  # a list or a map as key
        return {"$map": [list(pair) for pair in pairs]}
    if len(made) == len(pairs):
        return made
    return {"$map": [list(pair) for pair in pairs]}
