"""Following the instructions of a pickle without carrying any of them out.

The standard library's ``pickletools`` splits a pickle into instructions; here they move nodes on
a stack. A call becomes an object with the name of what would be called and its arguments: no
module is imported, no name is looked up, nothing is called.

Imports the standard library and the contract of this package.

Source: ``pickletools`` of the standard library, protocols 0 to 5.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from typing import Any, Final

from inspector.codecs._api import CodecError
from inspector.codecs._object_nodes import Mapping, Sequence, Thing
from inspector.core.payloads import Value

_MARK: Final = object()
_MOST_BITS: Final = 13_600
"""Of a whole number: Python writes no more than 4300 digits unasked."""
_CONSTANTS: Final = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_VALUES: Final = frozenset({
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "STRING", "BINSTRING",
    "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8", "UNICODE",
    "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "FLOAT", "BINFLOAT",
})  # fmt: skip
_NOTHING: Final = frozenset(["PROTO", "FRAME", "STOP"])
_TUPLES: Final = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


class PickleReader:
    """Keeps the stack and the memory of one pickle."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._memory: dict[int, Value] = {}
        self._acts: dict[str, Callable[[Any], None]] = {
            "MARK": lambda _: self._stack.append(_MARK),
            "POP": lambda _: self._drop(),
            "POP_MARK": lambda _: self._drop_to_mark(),
            "DUP": lambda _: self._stack.append(self._top()),
            "EMPTY_LIST": lambda _: self._stack.append(Sequence()),
            "EMPTY_SET": lambda _: self._stack.append(Sequence(mark="$set")),
            "EMPTY_DICT": lambda _: self._stack.append(Mapping()),
            "LIST": lambda _: self._stack.append(Sequence(self._above_mark())),
            "TUPLE": lambda _: self._stack.append(Sequence(self._above_mark())),
            "FROZENSET": lambda _: self._stack.append(Sequence(self._above_mark(), "$set")),
            "DICT": lambda _: self._stack.append(Mapping(_paired(self._above_mark()))),
            "APPEND": lambda _: self._extend([self._pop()], Sequence),
            "APPENDS": lambda _: self._extend(self._above_mark(), Sequence),
            "ADDITEMS": lambda _: self._extend(self._above_mark(), Sequence),
            "SETITEM": lambda _: self._extend([self._pop(), self._pop()][::-1], Mapping),
            "SETITEMS": lambda _: self._extend(_paired(self._above_mark()), Mapping),
            "GLOBAL": lambda arg: self._stack.append(_class(str(arg).replace(" ", ".", 1))),
            "STACK_GLOBAL": lambda _: self._stack_global(),
            "REDUCE": lambda _: self._call(1),
            "NEWOBJ": lambda _: self._call(1),
            "NEWOBJ_EX": lambda _: self._call(2),
            "INST": lambda arg: self._inst(str(arg).replace(" ", ".", 1)),
            "OBJ": lambda _: self._obj(),
            "BUILD": lambda _: self._build(),
            "PERSID": lambda arg: self._stack.append(Thing("persistent id", [("id", arg)])),
            "BINPERSID": lambda _: self._persistent(),
            "NEXT_BUFFER": lambda _: self._stack.append(Thing("buffer outside of the pickle")),
            "READONLY_BUFFER": lambda _: None,
            "MEMOIZE": lambda _: self._keep(len(self._memory)),
        }

    def read(self, raw: bytes) -> Value:
        """The node that the whole pickle stands for.

        Raises:
            CodecError: damaged, cut off, or followed by something else.
        """
        end = -1
        try:
            for code, argument, at in pickletools.genops(raw):
                self._act(code.name, argument)
                end = at or 0
        except (ValueError, OverflowError, IndexError) as error:
            raise CodecError(f"Not a pickle, or damaged: {str(error)[:100]}.") from None
        if end + 1 != len(raw):
            raise CodecError("Bytes follow the end of the pickle.")
        if len(self._stack) != 1 or self._stack[0] is _MARK:
            raise CodecError("The pickle does not end with one value.")
        return self._stack[0]

    def _act(self, name: str, argument: Any) -> None:
        if name in _VALUES:
            self._stack.append(_plain(argument))
        elif name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name])
        elif name in _TUPLES:
            count = _TUPLES[name]
            self._stack.append(Sequence([self._pop() for _ in range(count)][::-1]))
        elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
            self._keep(argument)
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            self._remember(argument)
        elif name in ("EXT1", "EXT2", "EXT4"):
            self._stack.append(_class(f"extension {argument}"))
        elif name not in _NOTHING:
            act = self._acts.get(name)
            if act is None:
                raise CodecError(f"The pickle has an instruction that is not known: {name}.")
            act(argument)

    def _pop(self) -> Any:
        if not self._stack or self._stack[-1] is _MARK:
            raise CodecError("The pickle takes more values than it has.")
        return self._stack.pop()

    def _drop(self) -> None:
        if not self._stack:
            raise CodecError("The pickle takes more values than it has.")
        self._stack.pop()

    def _drop_to_mark(self) -> None:
        self._above_mark()

    def _top(self) -> Any:
        if not self._stack or self._stack[-1] is _MARK:
            raise CodecError("The pickle takes more values than it has.")
        return self._stack[-1]

    def _above_mark(self) -> list[Any]:
        found: list[Any] = []
        while self._stack:
            top = self._stack.pop()
            if top is _MARK:
                return found[::-1]
            found.append(top)
        raise CodecError("The pickle has no mark where it needs one.")

    def _keep(self, place: int) -> None:
        self._memory[place] = self._top()

    def _remember(self, place: int) -> None:
        if place not in self._memory:
            raise CodecError("The pickle refers to something that is not in it.")
        self._stack.append(self._memory[place])

    def _extend(self, items: list[Any], kind: type[Sequence] | type[Mapping]) -> None:
        top = self._top()
        if isinstance(top, kind):
            top.items.extend(items)
        elif isinstance(top, Thing):  # an object of a class derived from list or dict
            made = Sequence(items) if kind is Sequence else Mapping(items)
            top.parts.append(("$items", made))
        else:
            raise CodecError("The pickle adds to something that is no list and no map.")

    def _stack_global(self) -> None:
        name, module = self._pop(), self._pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise CodecError("The pickle names a class with something that is no text.")
        self._stack.append(_class(f"{module}.{name}"))

    def _call(self, arguments: int) -> None:
        given = [self._pop() for _ in range(arguments)][::-1]
        called = self._pop()
        kind = called.kind if _is_class(called) else called
        parts = zip(("$args", "$kwargs"), given, strict=False)
        self._stack.append(Thing(kind, [part for part in parts if not _is_empty(part[1])]))

    def _inst(self, name: str) -> None:
        self._stack.append(Thing(name, _arguments(self._above_mark())))

    def _obj(self) -> None:
        called, *arguments = self._above_mark() or [None]
        kind = called.kind if _is_class(called) else called
        self._stack.append(Thing(kind, _arguments(arguments)))

    def _build(self) -> None:
        state, top = self._pop(), self._top()
        if not isinstance(top, Thing):
            raise CodecError("The pickle gives a state to something that is no object.")
        top.parts.append(("$state", state))

    def _persistent(self) -> None:
        self._stack.append(Thing("persistent id", [("id", self._pop())]))


_CLASS_ITSELF: Final = "$is"


def _class(name: str) -> Thing:
    """A class or function, which is only named."""
    return Thing(name, [(_CLASS_ITSELF, "a class or function")])


def _is_class(node: Any) -> bool:
    return isinstance(node, Thing) and [n for n, _ in node.parts] == [_CLASS_ITSELF]


def _is_empty(node: Any) -> bool:
    return isinstance(node, (Sequence, Mapping)) and not node.items


def _arguments(items: list[Any]) -> list[tuple[str, Value]]:
    return [("$args", Sequence(items))] if items else []


def _paired(items: list[Any]) -> list[Any]:
    if len(items) % 2:
        raise CodecError("A map of the pickle has a key without a value.")
    return items


def _plain(value: Any) -> Value:
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise CodecError("A whole number has more than 4300 digits.")
    return bytes(value) if isinstance(value, bytearray) else value
