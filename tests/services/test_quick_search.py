"""Finding streams by a part of their id in short pieces, and events by their id."""

from __future__ import annotations

import lzma
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inspector.core.cancelling import CancelToken
from inspector.core.errors import Cancelled
from inspector.services.open_store import OpenedStore, OpenRequest, open_stores
from inspector.services.quick_search import events_called, streams_called, streams_with
from inspector.services.tasks import Work
from tests.helpers.stores import stream_rows, write_store

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(__file__).parent.parent / "layouts" / "data"
FILES = sorted(DATA.glob("*/*/store.sqlite.xz"))
DUMPS = sorted(DATA.glob("message_db/*/store.pg.sql.xz"))[:1]


@pytest.fixture
def many(tmp_path: Path) -> OpenedStore:
    rows = [row for n in range(6000) for row in stream_rows(f"order-{n:05d}", 1, 1)]
    return first(write_store(tmp_path / "many.db", rows))


def first(path: Path | str) -> OpenedStore:
    return open_stores(OpenRequest(str(path)), Work())[0]


def test_a_search_is_short_pieces_that_go_on_from_each_other(many: OpenedStore) -> None:
    found, after, pieces = [], None, []
    while True:
        hits = streams_with(many.reader, "R-0001", after, Work())
        found += [stream.name for stream in hits.streams]
        pieces.append(hits.looked_at)
        after = hits.after
        if after is None:
            break
    many.close()
    assert found == [f"order-0001{n}" for n in range(10)]
    assert pieces == [4096, 6000 - 4096]


def test_a_piece_stops_when_nobody_waits_for_it(many: OpenedStore) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        streams_with(many.reader, "order", None, Work(token))
    many.close()


def test_an_exact_name_is_a_search_in_the_index(many: OpenedStore) -> None:
    assert [s.name for s in streams_called(many.reader, "order-00042")] == ["order-00042"]
    assert streams_called(many.reader, "order-0004") == ()
    many.close()


@pytest.mark.parametrize("packed", FILES, ids=lambda p: f"{p.parts[-3]}-{p.parts[-2]}")
def test_every_event_with_an_id_column_is_found_by_its_id(packed: Path, tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(lzma.decompress(packed.read_bytes()))
    found_by_id(first(path))


@pytest.mark.postgres
@pytest.mark.parametrize("packed", DUMPS, ids=lambda p: p.parts[-2])
def test_ids_of_postgres_are_found_as_text(
    packed: Path, tmp_path: Path, restore_dump: Callable[[Path], str]
) -> None:
    dump = tmp_path / f"{packed.parts[-2]}.sql"
    dump.write_bytes(lzma.decompress(packed.read_bytes()))
    store = first(restore_dump(dump))
    assert "id" in {c.key for c in store.reader.source.events.selected_columns}
    found_by_id(store)


def found_by_id(store: OpenedStore) -> None:
    """A text that is no id finds nothing and is no error; an id finds its event."""
    has_ids = any(c.key == "id" for c in store.reader.source.events.selected_columns)
    for text in ("", "nothing", "'; DROP TABLE x; --", "\x00", "9" * 40, "한글"):
        assert events_called(store.reader, text, Work()) == ()
    for event in store.reader.events.some(3):
        if event.id is not None and has_ids:
            found = events_called(store.reader, event.id, Work())
            assert event.ref in [e.ref for e in found]
    store.close()
