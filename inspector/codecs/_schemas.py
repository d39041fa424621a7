"""Schemas that the user gives, and which of them an event has.

A schema is chosen by what the message itself says (fingerprint, number of a registry), else by the
type of the event: as the user maps it, else by its full name, else by the last part of its name
where only one schema is called so. Where several could be meant, none is taken, and the event says
so.

Bytes of a type that has a schema are read by that schema or not at all: no codec may guess at what
does not fit. Only forms that carry a mark of their own (JSON, compressions, encryption, base64) are
still looked for, before and around it.

Imports the contract of this package.
"""

from __future__ import annotations

import base64
import binascii
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from inspector.codecs._api import CodecError, Key, Raw, Read
from inspector.codecs._attempts import SURE
from inspector.codecs._limits import Explained
from inspector.codecs._proto_body import ProtoBody
from inspector.codecs._registry_message import RegistryMessage
from inspector.codecs._search import CodecSet
from inspector.codecs.akka_message import AkkaMessage
from inspector.codecs.avro import BODY_SCORE, NAME, AvroBody, AvroObject
from inspector.codecs.json_text import CODEC as JSON

if TYPE_CHECKING:
    from inspector.codecs._api import Codec
    from inspector.codecs._avro_schema import AvroSchema, AvroType
    from inspector.codecs._proto_schema import ProtoPool

Body = AvroBody | ProtoBody

EVERY: Final = "*"
"""In place of a type: all that have no schema of their own."""
PLAIN, REGISTRY = "plain", "confluent"
FRAMINGS: Final = (PLAIN, REGISTRY)

_MOST_TYPES: Final = 1024
_MARKED: Final = frozenset({"gzip", "zlib", "zstd", "brotli", "aes-gcm", "fernet", "akka-message"})
_PARTS: Final = re.compile(r"[.\\/$:+#]")


@dataclass(frozen=True)
class AvroFile:
    """One file with an Avro schema.

    Attributes:
        file: its name, for people and for the user's own mapping.
        number: the schema's number in a registry, where the file tells it.
    """

    file: str
    schema: AvroSchema
    number: int | None = None


@dataclass(frozen=True)
class ProtoFile:
    """One descriptor set."""

    file: str
    pool: ProtoPool


class _Unclear:
    """Says that several schemas could be meant."""

    name = "schema"

    def __init__(self, wanted: str, found: Sequence[tuple[str, Body]]) -> None:
        files = ", ".join(sorted({file for file, _ in found}))
        self._said = (
            f"Several given schemas could be meant by {wanted} ({files}); "
            "say which in a list of schemas."
        )

    def score(self, raw: Raw) -> int:
        return BODY_SCORE if isinstance(raw, bytes) else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        raise Explained(self._said)


class _JsonDocument:
    """JSON that is surely meant to be: a map or a list, not a number that some bytes look like."""

    name = JSON.name

    def score(self, raw: Raw) -> int:
        score = JSON.score(raw)
        return score if score >= SURE else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        if not self.score(raw):
            raise CodecError("No map or list of JSON.")
        return JSON.read(raw, keys)


class _AnyBase64:
    """Base64 around bytes that have a schema: then it need not be told by what is inside."""

    name = "base64"

    def score(self, raw: Raw) -> int:
        return 80 if isinstance(raw, str) and len(raw) % 4 == 0 else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        try:
            return Read(layer=base64.b64decode(raw, validate=True))
        except (binascii.Error, ValueError):
            raise CodecError("A text that is no base64 cannot hold bytes of a schema.") from None


