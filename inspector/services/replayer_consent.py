"""Whether a replayer's command may be run: asked once, remembered by command and digests.

A replayer is a program of the user's; the window runs none that was not allowed. What was allowed
is the exact command with the bytes of its program and of every file among its arguments: when one
of them changes, it is asked again. What such a program loads by itself cannot be known here.

JavaScript projections need no consent: they run in the program's own worker without access to
anything. Imports ``core``, services and the standard library.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.replayers.javascript import is_projection
from inspector.services.replayers import command_of
from inspector.services.store_memory import StoreMemory

if TYPE_CHECKING:
    from inspector.services.tasks import Work

_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class ForeignCommand:
    """A command that needs consent.

    Attributes:
        text: as it was typed.
        words: the program, found, and its arguments, exactly as they would be run.
        files: the program and the files among the arguments, each with the SHA-256 of its bytes.
    """

    text: str
    words: tuple[str, ...]
    files: tuple[tuple[Path, str], ...]

    @property
    def fingerprint(self) -> str:
        """What consent is remembered by."""
        facts = [list(self.words), [[str(path), digest] for path, digest in self.files]]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def foreign_command(text: str, work: Work) -> ForeignCommand | None:
    """What would be run for a text; ``None``: nothing that needs consent.

    Runs nothing; reads the program and the files among its arguments.

    Raises:
        InputInvalid: it names nothing that could be run, or a file of it cannot be read.
    """
    words, _limits = command_of(text)
    typed = shlex.split(text)
    if len(typed) == 1 and is_projection(Path(typed[0])):
        return None
    files = []
    for number, word in enumerate(words):
        path = Path(word).absolute()
        if number == 0 or path.is_file():
            files.append((path, _digest(path, work)))
    return ForeignCommand(text, words, tuple(files))


def _digest(path: Path, work: Work) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                work.check()
                digest.update(block)
    except OSError as error:
        raise InputInvalid(
            tr("{file} of the replayer's command cannot be read: {reason}.", file=path,
               reason=error.strerror or str(error)),
        ) from None  # fmt: skip
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class ConsentMemory:
    """Commands that the user has allowed.

    Args:
        path: the file.
    """

    path: Path

    def allows(self, command: ForeignCommand) -> bool:
        """Whether this very command, with these very files, was allowed before."""
        return bool(self._memory.of(command.fingerprint) == list(command.words))

    def allow(self, command: ForeignCommand) -> None:
        """Remember that it may be run.

        Raises:
            OutputFailed: the file cannot be written.
        """
        self._memory.keep(command.fingerprint, list(command.words))

    @property
    def _memory(self) -> StoreMemory:
        return StoreMemory(self.path, tr("The consent"))
