"""Rules files of a store: read from disk, checked, compared with what is on disk now.

Imports ``core`` and the standard library. Promises that a file is used as a whole or not at
all, and that nothing is ever written to it from here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inspector.core.errors import InputInvalid
from inspector.core.rules import RuleSet, RulesText, load_rules
from inspector.core.rules.reader import MAX_FILE
from inspector.core.texts import tr


@dataclass(frozen=True, slots=True)
class RulesFile:
    """A rules file as it was read.

    Attributes:
        path: where it is; absolute.
        digest: SHA-256 of its bytes, in hexadecimal.
    """

    path: Path
    digest: str


@dataclass(frozen=True)
class LoadedRules:
    """Rules that can be used, and the files they came from.

    Attributes:
        rules: the rules.
        files: the files, in the order in which they were given; none for rules that are tried
            without being saved.
    """

    rules: RuleSet
    files: tuple[RulesFile, ...] = ()

    def changed(self) -> tuple[Path, ...]:
        """Files that are no longer what was read: changed, or gone."""
        return tuple(file.path for file in self.files if _digest_now(file.path) != file.digest)


def read_rules(paths: Sequence[str | Path]) -> LoadedRules:
    """Read and check rules files.

    Raises:
        InputInvalid: a file cannot be read.
        RulesInvalid: there are mistakes in them; the message names the first with its place.
    """
    files, texts = [], []
    for path in paths:
        where = Path(path).expanduser().absolute()
        content = _content(where)
        files.append(RulesFile(where, hashlib.sha256(content).hexdigest()))
        texts.append(RulesText(where.name, _text(where, content)))
    return LoadedRules(load_rules(texts), tuple(files))


def check_text(text: str, name: str, beside: Sequence[RulesText] = ()) -> LoadedRules:
    """Rules that are being written, before they are saved.

    Args:
        name: what messages call them.
        beside: other files of the same rules.

    Raises:
        RulesInvalid: there are mistakes in them.
    """
    return LoadedRules(load_rules([*beside, RulesText(name, text)]))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(4 * MAX_FILE + 1)
    except OSError as error:
        raise InputInvalid(
            tr("The rules file {file} cannot be read: {reason}.", file=path,
               reason=error.strerror or str(error)),
        ) from None  # fmt: skip
    if len(content) > 4 * MAX_FILE:
        raise InputInvalid(tr("The rules file {file} is too large to be one.", file=path))
    return content


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputInvalid(
            tr("The rules file {file} is not UTF-8 (line {n}).", file=path, n=line),
            hint=tr("Save it as UTF-8."),
        ) from None


def _digest_now(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
