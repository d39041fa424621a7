"""What a report about a fault of this program says, and above all what it does not say.

A report may be mailed to strangers. It says which versions ran and where in the program it
happened; it never says what a store contains, where it is, whose computer this is, or a password.
That is not done by taking things out, which always forgets something, but by letting through only
what is known: code of this program and of its libraries by module, line and function, and of an
exception's own words those that Python itself or the program's code is made of.

Imports the standard library. Promises that no word of an exception that is not in this program's
code, or in Python's own messages, gets into a report.
"""

from __future__ import annotations

import contextlib
import getpass
import linecache
import platform
import re
import socket
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import inspector
from inspector import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import CodeType, TracebackType

WORDS: Final = 300
"""Characters of an exception's own text that are looked at."""

CHAIN: Final = 5
"""Exceptions behind an exception that are told."""

_HOME: Final = Path(inspector.__file__).resolve().parent
_LEFT_OUT: Final = "…"

_OF_PYTHON: Final = """
a already an and any argument arguments as at attribute base be been bool bound but bytes
called callable can cannot changed class clear closed codec completed concatenate context
convert could decode deleted depth descriptor dict dictionary division does during encode
exceeded expected failed file float for found free from function generator get given has have
hashable implemented import in index indices instance int integer invalid is item items iterable
iteration key keyword least length limit list literal local many maximum method missing module
most must name named no non not null object of on only operand operation option or out
positional range recursion referenced required sequence set size slices start state str string
subscriptable support supported take takes than that the to too tuple type types unexpected
unhashable unpack unsupported use used value values variable was were where which while with
without wrapped zero
NoneType None True False
Internal C++ Qt PySide6 libshiboken
"""
"""Words of Python's own messages. A store may hold such a word, too; it tells nothing then."""

_TOKEN: Final = re.compile(r"[^\W\d]\w*|\d+|[^\w\s]", re.UNICODE)
_SIGNS: Final = frozenset("().,:;+-*/<>=[]'\"!?")
_PLACE: Final = re.compile(r'\s*File "(?P<file>.*)", line (?P<line>\d+)(?: in (?P<name>.*))?')
_FATAL: Final = re.compile(
    r"(?:Fatal Python error: [\w :()-]{1,80}|Windows fatal exception: [\w :()-]{1,80}"
    r"|(?:Current thread|Thread) 0x[0-9a-f]+.{0,60}\(most recent call first\):"
    r"|Python runtime state: \w+|  <no Python frame>|  \.\.\.)"
)


def fault_report(error: BaseException, versions: Mapping[str, str], what: str = "") -> str:
    """The report about an exception.

    Args:
        error: what nobody expected.
        versions: libraries and what else ran, by name.
        what: what was being done, in words of ours.
    """
    lines = [*_head(versions, what), ""]
    for number, link in enumerate(_chain(error)):
        if number:
            lines.append("before that:")
        lines.append(f"{type(link).__name__}: {_words(link)}".rstrip(": "))
        lines += _frames(link.__traceback__)
    return _without_names("\n".join(lines) + "\n")


def crash_head(versions: Mapping[str, str]) -> str:
    """The beginning of a report that is completed only when the process dies."""
    return _without_names("\n".join((*_head(versions, "the window"), "", "")))


def crash_report(head: str, dump: str) -> str:
    """The report about a process that died.

    Args:
        head: how it began, from :func:`crash_head`.
        dump: what ``faulthandler`` wrote; lines that are not of its known kinds are left out.
    """
    lines: list[str] = []
    for line in dump.splitlines():
        place = _PLACE.fullmatch(line)
        if place is not None:
            name = place["name"] or ""
            shown = name if re.fullmatch(r"[\w.<>]*", name, re.ASCII) else _LEFT_OUT
            lines.append(f"  {_module(place['file'])}, line {place['line']}, in {shown}")
        elif _FATAL.fullmatch(line.rstrip()):
            lines.append(line.rstrip())
    return _without_names(head + "\n".join(lines) + "\n")


