"""Every snapshot that a library wrote, against the history, with the rules beside the store.

The libraries load these snapshots and get the state that a replay gives, so all of them must
match. The exceptions are known from the libraries, too: snapshots that they refuse to load, and
some that they load although the history says otherwise; those must be found.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from inspector.core.rules import RulesChain, RulesFolder
from inspector.core.snapshot_checks import Cause, Verdict
from inspector.services.replaying import fold_rules
from inspector.services.snapshot_verifying import Judge, verify_snapshots
from inspector.services.tasks import Work
from tests.layouts.test_rules import each_case, rules_of

if TYPE_CHECKING:
    from inspector.core.snapshot_checks import SnapshotCheck
    from tests.layouts.cases import Case
    from tests.layouts.conftest import Shelf


def checks(case: Case, shelf: Shelf, *, rules: bool = True) -> list[SnapshotCheck]:
    found: list[SnapshotCheck] = []
    known = rules_of(case)
    for reader in shelf.open(case).readers:
        if not reader.snapshots.available:
            continue
        folding = fold_rules(reader.source)
        judge = Judge(
            (lambda stream, f=folding: RulesFolder(known, stream, f)) if rules else lambda _: None,
            RulesChain(known) if rules else None,
        )
        found += verify_snapshots(reader, None, judge, Work())
    return found


def unloadable(case: Case) -> set[tuple[str, Any]]:
    """Snapshots that the library does not take for the current model."""
    return {
        (sample.get("of_stream", sample["stream_id"]), sample["version"])
        for sample in case.expected["snapshots"]
        if sample.get("usable_with_current_model") is False
        or sample.get("used_by_current_model") is False
        or sample.get("loadable") is False
    }


def stale(case: Case) -> set[tuple[str, Any]]:
    """Snapshots that the library loads, although a replay of the history gives another state."""
    return {
        (sample.get("of_stream", sample["stream_id"]), sample["version"])
        for sample in case.expected["snapshots"]
        if sample.get("matches_full_replay") is False
        or sample["version"] not in sample.get("state_equals_full_replay_at", [sample["version"]])
    }


@each_case
def test_snapshots_of_the_library_match(case: Case, shelf: Shelf) -> None:
    drifted = {entry["stream_id"] for entry in case.expected.get("snapshot_drift", ())}
    refused, lying = unloadable(case), stale(case)
    sealed = set(case.about.get("sealed", ()))
    for check in checks(case, shelf):
        name = check.snapshot.stream.name
        if not check.snapshot.of_stream:
            assert check.verdict is Verdict.UNVERIFIABLE
            continue
        if (name, check.snapshot.position) in refused and check.verdict is Verdict.DIFFERS:
            assert check.cause is not Cause.EVENTS_CHANGED, check.reason
            continue
        if name in drifted:
            continue
        if (name, check.snapshot.position) in lying:
            assert check.verdict is Verdict.DIFFERS, name
            continue
        if check.cause is Cause.ENCRYPTED:  # with keys of another table
            assert check.verdict is Verdict.UNVERIFIABLE
            assert check.reason.rpartition(" ")[2] in sealed
            continue
        told = (name, check.snapshot.position, check.reason, check.changes[:3])
        assert check.verdict in (Verdict.MATCHES, Verdict.ORPHAN, Verdict.BEHIND), told
        if check.verdict is Verdict.ORPHAN:
            assert not any(r.streams.find(name) for r in shelf.open(case).readers), name


@each_case
def test_without_rules_nothing_is_said_to_match(case: Case, shelf: Shelf) -> None:
    found = Counter(check.verdict for check in checks(case, shelf, rules=False))
    assert not found.keys() & {Verdict.MATCHES, Verdict.DIFFERS}
