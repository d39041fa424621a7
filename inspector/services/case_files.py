"""Case files (``*.ehcase``): bookmarks and notes on events of a store, kept beside the store.

A case file is JSON, because it is small, because people send it to each other and put it under
version control, and because opening a foreign one must run no database engine::

    {"format": "event-history-inspector case", "version": 1, "store": "e5f1…", "marks": [
      {"id": "9f…", "by": "kim", "at": "2026-03-16T10:00:00Z", "note": "here it went wrong",
       "stream": "…", "category": null, "version": 21, "event_id": null, "position": 812,
       "digest": "…", "rival_of": ""}]}

``store`` is the store's fingerprint (:mod:`inspector.services.fingerprints`): a copy of the
store finds its case, another store does not get it. Of what the store contains there is nothing
but the identity of the marked events, and a digest of each to notice that another one stands in
its place. A file is replaced as a whole; one that cannot be read is never written over.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from errno import ETIMEDOUT
from pathlib import Path
from threading import Lock
from time import monotonic, sleep, time
from typing import TYPE_CHECKING, Any, Final

import platformdirs

from inspector.core.cases import Case, Mark, Place
from inspector.core.errors import InputInvalid, OutputFailed
from inspector.core.texts import thousands, tr
from inspector.services.fingerprints import is_certain
from inspector.services.replacing_files import replace_file
from inspector.storage.address import parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SUFFIX: Final = ".ehcase"
FORMAT: Final = "event-history-inspector case"
VERSION: Final = 1

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a file that is read; a longer one is none of ours."""

MOST: Final = 50_000
"""Marks of a case."""

LONGEST: Final = 20_000
"""Characters of a note, or of a name."""

PATIENCE: Final = 5.0
"""Seconds to wait for another program that changes the file."""

LEFT_BEHIND: Final = 30.0
"""Seconds after which nobody can still be at it: a change takes a moment."""

