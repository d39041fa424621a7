"""Rules files against what the libraries themselves computed: every state and every upcast.

A folder of ``data`` with a ``*.rules.toml`` is one test; a new store needs a file, no code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from inspector.core.folding import Truth
from inspector.core.rules import RulesChain, RuleSet, RulesFolder, RulesText, load_rules
from inspector.services.replaying import fold_rules
from tests.layouts.cases import Case, cases
from tests.layouts.comparing import difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.core.events import Event
    from inspector.storage.store_reader import StoreReader
    from tests.layouts.conftest import Shelf


def rules_of(case: Case) -> RuleSet:
    """The rules file beside a store."""
    files = sorted(case.folder.glob("*.rules.toml"))
    return load_rules([RulesText(f.name, f.read_text(encoding="utf-8")) for f in files])


CASES = [case for case in cases() if list(case.folder.glob("*.rules.toml"))]
each_case = pytest.mark.parametrize("case", CASES, ids=str)


def without_sealed(case: Case, value: Any) -> Any:
    """A state or payload without the fields that the library decrypts with keys of its own."""
    sealed = case.about.get("sealed", ())
    return {k: v for k, v in value.items() if k not in sealed} if sealed else value


def name_of(sample: dict[str, Any]) -> str:
    """A stream's name as the inspector shows it."""
    stream = sample["stream_id"]
    if isinstance(stream, dict):  # pg_eventstore: context, stream name and id
        return "/".join(str(part) for part in stream.values())
    return str(stream)


def events_of(reader: StoreReader, name: str) -> Iterator[Event]:
    """All events of a stream, oldest first."""
    for stream in reader.streams.find(name):
        after, more = None, True
        while more:
            page = reader.events.page(stream, after=after, limit=300)
            yield from page.rows
            after, more = page.after, page.more


@each_case
def test_every_state_is_what_the_library_computed(case: Case, shelf: Shelf) -> None:
    wanted: dict[str, dict[int, Any]] = {}
    for sample in case.expected["states"]:
        wanted.setdefault(name_of(sample), {})[sample["version"]] = sample
    checked = 0
    rules = rules_of(case)
    for name, samples in wanted.items():
        for reader in shelf.open(case).readers:
            checked += check_stream(case, reader, rules, name, dict(samples))
    assert checked == len(case.expected["states"])


def check_stream(
    case: Case, reader: StoreReader, rules: RuleSet, name: str, samples: dict[int, dict[str, Any]]
) -> int:
    """Compare the states of one stream; gives how many were compared."""
    checked, fold, folder = 0, None, None
    for event in events_of(reader, name):
        if fold is None or folder is None:
            folder = RulesFolder(rules, event.stream, fold_rules(reader.source))
            fold = folder.begin()
        findings = fold.feed_one(event)
        assert [f for f in findings if f.code != "history-starts-late"] == [], name
        sample = samples.pop(event.position or 0, None)
        if sample is None:
            continue
        frame = fold.frame()
        assert folder.truth is Truth.EXACT
        assert not frame.unknown
        state, wanted = without_sealed(case, frame.state), without_sealed(case, sample["state"])
        assert difference(state, wanted) == "", (name, event.position)
        if "events_applied" in sample:
            assert frame.applied == sample["events_applied"]
        checked += 1
    return checked


@pytest.mark.parametrize("case", [c for c in CASES if c.expected["upcasts"]], ids=str)
def test_every_upcast_is_what_the_application_made_of_it(case: Case, shelf: Shelf) -> None:
    rules = rules_of(case)
    chain = RulesChain(rules)
    added = set(case.about.get("added", ()))
    for sample in case.expected["upcasts"]:
        event = the_event(shelf, case, sample)
        trace = chain.trace(event)
        assert not trace.findings, trace.findings
        assert trace.hops
        (final,) = trace.final
        value = {key: part for key, part in final.value.items() if key not in added}
        wanted = sample["upcast_payload"]
        if case.about.get("wrapped"):
            wanted = wanted["payload"]
        value, wanted = without_sealed(case, value), without_sealed(case, wanted)
        place = (event.stream.name, event.position)
        assert difference(value, wanted) == "", place
        assert final.type == sample["upcast_type"], place
        for stored_key, found in (
            ("upcast_schema_version", final.schema_version),
            ("derived_upcast_schema_version", final.schema_version),
            ("stored_schema_version", trace.stored.schema_version),
            ("derived_schema_version", trace.stored.schema_version),
        ):
            if sample.get(stored_key) is not None:
                assert found == sample[stored_key], (place, stored_key)


def the_event(shelf: Shelf, case: Case, sample: dict[str, Any]) -> Event:
    """The event that a sample is about."""
    for reader in shelf.open(case).readers:
        if "stream_id" not in sample:
            after = None if sample["position"] == 1 else (sample["position"] - 1,)
            return reader.events.page(None, after=after, limit=1).rows[0]
        for event in events_of(reader, name_of(sample)):
            if event.position == sample["version"]:
                return event
    raise AssertionError(sample)
