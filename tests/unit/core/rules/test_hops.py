"""Hops: what becomes of an event on its way, and what stops it."""

from __future__ import annotations

from inspector.core.payloads import Payload, Undecoded
from inspector.core.rules import RulesChain
from tests.unit.core.rules.building import event, folded, rules, unreadable

LADDER = """
[[type]]
match = '^app\\.(?<event>\\w+?)(?:\\.v(?<version>\\d+))?$'
version = "coalesce(data.version, int(version), 1)"

[[upcast]]
event = "Opened"
from = 1
to = 2
set = { "owner.first" = "split(data.owner, ' ')[0]", "owner.last" = "split(data.owner, ' ')[1]" }

[[upcast]]
event = "Opened"
from = 2
to = 3
type = "app.Opened.v3"
default.country = "null"

[[upcast]]
event = "Loaded"
from = 1
to = 2
split = [ { type = "app.Head.v1", data = "{n: len(data.items)}" },
          { type = "app.Item.v1", version = 1, for = "data.items", data = "{item: item}" } ]

[[upcast]]
event = "Silent"
from = 1
to = 2
drop = "data.drop"
"""
FIXED = LADDER.replace('"split(data.owner', '"split(data.name').replace('[0]"', '[0]"')


def test_every_form_on_the_way_is_kept() -> None:
    chain = RulesChain(rules(FIXED))
    stored = event("app.Opened", {"name": "Ann Smith"})
    trace = chain.trace(stored)
    assert [h.before.schema_version for h in trace.hops] == [1, 2]
    assert [h.after[0].schema_version for h in trace.hops] == [2, 3]
    (final,) = trace.final
    assert final.type == "app.Opened.v3"
    assert final.value["owner"] == {"first": "Ann", "last": "Smith"}
    assert stored.data == {"name": "Ann Smith"}
    assert trace.hops[0].rule == "Opened 1 → 2 (test.rules.toml:7)"


def test_a_hop_that_fails_ends_the_ladder_with_its_place() -> None:
    chain = RulesChain(rules(FIXED))
    trace = chain.trace(event("app.Opened", {"name": "Ann"}))
    assert trace.failed
    assert trace.final == ()
    (finding,) = trace.findings
    assert finding.code == "upcaster-failed"
    assert "the value is missing" in finding.message
    assert "test.rules.toml:11:" in finding.message


def test_a_newer_version_than_the_rules_know_is_never_passed() -> None:
    trace = RulesChain(rules(FIXED)).trace(event("app.Opened.v9", {}))
    assert [f.code for f in trace.findings] == ["version-newer"]
    assert trace.final == ()
    fold = '[aggregate.a]\nstreams = "*"\ninitial = { n = 1 }\n[aggregate.a.on.Opened]\nadd.n = 1'
    frame = folded(rules(FIXED + fold), event("app.Opened.v9", {}))
    assert (frame.failed_at, frame.unknown) == (0, {("n",)})


def test_a_version_from_which_no_condition_leads_on_is_told() -> None:
    text = '[[upcast]]\nevent = "E"\nfrom = 1\nto = 2\nwhen = "has(data.a)"\nset.b = 1\n'
    trace = RulesChain(rules(text)).trace(event("E", {}))
    assert [f.code for f in trace.findings] == ["upcaster-missing"]


def test_events_can_be_split_and_dropped() -> None:
    chain = RulesChain(rules(FIXED))
    trace = chain.trace(event("app.Loaded", {"items": ["a", "b"]}))
    assert [(f.type, f.value) for f in trace.final] == [
        ("app.Head.v1", {"n": 2}), ("app.Item.v1", {"item": "a"}), ("app.Item.v1", {"item": "b"}),
    ]  # fmt: skip
    assert RulesChain(rules(FIXED)).trace(event("app.Silent", {"drop": True})).final == ()
    (kept,) = RulesChain(rules(FIXED)).trace(event("app.Silent", {"drop": False})).final
    assert kept.schema_version == 2


def test_parts_of_a_split_event_are_applied_together_or_not_at_all() -> None:
    text = (
        FIXED
        + """
[aggregate.a]
streams = "*"
initial = { n = 0, items = [] }
[aggregate.a.on.Head]
set.n = "data.n"
[aggregate.a.on.Item]
append.items = "data.item + '!'"
"""
    )
    frame = folded(rules(text), event("app.Loaded", {"items": ["a", "b"]}))
    assert frame.state == {"n": 2, "items": ["a!", "b!"]}
    assert frame.applied == 1
    frame = folded(rules(text), event("app.Loaded", {"items": ["a", 5]}))
    assert frame.state == {"n": 0, "items": []}


def test_stored_versions_count_where_no_rule_says_otherwise() -> None:
    text = '[[upcast]]\nevent = "E"\nfrom = 1\nto = 2\nset.b = 1\n'
    chain = RulesChain(rules(text))
    for stored, hops in ((None, 1), (1, 1), ("1", 1), (2, 0), ("2", 0)):
        trace = chain.trace(event("E", {}, schema_version=stored))
        assert len(trace.hops) == hops
        assert not trace.findings


def test_a_payload_that_is_no_map_and_one_that_cannot_be_read() -> None:
    chain = RulesChain(rules(FIXED))
    assert chain.trace(event("app.Opened", "text")).findings[0].code == "upcaster-failed"
    assert chain.trace(unreadable("app.Opened")).findings[0].code == "payload-undecodable"


def test_the_version_of_what_cannot_be_read_is_not_guessed_from_its_shape() -> None:
    text = '[[type]]\nequals = "E"\nversion = "1 if has(data.a) else 2"\n'
    chain = RulesChain(rules(text))
    assert chain.stored(event("E", {})).version == 2
    assert chain.stored(unreadable("E")).version is None
    lost = event("E", {}, metadata=Payload(b"?", Undecoded("no key", 1), 1))
    by_meta = RulesChain(rules(text.replace("data.a", "meta.a")))
    (finding,) = by_meta.trace(lost).findings
    assert "the metadata could not be read" in finding.message


def test_rows_with_conditions_decide_by_shape() -> None:
    text = """
[[type]]
equals = "E"
when = "has(data.author)"
event = "Note"
version = 2

[[type]]
equals = ["E", "F"]
event = "Comment"
"""
    chain = RulesChain(rules(text))
    assert chain.stored(event("E", {"author": 1})).name == "Note"
    assert chain.stored(event("E", {})).name == "Comment"
    assert chain.stored(event("F", {})).name == "Comment"
    assert chain.stored(event("G", {})).name == "G"
