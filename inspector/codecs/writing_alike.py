"""Cells that are written as a library wrote others of their kind: PHP and Ruby.

Everything that a decoded value does not tell is learnt from cells that the library wrote, and
every one of them is first written again: only a notation in which they come out byte for byte
is written at all.

Imports ``inspector.core``, the standard library and this package. Promises not to guess: what
the cells do not tell, or what cannot be written again, is refused.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from inspector.codecs._api import CodecError
from inspector.codecs._nodes import Forms, Node
from inspector.codecs._php_nodes import read_json, read_serialized, write_json, write_serialized
from inspector.codecs._ruby_nodes import read_marshal, write_marshal
from inspector.codecs.ruby_yaml import CODEC as YAML

if TYPE_CHECKING:
    from inspector.core.payloads import Value

Cell = bytes | str

PROVED: Final = 200
"""So many cells, the newest of them, are learnt from and written again."""

_LINE: Final = 60
_JSONB: Final = re.compile(r'\{"(?:[^"\\]|\\.)*": ')


@dataclass(frozen=True)
class _Notation:
    """A notation.

    Attributes:
        read: the part of a cell that forms are learnt from.
        write: the cell with another such part; ``facts`` are what stands beside it.
        texts: there is one kind of text and of name.
        facts: what stands beside it in a cell; ``None``: nothing.
    """

    read: Callable[[Cell], Node]
    write: Callable[[Node, dict[str, Any]], Cell]
    texts: bool
    facts: Callable[[Cell], dict[str, Any]] = lambda _: {}


def encode_alike(
    value: Value, notation: str, samples: Sequence[Cell], facts: dict[str, Any] | None = None
) -> Cell:
    """A value as a cell.

    Args:
        notation: one of :data:`NOTATIONS`.
        samples: cells that the library wrote, newest first.
        facts: what stands beside the value in a cell of Ruby's.

    Raises:
        CodecError: it cannot be told how the library would write this.
    """
    known = _NOTATIONS[notation]
    if not samples:
        raise CodecError("there is no cell to learn from")
    try:
        forms = _learnt(notation, tuple(samples[:PROVED]))
        return _like(samples[0], known.write(forms.build(value), facts or {}))
    except RecursionError as error:
        raise CodecError("the state is nested too deep") from error
    except (UnicodeError, IndexError) as error:
        raise CodecError("a text has no bytes in UTF-8") from error


@lru_cache(maxsize=8)
def _learnt(notation: str, samples: tuple[Cell, ...]) -> Forms:
    """The forms of some cells; many snapshots are written after the same ones."""
    known = _NOTATIONS[notation]
    return Forms([_proved(known, sample) for sample in samples], texts=known.texts)


def _proved(notation: _Notation, sample: Cell) -> Node:
    """The node of a cell that comes out as it was."""
    node = notation.read(sample)
    made = _like(sample, notation.write(node, notation.facts(sample)))
    if isinstance(sample, str) and _JSONB.match(sample) and isinstance(made, str):
        made, sample = _meaning(made), _meaning(sample)
    if made != sample:
        raise CodecError("a snapshot that is there is written in a way that is not known")
    return node


def _like(sample: Cell, made: Cell) -> Cell:
    """Text where the column holds texts, else bytes."""
    if isinstance(sample, bytes):
        return made if isinstance(made, bytes) else made.encode()
    return made if isinstance(made, str) else made.decode()


def _meaning(text: str) -> str:
    """PostgreSQL keeps ``jsonb`` in a form of its own, so only what it says is compared."""
    return json.dumps(json.loads(text, parse_float=str), sort_keys=True)


# -- PHP -------------------------------------------------------------------------------------------


def _php(cell: Cell) -> Node:
    if not isinstance(cell, bytes):
        raise CodecError("serialised PHP in a column of texts cannot be written")
    return read_serialized(cell)


def _json(cell: Cell) -> Node:
    return read_json(cell if isinstance(cell, str) else cell.decode("utf-8"))


# -- Ruby ------------------------------------------------------------------------------------------


def _yaml_facts(cell: Cell) -> dict[str, Any]:
    """What an event of a snapshot holds: the aggregate, the last event and the version."""
    value = YAML.read(cell, ()).value
    if not isinstance(value, dict) or value.keys() != {"marshal", "last_event_id", "version"}:
        raise CodecError("the snapshots hold more than an aggregate, an event and a version")
    return value


def _yaml_marshal(cell: Cell) -> Node:
    data = _yaml_facts(cell)["marshal"]
    if not isinstance(data, bytes):
        raise CodecError("the aggregate is not kept as bytes")
    return read_marshal(data)


def _yaml(node: Node, facts: dict[str, Any]) -> bytes:
    """As Psych writes a map with symbols for names, and bytes in one long line."""
    packed = base64.b64encode(write_marshal(node)).decode()
    lines = [
        "---",
        ":marshal: !binary |-",
        f"  {packed}",
        f":last_event_id: {facts['last_event_id']}",
        f":version: {facts['version']}",
    ]
    return ("\n".join(lines) + "\n").encode()


def _json_facts(cell: Cell) -> dict[str, Any]:
    found = json.loads(cell)
    if not isinstance(found, dict) or not isinstance(found.get("data"), str):
        raise CodecError("the snapshots are no events with data")
    return found


def _json_marshal(cell: Cell) -> Node:
    return read_marshal(base64.b64decode(_json_facts(cell)["data"]))


def _json_event(node: Node, facts: dict[str, Any]) -> str:
    """As ActiveSupport writes base64: a line break after every sixty characters."""
    packed = base64.b64encode(write_marshal(node)).decode()
    lines = [packed[i : i + _LINE] for i in range(0, len(packed), _LINE)]
    data = "".join(f"{line}\n" for line in lines)
    return json.dumps({**facts, "data": data}, ensure_ascii=False)


_NOTATIONS: Final = {
    "php": _Notation(_php, lambda node, _: write_serialized(node), texts=True),
    "php-json": _Notation(_json, lambda node, _: write_json(node), texts=True),
    "ruby-yaml": _Notation(_yaml_marshal, _yaml, False, _yaml_facts),
    "ruby-json": _Notation(_json_marshal, _json_event, False, _json_facts),
}
NOTATIONS: Final = frozenset(_NOTATIONS)
