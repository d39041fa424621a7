"""What stored types could be called, and which namespaces and version suffixes they carry.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_PREFIX: Final = re.compile(r"^(.*[.:/\\])?([^.:/\\]+)$", re.DOTALL)
_SUFFIX: Final = re.compile(r"^(\w*?[^\W\d_])[._-]?[vV](\d{1,2})$")


@dataclass(frozen=True, slots=True)
class Name:
    """A stored type taken apart.

    Attributes:
        stored: as stored.
        prefix: the namespace, with its last sign.
        event: what is left.
        version: the number that its end names, or ``None``.
    """

    stored: str
    prefix: str
    event: str
    version: int | None


def named(stored: Iterable[str]) -> Mapping[str, Name]:
    """Names by stored type.

    A number at the end is a version only where the same name without it, or with another number,
    is stored, too. Names that would then be the same for two namespaces keep their last part.
    """
    parts = {one: _apart(one) for one in stored}
    ends = {one: _SUFFIX.match(event) for one, (_, event) in parts.items()}
    plain = {(prefix, event) for prefix, event in parts.values()}
    numbered = Counter(
        (parts[one][0], suffix[1]) for one, suffix in ends.items() if suffix is not None
    )
    found: dict[str, Name] = {}
    for one, (prefix, event) in parts.items():
        suffix = ends[one]
        family = None if suffix is None else (prefix, suffix[1])
        if suffix is not None and (family in plain or numbered[prefix, suffix[1]] > 1):
            found[one] = Name(one, prefix, suffix[1], int(suffix[2]))
        else:
            found[one] = Name(one, prefix, event, None)
    families = {(n.prefix, n.event) for n in found.values() if n.version is not None}
    for one, name in found.items():
        if name.version is None and (name.prefix, name.event) in families:
            found[one] = Name(one, name.prefix, name.event, 1)
    return found


def _apart(stored: str) -> tuple[str, str]:
    match = _PREFIX.match(stored)
    return ("", stored) if match is None else (match[1] or "", match[2])


def pattern_text(text: str) -> str:
    """A text as a pattern that matches just it."""
    return re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", text)
