"""The worker that runs JavaScript projections: a replayer of our own, in its own process.

The script runs in quickjs, which has no files, no network, no clock to wait on and no modules;
time and memory are limited in the engine, and the process itself is limited and killed from
outside. So no consent is needed. Integers beyond 2^53 and longer decimals cross exactly.

Started by :func:`inspector.replayers.javascript.command`; never imported by the program itself.
The projections' API: KurrentDB, "Custom projections" (``fromCategory``, ``when``, ``$init`` …).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import quickjs

TAG: Final = "\x00exact"
SECONDS: Final = 2.0
"""For one event; the engine stops what takes longer."""
MEMORY: Final = 256 << 20
STACK: Final = 512 << 10

SAFE: Final = 2**53 - 1
"""Number.MAX_SAFE_INTEGER."""
_LONGEST_SAFE: Final = len(str(-SAFE))

_LONG: Final = re.compile(r"[0-9.]{16}|[0-9.][eE][+-]?[0-9]")
"""A text without such a place holds no number that a double cannot hold."""
_TAGGED: Final = re.compile(r'\{"\\u0000exact":"(-?[0-9][^"]*)"\}')


class Projection:
    """A script that was evaluated.

    Raises:
        ValueError: it cannot be evaluated, or defines no projection.
    """

    def __init__(self, script: str) -> None:
        self._engine = quickjs.Context()
        self._engine.set_memory_limit(MEMORY)
        self._engine.set_max_stack_size(STACK)
        prelude = Path(__file__).with_name("projection.js").read_text(encoding="utf-8")
        self._driver = self._engine.eval(prelude)
        self._engine.set_time_limit(SECONDS)
        try:
            self._engine.eval(script)
        except quickjs.JSException as error:
            raise ValueError(said(error)) from error
        about = self._driver("describe")
        if not about:
            raise ValueError("The script defines no projection: call fromCategory(…).when({…}).")
        described = json.loads(about)
        self.source: dict[str, Any] = described["source"] or {"kind": "all", "names": []}

    def begin(self, stream: str, category: str | None) -> str:
        """The state before the first event, as an answer."""
        kind, names = self.source["kind"], self.source["names"]
        fits = {
            "all": True,
            "stream": stream in names,
            "category": (category or stream.split("-", 1)[0]) in names,
        }[kind]
        if not fits:
            reads = f"{kind} {', '.join(map(str, names))}"
            return json.dumps({"error": f"The projection reads {reads}, not this stream."})
        return exact(self._driver("begin"))

    def fold(self, line: str) -> str:
        """The answer to one event."""
        if _LONG.search(line):
            return exact(self._driver("fold", tagged(line), True))
        return exact(self._driver("fold", line, False))


def tagged(line: str) -> str:
    """A message with each number that a double cannot hold in a tag."""
    value = json.loads(line, parse_int=_whole, parse_float=_fraction)
    return json.dumps(value, ensure_ascii=False)


def _whole(digits: str) -> Any:
    fits = len(digits) <= _LONGEST_SAFE and abs(int(digits)) <= SAFE
    return int(digits) if fits else {TAG: digits}


def _fraction(digits: str) -> Any:
    from decimal import Decimal, InvalidOperation  # noqa: PLC0415 - only for long numbers

    number = float(digits)
    try:
        fits = Decimal(repr(number)) == Decimal(digits)
    except InvalidOperation:
        fits = False
    return number if fits else {TAG: digits}


def exact(answer: str) -> str:
    """An answer with the digits in place of the tags."""
    return _TAGGED.sub(r"\1", answer)


def said(error: Exception) -> str:
    """The engine's words; it has none when it ran out of memory."""
    text = str(error).strip()
    if text in ("", "null"):
        return "The script needs more memory than it may have."
    if _is_stop(error):
        return f"The script was stopped after {SECONDS:g} seconds."
    return text.splitlines()[0]


def _is_stop(error: Exception) -> bool:
    return "interrupted" in str(error)


def answers(projection: Projection | str, name: str, lines: Iterator[str]) -> Iterator[str]:
    """An answer to each line; what is wrong with the script is said to each stream.

    A script that had to be stopped is not asked again within the stream: it would only take its
    whole time at every event.
    """
    stopped = ""
    for line in lines:
        message = json.loads(line) if not line.startswith('{"event"') else {"event": line}
        if "hello" in message:
            can = ["fold"]
            yield json.dumps({"hello": 1, "name": name, "aggregates": [], "can": can})
        elif "end" in message:
            yield '{"ok":true}'
            return
        elif isinstance(projection, str):
            yield json.dumps({"error": projection})
        elif stopped and "event" in message:
            yield json.dumps({"error": stopped})
        else:
            try:
                if "begin" in message:
                    stopped = ""
                    yield projection.begin(message["begin"], message.get("category"))
                elif "event" in message:
                    yield projection.fold(line)
                else:
                    yield json.dumps({"error": "A projection cannot do that."})
            except quickjs.JSException as error:
                if _is_stop(error):
                    stopped = said(error)
                yield json.dumps({"error": said(error)})


def main(arguments: list[str], source: IO[str] | None = None, target: IO[str] | None = None) -> int:
    """Run the script that the first argument names until the input ends."""
    source, target = source or sys.stdin, target or sys.stdout
    for stream in (source, target):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", newline="\n")
    file = Path(arguments[0])
    projection: Projection | str
    try:
        projection = Projection(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        projection = str(error)
    for answer in answers(projection, file.name, iter(source)):
        target.write(answer + "\n")
        target.flush()
    return 0
