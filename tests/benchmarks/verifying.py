"""Checks every snapshot of R4 and compares what was found with what was planted.

    python -m tests.benchmarks.verifying --folder /tmp/benchmarks [--processes 2]

Prints how many of the planted faults were found, how many sound snapshots were called wrong, how
many causes are right, and the time against the limit of 60 seconds. The limit is for a machine
with two cores.
"""

import argparse
import json
from pathlib import Path
from time import perf_counter, process_time
from uuid import UUID

from inspector.core.snapshot_checks import BAD
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.snapshot_scan import scan_snapshots
from inspector.services.tasks import Work
from tests.benchmarks.snapshot_faults import SHAPE, VERDICTS, write_store

RULES = Path(__file__).with_name("shop.rules.toml")
LIMIT = 60.0


def main() -> None:
    """Write the store if it is not there, check it, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.verifying")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    store, plan_file = options.folder / "r4.sqlite", options.folder / "r4.json"
    if not plan_file.exists():
        plan_file.write_text(json.dumps(write_store(store)))
    plan = json.loads(plan_file.read_text())
    print(json.dumps(measure(store, plan, options.processes), indent=1))


def measure(store: Path, plan: dict[str, str], processes: int) -> dict[str, object]:
    """Check all snapshots; gives the figures."""
    request = OpenRequest(str(store), rules=(str(RULES),))
    opened = open_store(request, Work())
    started, cpu = perf_counter(), process_time()
    found: dict[str, tuple[str, str]] = {}
    count = 0
    try:
        for check in scan_snapshots(opened, Work(), processes=processes):
            count += 1
            if check.verdict in BAD:
                key = UUID(check.snapshot.stream.name).hex
                found[key] = (check.verdict.value, check.cause.value)
    finally:
        opened.connection.close()
    seconds = perf_counter() - started
    planted = {("dead" + s[4:] if kind == "orphan" else s): kind for s, kind in plan.items()}
    right = sum(found.get(s) == VERDICTS[kind] for s, kind in planted.items())
    return {
        "events": SHAPE.events,
        "snapshots": count,
        "planted": len(planted),
        "found": len(planted.keys() & found.keys()),
        "false alarms": sorted(found.keys() - planted.keys())[:10],
        "right causes": right,
        "seconds": round(seconds, 1),
        "limit": LIMIT,
        "ratio": round(seconds / LIMIT, 2),
        "processes": processes,
        "CPU seconds here": round(process_time() - cpu, 1),
    }


if __name__ == "__main__":
    main()
