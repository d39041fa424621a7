"""The ready-made replayer for Python applications, on the sample store's own application.

The application runs in an interpreter of its own, where the inspector cannot be imported.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest

from inspector.replayers.folding import ReplayerFolder
from inspector.replayers.limits import Limits
from inspector.services.event_ranges import EventQuery, read_events
from inspector.services.finding_streams import the_stream
from inspector.services.open_store import OpenedStore, OpenRequest, open_store
from inspector.services.sample import sample_store
from inspector.services.tasks import Work
from tests.replayers.conftest import Starter

ROOT = Path(__file__).resolve().parents[2]
APPLICATION = ROOT / "resources" / "sample" / "application"
SCRIPT = ROOT / "resources" / "replayers" / "eventsourcing_replayer.py"
WALLET = "97e74d34-be82-5e8a-96b5-b0ea03c322a8"
LIMITS = Limits(start_seconds=60, answer_seconds=20)

_REPLAY = """
import json, sys
from uuid import UUID
from eventsourcing.application import Repository
from shop.app import Shop
settings = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": sys.argv[1]}
with Shop(settings) as shop:
    wallet = Repository(shop.events).get(UUID(sys.argv[2]), version=int(sys.argv[3]))
    names = [name for name in vars(wallet) if name not in ("_id", "_version", "_pending_events")]
    print(json.dumps({name: str(getattr(wallet, name)) for name in names}))
"""


@pytest.fixture(scope="module")
def interpreter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another environment with the `eventsourcing` library and without the inspector."""
    folder = tmp_path_factory.mktemp("application") / "env"
    venv.create(folder, with_pip=False, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    here = Path(sysconfig.get_paths()["purelib"])
    for name in ("eventsourcing", "typing_extensions.py", "psycopg", "psycopg_binary"):
        found = here / name
        if found.exists():
            (packages / name).symlink_to(found)
    return folder / "bin" / "python"


def folders() -> list[str]:
    return [str(APPLICATION / "release_3"), str(APPLICATION / "common")]


@pytest.fixture
def sample() -> Any:
    store = open_store(OpenRequest(str(sample_store())), Work())
    yield store
    store.connection.close()


def replay(start: Starter, interpreter: Path, store: OpenedStore) -> tuple[Any, list[Any], Any]:
    paths = [word for folder in folders() for word in ("--path", folder)]
    replayer = start([interpreter, SCRIPT, *paths, "shop.app:Shop"], LIMITS)
    reader = store.reader
    stream = the_stream(reader, WALLET)
    pages = read_events(reader, EventQuery(stream), Work())
    events = [event for page in pages for event in page]
    folder = ReplayerFolder(replayer, stream, lambda count: events[:count])
    return folder, events, replayer


def test_the_interpreter_does_not_know_us(interpreter: Path) -> None:
    done = subprocess.run(
        [interpreter, "-c", "import inspector"], cwd="/", capture_output=True, check=False
    )
    assert done.returncode != 0


def test_states_are_those_of_the_library(
    start: Starter, interpreter: Path, sample: OpenedStore, tmp_path: Path
) -> None:
    folder, events, _ = replay(start, interpreter, sample)
    fold = folder.begin()
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes(sample_store().read_bytes())
    for event in events:
        assert fold.feed_one(event) == ()
        state = fold.frame().state
        if event.position not in (1, 15, 21, len(events)):
            continue
        done = subprocess.run(
            [interpreter, "-c", _REPLAY, copy, WALLET, str(event.position)],
            env={"PYTHONPATH": ":".join(folders())}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told = {name: value for name, value in json.loads(done.stdout).items() if name[0] != "_"}
        assert set(told) == set(state)
        for name in ("balance", "customer_no", "points", "status"):
            assert str(state[name]) == told[name], name


def test_what_cannot_be_applied_is_said(
    start: Starter, interpreter: Path, sample: OpenedStore
) -> None:
    folder, events, replayer = replay(start, interpreter, sample)
    replayer.begin(folder.stream)
    answers = replayer.fold(events[1:2])  # an event of a wallet that was never opened
    assert answers[0].error
    assert answers[0].state is None
    assert sys.executable
