"""An application that takes snapshots when it is asked, as far as a test needs one."""

from __future__ import annotations

TAKES_ONE = """
import json, sqlite3, sys
path, name, version, total = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
state = {"timestamp": {"_type_": "datetime_iso", "_data_": "2026-02-01T00:00:00+00:00"},
         "topic": "shop:Order", "state": {"total": total, "seen": {"last": version}}}
with sqlite3.connect(path) as file:
    file.execute("INSERT INTO stored_snapshots VALUES (?, ?, ?, ?)",
                 (name, version, "eventsourcing.domain:Snapshot", json.dumps(state).encode()))
print("taken")
"""
"""Python: takes a store, a stream, a version, and the total that the snapshot shall hold."""