@dataclass(frozen=True)
class Schemas:
    """All that the user gave for one store.

    Attributes:
        avro, proto: by file.
        types: type of an event, or :data:`EVERY`, to the full name of a schema or its file.
        numbers: number in a registry to the same.
        framing: whether bodies have a registry's beginning (:data:`FRAMINGS`); "": either.
    """

    avro: tuple[AvroFile, ...] = ()
    proto: tuple[ProtoFile, ...] = ()
    types: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[int, str] = field(default_factory=dict)
    framing: str = ""

    def codecs_for(self, event_type: str, known: CodecSet) -> CodecSet:
        """The codecs for the cells of one type of events."""
        own = list(self.bodies_of(event_type))
        marked: list[Codec] = [AvroObject(self._fingerprints())]
        plain: Body | None = None
        if len(own) == 1 and self.framing != REGISTRY:
            plain = own[0][1]
        numbers = {} if self.framing == PLAIN else self._by_number()
        if numbers or self.framing == REGISTRY:
            marked.append(RegistryMessage(numbers, plain))
        elif plain is not None:
            marked.append(plain)
        if not own and self.framing != REGISTRY:
            kept = [self._kept(codec, known) for codec in known.codecs if codec.name != NAME]
            return CodecSet((*marked, *kept), known.refiners)
        if plain is None and own and self.framing != REGISTRY:
            marked.append(_Unclear(event_type, own))
        kept = [self._kept(codec, known) for codec in known.codecs if codec.name in _MARKED]
        return CodecSet((*marked, *kept, _JsonDocument(), _AnyBase64()), known.refiners)

    def bodies_of(self, event_type: str) -> Iterator[tuple[str, Body]]:
        """Every schema that an event of this type could have, with its file."""
        told = self.types.get(event_type)
        if told is not None:
            yield from self.named(told)
            return
        found = list(self._by_type(event_type))
        if not found and EVERY in self.types:
            found = list(self.named(self.types[EVERY]))
        yield from found

    def named(self, name: str) -> Iterator[tuple[str, Body]]:
        """Every schema of a full name, or of a file."""
        for one in self.avro:
            if one.file == name:
                yield one.file, _avro(one.schema.root, one.schema.root.name or one.file)
                return
        yield from self._distinct(name)

    def _by_type(self, event_type: str) -> Iterator[tuple[str, Body]]:
        """By full name, else by the last part where that is the only one."""
        plain = event_type.partition(",")[0].strip()
        for name in dict.fromkeys((plain, plain.rpartition("/")[2])):
            found = list(self._distinct(name))
            if found:
                yield from found
                return
        last = _PARTS.split(plain)[-1]
        for name in sorted(n for n in self._names() if n.rpartition(".")[2] == last):
            yield from self._distinct(name)

    def _names(self) -> set[str]:
        avro: Iterable[str] = (n for one in self.avro for n, t in one.schema.names.items()
                               if t.kind == "record")  # fmt: skip
        proto = (n for one in self.proto for n, m in one.pool.messages.items() if not m.entry)
        return {*avro, *proto}

    def _distinct(self, name: str) -> Iterator[tuple[str, Body]]:
        """Schemas of a full name; the same one in several files counts once."""
        forms: set[str] = set()
        for one in self.avro:
            found = one.schema.names.get(name)
            form = "" if found is None else _form(found)
            if found is not None and form not in forms:
                forms.add(form)
                yield one.file, _avro(found, name)
        known: list[ProtoBody] = []
        for file in self.proto:
            message = file.pool.messages.get(name)
            if message is None or message.entry or any(k.message == message for k in known):
                continue
            known.append(ProtoBody(message, file.pool, f"protobuf:{name}"))
            yield file.file, known[-1]

    def _fingerprints(self) -> Mapping[bytes, tuple[str, AvroType]]:
        return {
            one.schema.fingerprint.to_bytes(8, "little"): (
                one.schema.root.name or one.file,
                one.schema.root,
            )
            for one in self.avro
        }

    def _by_number(self) -> Mapping[int, Body]:
        found: dict[int, Body] = {
            one.number: _avro(one.schema.root, one.schema.root.name or one.file)
            for one in self.avro
            if one.number is not None
        }
        for number, name in self.numbers.items():
            bodies = [body for _, body in self.named(name)]
            if len(bodies) == 1:
                found[number] = bodies[0]
        return found

    def _kept(self, codec: Codec, known: CodecSet) -> Codec:
        """The codec; one that looks for events inside of a message looks by these schemas."""
        if isinstance(codec, AkkaMessage):
            inside = functools.lru_cache(_MOST_TYPES)(lambda name: self.codecs_for(name, known))
            return AkkaMessage(inside)
        return codec


def _avro(schema: AvroType, name: str) -> AvroBody:
    return AvroBody(schema, f"{NAME}:{name}")


def _form(schema: AvroType) -> str:
    """What makes two definitions one: all that they say, logical types, too."""
    seen: set[str] = set()

    def text(one: AvroType) -> str:
        if one.name in seen:
            return one.name
        if one.name:
            seen.add(one.name)
        inner = [f"{name}:{text(part)}" for name, part in one.fields]
        inner += [text(part) for part in (*one.branches, *([one.items] if one.items else []))]
        facts = (one.kind, one.name, one.logical, one.scale, one.precision, one.size, one.symbols)
        return f"{facts}({';'.join(inner)})"

    return text(schema)
