"""What is odd about a JSON text, collected while it is read.

Repeated keys vanish in every parser. Finding them costs a second, slower reading, so a page
of events first asks :func:`repeats_keys`: it compares how many keys are written with how
many arrived, and is never wrong when a key is missing (a string that quotes JSON can raise a
false alarm, which costs that reading and nothing else).

Imports msgspec and the standard library.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from inspector.core.payloads import Value

# A closing quote and a colon. The quote of a key follows an even number of backslashes, so
# none or at least two; a single one belongs to a quote inside a string. A key that itself
# begins with a colon is found by its opening quote instead: once, too.
_KEY_TEXT: Final = re.compile(r'(?:[^\\]|\\\\)"[ \t\r\n]*:')
_KEY_BYTES: Final = re.compile(rb'(?:[^\\]|\\\\)"[ \t\r\n]*:')
_HIGH: Final = r"\\u[dD][89abAB][0-9a-fA-F]{2}"
_LOW: Final = r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_LONE: Final = re.compile(
    rf"(?<!\\)(?:\\\\)*(?:{_HIGH}(?!{_LOW})|(?<!\\u[dD][89abAB][0-9a-fA-F]{{2}}){_LOW})"
)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_STRING: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SHOWN: Final = 5
_encode: Final = msgspec.json.Encoder().encode


def repeats_keys(raw: bytes | str, value: Value) -> bool:
    """Whether a document may hold a key twice in one object; never misses a real one."""
    colons, quoted = _colons(raw)
    if value.__class__ is dict and colons <= len(value):
        return False
    if quoted is not None:
        try:
            return quoted > _encode(value).count(b'":')
        except ValueError:  # an integer with more digits than the writer allows
            return _written_keys(raw) > _count_keys(value)
    return _written_keys(raw) > _count_keys(value)


def some_repeat_keys(raws: Sequence[bytes | str], values: Sequence[Value]) -> bool:
    """Whether one of many documents may hold a key twice in one object.

    The counts of each document are never below those of its value, so equal sums mean that
    they are equal for each. Says yes where this cannot be compared.
    """
    joined = _joined(raws)
    quoted = None if joined is None else _colons(joined)[1]
    if quoted is None:
        return True
    try:
        return quoted > _encode(values).count(b'":')
    except ValueError:
        return True


def _joined(raws: Sequence[bytes | str]) -> bytes | str | None:
    """One behind the other; ``None`` for texts and bytes in turn."""
    kinds = set(map(type, raws))
    if kinds == {str}:
        return "".join(raws)  # type: ignore[arg-type]
    return b"".join(raws) if kinds == {bytes} else None  # type: ignore[arg-type]


def _colons(raw: bytes | str) -> tuple[int, int | None]:
    """All colons, and those that follow a quote where this can be compared.

    Writing a value again and counting is several times quicker than walking through it. The
    counts compare when nothing is written in two ways: no backslash, and no blank between a
    key and its colon. Then a colon after a quote ends a key or begins a text, and whatever
    the document has more of than its value was dropped with a repeated key.
    """
    if isinstance(raw, str):
        colons, quoted = raw.count(":"), raw.count('":')
        odd = "\\" in raw or (
            colons > quoted and (" :" in raw or "\t:" in raw or "\n:" in raw or "\r:" in raw)
        )
    else:
        colons, quoted = raw.count(b":"), raw.count(b'":')
        odd = b"\\" in raw or (
            colons > quoted and (b" :" in raw or b"\t:" in raw or b"\n:" in raw or b"\r:" in raw)
        )
    return colons, None if odd else quoted


def _written_keys(raw: bytes | str) -> int:
    """How many keys are written, or more."""
    return len(_KEY_TEXT.findall(raw) if isinstance(raw, str) else _KEY_BYTES.findall(raw))


def _count_keys(value: Value) -> int:
    """How many keys a value holds."""
    count = 0
    waiting = [value]
    for item in waiting:  # grows while it is read
        if item.__class__ is dict:
            count += len(item)
            waiting += [v for v in item.values() if isinstance(v, (dict, list))]
        elif item.__class__ is list:
            waiting += [v for v in item if isinstance(v, (dict, list))]
    return count


class Oddities:
    """Collects notes during one reading with the standard library's parser."""

    def __init__(self) -> None:
        self._repeated: Counter[str] = Counter()
        self._said: list[str] = []

    def pairs(self, pairs: list[tuple[str, Value]]) -> dict[str, Value]:
        """The object; the last of repeated keys counts, as in every common parser."""
        made = dict(pairs)
        if len(made) != len(pairs):
            seen = Counter(key for key, _ in pairs)
            self._repeated.update({key: times for key, times in seen.items() if times > 1})
        return made

    def constant(self, name: str) -> float:
        """``NaN`` and the infinities."""
        self.say(f"{name} is not a JSON number.")
        return float(name)

    def say(self, sentence: str) -> None:
        """Note something that is not standard JSON, once."""
        if sentence not in self._said:
            self._said.append(sentence)

    def look_at(self, text: str) -> None:
        """Note what can be seen in the text alone."""
        if _LONE.search(text) or _SURROGATE.search(text):
            self.say("It holds half of a surrogate pair, which is no character.")
        if _CONTROL.search(text) and any(_CONTROL.search(s) for s in _STRING.findall(text)):
            self.say("A string holds a control character that is not escaped.")

    def notes(self) -> tuple[tuple[str, str], ...]:
        """Finding codes with messages."""
        notes = [("payload-not-standard", sentence) for sentence in self._said]
        if self._repeated:
            notes.append(("payload-duplicate-keys", self._repetition()))
        return tuple(notes)

    def _repetition(self) -> str:
        shown = [f"{key[:80]!r}" for key in list(self._repeated)[:_SHOWN]]
        more = len(self._repeated) - len(shown)
        tail = f" and {more} more" if more else ""
        return f"Written more than once in one object: {', '.join(shown)}{tail}."
