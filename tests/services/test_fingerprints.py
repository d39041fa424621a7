"""A fingerprint tells a store wherever it lies, and from others; of a store without order, less."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from inspector.core.cancelling import CancelToken
from inspector.services.fingerprints import NoFingerprint, fingerprint_of, is_certain
from inspector.services.open_store import OpenRequest, open_stores
from inspector.services.sample import sample_store
from inspector.services.tasks import Work
from tests.helpers.stores import append, stream_rows, write_store
from tests.layouts.cases import Case

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.postgres import PostgresServer


def prints(address: object) -> list[str]:
    stores = open_stores(OpenRequest(str(address)), Work(CancelToken(), lambda _progress: None))
    try:
        return [fingerprint_of(store, store.reader) for store in stores]
    finally:
        stores[0].close()


def test_a_copy_elsewhere_that_grew_has_the_same(tmp_path: Path) -> None:
    one = write_store(tmp_path / "one.db", stream_rows("order-1", 1, 3))
    (tmp_path / "other folder").mkdir()
    other = tmp_path / "other folder" / "renamed.sqlite"
    shutil.copyfile(one, other)
    append(other, stream_rows("order-1", 4, 20))
    assert prints(one) == prints(other)
    assert is_certain(prints(one)[0])
    assert prints(one) != prints(sample_store())


def test_another_first_event_is_another_store(tmp_path: Path) -> None:
    names = ("order-1", "order-2")
    made = [write_store(tmp_path / f"{n}.db", stream_rows(n, 1, 3)) for n in names]
    assert prints(made[0]) != prints(made[1])


def test_several_stores_of_a_database_are_told_apart(tmp_path: Path) -> None:
    found = prints(Case("pyeventsourcing_sqlalchemy", "bank", "sqlite").unpack(tmp_path))
    assert len(found) > 1
    assert len(set(found)) == len(found)


def test_a_store_without_order_says_that_it_is_less_sure(tmp_path: Path) -> None:
    (found,) = prints(Case("eventsauce", "sqlite", "sqlite").unpack(tmp_path))
    assert not is_certain(found)


def test_an_empty_store_has_none(tmp_path: Path) -> None:
    empty = write_store(tmp_path / "empty.db", [])
    with pytest.raises(NoFingerprint):
        prints(empty)


def test_a_first_payload_of_any_size_does(tmp_path: Path) -> None:
    row = ("big", 1, "shop:Order.Placed", b'{"a": "' + b"x" * 400_000 + b'"}')
    big = write_store(tmp_path / "big.db", [row])
    assert is_certain(prints(big)[0])


@pytest.mark.postgres
def test_the_way_to_a_server_does_not_matter(postgres_server: PostgresServer) -> None:
    from tests.ui.windows import STORED_EVENTS  # noqa: PLC0415 - needs Qt

    for name in ("prints_here", "prints_there"):
        postgres_server.create_database(name)
        postgres_server.execute(STORED_EVENTS, name)
    by_socket = prints(postgres_server.conninfo("prints_here"))
    by_tcp = prints(postgres_server.conninfo("prints_there", tcp=True))
    assert by_socket == by_tcp


@pytest.mark.postgres
def test_a_foreign_name_finds_nothing_on_a_server(postgres_server: PostgresServer) -> None:
    """Links may name streams that no database could hold."""
    from tests.ui.windows import STORED_EVENTS  # noqa: PLC0415 - needs Qt

    postgres_server.create_database("hostile_names")
    # An id that is text: any other is refused before it is asked for.
    text_ids = STORED_EVENTS.replace("originator_id uuid", "originator_id text")
    for place, statements in (("", STORED_EVENTS), ("texts", text_ids)):
        prefix = f"CREATE SCHEMA {place}; SET search_path = {place};" if place else ""
        postgres_server.execute(prefix + statements, "hostile_names")
    request = OpenRequest(postgres_server.conninfo("hostile_names"))
    stores = open_stores(request, Work(CancelToken(), lambda _progress: None))
    assert len(stores) == 2
    try:
        for store in stores:
            for name in ("a\x00b", "\udcff", "x" * 100_000, "'; DROP TABLE x"):
                assert store.reader.streams.find(name) == (), (store.table, name[:20])
    finally:
        stores[0].close()
