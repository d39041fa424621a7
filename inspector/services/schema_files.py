"""Schemas of a store's payloads, from files that the user gives.

================== =========================================================================
``.avsc``          an Avro schema; also a schema registry's answer with ``schema`` inside
descriptor set     of Protocol Buffers, whatever its name
folder             every schema file in it and below
``.toml``          a list: other files, and which schema has which type or number
================== =========================================================================

A list looks like this; paths in it begin where the list is::

    format = 1
    files = ["avro", "shop.desc"]
    framing = "confluent"            # or "plain"; left out: what fits

    [types]                          # type of an event = full name of a schema, or its file
    "order-placed" = "shop.v1.OrderPlaced"
    "*" = "shop.v1.Envelope"         # all others

    [numbers]                        # number in the schema registry
    17 = "order-placed-v2.avsc"

Imports ``core``, the codecs and the standard library. Promises that files are used as a whole or
not at all, and that nothing in them is executed.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from inspector.codecs import CodecError
from inspector.codecs._avro_schema import (
    AvroSchema,
    AvroType,
    NameMissing,
    SchemaError,
    read_schema,
)
from inspector.codecs._proto_known import KNOWN
from inspector.codecs._proto_schema import missing_types, read_descriptors
from inspector.codecs._schemas import FRAMINGS, AvroFile, ProtoFile, Schemas
from inspector.codecs.json_text import REFUSALS, read_long
from inspector.core.errors import InputInvalid
from inspector.core.texts import tr

LIMIT: Final = 16 * 1024 * 1024
"""Bytes of one file; a larger one is surely something else."""
MOST_FILES: Final = 5_000
"""Schema files of one folder."""

AVRO: Final = ".avsc"
DESCRIPTORS: Final = (".desc", ".pb", ".binpb", ".protoset", ".fds")
"""Endings of descriptor sets in a folder; given by itself, a file may be called anything."""

_NUMBERED: Final = re.compile(r"(?:.*[._-])?id[._-]?(\d{1,10})\Z|(\d{1,10})\Z")
_KEYS: Final = frozenset({"format", "files", "framing", "types", "numbers"})


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """A file as it was read: where it is, and SHA-256 of its bytes in hexadecimal."""

    path: Path
    digest: str


@dataclass(frozen=True)
class LoadedSchemas:
    """Schemas that can be used.

    Attributes:
        schemas: what the codecs take.
        given: the paths as they were given; absolute.
        files: every file that was read.
    """

    schemas: Schemas
    given: tuple[Path, ...] = ()
    files: tuple[SchemaFile, ...] = ()

    @property
    def count(self) -> int:
        """How many schemas and descriptor sets there are."""
        return len(self.schemas.avro) + len(self.schemas.proto)


def read_schemas(paths: Sequence[str | Path]) -> LoadedSchemas:
    """Read and check files of schemas.

    Raises:
        InputInvalid: a file cannot be read, or is no schema; the message names it and says why.
    """
    given = tuple(Path(path).expanduser().absolute() for path in paths)
    gathered = _Gathered()
    for path in given:
        gathered.add(path)
    avro = tuple(_resolved(gathered.documents))
    schemas = Schemas(
        avro, tuple(gathered.proto), gathered.types, gathered.numbers, gathered.framing
    )
    if not avro and not gathered.proto:
        names = ", ".join(path.name for path in given)
        raise InputInvalid(
            tr("There is no schema in {file}.", file=names),
            hint=tr("Schemas are .avsc files, or a descriptor set that protoc wrote."),
        )
    _check_names(schemas, gathered.places)
    return LoadedSchemas(schemas, given, tuple(gathered.files))


@dataclass
class _Document:
    """An Avro schema as JSON, before names are resolved."""

    path: Path
    content: Any
    number: int | None


@dataclass
class _Gathered:
    """What was found in the files so far."""

    documents: list[_Document] = field(default_factory=list)
    proto: list[ProtoFile] = field(default_factory=list)
    files: list[SchemaFile] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)
    places: dict[str, Path] = field(default_factory=dict)
    framing: str = ""

    def add(self, path: Path) -> None:
        """A file, a list or a folder; what is given twice counts once."""
        if path.is_dir():
            for inner in _inside(path):
                self.add(inner)
            return
        if any(file.path == path for file in self.files):
            return
        content = _content(path)
        self.files.append(SchemaFile(path, hashlib.sha256(content).hexdigest()))
        if path.suffix == ".toml":
            self._add_list(path, content)
        elif path.suffix == AVRO or content[:64].lstrip()[:1] in (b"{", b"["):
            self._add_avro(path, content)
        else:
            self._add_descriptors(path, content)

    def _add_avro(self, path: Path, content: bytes) -> None:
        document = _json(path, content)
        named = _NUMBERED.match(path.stem)
        number = int(named[1] or named[2]) if named else None
        if isinstance(document, dict) and isinstance(document.get("schema"), str):
            told = document.get("id")
            number = told if type(told) is int else number
            if document.get("schemaType", "AVRO") != "AVRO":
                _wrong(path, tr("the schema registry says that it is no Avro schema"))
            document = _json(path, document["schema"].encode())
        self.documents.append(_Document(path, document, number))

    def _add_descriptors(self, path: Path, content: bytes) -> None:
        try:
            pool = read_descriptors(content)
        except (CodecError, SchemaError) as error:
            hint = tr("protoc writes one with --descriptor_set_out=FILE --include_imports.")
            _wrong(path, tr("it is no descriptor set ({reason})", reason=_plain(error)), hint)
        known = {*KNOWN.messages, *KNOWN.enums}
        missing = [name for name in missing_types(pool) if name not in known]
        if missing:
            _wrong(
                path,
                tr("the type {name} is used and not defined", name=missing[0]),
                tr("Have protoc write it again with --include_imports."),
            )
        self.proto.append(ProtoFile(path.name, pool))

    def _add_list(self, path: Path, content: bytes) -> None:
        stated = _toml(path, content)
        unknown = sorted(stated.keys() - _KEYS)
        if unknown:
            _wrong(path, tr("{name!r} is not known here", name=unknown[0]),
                   tr("Known: {names}.", names=", ".join(sorted(_KEYS))))  # fmt: skip
        if stated.get("format") != 1:
            _wrong(path, tr("it needs the line {line}", line="format = 1"))
        framing = stated.get("framing", "")
        if framing and framing not in FRAMINGS:
            _wrong(path, tr("{key} must be one of {words}", key="framing",
                            words=", ".join(FRAMINGS)))  # fmt: skip
        self.framing = framing or self.framing
        for name, full in _texts(path, stated, "types").items():
            self.types[name] = full
            self.places[full] = path
        for name, full in _texts(path, stated, "numbers").items():
            if not name.isdecimal() or len(name) > 10:
                _wrong(path, tr("{name!r} is no number of a schema registry", name=name))
            self.numbers[int(name)] = full
            self.places[full] = path
        files = stated.get("files", [])
        if not isinstance(files, list) or not all(isinstance(one, str) for one in files):
            _wrong(path, tr("{key} must be a list of texts", key="files"))
        for one in files:
            self.add(path.parent / Path(one).expanduser())


def _inside(folder: Path) -> Iterator[Path]:
    """Schema files in a folder and below, in the order of their paths."""
    endings = {AVRO, *DESCRIPTORS}
    found = []
    try:
        for path in folder.rglob("*"):
            if path.suffix.lower() in endings and path.is_file():
                found.append(path)
            if len(found) > MOST_FILES:
                _wrong(folder, tr("it holds more than {n} schema files", n=MOST_FILES))
    except OSError as error:
        _wrong(folder, error.strerror or str(error))
    return iter(sorted(found))


def _resolved(documents: Sequence[_Document]) -> Iterator[AvroFile]:
    """Schemas whose names are resolved, those of other files too, whatever the files' order."""
    done: dict[Path, AvroSchema] = {}
    waiting = list(documents)
    while waiting:
        left: list[_Document] = []
        missing: tuple[_Document, str] | None = None
        for document in waiting:
            try:
                done[document.path] = read_schema(document.content, _defined_in(done))
            except NameMissing as error:
                left.append(document)
                missing = missing or (document, error.name)
            except SchemaError as error:
                _wrong(document.path, _plain(error))
            except RecursionError:
                _wrong(document.path, tr("it nests too deep"))
        if missing is not None and len(left) == len(waiting):
            _wrong(
                missing[0].path,
                tr("the type {name} is used and not defined", name=missing[1]),
                tr("Give the file that defines it, too, or the folder of both."),
            )
        waiting = left
    for document in documents:
        yield AvroFile(document.path.name, done[document.path], document.number)


