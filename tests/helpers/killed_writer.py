"""A process that writes a snapshot and is killed on the way; started by the tests of faults.

Arguments: a JSON object with ``address``, ``rules``, ``stream``, ``at``, ``log`` and ``when``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from inspector.services import snapshotting
from inspector.services.finding_streams import the_stream
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.tasks import Work
from inspector.services.write_log import WriteLog
from inspector.services.write_unlock import unlock
from inspector.storage import writing


def killed(*_arguments: Any) -> Any:
    """End like a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)


MOMENTS = {
    "before": (snapshotting, "write"),
    "in": (writing, "_require_one"),  # the row is in the transaction
    "after": (snapshotting, "_verified"),  # the transaction is over
}


def main() -> None:
    """Write, unless it is killed before."""
    asked = json.loads(sys.argv[1])
    setattr(*MOMENTS[asked["when"]], killed)
    request = OpenRequest(asked["address"], rules=(asked["rules"],))
    store = open_store(request, Work())
    planner = snapshotting.Planner(store)
    stream = the_stream(store.reader, asked["stream"])
    shown = snapshotting.preview(planner, stream, asked["at"], Work())
    log = WriteLog(Path(asked["log"]))
    snapshotting.create(planner, shown, unlock(store, store.name), Work(), log)


if __name__ == "__main__":
    main()
