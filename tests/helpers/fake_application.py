"""An application that takes snapshots when it is asked, as far as a test needs one."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@contextmanager
def application(status: int = 202, delay: float = 0, location: str = "") -> Iterator[Any]:
    """An application that keeps what it was asked."""
    asked: list[tuple[str, str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append((self.command, self.path, body))
            time.sleep(delay)
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write("geschafft ✓".encode())

        do_POST = do_GET = do_PUT = _answer  # noqa: N815 the server's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the server's name
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Somebody went away, as some of these tests want it."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
