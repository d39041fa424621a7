"""What every test gets: a world of its own, quiet logs, and a real PostgreSQL when it asks.

Nothing here touches the user's settings, keyring, password file or screen.
"""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

import pytest

from inspector.core.texts import use_language
from tests.helpers.pooler import Pooler, running_pooler
from tests.helpers.postgres import PostgresServer, start_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

# Before anything imports Qt: no test opens a window on somebody's screen.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# English, whatever the developer's session speaks.
os.environ["LC_ALL"] = "C.UTF-8"
# A zone no developer lives in by accident: whoever mixes up local time and UTC fails here.
os.environ["TZ"] = "<+0545>-5:45"
if hasattr(time, "tzset"):
    time.tzset()


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The application object of all tests with a window is the program's own."""
    from inspector.ui.program import Program  # noqa: PLC0415 - Qt only where it is asked for

    return Program


@pytest.fixture(scope="session", autouse=True)
def _own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Settings, caches, keyring and libpq's defaults of the session, not of the user."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PG")]:
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        for name in ("CONFIG", "DATA", "STATE", "CACHE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        patch.setenv("PGPASSFILE", str(home / "pgpass"))
        patch.setenv("PGSYSCONFDIR", str(home))
        for name in ("LANGUAGE", "LC_MESSAGES", "NO_COLOR", "FORCE_COLOR"):
            patch.delenv(name, raising=False)
        patch.setenv("LC_ALL", "C.UTF-8")
        yield


class _Stray(logging.Handler):
    """Collects what the product logged as a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """No test leaves its language to the next."""
    yield
    use_language(str)


@pytest.fixture(autouse=True)
def _no_stray_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test during which the product warned, unless it looks at the log (`caplog`)."""
    if "caplog" in request.fixturenames:
        yield
        return
    stray = _Stray()
    logger = logging.getLogger("inspector")
    logger.addHandler(stray)
    yield
    logger.removeHandler(stray)
    assert not stray.seen, f"unexpected log lines: {stray.seen}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The session's PostgreSQL, with TLS; shared, so a test leaves it as it found it."""
    server = start_server(tls=True)
    yield server
    server.remove()


@pytest.fixture
def own_postgres_server() -> Iterator[PostgresServer]:
    """A cluster for one test, which may stop, kill and restart it."""
    server = start_server()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def restore_dump(postgres_server: PostgresServer) -> Callable[[Path], str]:
    """Load a plain dump into its own database; gives the connection string. Loaded once."""
    return postgres_server.restore_dump


@pytest.fixture(scope="session")
def pooler(postgres_server: PostgresServer) -> Iterator[Pooler]:
    """A pooler in transaction mode in front of the session's PostgreSQL."""
    with running_pooler(postgres_server) as running:
        yield running
