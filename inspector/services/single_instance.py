"""Handing what the window is asked for over to the program that runs already.

A second start connects to a local socket that only the user's own programs can reach, writes one
line of JSON and reads one. Nothing slow is imported for that: no window library, no store. What
cannot be handed over (keys, a password, a replayer, a window of another look) is shown by a
program of its own.

The socket's name holds a digest of the folder of settings: a test, or whoever has settings
elsewhere, never reaches a program that has others. On Windows it is a named pipe.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from inspector import __version__
from inspector.core.texts import tr
from inspector.services.window_request import WindowRequest

if TYPE_CHECKING:
    from inspector.services.open_store import OpenRequest

FORM: Final = 1
LARGEST: Final = 256 * 1024
"""Bytes of a message; a longer one is none of ours."""

PATIENCE: Final = 2.0
"""Seconds until the other program has answered; its window may be busy for a moment."""

_LONGEST_PATH: Final = 100
"""Bytes of a socket's path; the system's limit is 104 to 108."""

_TEXTS: Final = ("address", "schema", "layout", "map_file", "choice")
_TRUTHS: Final = ("touch_nothing", "allow_views")
_SECRET: Final = re.compile(r"password|//[^/@\s]*:[^/@\s]*@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What came of it.

    Attributes:
        taken: the other program shows it; this one has nothing left to do.
        note: why this program shows it although another one runs; empty when none runs.
    """

    taken: bool
    note: str = ""


NOBODY: Final = HandedOver(taken=False)


class MessageInvalid(ValueError):
    """A message is damaged, or of another version of the program."""


# -- where --------------------------------------------------------------------------------------


def socket_name(settings: Path) -> str:
    """Path of the socket, or on Windows the name of the pipe, for a folder of settings."""
    digest = hashlib.sha256(os.fsencode(settings.absolute())).hexdigest()[:16]
    if sys.platform == "win32":
        import getpass  # noqa: PLC0415 - only there

        return f"event-history-inspector-{getpass.getuser()}-{digest}"
    for folder in (Path(os.environ.get("XDG_RUNTIME_DIR", "")), settings):
        path = folder / f"event-history-inspector-{digest}.sock"
        short = len(os.fsencode(path)) <= _LONGEST_PATH
        if folder.is_absolute() and short and _is_private(folder):
            return str(path)
    return str(Path(tempfile.gettempdir(), f"ehi-{os.getuid()}-{digest}") / "socket")


def prepare_folder(name: str) -> bool:
    """Make the folder of a socket where there is none; whether it is nobody else's."""
    if sys.platform == "win32":
        return True
    folder = Path(name).parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return _is_private(folder)


def _is_private(folder: Path) -> bool:
    """Whether a folder is the user's, and nobody else can put anything into it."""
    if sys.platform == "win32":
        return True
    try:
        found = folder.lstat()
    except OSError:
        return False
    writable = stat.S_IMODE(found.st_mode) & 0o022
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not writable


# -- handing over -------------------------------------------------------------------------------


def hand_over(request: WindowRequest, name: str, patience: float = PATIENCE) -> HandedOver:
    """Ask the program that runs to show a request; takes milliseconds where none runs.

    Args:
        name: as :func:`socket_name` gives it.
        patience: seconds to wait for its answer.
    """
    message = message_of(request)
    if message is None:
        return NOBODY
    try:
        answer = _asked(name, message, patience)
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
        return NOBODY  # none runs, or one that did not end as it should has left its socket
    except (OSError, EOFError):  # it hangs, ends just now, or the socket is not ours to use
        return HandedOver(
            taken=False,
            note=tr("Another window of this program did not answer, so this one was started."),
        )
    return _understood(answer)


def somebody_listens(name: str) -> bool:
    """Whether a program is behind a socket; one that was killed leaves its own behind."""
    if sys.platform == "win32":
        return False  # a pipe goes with its program, and cannot be taken from it
    import socket  # noqa: PLC0415 - only where it is needed

    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(PATIENCE)
        try:
            line.connect(name)
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:  # it is there, and has more to do than it can
            return True
    return True


def _understood(answer: bytes) -> HandedOver:
    try:
        if _table(answer).get("taken") is True:
            return HandedOver(taken=True)
    except MessageInvalid:
        pass
    return HandedOver(
        taken=False,
        note=tr("Another version of this program is running; this one was started beside it."),
    )


def _asked(name: str, message: bytes, patience: float) -> bytes:
    """One line of an answer.

    Raises:
        OSError: nobody is there, or nobody answers.
        EOFError: the connection ended without an answer.
    """
    if sys.platform == "win32":
        return _asked_pipe(name, message)
    if not Path(name).exists() or not _is_private(Path(name).parent):
        raise FileNotFoundError(name)
    import socket  # noqa: PLC0415 - three milliseconds, only where somebody may listen

    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(patience)
        line.connect(name)
        line.sendall(message)
        answer = b""
        while not answer.endswith(b"\n"):
            part = line.recv(4096)
            if not part or len(answer) > LARGEST:
                raise EOFError
            answer += part
    return answer


