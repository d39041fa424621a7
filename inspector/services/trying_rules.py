"""Trying rules on events before they are saved: how many fail before and after, and what differs.

Nothing is written, neither to the store nor to a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from inspector.core.diffing import Change, diff
from inspector.core.rules import RulesChain, UpcastStopped
from inspector.services.tasks import Work
from inspector.services.version_matrix import all_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.core.events import Event
    from inspector.core.findings import Finding
    from inspector.core.rules import RuleSet
    from inspector.core.rules.hops import RuleForm
    from inspector.storage.store_reader import StoreReader

DIFFERENCES: Final = 20
"""Differences that are kept; all are counted."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One event for which the two rule sets disagree.

    Attributes:
        before, after: why it fails, or ``None`` where it does not.
        changes: between the two newest forms, where both have exactly one.
    """

    stream: str
    version: int | None
    type: str
    before: Finding | None
    after: Finding | None
    changes: tuple[Change, ...]


@dataclass(slots=True)
class Trial:
    """What came out so far.

    Attributes:
        tried: events that were led through both rule sets.
        failed_before, failed_after: how many of them failed with either.
        repaired, broken: failed only before, or only after.
        differing: events with another newest form, failures included.
        differences: the first of them.
        complete: nothing is left.
    """

    tried: int = 0
    failed_before: int = 0
    failed_after: int = 0
    repaired: int = 0
    broken: int = 0
    differing: int = 0
    differences: list[Difference] = field(default_factory=list)
    complete: bool = False


class TrialScan:
    """Leads events through two rule sets and compares, page after page.

    Args:
        before: the rules until now, or ``None`` when there were none.
        types: stored types to look at; ``None`` for all.
        only_failing: look only at events that fail with the rules until now.
        total: events of the store, where that is known.

    Attributes:
        trial: what came out so far.
        done: events looked at.
    """

    def __init__(
        self,
        before: RuleSet | None,
        after: RuleSet,
        *,
        types: frozenset[str] | None = None,
        only_failing: bool = False,
        total: int | None = None,
    ) -> None:
        self._old = None if before is None else RulesChain(before)
        self._new = RulesChain(after)
        self._types, self._only_failing = types, only_failing
        self._pages: Iterator[tuple[Event, ...]] | None = None
        self.trial = Trial()
        self.done, self.total = 0, total

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Look at the next page of events."""
        work.check()
        if self._pages is None:
            self._pages = all_pages(reader, Work())  # stopped here, between two pages
        page = next(self._pages, None)
        if page is None:
            self.trial.complete = True
            return False
        for event in page:
            if self._types is None or event.type in self._types:
                _try_one(event, self._old, self._new, self.trial, self._only_failing)
        self.done += len(page)
        return True


def _try_one(
    event: Event, old: RulesChain | None, new: RulesChain, trial: Trial, only_failing: bool
) -> None:
    was, was_finding = _led(old, event)
    if only_failing and was_finding is None:
        return
    trial.tried += 1
    now, now_finding = _led(new, event)
    trial.failed_before += was_finding is not None
    trial.failed_after += now_finding is not None
    trial.repaired += was_finding is not None and now_finding is None
    trial.broken += was_finding is None and now_finding is not None
    same = was_finding is None and now_finding is None and was == now
    if same or (was_finding is not None and was_finding == now_finding):
        return
    trial.differing += 1
    if len(trial.differences) < DIFFERENCES:
        changes: tuple[Change, ...] = ()
        if was is not None and now is not None and len(was) == len(now) == 1:
            changes = diff(was[0].data, now[0].data)
        trial.differences.append(
            Difference(
                event.stream.name, event.position, event.type, was_finding, now_finding, changes
            )
        )


def _led(chain: RulesChain | None, event: Event) -> tuple[list[RuleForm] | None, Finding | None]:
    """The newest forms of an event, or why there are none."""
    if chain is None:
        return None, None
    try:
        return chain.current(event), None
    except UpcastStopped as stopped:
        return None, stopped.finding
