"""Reading a Java object stream into nodes: the grammar of the specification and nothing more.

No class is known or looked for; descriptions of classes are in the stream itself. What a class
wrote with a method of its own stays as ``$written``, in the order in which it is there.

Imports the standard library and the contract of this package. Promises that a count which the
data cannot hold is refused before anything is reserved for it.

Source: Java Object Serialization Specification, chapter 6 (protocol version 2).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any, Final

from inspector.codecs._api import CodecError
from inspector.codecs._object_nodes import DEEPEST, NESTED, Sequence, Thing
from inspector.core.payloads import Value

MAGIC: Final = b"\xac\xed\x00\x05"
_FIRST_HANDLE: Final = 0x7E0000
_PRIMITIVES: Final = {
    "B": ">b", "C": ">H", "D": ">d", "F": ">f", "I": ">i", "J": ">q", "S": ">h", "Z": ">?",
}  # fmt: skip
_END: Final = object()
_WRITE_METHOD, _SERIALIZABLE, _EXTERNALIZABLE, _BLOCK_DATA = 1, 2, 4, 8
_MOST_PARENTS: Final = 64


@dataclass(slots=True, eq=False)
class _Class:
    """A class as the stream describes it: fields as (type code, name), and what it extends."""

    name: str
    flags: int = 0
    fields: list[tuple[str, str]] = field(default_factory=list)
    parent: _Class | None = None


class JavaReader:
    """Reads the contents of one stream."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = len(MAGIC)
        self._handles: list[Any] = []
        self._depth = 0
        self._kinds = {
            0x70: lambda: None,
            0x71: self._reference,
            0x72: lambda: self._class_described(0x72),
            0x73: self._object,
            0x74: lambda: self._string(2),
            0x75: self._array,
            0x76: self._class,
            0x77: lambda: self._bytes(self._number(">B")),
            0x78: lambda: _END,
            0x7A: lambda: self._bytes(self._count(">i")),
            0x7C: lambda: self._string(8),
            0x7D: lambda: self._class_described(0x7D),
            0x7E: self._enum,
        }

    def read(self) -> Value:
        """The node of the only content, or a list of all contents.

        Raises:
            CodecError: damaged, cut off, too deep, or of a kind that the writer never finished.
        """
        found: list[Value] = []
        while self._at < len(self._raw):
            found.append(self._whole())
        if not found:
            raise CodecError("The Java stream is empty.")
        return found[0] if len(found) == 1 else Sequence(found)

    def _whole(self) -> Value:
        """A content that is no end mark and no description of a class."""
        content = self._content()
        if content is _END:
            raise CodecError("The Java stream has an end where none may be.")
        return _class_node(content.name) if isinstance(content, _Class) else content

    def _content(self) -> Any:
        kind = self._number(">B")
        read = self._kinds.get(kind)
        if read is None:
            raise CodecError(f"The Java stream has a mark that cannot be read: {kind:#x}.")
        if self._depth >= DEEPEST:
            raise CodecError(NESTED)
        self._depth += 1
        found = read()
        self._depth -= 1
        return found

    def _reference(self) -> Any:
        place = self._number(">i") - _FIRST_HANDLE
        if not 0 <= place < len(self._handles):
            raise CodecError("The Java stream refers to something that is not in it.")
        return self._handles[place]

    def _string(self, size: int) -> str:
        place = self._handle(None)
        length = int.from_bytes(self._bytes(size), "big")
        text = _modified_utf(self._bytes(length))
        self._handles[place] = text
        return text

    def _class_described(self, kind: int) -> _Class:
        if kind == 0x7D:
            described = _Class("a proxy", _SERIALIZABLE)
            self._handle(described)
            names = [self._utf() for _ in range(self._count(">i", 2))]
            described.name = f"proxy of {', '.join(names)}"
        else:
            described = _Class(self._utf())
            self._bytes(8)  # the version of the class: says nothing about its fields
            self._handle(described)
            described.flags = self._number(">B")
            described.fields = [self._field() for _ in range(self._count(">H", 3))]
        self._annotation()
        described.parent = self._class_or_none()
        return described

    def _field(self) -> tuple[str, str]:
        code, name = chr(self._number(">B")), self._utf()
        if code in "[L":
            if not isinstance(self._content(), str):
                raise CodecError("A field of a Java class has no type.")
        elif code not in _PRIMITIVES:
            raise CodecError("A field of a Java class has a type that is not known.")
        return code, name

    def _class_or_none(self) -> _Class | None:
        found = self._content()
        if found is not None and not isinstance(found, _Class):
            raise CodecError("The Java stream has no class where it needs one.")
        return found

    def _known_class(self) -> _Class:
        found = self._class_or_none()
        if found is None:
            raise CodecError("The Java stream has no class where it needs one.")
        return found

    def _class(self) -> Value:
        node = _class_node(self._known_class().name)
        self._handle(node)
        return node

    def _enum(self) -> Value:
        described = self._known_class()
        node = Thing(described.name)
        self._handle(node)
        node.parts.append(("$enum", self._content()))
        return node

    def _array(self) -> Value:
        described = self._known_class()
        node = Sequence()
        place = self._handle(node)
        code = described.name[1:2]
        form = _PRIMITIVES.get(code)
        if described.name[:1] != "[" or (form is None and code not in "[L"):
            raise CodecError("A Java array has no type.")
        count = self._count(">i", struct.calcsize(form) if form else 1)
        if code == "B":
            found = self._bytes(count)
            self._handles[place] = found
            return found
        node.items = [self._value(code) for _ in range(count)]
        return node

    def _object(self) -> Value:
        described = self._known_class()
        node = Thing(described.name)
        self._handle(node)
        for part in reversed(_lineage(described)):
            self._part(node, part)
        return node

    def _part(self, node: Thing, part: _Class) -> None:
        """What one class of an object's lineage wrote."""
        if part.flags & _SERIALIZABLE:
            for code, name in part.fields:
                node.parts.append((name, self._value(code)))
            if part.flags & _WRITE_METHOD:
                self._written(node)
        elif part.flags & _EXTERNALIZABLE:
            if not part.flags & _BLOCK_DATA:
                raise CodecError(f"Only {part.name} itself knows where its data end.")
            self._written(node)

    def _written(self, node: Thing) -> None:
        written = self._annotation()
        if written:
            node.parts.append(("$written", Sequence(written)))

    def _annotation(self) -> list[Value]:
        found: list[Value] = []
        while (content := self._content()) is not _END:
            found.append(_class_node(content.name) if isinstance(content, _Class) else content)
        return found

    def _value(self, code: str) -> Value:
        if code not in _PRIMITIVES:
            return self._whole()
        number = self._number(_PRIMITIVES[code])
        return chr(number) if code == "C" and not 0xD800 <= number < 0xE000 else number

    def _handle(self, what: Any) -> int:
        self._handles.append(what)
        return len(self._handles) - 1

    def _count(self, form: str, least: int = 1) -> int:
        """How many follow, each of at least so many bytes."""
        count = int(self._number(form))
        if count < 0 or count * least > len(self._raw) - self._at:
            raise CodecError("It promises more than it has bytes.")
        return count

    def _utf(self) -> str:
        return _modified_utf(self._bytes(self._number(">H")))

    def _number(self, form: str) -> Any:
        return struct.unpack(form, self._bytes(struct.calcsize(form)))[0]

    def _bytes(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._raw):
            raise CodecError("It ends too early, or promises more than it has bytes.")
        found = self._raw[self._at : end]
        self._at = end
        return found


def _class_node(name: str) -> Thing:
    return Thing("java.lang.Class", [("name", name)])


def _lineage(described: _Class) -> list[_Class]:
    """The class and what it extends, nearest first."""
    found: list[_Class] = []
    part: _Class | None = described
    while part is not None:
        if len(found) == _MOST_PARENTS:
            raise CodecError("A Java class extends more classes than can be.")
        found.append(part)
        part = part.parent
    return found


def _modified_utf(raw: bytes) -> str:
    """Java's own UTF-8: a zero in two bytes, a rare character as two surrogates."""
    try:
        text = raw.replace(b"\xc0\x80", b"\x00").decode("utf-8", "surrogatepass")
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise CodecError(f"A Java text is damaged: {error.reason}.") from None
