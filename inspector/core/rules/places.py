"""Where in a TOML text each value stands, so that an error can name its line and column.

The standard library's reader gives values without places. This one is asked only when there
is something to point at; it walks a text that the other has already found to be valid, and
does no more than find where keys and values begin. TOML 1.0, https://toml.io/en/v1.0.0.

Imports the standard library only.
"""

from __future__ import annotations

import re
from typing import Any, Final

KeyPath = tuple[str | int, ...]
"""Keys and places in arrays that lead to a value of the file."""

_BLANK: Final = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_TEXTS: Final = (
    ("'''", re.compile(r"'''.*?'''(?:'{0,2})", re.DOTALL)),
    ('"""', re.compile(r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})', re.DOTALL)),
    ("'", re.compile(r"'[^'\n]*'")),
    ('"', re.compile(r'"(?:[^"\\\n]|\\.)*"')),
)
_SCALAR: Final = re.compile(r"[^,\]}\s#][^,\]}\n#]*")
_ESCAPE: Final = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[ \t]*\r?\n\s*|.)", re.DOTALL)
_SHORT: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


class TomlPlaces:
    """Places of all keys and values of one text.

    Args:
        text: valid TOML.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._keys: dict[KeyPath, int] = {(): 0}
        self._values: dict[KeyPath, int] = {(): 0}
        self._arrays: dict[KeyPath, int] = {}
        self._read()

    def of_key(self, path: KeyPath) -> tuple[int, int]:
        """Line and column, from 1, of a key, or of the nearest thing around it."""
        return self._line_and_column(self._nearest(self._keys, path))

    def of_value(self, path: KeyPath, offset: int = 0) -> tuple[int, int]:
        """Line and column of a value; inside a text, of its character ``offset``."""
        if path not in self._values:
            return self.of_key(path)
        at = self._values[path]
        if self._text.startswith(("'", '"'), at):
            at = self._inside(at, offset)
        return self._line_and_column(at)

    def _nearest(self, known: dict[KeyPath, int], path: KeyPath) -> int:
        while path not in known:
            path = path[:-1]
        return known[path]

    def _line_and_column(self, at: int) -> tuple[int, int]:
        before = self._text[:at]
        return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1

    def _inside(self, at: int, offset: int) -> int:
        """The place of a text's character, escapes and quotes counted."""
        text = self._text
        quotes = 3 if text.startswith(("'''", '"""'), at) else 1
        plain = text[at] == "'"
        at += quotes
        if quotes == 3:
            at += 2 if text.startswith("\r\n", at) else int(text.startswith("\n", at))
        while offset > 0 and at < len(text):
            found = None if plain else _ESCAPE.match(text, at)
            at += 1 if found is None else len(found[0])
            is_continuation = found is not None and found[0][1:].strip(" \t")[:1] in ("\r", "\n")
            offset -= 0 if is_continuation else 1
        return at

    # -- walking --------------------------------------------------------------------------

    def _read(self) -> None:
        prefix: KeyPath = ()
        while True:
            self._skip(_BLANK)
            if self._at >= len(self._text):
                return
            if self._text.startswith("[", self._at):
                prefix = self._header()
            else:
                self._pair(prefix)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found is not None else self._at + 1

    def _header(self) -> KeyPath:
        start = self._at
        several = self._text.startswith("[[", self._at)
        self._at += 2 if several else 1
        path = self._resolved(self._dotted())
        self._at += 2 if several else 1
        if several:
            number = self._arrays.get(path, -1) + 1
            self._arrays[path] = number
            self._keys.setdefault(path, start)
            path = (*path, number)
        self._keys[path] = start
        self._values.setdefault(path, start)
        return path

    def _resolved(self, names: list[str]) -> KeyPath:
        """A header's path; a part that is an array of tables means its latest table."""
        path: KeyPath = ()
        for place, name in enumerate(names):
            path = (*path, name)
            if place < len(names) - 1 and path in self._arrays:
                path = (*path, self._arrays[path])
        return path

    def _dotted(self) -> list[str]:
        names = []
        while True:
            self._skip(_SPACE)
            names.append(self._key())
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return names
            self._at += 1

    def _key(self) -> str:
        start = self._at
        if self._text[start] in "'\"":
            self._skip(_TEXTS[2 if self._text[start] == "'" else 3][1])
            inner = self._text[start + 1 : self._at - 1]
            return inner if self._text[start] == "'" else _ESCAPE.sub(_unescaped, inner)
        self._skip(_BARE)
        return self._text[start : self._at]

    def _pair(self, prefix: KeyPath) -> None:
        start = self._at
        path = (*prefix, *self._dotted())
        for end in range(len(prefix) + 1, len(path) + 1):
            self._keys.setdefault(path[:end], start)
        self._at += 1
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        self._values[path] = self._at
        text = self._text
        for quotes, pattern in _TEXTS:
            if text.startswith(quotes, self._at):
                self._skip(pattern)
                return
        if text.startswith("[", self._at):
            self._items(path)
        elif text.startswith("{", self._at):
            self._table(path)
        else:
            self._skip(_SCALAR)

    def _items(self, path: KeyPath) -> None:
        self._at += 1
        number = 0
        while True:
            self._skip(_BLANK)
            if self._text[self._at] == "]":
                self._at += 1
                return
            if self._text[self._at] == ",":
                self._at += 1
                continue
            self._keys[(*path, number)] = self._at
            self._value((*path, number))
            number += 1

    def _table(self, path: KeyPath) -> None:
        self._at += 1
        while True:
            self._skip(_BLANK)
            if self._text[self._at] == "}":
                self._at += 1
                return
            if self._text[self._at] == ",":
                self._at += 1
                continue
            self._pair(path)


def _unescaped(found: re.Match[str]) -> str:
    code: Any = found[0][1:]
    if code[0] in "uU":
        return chr(int(code[1:], 16))
    return str(_SHORT.get(code, code))