_STORE: Final = re.compile(r"[et][0-9a-f]{24}\Z", re.ASCII)
_ID: Final = re.compile(r"[0-9a-f]{16}\Z", re.ASCII)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z\Z", re.ASCII)
_FAR: Final = 1 << 63
_WRITING: Final = Lock()


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The case of one store in one file.

    Args:
        path: the file; it is made with the first mark.
        store: the fingerprint of the store whose case it is.
    """

    path: Path
    store: str

    def read(self) -> Case:
        """The marks; none where there is no file yet.

        Raises:
            InputInvalid: the file cannot be read; it is left as it is.
        """
        if not self.path.exists():
            return Case(self.store)
        found = read_case(self.path)
        if found.store != self.store:
            raise _of_another_store(self.path)
        return found

    def change(self, change: Callable[[Case], Case]) -> Case:
        """Read the file, change what it holds, and put it back; gives what it holds now.

        Raises:
            InputInvalid: the file cannot be read; nothing is written then.
            OutputFailed: it cannot be written; what was there is unchanged.
        """
        with _WRITING, _alone(self.path):
            before = self.read()
            after = change(before)
            if after != before:
                write_case(after, self.path)
        return after


def is_case_file(text: str) -> bool:
    """Whether an address names a case file rather than a store."""
    return text.lower().endswith(SUFFIX)


def case_path(text: str) -> Path:
    """The file that is meant: a path, or the ``file:`` address that a desktop hands over."""
    return parse_address(text).file


def own_case(fingerprint: str, address: str, folder: Path | None = None) -> CaseFile:
    """Where the user's own case of a store is kept.

    Args:
        address: where the store is; it only counts where the fingerprint fits every store that
            was made alike, so that another store does not get the marks.
        folder: by default the user's folder for data.
    """
    name = fingerprint
    if not is_certain(fingerprint):
        where = hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
        name = f"{fingerprint}-{where[:16]}"
    return CaseFile((folder or usual_folder()) / f"{name}{SUFFIX}", fingerprint)


def usual_folder() -> Path:
    """The cases of the user who runs the program."""
    return platformdirs.user_data_path("event-history-inspector", appauthor=False) / "cases"


# -- reading --------------------------------------------------------------------------------------


def read_case(path: Path) -> Case:
    """Read a case file, one's own or somebody else's.

    Raises:
        InputInvalid: it is missing, too long, damaged, of a newer form, or none at all.
    """
    content = _content(path)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise _damaged(path, tr("it is no case file"))
    version = content.get("version")
    if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
        raise InputInvalid(
            tr("The case file {path} was made by a newer version of the program.", path=path),
            hint=tr("Use that version, or a newer one; the file is left as it is."),
        )
    store, marks = content.get("store"), content.get("marks")
    if (
        version is True
        or version != VERSION
        or not isinstance(store, str)
        or not _STORE.match(store)
    ):
        raise _damaged(path, tr("it does not say which store it belongs to"))
    if not isinstance(marks, list):
        raise _damaged(path, tr("it has no list of marks"))
    if len(marks) > MOST:
        raise _damaged(path, tr("it has more than {n} marks", n=thousands(MOST)))
    found = [_mark(path, number, entry) for number, entry in enumerate(marks, 1)]
    if len({mark.id for mark in found}) != len(found):
        raise _damaged(path, tr("two of its marks have the same id"))
    return Case(store, tuple(found))


def _content(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST:
            limit = LARGEST // 1024 // 1024
            raise _damaged(path, tr("it is larger than {n} MiB", n=limit))
        text = path.read_bytes()
    except OSError as error:
        raise InputInvalid(
            tr("The case file {path} cannot be read: {reason}.",
               path=path, reason=error.strerror or str(error)),
            hint=tr("It is left as it is; make it readable and try again."),
        ) from error  # fmt: skip
    try:
        return json.loads(text)
    except RecursionError as error:
        raise _damaged(path, tr("it is nested too deeply")) from error
    except ValueError as error:
        raise _damaged(path, tr("it is not JSON")) from error


def _mark(path: Path, number: int, entry: Any) -> Mark:
    """One entry, every part of it looked at."""
    place = _place(entry) if isinstance(entry, dict) else None
    if place is not None and _says_who(entry):
        texts = {name: entry[name] for name in ("id", "by", "at", "note", "rival_of")}
        return Mark(place=place, **texts)
    raise _damaged(path, tr("its mark number {n} is not complete", n=thousands(number)))


def _says_who(entry: dict[str, Any]) -> bool:
    texts = [entry.get(name) for name in ("id", "by", "at", "note", "rival_of")]
    if not all(isinstance(text, str) and len(text) <= LONGEST for text in texts):
        return False
    rival = entry["rival_of"]
    return bool(_ID.match(entry["id"]) and _TIME.match(entry["at"])) and (
        not rival or bool(_ID.match(rival))
    )


def _place(entry: dict[str, Any]) -> Place | None:
    stream, version = entry.get("stream"), entry.get("version")
    texts = [entry.get(name) for name in ("category", "event_id")]
    position, digest = entry.get("position"), entry.get("digest")
    right = (
        isinstance(stream, str)
        and isinstance(digest, str)
        and all(text is None or isinstance(text, str) for text in texts)
        and (version is None or _is_number(version))
        and (position is None or isinstance(position, str) or _is_number(position))
    )
    if not right or stream is None or digest is None:
        return None
    return Place(stream, texts[0], version, texts[1], position, digest)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_FAR <= value < _FAR


def _damaged(path: Path, why: str) -> InputInvalid:
    return InputInvalid(
        tr("The case file {path} cannot be used: {why}.", path=path, why=why),
        hint=tr("It is left as it is; move it away to begin anew, or get a whole copy of it."),
    )


def _of_another_store(path: Path) -> InputInvalid:
    return InputInvalid(
        tr("The case file {path} belongs to another store.", path=path),
        hint=tr("Its store begins with another first event, or has other tables."),
    )


def require_store(path: Path, case: Case, fingerprint: str) -> None:
    """Make sure that a case belongs to a store.

    Raises:
        InputInvalid: it does not.
    """
    if case.store != fingerprint:
        raise _of_another_store(path)


# -- writing --------------------------------------------------------------------------------------


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other programs of the same user from changing the file at the same time.

    Raises:
        OutputFailed: the folder cannot be written, or another program does not come to an end.
    """
    lock = path.with_name(f".{path.name}.lock")
    until = monotonic() + PATIENCE
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        while not _taken(lock):
            if monotonic() > until:
                raise TimeoutError(ETIMEDOUT, tr("another program is writing it"))
            sleep(0.01)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _taken(lock: Path) -> bool:
    """Take the lock; one that a killed program left behind is taken away."""
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        with suppress(FileNotFoundError):
            if time() - lock.stat().st_mtime > LEFT_BEHIND:
                lock.unlink()
        return False
    return True


def write_case(case: Case, path: Path) -> None:
    """Write a case file as a whole.

    Raises:
        OutputFailed: it cannot be written; what was there is unchanged.
    """
    if len(case.marks) > MOST:
        raise OutputFailed(tr("A case file holds {n} marks at most.", n=thousands(MOST)))
    content = {
        "format": FORMAT,
        "version": VERSION,
        "store": case.store,
        "marks": [_entry(mark) for mark in case.marks],
    }
    try:
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(13, os.strerror(13))
        replace_file(path, _as_text(content))
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> OutputFailed:
    return OutputFailed(
        tr("The case file {path} cannot be written: {reason}.",
           path=path, reason=error.strerror or str(error)),
        hint=tr("What it held before is unchanged."),
    )  # fmt: skip


def _entry(mark: Mark) -> dict[str, Any]:
    parts = asdict(mark)
    return {**{name: value for name, value in parts.items() if name != "place"}, **parts["place"]}


def _as_text(content: dict[str, Any]) -> bytes:
    """As people can read it; bytes of a stream's name that are no UTF-8 as escapes."""
    try:
        return json.dumps(content, ensure_ascii=False, indent=1).encode()
    except UnicodeEncodeError:
        return json.dumps(content, ensure_ascii=True, indent=1).encode()
