"""What the pictures of the window show that are kept: stores, sizes, languages, panels."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_store
from inspector.ui.theme import ThemeChoice
from tests.helpers.stores import stream_rows, write_store
from tests.ui.windows import WALLET

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

USUAL: Final = (1280, 800)
LARGE: Final = (2560, 1440)
BOTH: Final = (ThemeChoice.LIGHT, ThemeChoice.DARK)
LIGHT: Final = (ThemeChoice.LIGHT,)
DARK: Final = (ThemeChoice.DARK,)

NOTE: Final = 21
"""Row of the wallet's first note: its text is Korean, and the balance is negative."""

OLD: Final = 0
"""Row of the wallet's first event: it was written in the first of three schema versions."""

MILLION: Final = 1_000_000

_MANY_ROWS: Final = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO stored_events
SELECT printf('order-%06d', i / 40), i % 40 + 1,
       'shop:Order.' || CASE WHEN i % 40 = 0 THEN 'Placed' WHEN i % 7 = 0 THEN 'Paid'
                             WHEN i / 90000 % 3 = 1 THEN 'Returned' ELSE 'Counted' END,
       printf('{"timestamp": {"_type_": "datetime_iso", "_data_": "2026-01-%02dT10:00:00+00:00"},'
              || ' "n": %d}', i / 40000 + 1, i)
FROM n
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """Views of one window.

    Attributes:
        name: begins the names of its pictures; none for the usual window.
        panels: tabs and pages; ``store``: no stream is open, all events are shown.
        store: makes the store in a folder.
        row: where the cursor stands.
    """

    name: str
    panels: tuple[str, ...]
    store: Callable[[Path], OpenRequest]
    stream: str = WALLET
    row: int = NOTE
    themes: tuple[ThemeChoice, ...] = BOTH
    size: tuple[int, int] = USUAL
    language: str = "en"


def plain(_folder: Path) -> OpenRequest:
    """The sample store as it is found."""
    return OpenRequest(str(sample_store()))


def ruled(_folder: Path) -> OpenRequest:
    """The sample store with its rules."""
    rules = sample_store().with_name("sample-shop.rules.toml")
    return OpenRequest(str(sample_store()), rules=(str(rules),))


def three(folder: Path) -> OpenRequest:
    """A store of three events."""
    return OpenRequest(str(write_store(folder / "three.sqlite", stream_rows("order-1", 1, 3))))


def million(folder: Path) -> OpenRequest:
    """A store of a million events."""
    path = write_store(folder / "million.sqlite", ())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(_MANY_ROWS, (MILLION,))
    return OpenRequest(str(path))


SCENES: Final = (
    Scene("", ("store", "state", "event", "diff", "raw", "snapshots", "problems"), plain),
    Scene("ruled", ("state", "versions", "all-versions", "rules"), ruled, row=OLD),
    Scene(
        "korean",
        ("store", "state", "versions", "snapshots", "problems", "rules"),
        ruled,
        themes=DARK,
        language="ko",
    ),
    Scene("large", ("store", "state", "all-versions"), ruled, themes=LIGHT, size=LARGE),
    Scene("three", ("store", "state"), three, stream="order-1", row=2, themes=LIGHT),
    Scene("million", ("store",), million, themes=DARK),
)