def _asked_pipe(name: str, message: bytes) -> bytes:
    _let_others_come_forward()
    with Path(rf"\\.\pipe\{name}").open("r+b", buffering=0) as pipe:
        pipe.write(message)
        answer = pipe.read(4096)
    if not answer:
        raise EOFError
    return answer


def _let_others_come_forward() -> None:
    """Windows lets a program raise its window only when the one in front allows it."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - only there

        ctypes.windll.user32.AllowSetForegroundWindow(-1)


# -- messages -----------------------------------------------------------------------------------


def message_of(request: WindowRequest) -> bytes | None:
    """A request as one line; ``None`` when it is not for another program's eyes or windows."""
    own = (request.theme, request.size, request.lang)
    if not request.shares_program or request.show_failure or any(own):
        return None
    store = None if request.store is None else _store_part(request.store)
    if request.store is not None and store is None:
        return None
    content = {
        "form": FORM,
        "program": __version__,
        "store": store,
        "stream": request.stream,
        "case": None if request.case is None else str(request.case.absolute()),
        "category": request.category,
        "at": request.at,
        "link": request.link,
        "panel": request.panel,
        "token": os.environ.get("XDG_ACTIVATION_TOKEN", ""),
    }
    line = json.dumps(content, ensure_ascii=True).encode() + b"\n"
    return line if len(line) <= LARGEST else None


def _store_part(store: OpenRequest) -> dict[str, Any] | None:
    options = store.options
    rest = replace(
        store,
        map_text=None,
        map_file="",
        rules=(),
        choice=None,
        schema=None,
        layout=None,
        options=replace(options, password=None, touch_nothing=False, allow_views=False),
    )
    if rest != type(store)(store.address) or _SECRET.search(store.address):
        return None  # keys, a replayer, a password: nothing of that is told to another program
    return {
        "address": _from_anywhere(store.address),
        "schema": store.schema or "",
        "layout": store.layout or "",
        "map_file": _from_anywhere(store.map_file) if store.map_file else "",
        "choice": store.choice or "",
        "touch_nothing": options.touch_nothing,
        "allow_views": options.allow_views,
        "rules": [_from_anywhere(rules) for rules in store.rules],
    }


def _from_anywhere(path: str) -> str:
    """A path that means the same in a program that was started in another folder."""
    try:
        return str(Path(path).absolute()) if Path(path).exists() else path
    except (OSError, ValueError):
        return path


def request_in(line: bytes) -> tuple[WindowRequest, str]:
    """The request of a message, and the token by which its window may come to the front.

    Raises:
        MessageInvalid: it is damaged, or of another version.
        InspectorError: a file that it names cannot be read.
    """
    content = _table(line)
    known = {
        "form",
        "program",
        "store",
        "stream",
        "category",
        "at",
        "link",
        "panel",
        "token",
        "case",
    }
    if content.get("form") != FORM or not known.issuperset(content):
        raise MessageInvalid("form")
    at = content.get("at")
    if at is not None and (not isinstance(at, int) or isinstance(at, bool)):
        raise MessageInvalid("at")
    store, case = content.get("store"), _optional(content, "case")
    request = WindowRequest(
        store=None if store is None else _store_in(store),
        stream=_optional(content, "stream"),
        category=_optional(content, "category"),
        at=at,
        case=None if case is None else Path(case),
        link=_optional(content, "link"),
        panel=_optional(content, "panel"),
    )
    return request, _optional(content, "token") or ""


def _store_in(part: object) -> OpenRequest:
    from inspector.services.store_form import StoreForm, request_of  # noqa: PLC0415 - slow

    if not isinstance(part, dict) or not {*_TEXTS, *_TRUTHS, "rules"}.issuperset(part):
        raise MessageInvalid("store")
    texts = {name: _optional(part, name) or "" for name in _TEXTS}
    rules = part.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(path, str) for path in rules):
        raise MessageInvalid("rules")
    form = StoreForm(
        address=texts["address"],
        schema=texts["schema"],
        layout=texts["layout"],
        map_file=texts["map_file"],
        touch_nothing=part.get("touch_nothing") is True,
        allow_views=part.get("allow_views") is True,
        rules=tuple(rules),
    )
    return replace(request_of(form), choice=texts["choice"] or None)


def answer_of(*, taken: bool) -> bytes:
    """What the program that runs answers."""
    return json.dumps({"form": FORM, "program": __version__, "taken": taken}).encode() + b"\n"


def _table(line: bytes) -> dict[str, Any]:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise MessageInvalid(str(error)) from error
    if not isinstance(content, dict):
        raise MessageInvalid("no table")
    return content


def _optional(content: dict[str, Any], name: str) -> str | None:
    value = content.get(name)
    if value is not None and not isinstance(value, str):
        raise MessageInvalid(name)
    return value
