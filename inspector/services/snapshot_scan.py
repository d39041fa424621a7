"""Checking every snapshot of a store, on as many cores as are wanted, in the store's order.

Each process opens the store for itself, read-only like this one, and takes every n-th page of
snapshots; those of the others it does not decode. Their results are put together in the order in
which one process would have given them, so that a run can be repeated. A process that dies ends
the scan with an error: what is missing must not look like what is fine.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from inspector.core.errors import InspectorError
from inspector.core.rules import RulesChain
from inspector.core.texts import tr
from inspector.services.open_store import OpenRequest, choose, open_stores
from inspector.services.replaying import Told
from inspector.services.snapshot_listing import require_snapshots, runs_of
from inspector.services.snapshot_verifying import (
    Judge,
    newest_versions,
    verify_snapshots,
    verify_stream,
)
from inspector.services.tasks import Work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.process import BaseProcess

    from inspector.core.events import Event, StreamId
    from inspector.core.folding import Folder
    from inspector.core.snapshot_checks import SnapshotCheck
    from inspector.services.open_store import OpenedStore

BLOCK: Final = 48
"""Snapshots that a process takes at a time."""

AHEAD: Final = 8
"""Finished blocks that may wait to be taken."""

_LOOK_SECONDS: Final = 0.2
_END: Final = None

Newest = dict[str | None, str | int]


def judge_of(store: OpenedStore) -> Judge:
    """What the snapshots of a store are checked with: its own code or its rules, if there are."""
    application, rules = store.application, store.rule_set
    if application is None:
        return Judge(lambda _stream: None)

    def folder_of(stream: StreamId) -> Folder[Event]:
        return Told(store.reader, stream, application).folder

    return Judge(folder_of, None if rules is None else RulesChain(rules))


def verify(store: OpenedStore, streams: Sequence[StreamId], work: Work) -> Iterator[SnapshotCheck]:
    """Check the snapshots of some streams.

    Raises:
        InputInvalid: this store keeps no snapshots where its layout knows to look.
    """
    return verify_snapshots(store.reader, streams, judge_of(store), work)


def scan_snapshots(
    store: OpenedStore, work: Work, *, processes: int | None = None
) -> Iterator[SnapshotCheck]:
    """Check every snapshot of the store.

    Args:
        processes: how many cores to use; by default all of them, but no more than four. Stores that
            another process cannot open by itself are read by this one alone.

    Raises:
        InputInvalid: this store keeps no snapshots where its layout knows to look.
        InspectorError: a process died, or could not open the store.
    """
    require_snapshots(store.reader)
    wanted = processes if processes is not None else min(4, os.cpu_count() or 1)
    if wanted < 2 or not _can_be_shared(store):
        yield from verify_snapshots(store.reader, None, judge_of(store), work)
        return
    newest = newest_versions(store.reader, work)
    yield from _together(_plain(store), newest, wanted, work)


def _can_be_shared(store: OpenedStore) -> bool:
    """Whether processes without a user in front of them see the very same store, and fold it."""
    if store.replayer is not None or store.rule_set is None:
        return False
    options = store.request.options
    asks = options.password is not None and store.address.dialect != "sqlite"
    return not (options.touch_nothing or asks)


def _plain(store: OpenedStore) -> OpenRequest:
    """The request without what cannot be sent to a process; the choice is made."""
    request = store.request
    return replace(
        request,
        choice=store.match.tables["events"].full_name,
        options=replace(request.options, password=None),
    )


def _together(
    request: OpenRequest, newest: Newest, processes: int, work: Work
) -> Iterator[SnapshotCheck]:
    context = multiprocessing.get_context("spawn")
    queues: list[Any] = [context.Queue(AHEAD) for _ in range(processes)]
    workers = [
        context.Process(
            target=_work, args=(request, newest, part, processes, queues[part]), daemon=True
        )
        for part in range(processes)
    ]
    try:
        for worker in workers:
            worker.start()
        done = 0
        for block in count():
            part = block % processes
            checks = _next(queues[part], workers[part], work)
            if checks is _END:
                return
            yield from checks
            done += len(checks)
            work.report(done, None, tr("snapshots"))
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
        for waiting in queues:
            waiting.cancel_join_thread()
            waiting.close()


def _next(waiting: Any, worker: BaseProcess, work: Work) -> list[SnapshotCheck] | None:
    """The next finished block of a process.

    Raises:
        InspectorError: it died, or told what it could not do.
    """
    while True:
        work.check()
        try:
            found = waiting.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            if worker.is_alive() or not waiting.empty():
                continue
            raise InspectorError(
                tr("A process that checked snapshots ended early."),
                hint=tr("Check them again; with one process if it happens again."),
                detail=f"exit code {worker.exitcode}",
            ) from None
        if isinstance(found, InspectorError):
            raise found
        return found  # type: ignore[no-any-return]


def _work(request: OpenRequest, newest: Newest, part: int, parts: int, done: Any) -> None:
    """What one process does: every ``parts``-th page of snapshots, beginning with ``part``."""
    try:
        work = Work()
        stores = open_stores(request, work)
        store = choose(stores, request)
        judge = replace(judge_of(store), newest=newest)
        for page in store.reader.snapshots.pages(BLOCK, part, parts):
            runs = runs_of(store.reader, page)
            done.put([c for run in runs for c in verify_stream(store.reader, run, judge, work)])
        done.put(_END)
    except InspectorError as error:
        done.put(_without_cause(error))


def _without_cause(error: InspectorError) -> InspectorError:
    """The error as it can be sent: its words."""
    return InspectorError(error.message, hint=error.hint, detail=error.detail)
