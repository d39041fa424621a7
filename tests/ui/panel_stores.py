"""Stores, lanes and hostile texts for the tests of panels."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from inspector.services.open_store import OpenRequest
from inspector.ui.models.store_model import Phase, StoreModel
from tests.helpers.stores import state, stream_rows, write_store
from tests.layouts.cases import cases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.services.long_scans import Scanner

HOSTILE = (
    "<img src='file:///etc/hostname'><b>bold</b>",
    "<a href='https://example.org'>click</a>",
    "line\nbreak\ttab\x00null\x1b[31mred",
    "abc\u202egnp.exe",
    "\ud800 lone",
    "한글 <i>기울임</i> 값",
    "x" * 1_000_000,
)
"""Texts that a store may hold and no widget may obey."""


@contextmanager
def opened(path: Path, qtbot: QtBot) -> Iterator[StoreModel]:
    """A store that is open in its two lanes."""
    model = StoreModel()
    model.open(OpenRequest(str(path)))
    qtbot.waitUntil(lambda: model.phase is Phase.OPEN)
    yield model
    model.close()


def many_streams(path: Path, count: int) -> Path:
    """Streams ``order-0000`` … of one to seven events; ``order-0005`` is the longest."""
    rows = []
    for number in range(count):
        length = 9 if number == 5 else number % 7 + 1
        rows += stream_rows(f"order-{number:04d}", 1, length)
    return write_store(path, rows)


def hostile_store(path: Path) -> Path:
    """A store whose ids, types, keys and values are hostile texts."""
    texts = [text.encode("utf-8", "replace").decode() for text in HOSTILE]
    rows = [
        (text[:2000], 1, f"shop:Order.{text[:300]}", state(i, **{"text": text, text[:500]: text}))
        for i, text in enumerate(texts)
    ]
    return write_store(path, rows)


def hostile_messages(path: Path) -> Path:
    """A store of messages whose facts and metadata are hostile texts, beside plain data."""
    case = next(c for c in cases() if str(c) == "emmett-messages-sqlite")
    case.unpack(path.parent).rename(path)
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("DELETE FROM emt_messages")
        store.execute("DELETE FROM emt_streams")
        for number, text in enumerate(HOSTILE, 1):
            plain = text.encode("utf-8", "replace").decode()
            short = plain[:300]
            meta = json.dumps({"userId": short, short: plain, "correlationId": short})
            key = (short, 1, "emt:default")
            store.execute("INSERT INTO emt_streams VALUES (?, ?, ?, 'cart', ?, 0)", (*key, "{}"))
            store.execute(
                "INSERT INTO emt_messages VALUES (?, ?, ?, 'E', ?, ?, ?, ?, ?, 0, ?, ?)",
                (*key, '{"text": 1}', meta, short, "Opened", short, number, short),
            )
    return path


class EndlessScanner:
    """A pass that goes on until somebody stops it."""

    def __init__(self) -> None:
        self.done = 0
        self.total: int | None = None

    def advance(self, reader: object, work: object) -> bool:
        self.done += 1
        return True


def endless() -> Scanner:
    return EndlessScanner()
