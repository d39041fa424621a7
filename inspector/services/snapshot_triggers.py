"""Letting the application itself take a snapshot: a command, or an HTTP request.

For stores whose library keeps no snapshots that could be written from outside, the user says
once what makes the application take one. Stream, version and category come out of a store that
may hold anything: they only ever become whole parts of arguments, percent-encoded parts of an
address, or texts of a JSON body, and never go through a shell. Nothing runs that was not shown.

Imports ``inspector.core`` and the standard library.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from inspector.core.errors import InputInvalid, WriteRefused
from inspector.core.texts import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from inspector.core.events import StreamId

SECONDS: Final = 60.0
"""How long a trigger may take when nobody said otherwise."""

LONGEST: Final = 3600.0
PLACEHOLDERS: Final = ("stream", "version", "category")
METHODS: Final = ("POST", "PUT", "PATCH", "GET")

_PLACE: Final = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Trigger:
    """What makes an application take a snapshot.

    Attributes:
        words: a program and its arguments; empty for a request.
        method, url, body: of a request; the body is JSON or empty.
        seconds: how long it may take.
    """

    words: tuple[str, ...] = ()
    method: str = ""
    url: str = ""
    body: str = ""
    seconds: float = SECONDS

    @property
    def is_command(self) -> bool:
        """Whether it is a command and no request."""
        return bool(self.words)


@dataclass(frozen=True, slots=True)
class Call:
    """A trigger for one stream, to the letter.

    Attributes:
        shown: for people, on one line each.
    """

    trigger: Trigger

    @property
    def shown(self) -> tuple[str, ...]:
        """The command as it could be typed, or the request with its body."""
        call = self.trigger
        if call.is_command:
            return (shlex.join(call.words),)
        line = f"{call.method} {call.url}"
        return (line, call.body) if call.body else (line,)


def command_trigger(text: str, seconds: float = SECONDS) -> Trigger:
    """A command out of one line, divided as a shell divides it; no shell ever sees it.

    Raises:
        InputInvalid: it cannot be divided, is empty, or has an unknown placeholder.
    """
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise InputInvalid(
            tr("The command cannot be read: {reason}.", reason=str(error)),
            hint=tr("Put quotes around parts with blanks."),
        ) from error
    if not words or _PLACE.search(words[0]):
        raise InputInvalid(tr("The command names no program."))
    for word in words:
        _require_known(word)
    return Trigger(words=words, seconds=_limit(seconds))


def request_trigger(text: str, body: str = "", seconds: float = SECONDS) -> Trigger:
    """A request out of ``POST https://host/path``; without a method it is a POST.

    Raises:
        InputInvalid: it is no such request, the body is no JSON, or a placeholder is unknown.
    """
    method, _, url = text.strip().rpartition(" ")
    method = method.strip().upper() or "POST"
    if method not in METHODS:
        raise InputInvalid(
            tr("The method {method} is not known.", method=method),
            hint=tr("Known are: {names}", names=", ".join(METHODS)),
        )
    _require_address(url)
    _require_known(url)
    if body:
        try:
            parsed = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise InputInvalid(tr("The body of the request is no JSON.")) from error
        _in_texts(parsed, _known)
    return Trigger(method=method, url=url, body=body, seconds=_limit(seconds))


def _require_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise InputInvalid(tr("The address of the request cannot be read.")) from error
    if parts.scheme not in ("http", "https") or not host or _PLACE.search(parts.netloc):
        raise InputInvalid(
            tr("The address of the request has to begin with http:// or https:// and a host."),
            hint=tr("For example: POST https://shop.internal/snapshots/{stream}"),
        )
    if parts.username or parts.password or not url.isascii() or not url.isprintable():
        raise InputInvalid(
            tr("An address with a password, or with other than plain characters, is not kept.")
        )


def _known(text: str) -> str:
    _require_known(text)
    return text


def _require_known(text: str) -> None:
    for name in _PLACE.findall(text):
        if name not in PLACEHOLDERS:
            raise InputInvalid(
                tr("The placeholder {name} is not known.", name=f"{{{name}}}"),
                hint=tr("Known are: {names}", names="{stream} {version} {category}"),
            )


def _limit(seconds: float) -> float:
    if not 0 < seconds <= LONGEST:
        raise InputInvalid(tr("The time limit has to be between 1 and {n} seconds.", n=3600))
    return seconds


# -- for one stream --------------------------------------------------------------------------------


def call_of(trigger: Trigger, stream: StreamId, version: int) -> Call:
    """What would run for a stream.

    Raises:
        WriteRefused: a name out of the store could be taken for something else than a name.
    """
    values = {"stream": stream.name, "version": str(version), "category": stream.category or ""}
    if trigger.is_command:
        words = tuple(_argument(word, values) for word in trigger.words)
        return Call(Trigger(words=words, seconds=trigger.seconds))
    url = _filled(trigger.url, {name: quote(text, safe="") for name, text in values.items()})
    body = trigger.body
    if body:
        filled = _in_texts(json.loads(body), lambda text: _filled(text, values))
        body = json.dumps(filled, ensure_ascii=True)
    return Call(Trigger(method=trigger.method, url=url, body=body, seconds=trigger.seconds))


def _argument(word: str, values: Mapping[str, str]) -> str:
    made = _filled(word, values)
    if "\0" in made:
        raise WriteRefused(tr("A name with a NUL character cannot be given to a program."))
    if made.startswith("-") and not word.startswith("-"):
        raise WriteRefused(
            tr("“{text}” could be taken for an option of the program.", text=made[:40]),
            hint=tr("Write the command so that the name follows something: --stream={stream}"),
        )
    return made


def _filled(text: str, values: Mapping[str, str]) -> str:
    """All placeholders at once, so that what a value holds is no placeholder."""
    return _PLACE.sub(lambda found: values[found[1]], text)


def _in_texts(value: Any, change: Callable[[str], str]) -> Any:
    """JSON with every text in it changed; names stay."""
    if isinstance(value, dict):
        return {name: _in_texts(item, change) for name, item in value.items()}
    if isinstance(value, list):
        return [_in_texts(item, change) for item in value]
    return change(value) if isinstance(value, str) else value
