"""Filters made by chance out of what a store really holds, and of what is nearly that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inspector.core.expressions.lexer import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from inspector.core.events import Event

TEXTS = {
    "type": "type", "id": "id", "correlation": "correlation_id", "causation": "causation_id",
    "actor": "actor", "tenant": "tenant", "name": "type",
}  # fmt: skip
NUMBERS = {"version": "position", "global_position": "global_position"}
TIMES = {"time": "recorded_at", "valid_time": "valid_at"}
ODD = (
    "null",
    "true",
    "5",
    "'5'",
    "''",
    "'%'",
    "'한글'",
    "1.5",
    "[1]",
    "2h",
    "-3",
    "data.x",
    "meta",
)


class FilterMaker:
    """Makes filters for the events of one store.

    Args:
        random: decides.
        events: what the store holds.
    """

    def __init__(self, random: Random, events: Sequence[Event]) -> None:
        self._random = random
        self._events = events

    def make(self, depth: int = 3) -> str:
        """The text of a filter."""
        if depth == 0 or self._random.random() < 0.35:
            return self._leaf()
        if self._random.random() < 0.25:
            return f"not ({self.make(depth - 1)})"
        word = self._random.choice(("and", "or"))
        return f"({self.make(depth - 1)}) {word} ({self.make(depth - 1)})"

    def _leaf(self) -> str:  # noqa: PLR0911 one case for each kind of condition
        kind = self._random.randrange(12)
        if kind < 4:
            return self._text(self._random.choice([*TEXTS, "category", "stream"]))
        if kind < 6:
            return self._number(self._random.choice(list(NUMBERS)))
        if kind < 8:
            return self._time(self._random.choice(list(TIMES)))
        if kind == 8:
            return self._among(self._random.choice([*TEXTS, "category", "stream"]))
        if kind == 9:
            return f"schema_version {self._sign()} {self._random.choice(('1', '2', quoted('1')))}"
        if kind == 10:
            return self._random.choice(
                ("has(data.amount)", "size > 100", "true", "false", "'e'", "data == null",
                 "schema_version == null", "findings == []", "meta.x == 1")
            )  # fmt: skip
        name = self._random.choice([*TEXTS, *NUMBERS, *TIMES, "stream", "schema_version"])
        return f"{name} {self._sign()} {self._random.choice(ODD)}"

    def _sign(self) -> str:
        return self._random.choice(("==", "!=", "<", "<=", ">", ">="))

    def _value(self, name: str) -> str:
        event = self._random.choice(self._events)
        if name == "stream":
            return event.stream.name
        if name == "category":
            return event.stream.category or ""
        text = str(getattr(event, TEXTS[name]) or "")
        return text.encode("utf-8", "replace").decode()

    def _text(self, name: str) -> str:
        value = self._value(name)
        way = self._random.randrange(9)
        if way == 0:
            value = value.swapcase()
        elif way == 1:
            value += " "
        elif way == 2 and value:
            cut = self._random.randrange(len(value)) + 1
            value = value[:cut] if self._random.random() < 0.5 else value[-cut:]
        sign = self._random.choice(
            ("==", "==", "!=", "contains", "startswith", "endswith", "<", ">=", "matches")
        )
        if sign == "matches":
            return f"{name} matches '^[a-zA-Z]'"
        if self._random.random() < 0.15 and sign in ("==", "!="):
            return f"{quoted(value)} {sign} {name}"
        return f"{name} {sign} {quoted(value)}"

    def _among(self, name: str) -> str:
        values = [quoted(self._value(name)) for _ in range(self._random.randrange(1, 4))]
        if self._random.random() < 0.3:
            values.append(self._random.choice(("null", "5")))
        return f"{name} in [{', '.join(values)}]"

    def _number(self, name: str) -> str:
        stored = getattr(self._random.choice(self._events), NUMBERS[name])
        value = stored + self._random.randrange(-1, 2) if isinstance(stored, int) else 3
        if self._random.random() < 0.2:
            return f"{name} between {value} and {value + 3}"
        if self._random.random() < 0.1:
            return f"{value} {self._sign()} {name}"
        written = f"{value}.5" if self._random.random() < 0.1 else str(value)
        return f"{name} {self._sign()} {written}"

    def _time(self, name: str) -> str:
        found: Any = getattr(self._random.choice(self._events), TIMES[name])
        text = "2024-01-01" if found is None or found.zone == "unreadable" else found.text
        if self._random.random() < 0.2:
            text = text[:10]
        if self._random.random() < 0.2:
            return f"{name} > now() - 2000d"
        return f"{name} {self._sign()} {quoted(text)}"
