"""Well-known names in metadata: who did it, for whom, and what it belongs to.

Most stores have no column for the correlation, the cause, the actor or the tenant; the
applications put them into the metadata under one of a few usual names. They are looked for in
the metadata, in maps inside it that usually hold them (``properties``, ``headers`` …), and in
a ``metadata`` or ``meta`` map inside the payload, but never among the business data itself: a
``user_id`` there may be anybody. Nearer to the top wins, then the plainer name.

A layout that knows better says so; this is for what it leaves open. Imports ``inspector.core``
only. Never raises, whatever the metadata is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from inspector.core.paths import ROOT, Path
from inspector.core.payloads import Value

# Names as they are without signs and capitals, the best first.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "correlation_id": ("correlationid", "xcorrelationid", "correlation", "correlationkey"),
    "causation_id": ("causationid", "xcausationid", "causation", "causeid", "causedbyid"),
    "actor": (
        "actorid", "actor", "userid", "user", "username", "performedby", "performedbyid",
        "principal", "principalid", "issuedby", "initiatedby", "executedby", "triggeredby",
        "createdby", "requestedby", "operator", "operatorid", "useremail",
    ),
    "tenant": ("tenantid", "tenant", "xtenantid", "tenantkey", "tenantname"),
}  # fmt: skip
_ROLES: Final = {
    name: (fact, rank) for fact, names in _NAMES.items() for rank, name in enumerate(names)
}
_HOLDERS: Final = frozenset(
    {
        "properties", "extensions", "headers", "domain", "metadata", "meta", "context", "custom",
        "attributes", "causation", "correlation", "action", "envelope", "data", "extra",
    }
)  # fmt: skip
_CAUSES: Final = frozenset({"event", "message", "command"})
_WITHIN: Final = ("id", "name", "username", "email")
_IN_PAYLOAD: Final = ("metadata", "meta")
_DEPTH: Final = 4
_LONGEST_NAME: Final = 40
_CAUSE: Final = ("causation_id", 0)

_Map = dict[Any, Value]
_Found = tuple[int, str, Path, str]  # rank of the name, cell, path, text


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about an event, found in its metadata.

    Attributes:
        value: as text.
        cell: ``metadata`` or ``payload``; ``path``: where in it.
    """

    value: str
    cell: str
    path: Path


def facts(meta: Value, data: Value = None) -> dict[str, str | None]:
    """``correlation_id``, ``causation_id``, ``actor`` and ``tenant``, as far as they are there."""
    return dict.fromkeys(_NAMES) | known_facts(meta, data)


def known_facts(meta: Value, data: Value = None) -> dict[str, str]:
    """Only those that are there: in most events of many stores none, which is told at once."""
    if meta is None and not (isinstance(data, dict) and ("metadata" in data or "meta" in data)):
        return {}
    return {name: found[3] for name, found in _find(meta, data).items()}


def find_facts(meta: Value, data: Value = None) -> dict[str, Fact]:
    """The same with the place where each was found.

    Args:
        meta: the decoded metadata, of any kind.
        data: the decoded payload, of any kind.
    """
    return {
        name: Fact(text, cell, path) for name, (_, cell, path, text) in _find(meta, data).items()
    }


def _find(meta: Value, data: Value) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    if isinstance(meta, dict):
        _search(meta, "metadata", ROOT, found)
    if isinstance(data, dict) and len(found) < len(_NAMES):
        for name in _IN_PAYLOAD:
            inner = data.get(name)
            if isinstance(inner, dict) and inner is not meta:
                _search(inner, "payload", (name,), found)
    return found


def _search(top: _Map, cell: str, path: Path, found: dict[str, _Found]) -> None:
    """Look level by level; facts that are known already stay."""
    level = [(path, top)]
    for _ in range(_DEPTH):
        best: dict[str, _Found] = {}
        deeper: list[tuple[Path, _Map]] = []
        for place, values in level:
            _look(values, cell, place, best, deeper)
        for name, fact in best.items():
            found.setdefault(name, fact)
        if not deeper or len(found) == len(_NAMES):
            return
        level = deeper


def _look(
    values: _Map, cell: str, place: Path, best: dict[str, _Found], deeper: list[tuple[Path, _Map]]
) -> None:
    """Facts that a map names itself, and maps inside it that may name more."""
    within = place[-1] if place else ""
    causing = within in _CAUSES
    for key, value in values.items():
        if value is None or not isinstance(key, str) or len(key) > _LONGEST_NAME:
            continue
        role, plain = _role(key)
        if causing and key == "id":
            role = _CAUSE
        if role is not None:
            _take(role, (cell, (*place, key)), value, best)
        if isinstance(value, dict) and (plain in _HOLDERS or (plain and within == "causation")):
            deeper.append(((*place, key), value))


def _take(
    role: tuple[str, int], where: tuple[str, Path], value: Value, best: dict[str, _Found]
) -> None:
    """Keep a fact, unless a plainer name told it already."""
    name, rank = role
    if name in best and best[name][0] <= rank:
        return
    cell, path = where
    if isinstance(value, dict):
        for inner in _WITHIN:
            if (text := _text(value.get(inner))) is not None:
                best[name] = (rank, cell, (*path, inner), text)
                return
    elif (text := _text(value)) is not None:
        best[name] = (rank, cell, path, text)


@lru_cache(maxsize=4096)
def _role(key: str) -> tuple[tuple[str, int] | None, str]:
    """What a key tells, with the rank of the name, and the name of a map to look into."""
    plain = "".join(filter(str.isalnum, key)).lower()
    return _ROLES.get(plain), plain if plain in _HOLDERS or plain in _CAUSES else ""


def _text(value: Value) -> str | None:
    if isinstance(value, str):
        return value or None
    if isinstance(value, (int, UUID)) and not isinstance(value, bool):
        return str(value)
    return None
