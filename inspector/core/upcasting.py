"""How an old event becomes a current one, hop by hop.

Stores keep events as they were written. An :class:`Upcaster` leads from one schema version of
an event type to a later one; a chain applies one hop after the other. The trace keeps every
form on the way, so that each hop can be looked at and the hop that failed can be named.

Protocols and values only: the rules that implement them come from a rules file or an installed
plug-in, never from here. Imports ``inspector.core`` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from inspector.core.events import Event
from inspector.core.findings import Finding
from inspector.core.payloads import Value

SchemaVersion = str | int
"""Version of a payload's shape, in the store's words."""


class UpcastFailed(Exception):
    """An upcaster cannot lead this payload on; the text says why in one plain sentence."""


@dataclass(frozen=True, slots=True)
class Form:
    """An event in one of its schema versions.

    Attributes:
        type: the event's type name in this version.
        schema_version: the version, or ``None`` where nothing names one.
        value: the payload in this version; shared, never to be changed in place.
    """

    type: str
    schema_version: SchemaVersion | None
    value: Value


class Upcaster(Protocol):
    """One hop from one schema version to a later one."""

    @property
    def name(self) -> str:
        """Who upcasts, for people: the rule and where it stands."""

    @property
    def event_type(self) -> str:
        """Type name of the events that the hop is for."""

    @property
    def from_version(self) -> SchemaVersion | None:
        """The schema version it starts from."""

    def upcast(self, form: Form, event: Event) -> tuple[Form, ...]:
        """The event in its next version.

        Usually one form; none when the event is dropped, several when it is split. Must not
        change its input.

        Args:
            form: the event as the hops before have left it.
            event: the event as stored.

        Raises:
            UpcastFailed: the payload does not have the shape that the rule expects.
        """


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop that was tried.

    Attributes:
        before: the form that went in.
        after: the forms that came out; empty when the hop failed or dropped the event.
        rule: name of the upcaster.
        finding: why it failed, or ``None``.
        file, line: where the rule stands, with the file's name as the rules know it; empty and
            0 where it stands in no file.
    """

    before: Form
    after: tuple[Form, ...]
    rule: str
    finding: Finding | None = None
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class UpcastTrace:
    """The whole way of one event.

    Attributes:
        stored: the event as stored.
        hops: the hops, in order.
        final: what the reducer sees: several forms when the event was split, none when it was
            dropped or a hop failed.
        findings: about the event's upcasting as a whole (``upcaster-missing``) and its hops.
    """

    stored: Form
    hops: tuple[Hop, ...]
    final: tuple[Form, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether a hop failed, so that what it leads to is not known."""
        return any(hop.finding is not None for hop in self.hops)


class UpcasterChain(Protocol):
    """All hops that are known for a store."""

    def trace(self, event: Event) -> UpcastTrace:
        """Lead an event as far as the hops go. Never raises; a failing hop ends the way."""
