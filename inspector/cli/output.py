"""Where a command's results go: tables for people, or one JSON object a line for programs.

Results go to standard output; errors, notes and progress to standard error. Results that are not
complete say so in their own last line, whoever reads them: ``{"partial": {…}}`` in JSON.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from inspector.cli.paint import Paint, is_terminal, wants_colour
from inspector.cli.plain import json_line, plain_line, wrapped
from inspector.cli.progress import ProgressLine
from inspector.cli.tables import Column, Row, Table
from inspector.core.errors import Cancelled, InspectorError
from inspector.core.jsontext import to_json
from inspector.core.texts import counted, tr

if TYPE_CHECKING:
    from inspector.core.findings import Finding

T = TypeVar("T")

NARROW = 40
"""Narrower terminals are written to as if they had so many places."""


class Output:
    """Writes results, notes and errors.

    Args:
        out, err: standard output and standard error.
        json: JSON Lines instead of tables.

    Attributes:
        json: whether results are JSON Lines.
        written: results so far (streams, events, states …).
        width: places of a line, or ``None`` where lines may be of any length.
        paint: the colours of standard output.
    """

    def __init__(self, out: TextIO, err: TextIO, *, json: bool = False) -> None:
        self.json = json
        self.written = 0
        self._out = out
        self._err = err
        self.paint = Paint(on=not json and wants_colour(out))
        self._err_paint = Paint(on=wants_colour(err))
        self._terminal = is_terminal(out)
        self.width = _columns() if self._terminal and not json else None
        self._err_width = _columns() if is_terminal(err) else None
        self.progress = ProgressLine(err if is_terminal(err) else None)
        _as_utf8(out, strict=json)
        _as_utf8(err, strict=False)

    # -- results --------------------------------------------------------------------------

    def record(self, record: dict[str, Any]) -> None:
        """Write one result as a line of JSON."""
        self.written += 1
        self._write(self._as_line(to_json(record)))

    def _as_line(self, text: str) -> str:
        """JSON text that is one line for every reader, and harmless for a terminal.

        Both only write more characters as escapes: the values stay the same.
        """
        if self._terminal:
            return json_line(text)
        return text.replace("\u2028", r"\u2028").replace("\u2029", r"\u2029")

    def line(self, text: str = "") -> None:
        """Write a line for people; stored text in it must be printable already."""
        self._write(text)

    def table(self, *columns: Column) -> Table:
        """A table as wide as the terminal."""
        return Table(columns, self.width, self.paint)

    def rows(self, table: Table, rows: Sequence[Row]) -> None:
        """Write the next rows of a table."""
        self.written += len(rows)
        for line in table.lines(rows):
            self._write(line)

    def footer(self, text: str) -> None:
        """A closing remark for people, below a table."""
        if not self.json:
            self._write(self.paint(text, "muted"))

    def flush(self) -> None:
        """Hand over what was written, so that a reader of a pipe can go on."""
        self._out.flush()

    def partial(self, reason: str) -> None:
        """Mark the results as not complete.

        Args:
            reason: the code of the error that ended them, or ``stopped``.
        """
        if self.json:
            self._write(to_json({"partial": {"reason": reason, "objects": self.written}}))
            return
        text = counted(
            self.written,
            "--- stopped after one result; this is not all ---",
            "--- stopped after {n} results; this is not all ---",
        )
        self._write(self.paint(text, "warning"))

    # -- beside the results ---------------------------------------------------------------

    def note(self, text: str) -> None:
        """Something worth knowing that is no result."""
        self._say(tr("Note:"), plain_line(text), "warning")

    def findings(self, findings: Iterable[Finding]) -> None:
        """What opening a store found worth knowing."""
        for finding in findings:
            self.note(f"{finding.message} {tr(finding.remedy)}")

    def error(self, error: InspectorError) -> None:
        """Say what went wrong: one sentence, what to do, and the same as an object."""
        self._say(tr("Error:"), plain_line(error.message), "danger")
        if error.hint:
            self._say("", plain_line(error.hint), "plain")
        for words in error.further:
            self._say("", f"  {plain_line(words)}", "plain")
        if self.json:
            said: dict[str, object] = {
                "code": error.code,
                "message": error.message,
                "hint": error.hint,
            }
            if error.further:
                said["further"] = list(error.further)
            self._err.write(to_json({"error": said}) + "\n")
        self._err.flush()

    def _say(self, label: str, text: str, role: str) -> None:
        self.progress.hide()
        whole = f"{label} {text}" if label else text
        parts = [whole] if self._err_width is None else _in_words(whole, self._err_width)
        for i, part in enumerate(parts):
            painted = part
            if label and i == 0 and part.startswith(label):
                painted = self._err_paint(label, role) + part[len(label) :]
            self._err.write(painted + "\n")
        self._err.flush()

    def _write(self, line: str) -> None:
        self.progress.hide()
        self._out.write(line + "\n")


class Limited:
    """The first rows; looking whether there is another one could take a whole pass.

    Attributes:
        reached: as many as were wanted were given.
    """

    def __init__(self, most: int | None) -> None:
        self._most = most
        self.reached = False

    def of(self, rows: Iterable[T]) -> Iterator[T]:
        """The rows, until there are so many."""
        for n, row in enumerate(rows, start=1):
            self.reached = n == self._most
            yield row
            if self.reached:
                return


def in_blocks(rows: Iterable[T], size: int = 256) -> Iterator[list[T]]:
    """The rows in lists of at most ``size``; what came before an error is not lost by it."""
    block: list[T] = []
    ended: Exception | None = None
    try:
        for row in rows:
            block.append(row)
            if len(block) == size:
                yield block
                block = []
    except (Cancelled, InspectorError) as error:
        ended = error
    if block:
        yield block
    if ended is not None:
        raise ended


def _in_words(text: str, width: int) -> list[str]:
    """A sentence in lines, broken between words where that is possible."""
    lines = [""]
    for word in text.split(" "):
        for part in wrapped(word, width):
            joined = f"{lines[-1]} {part}" if lines[-1] else part
            if len(wrapped(joined, width)) == 1:
                lines[-1] = joined
            else:
                lines.append(part)
    return lines


def _columns() -> int:
    return max(shutil.get_terminal_size().columns, NARROW)


def _as_utf8(stream: TextIO, *, strict: bool) -> None:
    """JSON is UTF-8 whatever the system's language is; people's text never fails to be written.

    What JSON text could hold that UTF-8 cannot (halves of surrogate pairs) is escaped before.
    """
    change = getattr(stream, "reconfigure", None)
    if change is None:
        return
    if strict:
        change(encoding="utf-8", errors="backslashreplace", newline="\n")
    else:
        change(errors="backslashreplace")
