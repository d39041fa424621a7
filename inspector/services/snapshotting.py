"""Writing a snapshot, and proving afterwards that it is right.

The only module that reaches the store's writer. A :class:`Preview` shows the exact statement;
:func:`create` needs an :class:`Unlock` besides. After writing, the row is read back through a new
read-only connection, and a replay from it is compared with a replay from the start. Whatever
goes wrong, the user is told whether the row is there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from inspector.core.errors import InspectorError, SnapshotConflict, WriteRefused
from inspector.core.folding import Frame
from inspector.core.payloads import Decoded
from inspector.core.snapshot_checks import compare
from inspector.core.texts import tr
from inspector.services import write_log
from inspector.services.finding_streams import shown_name
from inspector.services.open_store import open_lane
from inspector.services.replaying import Told
from inspector.services.snapshot_planning import Plan, Planner, Step, stored_names
from inspector.services.snapshot_verifying import current_state
from inspector.storage.writing import (
    RowOrder,
    Watched,
    WriteOrder,
    is_there,
    look,
    statement_of,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inspector.core.events import Snapshot, StreamId
    from inspector.core.snapshot_drafts import BesideDraft
    from inspector.layouts._api import Table
    from inspector.services.open_store import OpenedStore
    from inspector.services.tasks import Work
    from inspector.services.write_log import WriteLog
    from inspector.services.write_unlock import Unlock

__all__ = ["Created", "Planner", "Preview", "create", "due", "preview"]


@dataclass(frozen=True)
class Statement:
    """A statement and its values."""

    text: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Preview:
    """What would be written, to the letter.

    Attributes:
        statement: the SQL; ``parameters`` its values.
        row_key: what names the row to people.
        beside: statements for rows that the library writes together with it.
    """

    plan: Plan
    order: WriteOrder
    statement: str
    parameters: Mapping[str, Any]
    row_key: str
    beside: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Created:
    """A row that was written.

    Attributes:
        row_key: as the store names it.
        verified: the stored row is what was previewed, and a replay from it gives what a replay
            from the start gives; ``reason`` says what is not so.
    """

    preview: Preview
    row_key: str
    verified: bool
    reason: str = ""


def preview(planner: Planner, stream: StreamId, at: int | None, work: Work) -> Preview:
    """What creating a snapshot would write; nothing is written.

    Args:
        at: the version; the last one by default.

    Raises:
        WriteRefused: it must not be written; the message says why, and what to do.
        SnapshotConflict: there is such a snapshot already.
    """
    plan = planner.plan(stream, at, work)
    store = planner.store
    order = _order(store, stream, plan)
    expected = look(order, store.connection.read)
    if (expected.last, expected.rows) != (plan.last, plan.rows):
        raise SnapshotConflict(
            tr("The stream went on while it was read."), hint=tr("Look at the preview again.")
        )
    planner.passed.append(Step.STILL)
    order = replace(order, expected=expected)
    dialect = store.connection.dialect
    text, parameters = statement_of(order.row, dialect)
    beside = tuple(Statement(*statement_of(row, dialect)) for row in order.beside)
    key = "/".join(_key_text(plan.columns[name]) for name in order.row.key or order.identity)
    return Preview(plan, order, text, parameters, key, beside)


def _order(store: OpenedStore, stream: StreamId, plan: Plan) -> WriteOrder:
    """The rows of a plan, by the names that tables and columns really have."""
    row, tables = plan.row, store.match.tables
    key = tuple(_stored(plan.table, name) for name in row.key)
    place = () if row.position is None else (_stored(plan.table, row.position),)
    identity = tuple(_stored(plan.table, name) for name in row.identity) or (*key, *place)
    if row.watch is None:
        watched = Watched(plan.table, {name: plan.columns[name] for name in key}, identity[-1])
    else:
        table = tables[row.watch.role]
        where = stored_names(row.watch.where, table)
        watched = Watched(table, where, _stored(table, row.watch.column))
    return WriteOrder(
        row=RowOrder(plan.table, plan.columns, key, _all(plan.table, row.replaces)),
        beside=tuple(_beside(tables[one.role], one) for one in row.beside),
        watched=watched,
        identity=identity,
        source=store.reader.source,
        stream=stream.key,
        position=plan.position,
    )


def _beside(table: Table, draft: BesideDraft) -> RowOrder:
    return RowOrder(
        table, stored_names(draft.columns, table), _all(table, draft.key),
        _all(table, draft.replaces), _all(table, draft.raises), draft.first,
    )  # fmt: skip


def _all(table: Table, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_stored(table, name) for name in names)


def create(
    planner: Planner, shown: Preview, unlocked: Unlock, work: Work, log: WriteLog | None = None
) -> Created:
    """Write what was previewed, read it back and verify it.

    Raises:
        WriteRefused: the store is not unlocked, or does not let this be written.
        SnapshotConflict: stream or snapshots have changed since the preview.
        StoreBusy, ConnectionLost, StoreUnavailable: it could not be done; the message says
            whether the row is there all the same.
    """
    store = planner.store
    if not unlocked.is_for(store):
        raise WriteRefused(
            tr("Another store was unlocked than this one."),
            hint=tr("Unlock {name} to write to it.", name=store.name),
        )
    if store.rules is None or store.rules.changed():
        raise WriteRefused(
            tr("A rules file has changed since it was read."), hint=tr("Open the store again.")
        )
    work.check()
    log = write_log.default_log() if log is None else log
    facts = _facts(store, shown.plan)
    log.add(write_log.BEGUN, facts)
    try:
        write(shown.order, store.address, store.request.options)
    except (SnapshotConflict, WriteRefused):
        log.add(write_log.NOT_WRITTEN, facts)
        raise
    except InspectorError as error:
        outcome = _outcome(store, shown.order)
        log.add(outcome, facts)
        if outcome != write_log.WRITTEN:
            raise _told(error, outcome) from error
    else:
        log.add(write_log.WRITTEN, facts)
    return _verified(planner, shown, work)


def due(store: OpenedStore, longer_than: int, newer_than: int, work: Work) -> Iterator[StreamId]:
    """Streams that could use a snapshot, in the store's order.

    Args:
        longer_than: only streams with more events than this.
        newer_than: only streams whose newest snapshot has at least this many events after it.
    """
    reader, after, seen = store.reader, None, 0
    while True:
        work.check()
        page = reader.streams.page(after, 256)
        for row in page.rows:
            if row.last_position is None or row.last_position <= longer_than:
                continue
            newest = max(reader.snapshots.positions(row.stream), default=0)
            if row.last_position - newest >= newer_than:
                yield row.stream
        seen += len(page.rows)
        work.report(seen, None, tr("streams"))
        after = page.after if page.more else None
        if after is None:
            return


# -- afterwards ------------------------------------------------------------------------------------


def _verified(planner: Planner, shown: Preview, work: Work) -> Created:
    """Read the row back and replay from it; a failure to do so is told, not raised."""
    try:
        lane = open_lane(planner.store)
    except InspectorError as error:
        return Created(shown, shown.row_key, verified=False, reason=error.message)
    try:
        stored = _row_of(lane, shown.plan)
        if stored is None:
            reason = tr("The row cannot be found again.")
            return Created(shown, shown.row_key, verified=False, reason=reason)
        reason = _differs(shown, stored) or _replays(planner, lane, shown.plan, stored, work)
        return Created(shown, stored.row_key or shown.row_key, not reason, reason)
    except InspectorError as error:
        return Created(shown, shown.row_key, verified=False, reason=error.message)
    finally:
        lane.close()


def _row_of(lane: OpenedStore, plan: Plan) -> Snapshot | None:
    found = lane.reader.snapshots.page(plan.stream, limit=100_000)
    return next((s for s in found if s.position == plan.position), None)


def _differs(shown: Preview, stored: Snapshot) -> str:
    """Why the stored row is not the previewed one; empty when it is."""
    cells = shown.plan.columns
    row = shown.plan.row
    written = cells[_stored(shown.plan.table, row.state)]
    same = stored.payload.raw == written
    if not same and isinstance(written, str):  # a column that keeps JSON in a form of its own
        content = stored.payload.content
        same = isinstance(content, Decoded) and not compare(
            stored.state, shown.plan.state, shown.order.source.snapshot_bookkeeping
        )
    if row.type is not None:
        same = same and stored.type == cells[_stored(shown.plan.table, row.type)]
    return "" if same else tr("The stored row is not what was written.")


def _replays(planner: Planner, lane: OpenedStore, plan: Plan, stored: Snapshot, work: Work) -> str:
    """Why a replay from the snapshot ends elsewhere; empty when it does not."""
    told = Told(lane.reader, plan.stream, lane.rule_set, keep=False)
    state, _, _ = current_state(stored, planner.judge.chain)
    start = told.folder.begin()
    beyond = None
    for event in told.entries(lane.reader, work):
        if beyond is None and event.position is not None and event.position > plan.position:
            beyond = told.folder.begin(Frame(state, count=plan.rows, applied=plan.rows))
        start.feed((event,))
        if beyond is not None:
            beyond.feed((event,))
    ended = state if beyond is None else beyond.frame().state
    if compare(ended, start.frame().state, lane.reader.source.snapshot_bookkeeping):
        return tr("A replay from the snapshot ends in another state than one from the start.")
    return ""


def _outcome(store: OpenedStore, order: WriteOrder) -> str:
    """Whether the row is there, as a new connection sees it."""
    try:
        lane = open_lane(store)
    except InspectorError:
        return write_log.UNKNOWN
    try:
        there = is_there(order, lane.connection.read)
    except InspectorError:
        return write_log.UNKNOWN
    finally:
        lane.close()
    return write_log.WRITTEN if there else write_log.NOT_WRITTEN


def _told(error: InspectorError, outcome: str) -> InspectorError:
    """The error with what became of the row."""
    if outcome == write_log.UNKNOWN:
        became = tr("Whether the snapshot was written cannot be told now: list them later.")
    else:
        became = tr("The snapshot was not written.")
    return type(error)(f"{error.message} {became}", hint=error.hint, detail=error.detail)


def _facts(store: OpenedStore, plan: Plan) -> dict[str, Any]:
    """What the local record keeps; no payload and no secret."""
    files = () if store.rules is None else store.rules.files
    return {
        "store": store.address.display,
        "table": plan.table.full_name,
        "stream": shown_name(plan.stream.name),
        "version": plan.position,
        "state_sha256": plan.state_sha256,
        "rules_sha256": [file.digest for file in files],
    }


def _stored(table: Table, name: str) -> str:
    column = table.column(name)
    return name if column is None else column.name


def _key_text(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
