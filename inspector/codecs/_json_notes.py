"""What is odd about a JSON text, collected while it is read.

Repeated keys vanish in every parser. Finding them costs a second, slower reading, so a page
of events first asks :func:`repeats_keys`: it compares how many keys are written with how
many arrived, and is never wrong when a key is missing (a string that quotes JSON can raise a
false alarm, which costs that reading and nothing else).

Imports the standard library only.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from inspector.core.payloads import Value

# A closing quote and a colon. The quote of a key follows an even number of backslashes, so
# none or at least two; a single one belongs to a quote inside a string.
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


def repeats_keys(raw: bytes | str, value: Value) -> bool:
    """Whether a document may hold a key twice in one object; never misses a real one."""
    found = _KEY_TEXT.findall(raw) if isinstance(raw, str) else _KEY_BYTES.findall(raw)
    return len(found) > _count_keys(value)


def _count_keys(value: Value) -> int:
    count = 0
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if item.__class__ is dict:
            count += len(item)
            waiting.extend(item.values())
        elif item.__class__ is list:
            waiting.extend(item)
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
