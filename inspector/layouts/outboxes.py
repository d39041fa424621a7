"""Outboxes, failed deliveries, bare states: recognised and explained, never opened as a store.

An outbox looks like events and holds some, but only until somebody has sent them on: rows
vanish, and there are no versions. So this layout matches nothing; it says what such a table is
when the question is why a database has no store. So are message queues, tables of jobs and
documents without events; audit trails that are known and not read (Revisionable, Carbonite,
temporal_tables, Logidze) are named, with the reason.

Source: Debezium's outbox event router; the tables of MassTransit, CAP, Spring Modulith and
RubyEventStore's outbox as their documentation gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.core.texts import tr
from inspector.layouts._api import Catalog, Match, NearMiss, PlainLayout, Source
from inspector.layouts._probe import Shape, having

SCORE = 58
"""Nearer than a table that lacks something of a format, and far from a match."""


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
    _Outbox("EventSauce", Shape({"id": (), "consumed": (), "payload": ()}, closed=True)),
    _Outbox(
        "patchlevel/event-sourcing",
        Shape(
            dict.fromkeys(
                ("aggregate", "aggregate_id", "playhead", "event", "payload", "recorded_on"), ()
            ),
            optional=frozenset({"custom_headers"}),
            closed=True,
        ),
    ),
    _Outbox(
        "Wolverine",
        _columns("id", "status", "owner_id", "execution_time", "attempts", "body", "message_type"),
    ),
    _Outbox(
        "Wolverine",
        _columns("id", "owner_id", "destination", "deliver_by", "body", "attempts", "message_type"),
    ),
    _Outbox("NServiceBus", Shape({"messageid": (), "dispatched": (), "operations": ()})),
)


OTHERS = (
    _Outbox(
        "Akka or Pekko",
        _columns("persistence_id", "revision", "state_payload", "state_serial_id"),
        "states",
    ),
    _Outbox("Axon", _columns("dead_letter_id", "processing_group", "payload_type"), "failures"),
    _Outbox("Axon", _columns("deadletterid", "processinggroup", "payloadtype"), "failures"),
    _Outbox(
        "Wolverine",
        _columns("id", "execution_time", "body", "message_type", "exception_type"),
        "failures",
    ),
    _Outbox(
        "Marten",
        Shape(
            {
                "id": (),
                "data": ("json",),
                "mt_last_modified": (),
                "mt_version": (),
                "mt_dotnet_type": (),
            },
            forbidden=frozenset({"seq_id"}),
        ),
        "documents",
    ),
    _Outbox(
        "Oban", _columns("state", "queue", "worker", "args", "attempt", "max_attempts"), "jobs"
    ),
    _Outbox("Quartz", _columns("sched_name", "job_name", "job_group", "job_class_name"), "jobs"),
    _Outbox("Hangfire", _columns("stateid", "statename", "invocationdata", "arguments"), "jobs"),
)


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
        for known in TRAILS:
            for table in having(catalog, known.shape):
                return (self._trail(known.title, table.full_name, known.holds),)
        return ()

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
    if known.holds == "documents":
        return tr("Documents ({title})", title=known.title), tr(
            "{table} holds documents of {title}: their newest form, and no events", table=table,
            title=known.title,
        )  # fmt: skip
    if known.holds == "jobs":
        return tr("Jobs ({title})", title=known.title), tr(
            "{table} holds jobs of {title}: work to be done, and no history of events",
            table=table, title=known.title,
        )  # fmt: skip
    return tr("Outbox ({title})", title=known.title), tr(
        "{table} is the outbox of {title}: messages that wait to be sent and then vanish, "
        "without versions; it is no history of events",
        table=table, title=known.title,
    )  # fmt: skip


LAYOUT = Outboxes()