def _head(versions: Mapping[str, str], what: str) -> Iterator[str]:
    yield f"Event History Inspector {__version__}"
    yield f"time: {datetime.now(UTC).isoformat(timespec='seconds')}"
    yield f"system: {platform.system()} {platform.release()}, {platform.machine()}"
    python = f"Python {platform.python_version()}"
    yield f"with: {', '.join((python, *(f'{n} {v}' for n, v in versions.items())))}"
    if what:
        yield f"in: {what}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and those behind it, without going round in circles."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen and len(seen) < CHAIN:
        seen.add(id(link))
        yield link
        hidden = None if link.__suppress_context__ else link.__context__
        link = link.__cause__ or hidden


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame, line in traceback.walk_tb(trace):
        code = frame.f_code
        yield f"  {_module(code.co_filename)}, line {line}, in {code.co_name}"
        if _is_ours(code.co_filename):
            source = linecache.getline(code.co_filename, line).strip()
            if source:
                yield f"      {source}"


def _is_ours(file: str) -> bool:
    # A frozen program knows its modules by where they were below the folder it was built in.
    return Path(file).is_relative_to(_HOME) or file.replace("\\", "/").startswith("inspector/")


def _module(file: str) -> str:
    """A file without the folders that say whose computer this is."""
    path = Path(file)
    if path.is_relative_to(_HOME):
        return f"inspector/{path.relative_to(_HOME).as_posix()}"
    parts = file.replace("\\", "/").split("/")
    if not path.is_absolute() and all(re.fullmatch(r"\w[\w.]*", part) for part in parts):
        return "/".join(parts)
    for mark in ("site-packages", "_internal"):
        if mark in parts[:-1]:
            return "/".join(parts[len(parts) - 1 - parts[::-1].index(mark) :])
    inside = next((i for i, part in enumerate(parts) if re.fullmatch(r"python3\.\d+", part)), None)
    if inside is not None:
        return "/".join(parts[inside:])
    return file if re.fullmatch(r"<frozen [\w.]+>", file) else _LEFT_OUT


def _words(error: BaseException) -> str:
    """What the exception says, as far as it is made of known words."""
    try:
        text = str(error)[:WORDS].split("\n", 1)[0]
    except Exception:  # noqa: BLE001 - a report must come about whatever an exception does
        return ""
    known = set(_OF_PYTHON.split()) | set(_names(error.__traceback__))
    shown: list[str] = []
    for token in _TOKEN.finditer(text):
        word = token[0]
        keep = word in _SIGNS or word in known or (word.isdigit() and len(word) <= 2)
        gap = " " if token.start() and text[token.start() - 1].isspace() else ""
        if keep:
            shown.append(gap + word)
        elif not shown or not shown[-1].endswith(_LEFT_OUT):
            shown.append(gap + _LEFT_OUT)
    return "".join(shown).strip()


def _names(trace: TracebackType | None) -> Iterator[str]:
    """Names of variables, attributes and functions in the code that the exception went through."""
    for frame, _line in traceback.walk_tb(trace):
        code: CodeType = frame.f_code
        if _is_ours(code.co_filename):
            yield from (*code.co_names, *code.co_varnames, *code.co_freevars, code.co_name)


def _without_names(text: str) -> str:
    """A last belt: nobody's name, home folder or computer, wherever it may have come from."""
    for name in _own_names():
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", _LEFT_OUT, text, flags=re.IGNORECASE)
    return text


def _own_names() -> Iterator[str]:
    host = socket.gethostname()
    candidates = [str(Path.home()), host, host.split(".")[0]]
    with contextlib.suppress(OSError, KeyError):  # no such user: nothing to hide
        candidates.append(getpass.getuser())
    # A name that is a word of the program itself would make the report unreadable, and hides
    # nothing: it is in every report.
    common = {"root", "user", "inspector", "localhost", "event", "python", "linux", "/"}
    yield from (name for name in candidates if len(name) > 2 and name.lower() not in common)
