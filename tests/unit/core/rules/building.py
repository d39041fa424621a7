"""Small rule sets and events for the tests of rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from inspector.core.events import Event, EventRef, StreamId
from inspector.core.folding import FoldRules, Frame
from inspector.core.payloads import Decoded, Payload, Undecoded, Value
from inspector.core.rules import RuleSet, RulesFolder, RulesText, load_rules

STREAM = StreamId("account-1", "account")


def rules(text: str) -> RuleSet:
    """Rules out of a text without its first line."""
    return load_rules([RulesText("test.rules.toml", "format = 1\n" + text)])


def event(kind: str, data: Value = None, position: int = 1, **more: Any) -> Event:
    """An event as a store would give it."""
    content: Any = more.pop("content", Decoded(data, "json"))
    payload = Payload(b"", content, 10)
    return Event(EventRef((position,)), STREAM, position, kind, data, payload, **more)


def unreadable(kind: str) -> Event:
    """An event whose payload nobody can read."""
    return event(kind, content=Undecoded("no key", 10))


def folded(known: RuleSet, *events: Event, stream: StreamId = STREAM) -> Frame:
    """The state after some events."""
    fold = RulesFolder(known, stream, FoldRules()).begin()
    fold.feed(events)
    return fold.frame()


def state(text: str, *events: Event) -> Any:
    """The state of the rules' only aggregate after some events that must all be applied."""
    fold = RulesFolder(rules(text), STREAM).begin()
    for one in events:
        findings = fold.feed_one(one)
        assert not findings, findings
    return fold.frame().state


AMOUNT = Decimal("1.50")
