"""What is wrong with a rules file, and where.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from inspector.core.errors import InspectorError
from inspector.core.texts import counted, tr

_TOLD: Final = 19
"""Further mistakes that are told beside the first: who mends a file wants them all at once."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a rules file.

    Attributes:
        file: the file's name, as people know it.
        line, column: from 1.
        message: what is there and what was expected, one sentence.
        near: the nearest known name, or an empty text.
    """

    file: str
    line: int
    column: int
    message: str
    near: str = ""

    def __str__(self) -> str:
        hint = " " + tr("Did you mean {word}?", word=self.near) if self.near else ""
        return f"{self.file}:{self.line}:{self.column}: {self.message}{hint}"


class RulesInvalid(InspectorError):
    """Rules that cannot be used; none of them is.

    Attributes:
        problems: all mistakes that were found, in the order of the file.
    """

    code = "rules-invalid"
    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        first, *others = self.problems
        hint = tr("Did you mean {word}?", word=first.near) if first.near else ""
        if others:
            words = counted(
                len(others), "There is one more mistake.", "There are {n} more mistakes."
            )
            hint = f"{hint} {words}".strip()
        place = f"{first.file}:{first.line}:{first.column}"
        super().__init__(f"{place}: {first.message}", hint=hint)
        self.further = tuple(str(problem) for problem in others[:_TOLD])
