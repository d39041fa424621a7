"""All snapshots of the store: listed in the background, checked when somebody asks for it.

Worst first: what a check found wrong, then what it could not tell, then the snapshots with the
most events since. What was found until a stop stays, marked as partial.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.core.snapshot_checks import Cause, Verdict
from inspector.core.texts import counted, tr
from inspector.services.snapshot_lines import KEPT, ListScan, VerifyScan, badness
from inspector.services.snapshot_reports import facts_of, format_for, report_of, save_report
from inspector.services.tasks import Done, Failed
from inspector.ui.models.long_scan import LongScan, ScanPhase
from inspector.ui.models.store_model import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from inspector.core.errors import InspectorError
    from inspector.services.snapshot_lines import SnapshotKey, SnapshotLine
    from inspector.services.snapshot_reports import CheckedLine
    from inspector.services.tasks import Outcome
    from inspector.ui.models.store_model import StoreModel
    from inspector.ui.models.verdict_book import VerdictBook

CALM: Final = 250
"""Milliseconds between two updates of what is shown."""

FEW: Final = 200
"""Snapshots up to which one process is quicker than several."""


@dataclass(frozen=True, slots=True)
class Group:
    """Snapshots with one verdict, or of those with one cause; all of them without either.

    Attributes:
        checked: ``False`` for those that no check has looked at yet.
    """

    verdict: Verdict | None = None
    cause: Cause = Cause.NONE
    checked: bool = True

    def holds(self, line: CheckedLine | None) -> bool:
        """Whether a snapshot belongs to it."""
        if not self.checked:
            return line is None
        if self.verdict is None:
            return True
        if line is None or line.verdict is not self.verdict:
            return False
        return not self.cause or line.cause is self.cause


ALL: Final = Group()
UNCHECKED: Final = Group(checked=False)


class AllSnapshots(QObject):
    """The list of the whole store, its groups, and the check of everything.

    Attributes:
        listing, verifying: the two long passes.
        group: which of them are shown; ``shown``: those, the worst first.
        groups: what there is, with counts.

    Signals:
        changed(): lines, groups or a pass are others now.
    """

    changed = Signal()

    def __init__(self, store: StoreModel, book: VerdictBook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self.book = store, book
        self.listing = LongScan("snapshot-list", self)
        self.verifying = LongScan("snapshot-verify", self)
        self.group = ALL
        self.shown: list[SnapshotLine] = []
        self.groups: list[tuple[Group, int]] = []
        self._lines: dict[SnapshotKey, SnapshotLine] = {}
        self._taken = 0
        self._merged = -1
        self._calm = QTimer(self, singleShot=True, interval=CALM)
        self._calm.timeout.connect(self._refresh)
        self.listing.changed.connect(self._listed)
        self.verifying.changed.connect(self._verified)

    # -- what can be asked for ----------------------------------------------------------------

    @property
    def available(self) -> bool:
        """Whether the store has a place for snapshots that its layout knows."""
        store = self._store.store
        return store is not None and store.reader.snapshots.available

    @property
    def checked(self) -> list[CheckedLine]:
        """What the check of everything has found so far."""
        scanner = self.verifying.scanner
        return scanner.checked if isinstance(scanner, VerifyScan) else []

    @property
    def total(self) -> int:
        """Snapshots that were met."""
        return max(
            scan.scanner.done if scan.scanner is not None else 0
            for scan in (self.listing, self.verifying)
        )

    @property
    def partial(self) -> str:
        """Why not everything was checked; empty when it was."""
        if self.verifying.phase is ScanPhase.COMPLETE:
            return ""
        return tr("stopped after {n} snapshots", n=len(self.checked))

    def begin(self) -> None:
        """List the store's snapshots, once."""
        if self.listing.phase is ScanPhase.IDLE:
            self.list_again()

    def list_again(self) -> None:
        """List them anew."""
        self._merged = -1
        if self._store.phase is Phase.OPEN and self.available:
            self.listing.start(self._store.lanes, ListScan())

    def verify(self) -> None:
        """Check all of them; a few are done before further processes would have begun."""
        store = self._store.store
        if store is None or not self.available or self.verifying.running:
            return
        known = self.listing.phase is ScanPhase.COMPLETE
        self._taken = 0
        few = known and self.total <= FEW
        scanner = VerifyScan(store, self.total if known else None, 1 if few else None)
        self.verifying.start(self._store.lanes, scanner)

    def stop(self) -> bool:
        """Stop what is running; returns whether anything was."""
        running = [scan for scan in (self.verifying, self.listing) if scan.running]
        for scan in running:
            scan.stop()
        return bool(running)

    def show_group(self, group: Group) -> None:
        """Show only some of them."""
        self.group = group
        self._refresh()

    def save(self, file: Path, done: Callable[[InspectorError | None], None]) -> None:
        """Write what was found as a report; the file's ending says how.

        Args:
            done: called with ``None``, or with why it could not be written.
        """
        store, lines, partial = self._store.store, tuple(self.checked), self.partial
        if store is None:
            return

        def told(outcome: Outcome[None]) -> None:
            if isinstance(outcome, Failed):
                done(outcome.error)
            elif isinstance(outcome, Done):
                done(None)

        self._store.lanes.ask(
            "save",
            lambda _reader, work: save_report(
                report_of(lines, facts_of(store), partial), format_for(file), file, work
            ),
            told,
        )

    def forget(self) -> None:
        """Another store, or other rules."""
        self.listing.forget()
        self.verifying.forget()
        self._calm.stop()
        self._lines, self._taken, self._merged, self.group = {}, 0, -1, ALL
        self._refresh()

    # -- what comes from the passes -----------------------------------------------------------

    def _listed(self) -> None:
        if self.listing.running:
            self._soon()
        else:
            self._refresh()

    def _verified(self) -> None:
        scanner, running = self.verifying.scanner, self.verifying.running
        if isinstance(scanner, VerifyScan):
            new = scanner.checked[self._taken :]
            for line in scanner.lines[self._taken : self._taken + len(new)]:
                self._lines.setdefault(line.key, line)
            self._taken += len(new)
            self.book.put(new)
            if not running and self._store.phase is Phase.OPEN:
                # Processes of a pass that was stopped end in the lane, not in the window.
                lanes = self._store.lanes
                lanes.scan("snapshot-close", lambda _r, _w: scanner.close(), lambda _done: None)
        if running:
            self._soon()
        else:
            self._refresh()

    def _soon(self) -> None:
        """Soon, and later the more lines there are to be put into order."""
        if not self._calm.isActive():
            self._calm.start(CALM + len(self._lines) // 10)

    def _refresh(self) -> None:
        self._calm.stop()
        scanner = self.listing.scanner
        if isinstance(scanner, ListScan) and scanner.done != self._merged:
            self._merged = scanner.done
            self._lines |= {line.key: line for line in scanner.lines()}
        of = self.book.of
        lines = [line for line in self._lines.values() if self.group.holds(of(line.key))]
        self.shown = sorted(lines, key=lambda line: badness(line, of(line.key)))[:KEPT]
        self.groups = list(self._grouped())
        self.changed.emit()

    def _grouped(self) -> Iterator[tuple[Group, int]]:
        """All, each verdict with its causes, and those that were not checked."""
        lines = [self.book.of(key) for key in self._lines]
        found = [line for line in lines if line is not None]
        yield ALL, max(self.total, len(lines))
        verdicts = Counter(line.verdict for line in found)
        causes = Counter((line.verdict, line.cause) for line in found if line.cause)
        for verdict in Verdict:
            if not verdicts[verdict]:
                continue
            yield Group(verdict), verdicts[verdict]
            for cause in Cause:
                if causes[verdict, cause]:
                    yield Group(verdict, cause), causes[verdict, cause]
        if found and len(found) < max(self.total, len(lines)):
            yield UNCHECKED, max(self.total, len(lines)) - len(found)


def total_words(model: AllSnapshots) -> str:
    """How many there are, and whether the list is shorter than that."""
    text = counted(model.total, "{n} snapshot", "{n} snapshots")
    scanner = model.listing.scanner
    if isinstance(scanner, ListScan) and scanner.cut:
        return tr("{text}; the worst {n} are listed", text=text, n=KEPT)
    return text
