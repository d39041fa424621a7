"""Rules texts that were not saved yet, kept for the next start; and saving them to files.

A draft is the user's own text, one small file for each store beside the memory of rules files.
Imports ``core`` and the standard library.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inspector.core.errors import InputInvalid, OutputFailed
from inspector.core.rules.reader import MAX_FILE
from inspector.core.texts import tr
from inspector.services.replacing_files import replace_file
from inspector.services.rules import RulesFile

_SIDE_FILES: Final = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that was not saved.

    Attributes:
        text: the text.
        file: the file that it is to become, as that was read; ``None`` for a new one.
    """

    text: str
    file: RulesFile | None = None


@dataclass(frozen=True, slots=True)
class DraftMemory:
    """Drafts by store.

    Args:
        folder: where they are; made when the first one is kept.
    """

    folder: Path

    def of(self, store: str) -> Draft | None:
        """The draft of a store, by the key that ``rules_memory`` gives it."""
        try:
            path = self._path(store)
            if path.stat().st_size > 8 * MAX_FILE:
                return None
            found = json.loads(path.read_text(encoding="utf-8"))
            file = found["file"]
            known = None if file is None else RulesFile(Path(file["path"]), str(file["digest"]))
            return Draft(str(found["text"]), known)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def keep(self, store: str, draft: Draft) -> None:
        """Keep the draft of a store.

        Raises:
            OutputFailed: it cannot be written.
        """
        file = draft.file
        known = None if file is None else {"path": str(file.path), "digest": file.digest}
        content = json.dumps({"version": 1, "text": draft.text, "file": known})
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            replace_file(self._path(store), content.encode("ascii"))
        except OSError as error:
            reason = error.strerror or str(error)
            raise OutputFailed(
                tr("The unsaved rules could not be kept: {reason}.", reason=reason),
                hint=tr("Save them as a file before you close the window."),
            ) from error

    def forget(self, store: str) -> None:
        """There is nothing unsaved any more."""
        with contextlib.suppress(OSError):
            self._path(store).unlink(missing_ok=True)

    def _path(self, store: str) -> Path:
        return self.folder / f"{hashlib.sha256(store.encode()).hexdigest()[:32]}.json"


class ChangedMeanwhile(InputInvalid):
    """The file that is to be replaced is not the one that was read."""

    code = "file-changed"


def save_rules(
    text: str, path: Path, *, store: Path | None = None, expected: RulesFile | None = None
) -> RulesFile:
    """Write a rules file; it is there completely or not at all.

    Args:
        store: the file of the open store, which is never written to.
        expected: the file as it was read; ``None`` replaces whatever is there.

    Raises:
        InputInvalid: the file belongs to the store.
        ChangedMeanwhile: another program changed or removed it since it was read.
        OutputFailed: it could not be written; what was there is unchanged.
    """
    path = path.expanduser().absolute()
    if store is not None:
        _require_elsewhere(path, store)
    if expected is not None and _digest_of(path) != expected.digest:
        raise ChangedMeanwhile(
            tr("{file} was changed by another program since it was read.", file=path.name),
            hint=tr("Save under another name, or replace what is there now."),
        )
    content = text.encode("utf-8", "surrogatepass")
    try:
        # Whoever may read the old one may read the new one.
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        replace_file(path, content, mode)
    except OSError as error:
        raise OutputFailed(
            tr("The file {file} could not be written.", file=path.name),
            hint=tr("Choose another folder, or make room."),
            detail=str(error),
        ) from error
    return RulesFile(path, hashlib.sha256(content).hexdigest())


def _require_elsewhere(path: Path, store: Path) -> None:
    for ending in _SIDE_FILES:
        own = store.with_name(store.name + ending)
        same = path.resolve() == own.resolve()
        with contextlib.suppress(OSError):
            same = same or path.samefile(own)
        if same:
            raise InputInvalid(
                tr("{file} belongs to the store, which is never written to.", file=path.name),
                hint=tr("Choose another name."),
            )


def _digest_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
