"""Values inside an event that an application encrypted, each with a key of its own.

Three things are told apart, because an auditor may only conclude from one of them: a value that is
*encrypted* (somebody may have the key), one whose *key was erased* (nobody can read it any more,
and that was the purpose), and one that is *corrupt* (the key is there and does not open it).

Such a value is a map with one key, so that it is seen wherever values are: ``$encrypted``,
``$key_erased`` or ``$corrupt``, with what is known of it. In a state it is never absent and never
known.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from inspector.core.paths import Path, key_part
from inspector.core.payloads import Value
from inspector.core.texts import tr


class Seal(enum.StrEnum):
    """What is the matter with a value that was encrypted."""

    ENCRYPTED = "$encrypted"
    ERASED = "$key_erased"
    CORRUPT = "$corrupt"


CODES: Final[Mapping[Seal, str]] = {
    Seal.ENCRYPTED: "value-encrypted",
    Seal.ERASED: "value-key-erased",
    Seal.CORRUPT: "value-corrupt",
}
"""Finding codes."""

_MARKS: Final = {seal.value: seal for seal in Seal}


def sealed_value(seal: Seal, **facts: Value) -> Value:
    """What stands in place of the value; facts are the name of the key, the cipher, the bytes."""
    return {seal.value: {name: fact for name, fact in facts.items() if fact is not None}}


def seal_of(value: Value) -> Seal | None:
    """Whether a value stands for one that cannot be read, and why it cannot."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    [mark] = value
    return _MARKS.get(mark) if isinstance(mark, str) else None


def key_name_of(value: Value) -> str:
    """The name of the key that such a value needs; empty where nobody knows it."""
    [facts] = value.values()
    name = facts.get("key") if isinstance(facts, dict) else None
    return "" if name is None else str(name)


def seal_text(value: Value) -> str:
    """Such a value in a few words: what is the matter with it, and the key it needs."""
    seal, key = seal_of(value), key_name_of(value)
    words = {
        Seal.ENCRYPTED: tr("encrypted"),
        Seal.ERASED: tr("key erased"),
        Seal.CORRUPT: tr("corrupt, its key does not open it"),
    }
    said = "" if seal is None else words[seal]
    return tr("{what} · key {name}", what=said, name=key) if key else said


def seals_in(value: Value) -> Iterator[tuple[Path, Seal, str]]:
    """Every such value inside another: where it is, what it is, and the name of its key."""
    open_parts: list[tuple[Path, Value]] = [((), value)]
    while open_parts:
        path, part = open_parts.pop()
        if isinstance(part, dict):
            seal = seal_of(part)
            if seal is not None:
                yield path, seal, key_name_of(part)
                continue
            inside: list[tuple[Any, Value]] = [(key_part(k), item) for k, item in part.items()]
        elif isinstance(part, list):
            inside = list(enumerate(part))
        else:
            continue
        below = [((*path, key), item) for key, item in inside if isinstance(item, dict | list)]
        open_parts.extend(reversed(below))


def opened(value: Value, convert: Callable[[Value], Value]) -> Value:
    """The value with its parts converted; the very same object where nothing was.

    Args:
        convert: gives another value for a part that is sealed, and the same for every other.
    """
    made = convert(value)
    if made is not value or seal_of(value) is not None:
        return made
    if isinstance(value, dict):
        parts = {key: opened(item, convert) for key, item in value.items()}
        return parts if any(parts[key] is not value[key] for key in value) else value
    if isinstance(value, list):
        items = [opened(item, convert) for item in value]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value