def _defined_in(done: Mapping[Path, AvroSchema]) -> Any:
    """The type of a name in the schemas read so far; none where two files differ about it."""

    def find(name: str) -> AvroType | None:
        found = {id(s.names[name]): s.names[name] for s in done.values() if name in s.names}
        return next(iter(found.values())) if len(found) == 1 else None

    return find


def _check_names(schemas: Schemas, places: Mapping[str, Path]) -> None:
    """Every schema that a list names must be there, and be just one."""
    for name, path in places.items():
        found = list(schemas.named(name))
        if not found:
            _wrong(path, tr("no given file has the schema {name}", name=name))
        if len(found) > 1:
            files = ", ".join(file for file, _ in found)
            _wrong(path, tr("several files have a schema {name}: {files}", name=name, files=files),
                   tr("Name the file instead."))  # fmt: skip


# -- single files ---------------------------------------------------------------------------


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
    except OSError as error:
        raise InputInvalid(
            tr("The schema file {file} cannot be read: {reason}.", file=path,
               reason=error.strerror or str(error)),
        ) from None  # fmt: skip
    if len(content) > LIMIT:
        _wrong(path, tr("it is too large to be one"))
    return content


def _json(path: Path, content: bytes) -> Any:
    try:
        return read_long(content.removeprefix(b"\xef\xbb\xbf"))
    except (CodecError, *REFUSALS) as error:
        _wrong(path, tr("it is no JSON ({reason})", reason=_plain(error)))


def _toml(path: Path, content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        _wrong(path, tr("it is no TOML ({reason})", reason=_plain(error)))


def _texts(path: Path, stated: Mapping[str, Any], key: str) -> Mapping[str, str]:
    found = stated.get(key, {})
    if not isinstance(found, dict) or not all(isinstance(v, str) and v for v in found.values()):
        _wrong(path, tr("[{key}] must hold names = texts", key=key))
    return found


def _plain(error: Exception) -> str:
    return str(error).rstrip(".")[:200]


def _wrong(path: Path, reason: str, hint: str = "") -> NoReturn:
    message = tr("The schema file {file} cannot be used: {reason}.", file=path, reason=reason)
    raise InputInvalid(message, hint=hint) from None
