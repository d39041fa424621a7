"""What happened and what snapshots hold of it; values that can be compared; effects.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from inspector.core.expressions.lexer import quoted
from inspector.core.suggesting.shapes import number_of

MOST_PATHS: Final = 40
DEEPEST: Final = 24
NONE: Final = ("missing",)
"""In place of a value that is not there."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a stream, in its newest form as far as that is known.

    Attributes:
        name: what the event is called.
        data: its payload, as far as it is known without guessing how an old form became new.
        led: its payload in the newest form, guesses included; ``None`` where it has none.
    """

    name: str
    data: Any
    led: Any


@dataclass(frozen=True, slots=True)
class Witness:
    """A snapshot and the events before it.

    Attributes:
        stream, version: where it stands.
        events: the stream's events up to it, oldest first.
        state: what it holds.
    """

    stream: str
    version: int | None
    events: Sequence[Happened]
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """What events of one name do to a field.

    Attributes:
        event: name of the events.
        verb: ``set``, ``add``, ``append`` or ``delete``.
        value: as TOML.
        tells: snapshots in which this effect was the one that showed; ``agreed`` of them as stored.
    """

    event: str
    verb: str
    value: str
    tells: int = 0
    agreed: int = 0


@dataclass(frozen=True, slots=True)
class Explained:
    """Effects that explain a field.

    Attributes:
        effects: one for each kind of event.
        agreed, cases: snapshots that come out as stored, of all that could be told.
        others: combinations that fit as well.
    """

    effects: tuple[Effect, ...] = field(default=())
    agreed: int = 0
    cases: int = 0
    others: int = 0


def plain(value: Any, depth: int = DEEPEST) -> Any:
    """A value that can be compared and hashed: by meaning, not by form.

    What is nested deeper than anybody writes by hand counts as one opaque thing.
    """
    if isinstance(value, dict | list):
        return _plain_whole(value, depth)
    number = number_of(value)
    if number is not None:
        return ("n", number.normalize() + 0)
    if value is None or isinstance(value, bool | str):
        return (type(value).__name__, value)
    return ("x", str(value))


def _plain_whole(value: dict[Any, Any] | list[Any], depth: int) -> Any:
    """A map or list; an empty one of either kind is the same."""
    if not value or not depth:
        return ("empty",) if not value else ("x", type(value).__name__)
    if isinstance(value, dict):
        return ("m", frozenset((str(key), plain(inner, depth - 1)) for key, inner in value.items()))
    return ("l", tuple(plain(one, depth - 1) for one in value))


def read(data: Any, path: str) -> Any:
    """The value at a dotted path; :data:`NONE` where nothing is."""
    for key in path.split("."):
        if not isinstance(data, dict) or key not in data:
            return NONE
        data = data[key]
    return data


def paths_in(data: Any, depth: int = 2) -> Iterator[str]:
    """Paths of a payload, dotted; identifiers only."""
    if not isinstance(data, dict):
        return
    for key, value in list(data.items())[:MOST_PATHS]:
        if isinstance(key, str) and key.isidentifier():
            yield key
            if depth > 1:
                yield from (f"{key}.{inner}" for inner in paths_in(value, depth - 1))


def mapped(element: Mapping[str, Any], root: str, prefix: str = "", sample: Any = None) -> Any:
    """A map with the element's keys, each out of the key of the same name, or null."""
    places: dict[str, str] = {}
    for key in element:
        inside = sample is None or read(sample, f"{prefix}{key}") is not NONE
        beside = sample is not None and not inside and read(sample, key) is not NONE
        if inside and (sample is not None or element[key] is not None):
            places[key] = f"{prefix}{key}"
        elif beside:
            places[key] = key
    parts = (f"{key}: {root}{places[key]}" if key in places else f"{key}: null" for key in element)
    text = "{" + ", ".join(parts) + "}"

    def make(data: Any) -> Any:
        made = {key: read(data, places[key]) if key in places else None for key in element}
        return NONE if any(value is NONE for value in made.values()) else made

    return text, make


def constant_text(goal: Any) -> str:
    """A comparable value as TOML, where it is simple; empty where it is not."""
    kind = goal[0]
    if kind == "empty":
        return "[]"
    if kind == "NoneType":
        return '"null"'
    if kind == "bool":
        return "true" if goal[1] else "false"
    if kind == "n" and goal[1] in (0, 1):
        return str(int(goal[1]))
    if kind == "str" and len(goal[1]) <= 40 and goal[1].isprintable():
        text = quoted(goal[1])
        return "" if '"' in text or "\\" in text else f'"{text}"'
    return ""


class FieldView:
    """One field of the state, in all snapshots that hold it.

    Attributes:
        name: the field.
        all: the snapshots; ``goals`` what they hold, as comparable values.
        first: names of events that streams begin with.
    """

    def __init__(self, name: str, witnesses: Sequence[Witness], first: frozenset[str]) -> None:
        self.name = name
        self.all = witnesses
        self.goals = [plain(one.state.get(name, NONE)) for one in witnesses]
        self.first = first

    def fullest(self, name: str) -> Any:
        """The payload of events of a name that says most."""
        found = [e.data for one in self.all for e in one.events if e.name == name]
        maps = [data for data in found if isinstance(data, dict)]
        return max(maps, key=len, default=None)
