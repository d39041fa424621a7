"""What is said to a replayer, and what is understood of its answers.

One JSON object a line, in both directions:

=====================================  ====================================================
we send                                it answers
=====================================  ====================================================
``{"hello": 1, "store": {…}}``         ``{"hello": 1, "name", "aggregates": […], "can": […]}``
``{"begin": id, "category": c}``       ``{"state": …}``
``{"event": {…}}``                     ``{"state": …, "upcast": [{type, schema_version, data}]}``
                                       or ``{"error": "…"}``
``{"snapshot": true}``                 ``{"snapshot": {type, schema_version, raw_base64 | data}}``
``{"end": true}``                      ``{"ok": true}``
=====================================  ====================================================

``can`` lists ``upcast``, ``fold``, ``snapshot``, and ``resume``: then ``begin`` may carry a
``state`` that the replayer itself once gave, to go on from there. A state that did not change may
be answered as ``{"same": true}``. Any answer may carry ``notes``, a list of sentences for the
user. Events may be sent in batches; answers come in the order of the questions.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from inspector.core.events import Event
from inspector.core.jsontext import to_json
from inspector.core.payloads import Value
from inspector.core.texts import tr

PROTOCOL: Final = 1
ABILITIES: Final = frozenset({"upcast", "fold", "snapshot", "resume"})
SHOWN: Final = 120
"""Characters of a wrong answer that are quoted."""


class Misunderstood(Exception):
    """An answer that the protocol does not know; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Hello:
    """What a replayer says of itself.

    Attributes:
        name: for people.
        aggregates: what it knows, in its own words.
        can: of ``upcast``, ``fold``, ``snapshot``, ``resume``.
    """

    name: str
    aggregates: tuple[str, ...]
    can: frozenset[str]


@dataclass(frozen=True, slots=True)
class UpcastForm:
    """An event as the application sees it."""

    type: str
    schema_version: str | int | None
    data: Value


@dataclass(frozen=True, slots=True)
class Folded:
    """The answer to one event.

    Attributes:
        state: the state after it; ``same`` when it is the one before.
        error: why the application could not apply it, or ``None``.
        upcast: the event in its current form, or ``None`` where the replayer does not say.
        notes: sentences for the user.
    """

    state: Value = None
    same: bool = False
    error: str | None = None
    upcast: tuple[UpcastForm, ...] | None = None
    notes: tuple[str, ...] = ()


def line(message: Mapping[str, Any]) -> bytes:
    """A message as it goes over the wire."""
    return to_json(dict(message)).encode() + b"\n"


def hello(store: Mapping[str, Any]) -> bytes:
    """The first message."""
    return line({"hello": PROTOCOL, "store": dict(store)})


def event(event: Event) -> bytes:
    """One event as stored: decoded values, and the stored bytes beside them."""
    raw = event.payload.raw
    content = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    recorded = event.recorded_at
    return line(
        {
            "event": {
                "stream": event.stream.name,
                "version": event.position,
                "type": event.type,
                "schema_version": event.schema_version,
                "recorded_at": None if recorded is None else recorded.text,
                "id": event.id,
                "global_position": event.global_position,
                "data": event.data,
                "metadata": event.meta,
                "raw_base64": None if content is None else base64.b64encode(content).decode(),
            }
        }
    )


def parsed(answer: bytes) -> dict[str, Any]:
    """An answer as a map, with every digit of its numbers.

    Raises:
        Misunderstood: it is not one line of JSON that holds a map.
    """
    try:
        value = json.loads(answer, parse_float=Decimal, parse_constant=_constant)
    except (ValueError, RecursionError, ArithmeticError):
        raise Misunderstood(
            tr("expected a line of JSON, got {answer}", answer=quoted(answer))
        ) from None
    if not isinstance(value, dict):
        raise Misunderstood(tr("expected a JSON object, got {answer}", answer=quoted(answer)))
    return value


def _constant(name: str) -> Value:
    raise ValueError(name)


def quoted(answer: bytes) -> str:
    """The beginning of an answer, safe to show."""
    text = answer[:SHOWN].decode("utf-8", "replace").strip()
    shown = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return f"“{shown}…”" if len(answer) > SHOWN else f"“{shown}”"


def read_hello(answer: bytes) -> Hello:
    """What the replayer says of itself.

    Raises:
        Misunderstood: it does not speak this protocol.
    """
    said = parsed(answer)
    if said.get("hello") != PROTOCOL:
        expected = f'"hello": {PROTOCOL}'
        raise Misunderstood(
            tr("expected {expected}, got {answer}", expected=expected, answer=quoted(answer))
        )
    name, aggregates, can = said.get("name"), said.get("aggregates", []), said.get("can", [])
    if not isinstance(name, str) or not _texts(aggregates) or not _texts(can):
        raise Misunderstood(tr("“name” must be a text, “aggregates” and “can” lists of texts"))
    if unknown := set(can) - ABILITIES:
        raise Misunderstood(tr("“can” names {names}", names=", ".join(sorted(unknown))))
    return Hello(name, tuple(aggregates), frozenset(can))


def read_state(answer: bytes) -> Folded:
    """The answer to ``begin`` or to an event.

    Raises:
        Misunderstood: there is neither a state nor an error in it.
    """
    said = parsed(answer)
    notes = said.get("notes", [])
    if not _texts(notes):
        raise Misunderstood(tr("“notes” must be a list of texts"))
    if "error" in said:
        return Folded(error=str(said["error"]), notes=tuple(notes))
    if "state" not in said and said.get("same") is not True:
        raise Misunderstood(
            tr("expected “state”, “same” or “error”, got {answer}", answer=quoted(answer))
        )
    return Folded(
        said.get("state"), "state" not in said, None, _upcast(said.get("upcast")), tuple(notes)
    )


def _upcast(said: Any) -> tuple[UpcastForm, ...] | None:
    if said is None:
        return None
    if not isinstance(said, list) or not all(isinstance(form, dict) for form in said):
        raise Misunderstood(tr("“upcast” must be a list of objects"))
    return tuple(
        UpcastForm(str(form.get("type")), form.get("schema_version"), form.get("data"))
        for form in said
    )


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
