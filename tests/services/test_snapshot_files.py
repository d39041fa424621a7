"""Snapshot files: the exact state with what it was computed from, refused where that changed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from inspector.core.errors import InputInvalid, OutputFailed, StoreChanged, WriteRefused
from inspector.core.folding import Truth
from inspector.services.early_state import Question, early_state
from inspector.services.finding_streams import the_stream
from inspector.services.open_store import OpenedStore, OpenRequest, open_store
from inspector.services.snapshot_files import beginning_at, compute, load, save
from inspector.services.tasks import Work
from tests.helpers.long_stream import NAME, long_stream, total
from tests.helpers.written import own_copy
from tests.layouts.cases import Case

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.postgres import PostgresServer


def made(folder: Path, request: OpenRequest, at: int | None = 200) -> Path:
    file = folder / "made.snapshot.json"
    with closing(open_store(request, Work())) as store:
        save(compute(store, the_stream(store.reader, NAME), at, Work()), file)
    return file


def begun(store: OpenedStore, file: Path) -> Any:
    stream = the_stream(store.reader, NAME)
    beginning = beginning_at(load(file), store, stream, Work())
    question = Question(store.reader, stream, store.application, Work(), worth=0)
    return early_state(question, beginning)


def test_a_stream_begins_at_it(tmp_path: Path) -> None:
    request = long_stream(tmp_path, 300, {})
    file = made(tmp_path, request)
    with closing(open_store(request, Work())) as store:
        early = begun(store, file)
    assert early.step.state == {"total": total(300), "seen": {"last": 300}}
    assert str(early.step.origin) == "snapshot-file@200"
    assert early.step.truth is Truth.UNVERIFIED  # whoever wrote the file wrote its digests, too
    told = json.loads(file.read_text())
    assert (told["stream"], told["position"], told["events"]) == (NAME, 200, 200)
    assert told["state"]["total"] == total(200)


def test_it_grows_with_the_stream(tmp_path: Path) -> None:
    """Events that came later do not matter."""
    request = long_stream(tmp_path, 300, {})
    file = made(tmp_path, request)
    with closing(sqlite3.connect(tmp_path / "long.sqlite")) as connection, connection:
        connection.execute(
            "INSERT INTO stored_events SELECT originator_id, 301, topic, state FROM stored_events"
            " WHERE originator_version = 300"
        )
    with closing(open_store(request, Work())) as store:
        assert begun(store, file).step.position == 301


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE stored_events SET state = x'7b7d' WHERE originator_version = 7",
        "DELETE FROM stored_events WHERE originator_version = 7",
        "UPDATE stored_events SET topic = 'shop:Order.Other' WHERE originator_version = 7",
    ],
)
def test_events_that_changed(tmp_path: Path, change: str) -> None:
    request = long_stream(tmp_path, 300, {})
    file = made(tmp_path, request)
    with closing(sqlite3.connect(tmp_path / "long.sqlite")) as connection, connection:
        assert connection.execute(change).rowcount == 1
    with (
        closing(open_store(request, Work())) as store,
        pytest.raises(StoreChanged, match="up to version 200 are not those"),
    ):
        begun(store, file)


def test_other_rules(tmp_path: Path) -> None:
    request = long_stream(tmp_path, 300, {})
    file = made(tmp_path, request)
    rules = tmp_path / "counter.rules.toml"
    rules.write_text(rules.read_text() + "\n# another word\n")
    with (
        closing(open_store(request, Work())) as store,
        pytest.raises(InputInvalid, match="other rules"),
    ):
        begun(store, file)


def test_another_stream(tmp_path: Path) -> None:
    request = long_stream(tmp_path, 300, {})
    file = made(tmp_path, request)
    with closing(open_store(request, Work())) as store:
        other = replace(load(file), stream="another")
        with pytest.raises(InputInvalid, match="is of the stream “another”"):
            beginning_at(other, store, the_stream(store.reader, NAME), Work())


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda told: told["state"].update(total=1), "not the one that was saved"),
        (lambda told: told.update(state_sha256="0" * 64), "not the one that was saved"),
        (lambda told: told.update(format="other"), "no snapshot file"),
        (lambda told: told.update(version=2), "of version 2"),
        (lambda told: told.update(position="200"), "no snapshot file"),
        (lambda told: told.update(position=True), "no snapshot file"),
        (lambda told: told.update(state={"$exact": []}), "no snapshot file"),
        (lambda told: told.pop("state"), "no snapshot file"),
    ],
)
def test_a_file_that_was_changed(tmp_path: Path, change: Any, match: str) -> None:
    file = made(tmp_path, long_stream(tmp_path, 300, {}))
    told = json.loads(file.read_text())
    change(told)
    file.write_text(json.dumps(told))
    with pytest.raises(InputInvalid, match=match):
        load(file)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b"5"])
def test_a_file_that_is_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "none.json"
    file.write_bytes(content)
    with pytest.raises(InputInvalid, match="no snapshot file"):
        load(file)
    with pytest.raises(InputInvalid, match="cannot be read"):
        load(tmp_path / "nothing.json")


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    request = long_stream(tmp_path, 300, {})
    (tmp_path / "made.snapshot.json").write_text("mine")
    with pytest.raises(OutputFailed, match="already"):
        made(tmp_path, request)
    assert (tmp_path / "made.snapshot.json").read_text() == "mine"
    assert not list(tmp_path.glob("*.part"))


def test_state_that_is_not_exact(tmp_path: Path) -> None:
    request = long_stream(tmp_path, 300, {})
    with pytest.raises(WriteRefused, match="not exact"):
        made(tmp_path, OpenRequest(request.address))
    with pytest.raises(WriteRefused, match="no version 999"):
        made(tmp_path, request, at=999)
    with closing(sqlite3.connect(tmp_path / "long.sqlite")) as connection, connection:
        connection.execute("UPDATE stored_events SET state = x'00' WHERE originator_version = 9")
    with pytest.raises(WriteRefused, match="could not be applied"):
        made(tmp_path, request)
    assert not (tmp_path / "made.snapshot.json").exists()


def test_states_of_real_libraries_come_back(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Decimals, big numbers, nested lists: the loaded state is the computed one, and goes on."""
    checked = 0
    for case in (
        Case("pyeventsourcing", "aes", "sqlite"), Case("patchlevel", "multi", "sqlite"),
        Case("commanded", "jsonb", "postgresql"), Case("rails_event_store", "yaml", "sqlite"),
    ):  # fmt: skip
        own = own_copy(case, tmp_path, postgres_server)
        with own.open() as (store, *_):
            for number, row in enumerate(store.reader.streams.page(None, 40).rows):
                last = row.last_position
                if last is None or last < 8:
                    continue
                try:
                    snapshot = compute(store, row.stream, last - 3, Work())
                except WriteRefused:
                    continue
                file = tmp_path / f"{case}-{number}.json"
                save(snapshot, file)
                assert load(file) == snapshot
                beginning = beginning_at(load(file), store, row.stream, Work())
                asked = Question(store.reader, row.stream, store.application, Work(), worth=0)
                early = early_state(asked, beginning)
                if early is not None:
                    exact = compute(store, row.stream, None, Work()).state
                    assert early.step.state == exact
                    checked += 1
    assert checked >= 5
