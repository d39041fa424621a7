"""Outboxes, failed deliveries, bare states: recognised and explained, never opened as a store.

An outbox looks like events and holds some, but only until somebody has sent them on: rows
vanish, and there are no versions. So this layout matches nothing; it says what such a table is
when the question is why a database has no store. Some stores of events are known and not read
(Cratis Chronicle, Disintegrate): they are named, with the reason; so are audit trails
(Revisionable, Carbonite, temporal_tables, Logidze).

Source: Debezium's outbox event router; the tables of MassTransit, CAP, Spring Modulith and
RubyEventStore's outbox as their documentation gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.core.texts import tr
from inspector.layouts._api import Catalog, Match, NearMiss, PlainLayout, Source
from inspector.layouts._probe import Shape, beside, having

SCORE = 45
"""Nearer than a table that has some columns of a format by chance, and far from a match."""


@dataclass(frozen=True)
class _Outbox:
    """One library's table that is no history, and what it holds."""

    title: str
    shape: Shape
    holds: str = "waiting"


def _columns(*names: str) -> Shape:
    return Shape(dict.fromkeys(names, ()))


KNOWN = (
    _Outbox("Debezium", _columns("id", "aggregatetype", "aggregateid", "type", "payload")),
    _Outbox(
        "MassTransit",
        _columns("sequence_number", "enqueue_time", "sent_time", "message_id", "outbox_id"),
    ),
    _Outbox(
        "MassTransit",
        _columns("sequencenumber", "enqueuetime", "senttime", "messageid", "outboxid"),
    ),
    _Outbox("CAP", _columns("id", "version", "name", "content", "retries", "added", "statusname")),
    _Outbox(
        "Spring Modulith",
        _columns("id", "listener_id", "event_type", "serialized_event", "completion_date"),
    ),
    _Outbox(
        "RubyEventStore",
        _columns("id", "split_key", "format", "payload", "created_at", "enqueued_at"),
    ),
)


OTHERS = (
    _Outbox(
        "Akka or Pekko",
        _columns("persistence_id", "revision", "state_payload", "state_serial_id"),
        "states",
    ),
    _Outbox("Axon", _columns("dead_letter_id", "processing_group", "payload_type"), "failures"),
    _Outbox("Axon", _columns("deadletterid", "processinggroup", "payloadtype"), "failures"),
)


UNREAD = (
    _Outbox(
        "Cratis Chronicle",
        _columns(
            "sequencenumber", "correlationid", "causation", "type", "occurred", "eventsourceid",
            "eventstreamtype", "content", "contenthashes",
        ),
        "generations",
    ),
)  # fmt: skip
TRAILS = (
    _Outbox(
        "Revisionable",
        _columns("revisionable_type", "revisionable_id", "key", "old_value", "new_value"),
        "fields",
    ),
    _Outbox(
        "Carbonite",
        _columns("transaction_id", "op", "table_prefix", "table_name", "table_pk", "changed"),
        "keys",
    ),
    _Outbox("temporal_tables", Shape({"sys_period": ("range",)}), "ranges"),
    _Outbox("Logidze", Shape({"log_data": ("json",)}), "cells"),
)
DISINTEGRATE = (
    Shape(
        dict.fromkeys(("event_id", "event_type", "payload", "inserted_at"), ()),
        forbidden=frozenset({"metadata", "aggregate_id", "stream_id"}),
    ),
    Shape(dict.fromkeys(("id", "name", "query", "version", "payload", "inserted_at"), ())),
)


class Outboxes(PlainLayout):
    """Tables of messages that wait to be sent."""

    name = "outboxes"
    title = "Outboxes (explained, not opened)"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """Never: such a table is no history."""
        return ()

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What the table is, and why it is not opened."""
        for known in (*KNOWN, *OTHERS):
            for table in having(catalog, known.shape):
                title, text = _told(known, table.full_name)
                return (NearMiss(self.name, title, SCORE, (text,)),)
        for known in UNREAD:
            for table in having(catalog, known.shape):
                return (self._unread(known.title, table.full_name, known.holds),)
        for known in TRAILS:
            for table in having(catalog, known.shape):
                return (self._trail(known.title, table.full_name, known.holds),)
        events, snapshots = DISINTEGRATE
        for table in having(catalog, events):
            if beside(catalog, snapshots, table) is not None:
                return (self._unread("Disintegrate", table.full_name, "queries"),)
        return ()

    def _unread(self, title: str, table: str, why: str) -> NearMiss:
        """A store of events that is known, and not read."""
        reason = {
            "generations": tr("each row holds its content once for every schema generation"),
            "queries": tr("it has no streams: what belongs together is a query of the application"),
        }[why]
        text = tr(
            "{table} holds events of {title}, which are not read: {reason}",
            table=table, title=title, reason=reason,
        )  # fmt: skip
        return NearMiss(self.name, tr("{title} (not read)", title=title), SCORE, (text,))

    def _trail(self, title: str, table: str, why: str) -> NearMiss:
        """An audit trail that is known, and not read."""
        reason = {
            "fields": tr("each row is one field of a change"),
            "keys": tr("no index finds the rows of a record"),
            "ranges": tr("each row is valid in a range of time, and says nothing of the change"),
            "cells": tr("the history of a record is in one cell of its own row"),
        }[why]
        text = tr(
            "{table} may be an audit trail of {title}, which is not read: {reason}",
            table=table, title=title, reason=reason,
        )  # fmt: skip
        return NearMiss(self.name, tr("{title} (not read)", title=title), SCORE, (text,))

    def source(self, match: Match, dialect: str) -> Source:
        """Never asked for.

        Raises:
            LookupError: always; nothing is ever matched.
        """
        raise LookupError("an outbox is not opened")


def _told(known: _Outbox, table: str) -> tuple[str, str]:
    """A title for the table, and what it is."""
    if known.holds == "states":
        return tr("States ({title})", title=known.title), tr(
            "{table} holds the current states of {title}, and no events", table=table,
            title=known.title,
        )  # fmt: skip
    if known.holds == "failures":
        return tr("Dead letters ({title})", title=known.title), tr(
            "{table} holds the deliveries of {title} that failed; the events are elsewhere",
            table=table, title=known.title,
        )  # fmt: skip
    return tr("Outbox ({title})", title=known.title), tr(
        "{table} is the outbox of {title}: messages that wait to be sent and then vanish, "
        "without versions; it is no history of events",
        table=table, title=known.title,
    )  # fmt: skip


LAYOUT = Outboxes()
