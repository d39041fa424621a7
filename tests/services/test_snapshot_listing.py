"""Lists of snapshots, on the sample store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from inspector.core.errors import Cancelled, InputInvalid
from inspector.services.finding_streams import the_stream
from inspector.services.open_store import OpenedStore, OpenRequest, open_store
from inspector.services.sample import sample_store
from inspector.services.snapshot_listing import snapshots_of, worst_first
from inspector.services.tasks import Work
from inspector.storage.store_reader import StoreReader

WALLET = "97e74d34-be82-5e8a-96b5-b0ea03c322a8"


@pytest.fixture(scope="module")
def sample() -> Iterator[OpenedStore]:
    store = open_store(OpenRequest(str(sample_store())), Work())
    yield store
    store.connection.close()


@pytest.fixture
def reader(sample: OpenedStore) -> StoreReader:
    return sample.reader


def test_one_stream(reader: StoreReader) -> None:
    rows = list(snapshots_of(reader, [the_stream(reader, WALLET)], Work()))
    assert [(row.snapshot.position, row.events_since, row.newest) for row in rows] == [
        (10, 16, False),
        (20, 6, True),
    ]
    assert {row.last for row in rows} == {26}


def test_the_whole_store(reader: StoreReader) -> None:
    rows = list(snapshots_of(reader, None, Work()))
    assert len(rows) == sum(len(page) for page in reader.snapshots.pages(3))
    assert all(row.events_since is not None and row.events_since >= 0 for row in rows)
    worst = worst_first(rows)
    assert len({row.snapshot.stream for row in worst}) == len(worst)
    behind = [row.events_since for row in worst]
    assert behind == sorted(behind, key=lambda n: -(n or 0))


def test_it_can_be_stopped(reader: StoreReader) -> None:
    work = Work()
    rows = snapshots_of(reader, None, work)
    next(rows)
    work.token.cancel()
    with pytest.raises(Cancelled):
        list(rows)


def test_a_store_without_a_place_for_them(
    reader: StoreReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(reader.snapshots), "available", False)
    with pytest.raises(InputInvalid, match="no place for snapshots"):
        list(snapshots_of(reader, None, Work()))
