"""The real library loads the snapshots that the inspector wrote, and goes on from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.lending import FORMS
from tests.services.lending_stores import LendingStore, postgres_lending, sqlite_lending

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.postgres import PostgresServer


EACH = [("sqlite", form) for form in FORMS]
EACH += [("postgresql", form) for form in ("plain", "zlib", "aes")]


@pytest.mark.parametrize(("dialect", "form"), EACH)
def test_the_library_goes_on_from_our_snapshot(
    dialect: str, form: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    if dialect == "sqlite":
        store = sqlite_lending(tmp_path, form)
    else:
        store = postgres_lending(tmp_path, postgres_server, form)
    with store.application() as app:
        before = app.facts(store.loan)
    made = store.create(at=10)
    assert made.verified, made.reason
    spoil_events(store, until=10)  # only who reads the snapshot can still load the loan
    with store.application() as app:
        assert app.facts(store.loan) == before
        app.go_on(store.loan, 4)
        assert app.facts(store.loan)["version"] == 16
        app.take_snapshot(store.loan)
        assert app.facts(store.loan)["amount"] < before["amount"]
    with pytest.raises(Exception, match="deserialise"), store.application() as app:
        app.repository.get(store.loan, version=9)


def spoil_events(store: LendingStore, until: int) -> None:
    """Make events unreadable, which nobody notices who begins after them."""
    store.own.execute(
        f"UPDATE {store.events} SET state = ? WHERE originator_id = ? AND originator_version <= ?",
        b"\x00", store.id, until,
    )  # fmt: skip


def test_a_snapshot_at_the_end(tmp_path: Path) -> None:
    store = sqlite_lending(tmp_path)
    assert store.create(at=None).preview.plan.position == 12
    with store.application() as app:
        assert app.facts(store.loan)["version"] == 12
        app.go_on(store.loan, 1)
        assert app.facts(store.loan)["version"] == 13
