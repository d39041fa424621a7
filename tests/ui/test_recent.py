"""The list of stores that were opened before: newest first, no password, nothing that breaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings

from inspector.services.open_store import OpenRequest, open_stores
from inspector.services.sample import sample_store
from inspector.services.tasks import Work
from inspector.storage.opening import OpenOptions
from inspector.ui.recent import LIMIT, RecentStore, RecentStores, load_recent, recent_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "설정" / "recent.ini"


def _open(file: Path) -> RecentStores:
    return RecentStores(QSettings(str(file), QSettings.Format.IniFormat))


def test_what_was_remembered_is_there_at_the_next_start(file: Path) -> None:
    store = RecentStore(
        "/자료/주문, 2026=a;b.db", "Python eventsourcing 9", schema="audit", layout="mapped",
        map_file="/m/o.toml", touch_nothing=True, allow_views=True,
    )  # fmt: skip
    _open(file).remember(store, NOON)
    [known] = _open(file).stores
    assert known.opened_at == NOON
    assert known.address == store.address
    assert (known.title, known.schema, known.layout) == (store.title, "audit", "mapped")
    assert (known.map_file, known.touch_nothing, known.allow_views) == ("/m/o.toml", True, True)


def test_the_newest_is_first_and_nothing_is_there_twice(file: Path, qtbot: QtBot) -> None:
    recent = _open(file)
    recent.remember(RecentStore("/a.db"), NOON)
    recent.remember(RecentStore("/b.db"), NOON)
    with qtbot.waitSignal(recent.changed):
        recent.remember(RecentStore("/a.db", "now known"), NOON + timedelta(hours=1))
    assert [(s.address, s.title) for s in _open(file).stores] == [
        ("/a.db", "now known"),
        ("/b.db", ""),
    ]


def test_a_pinned_store_stays_above_newer_ones_and_is_never_dropped(file: Path) -> None:
    recent = _open(file)
    recent.remember(RecentStore("/old.db"), NOON)
    recent.pin("/old.db", pinned=True)
    for number in range(LIMIT + 5):
        recent.remember(RecentStore(f"/{number}.db"), NOON + timedelta(hours=number + 1))
    recent.remember(RecentStore("/old.db", "again"), NOON + timedelta(hours=2))
    again = _open(file)
    assert [s.address for s in again.stores[:2]] == ["/old.db", f"/{LIMIT + 4}.db"]
    assert again.stores[0].pinned
    again.pin("/old.db", pinned=False)
    assert [s.address for s in again.stores[:2]] == [f"/{LIMIT + 4}.db", f"/{LIMIT + 3}.db"]


def test_only_so_many_are_kept(file: Path) -> None:
    recent = _open(file)
    for number in range(LIMIT + 5):
        recent.remember(RecentStore(f"/{number}.db"), NOON)
    assert len(_open(file).stores) == LIMIT
    assert recent.stores[0].address == f"/{LIMIT + 4}.db"


def test_a_store_can_be_forgotten(file: Path, qtbot: QtBot) -> None:
    recent = _open(file)
    recent.remember(RecentStore("/a.db"), NOON)
    recent.remember(RecentStore("/b.db"), NOON)
    with qtbot.waitSignal(recent.changed):
        recent.forget("/b.db")
    assert [s.address for s in _open(file).stores] == ["/a.db"]


def test_no_password_reaches_the_file(file: Path) -> None:
    _open(file).remember(RecentStore("postgresql://mia:s3cret@db/orders"), NOON)
    _open(file).remember(RecentStore("host=db password=s3cret dbname=orders"), NOON)
    _open(file).remember(RecentStore("postgresql://mia:s3cret@[db/orders"), NOON)
    assert file.exists()
    assert "s3cret" not in file.read_text(encoding="utf-8")
    assert len(_open(file).stores) == 2


def test_a_file_that_somebody_edited_does_not_break_anything(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(
        "[stores]\n1\\address=/good.db\n1\\opened_at=yesterday\n2\\title=no address\n"
        "3\\address=a, list\n4\\address=/local.db\n4\\opened_at=2026-01-01T00:00:00\n"
        "size=900000000\n",
        encoding="utf-8",
    )
    stores = _open(file).stores
    assert [(s.address, s.opened_at) for s in stores] == [("/good.db", None), ("/local.db", None)]


def test_an_opened_store_is_remembered_as_it_was_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop.db").write_bytes(sample_store().read_bytes())
    monkeypatch.chdir(tmp_path)
    request = OpenRequest("shop.db", options=OpenOptions(touch_nothing=True))
    [store, *_] = open_stores(request, Work())
    try:
        known = recent_of(store)
    finally:
        store.close()
    assert known.address == str(tmp_path / "shop.db")
    assert known.title == "Python eventsourcing 9"
    assert known.touch_nothing
    assert not known.allow_views


@pytest.mark.parametrize(
    ("address", "name", "place"),
    [
        ("/data/한글/orders.db", "orders.db", "/data/한글"),
        ("postgresql://mia@db:5433/orders", "orders", "mia@db:5433"),
        ("service=live", "live", ""),
        ("postgresql://[broken/x", "postgresql://[broken/x", ""),
    ],
)
def test_name_and_place_for_people(address: str, name: str, place: str) -> None:
    assert (RecentStore(address).name, RecentStore(address).place) == (name, place)


def test_the_own_list_lies_in_the_settings_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    recent = load_recent()
    recent.remember(RecentStore("/a.db"), NOON)
    found = [s.address for s in load_recent().stores]
    recent.forget("/a.db")
    assert "/a.db" in found
