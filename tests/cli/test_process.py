"""The program as a process: signals, pipes, terminals, encodings, and what it loads."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.cli.conftest import MAP, write_own

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Own
    from tests.helpers.postgres import PostgresServer
    from tests.layouts.cases import Case

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-m", "inspector"]
EVENTS = 60_000
PATIENCE = 120.0


@pytest.fixture(scope="session")
def long_store(tmp_path_factory: pytest.TempPathFactory) -> Own:
    """One stream that takes longer to print than a pipe can hold."""
    rows = (
        ("long", n, "Counted", f'{{"n": {n}, "text": "event number {n}"}}', None,
         "2024-01-01T00:00:00Z", None, None)
        for n in range(1, EVENTS + 1)
    )  # fmt: skip
    return write_own(tmp_path_factory.mktemp("long"), list(rows))


@contextlib.contextmanager
def running(*arguments: str, before: tuple[str, ...] = ()) -> Iterator[subprocess.Popen[bytes]]:
    """A call of the program that is still going on; its pipes are read without a buffer."""
    process = subprocess.Popen(
        [*before, *PROGRAM, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def ended(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A call of the program."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
        env={**os.environ, **environment},
    )


# -- Ctrl+C ---------------------------------------------------------------------------------

LONG_COMMANDS = (["events"], ["events", "long"], ["state", "long", "--every"])
each_long = pytest.mark.parametrize("command", LONG_COMMANDS, ids="-".join)


def begun(process: subprocess.Popen[bytes]) -> bytes:
    """Wait until the program has begun to write; gives the first byte."""
    assert process.stdout is not None
    return process.stdout.read(1)


def interrupted(process: subprocess.Popen[bytes], *numbers: int) -> tuple[str, str, int]:
    """Let the program begin to write, send it signals, and read the rest."""
    first = begun(process)
    for number in numbers:
        process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    return (first + out).decode(), err.decode(), process.returncode


@each_long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_marks_the_results_as_partial(
    command: list[str], number: int, long_store: Own
) -> None:
    words = [command[0], *long_store.arguments, *command[1:], "--json"]
    with running(*words) as process:
        out, err, code = interrupted(process, number)
    assert code == 5
    records = [json.loads(line) for line in out.splitlines()]
    written = len(records) - 1
    assert records[-1] == {"partial": {"reason": "stopped", "objects": written}}
    assert 0 < written < EVENTS
    assert json.loads(err.splitlines()[-1])["error"]["code"] == "stopped"
    assert "Traceback" not in err


def test_a_stop_is_said_to_people(long_store: Own) -> None:
    with running("events", *long_store.arguments) as process:
        out, err, code = interrupted(process, signal.SIGINT)
    assert code == 5
    assert "not all" in out.splitlines()[-1]
    assert err.startswith("Error: Stopped.")


def test_two_signals_end_it_at_once(long_store: Own) -> None:
    with running("events", *long_store.arguments, "--json") as process:
        out, err, code = interrupted(process, signal.SIGINT, signal.SIGTERM)
    assert code == 5
    assert json.loads(out.splitlines()[-1])["partial"]["reason"] == "stopped"
    assert "Traceback" not in err


def test_a_background_job_goes_on_ignoring_interrupts(long_store: Own) -> None:
    words = ["events", *long_store.arguments, "--json"]
    with running(*words, before=("sh", "-c", 'trap "" INT; exec "$@"', "-")) as process:
        out, err, code = interrupted(process, signal.SIGINT)
    assert (code, err) == (0, "")
    assert out.count("\n") == EVENTS


ENDLESS = """
CREATE VIEW log AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)
SELECT id, 'long' AS stream, id AS version, 'T' AS type, '{}' AS body, NULL AS meta,
  '2024-01-01T00:00:00Z' AS at, NULL AS actor, NULL AS tenant FROM n
"""


def test_a_statement_that_never_ends_is_stopped(tmp_path: Path) -> None:
    """SQLite looks at every row of it before it gives the first one."""
    own = write_own(tmp_path, [])
    with closing(sqlite3.connect(own.path)) as database:
        database.execute("DROP TABLE log")
        database.execute(ENDLESS)
    with running("events", *own.arguments, "--layout", "mapped", "--allow-views") as process:
        time.sleep(3)  # however far it is by then, its time limit is ten times as far away
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 5, err


def test_a_server_s_statement_is_stopped(postgres_server: PostgresServer, tmp_path: Path) -> None:
    conninfo = postgres_server.create_database("cli_sleepy")
    postgres_server.execute("CREATE TABLE one (id int)", "cli_sleepy")
    postgres_server.execute("INSERT INTO one VALUES (1)", "cli_sleepy")
    postgres_server.execute(
        "CREATE VIEW log AS SELECT id, 'long'::text AS stream, id AS version, 'T'::text AS type, "
        "'{}'::text AS body, NULL::text AS meta, now() AS at, NULL::text AS actor, "
        "NULL::text AS tenant FROM one, pg_catalog.pg_sleep(100)",
        "cli_sleepy",
    )
    file = tmp_path / "map.toml"
    file.write_text(MAP)
    words = ["events", conninfo, "--map", str(file), "--allow-views"]
    with running(*words) as process:
        while not _is_sleeping(postgres_server):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 5, err


def _is_sleeping(server: PostgresServer) -> bool:
    with psycopg.connect(server.conninfo()) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = 'cli_sleepy' AND wait_event = 'PgSleep'"
        ).fetchone()
    return found is not None


# -- pipes ----------------------------------------------------------------------------------


@each_long
@pytest.mark.parametrize("output", [[], ["--json"]], ids=["table", "json"])
def test_a_reader_who_has_seen_enough(
    command: list[str], output: list[str], long_store: Own
) -> None:
    words = [command[0], *long_store.arguments, *command[1:], *output]
    with running(*words) as process:
        begun(process)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 0


def test_a_pipe_that_is_closed_before_anything_is_written(shop: str) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*PROGRAM, "streams", shop],
        cwd=ROOT,
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
        timeout=PATIENCE,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


# -- encodings ------------------------------------------------------------------------------


def test_json_is_utf8_in_every_language(shop: str) -> None:
    plain = ended("streams", shop, "--json").stdout
    assert "한국상사".encode() in plain
    for name in ("ascii", "cp1252", "latin-1"):
        assert ended("streams", shop, "--json", PYTHONIOENCODING=name).stdout == plain


def test_people_s_text_is_written_in_every_language(shop: str) -> None:
    done = ended("streams", shop, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "한국상사".encode("ascii", "backslashreplace") in done.stdout


# -- what is loaded -------------------------------------------------------------------------

_LOADED = """
import contextlib, io, json, sys
from inspector.__main__ import _Window
from inspector import cli
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    code = cli.main(sys.argv[1:], _Window())
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def loaded(*arguments: str) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *arguments],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )
    code, modules = json.loads(done.stdout)
    return code, set(modules)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["nonsense"], ["stat", "x"]])
def test_what_needs_no_store_loads_no_library(arguments: list[str]) -> None:
    _, modules = loaded(*arguments)
    assert not modules & {"sqlalchemy", "psycopg", "PySide6", "keyring", "numpy", "msgspec"}


@pytest.mark.parametrize("command", [["recognise"], ["streams"], ["events"]], ids=lambda c: c[0])
def test_a_file_needs_neither_the_window_nor_a_server_s_driver(
    command: list[str], shop: str
) -> None:
    code, modules = loaded(*command, shop)
    assert code == 0
    assert "sqlalchemy" in modules
    assert not modules & {"psycopg", "PySide6", "keyring", "numpy", "pyqtgraph"}


# -- terminals ------------------------------------------------------------------------------


def on_a_terminal(
    *arguments: str, columns: int = 100, typed: str = "", **environment: str
) -> tuple[int, str]:
    """Call the program on a pseudo-terminal; what it wrote there, and its exit code."""
    env = {**os.environ, "TERM": "xterm", "COLUMNS": str(columns), **environment}
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - this is the program
        os.chdir(ROOT)
        os.execve(sys.executable, [*PROGRAM, *arguments], env)  # noqa: S606
    seen = b""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not part:
            break
        seen += part
        if typed and seen.rstrip().endswith(b":"):
            os.write(terminal, typed.encode())
            typed = ""
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), seen.decode().replace("\r\n", "\n")


def test_a_terminal_gets_colour_and_lines_that_fit(shop: str) -> None:
    code, text = on_a_terminal("streams", shop, columns=60)
    assert code == 0
    assert "\x1b[1m" in text
    code, plain = on_a_terminal("streams", shop, columns=60, NO_COLOR="1")
    assert code == 0
    assert "\x1b[1m" not in plain
    assert all(len(line) <= 60 for line in plain.splitlines())
    wide = ended("streams", shop).stdout.decode()
    assert max(map(len, wide.splitlines())) > 60


def test_ids_are_whole_on_a_narrow_terminal(shop: str, shop_streams: list[dict[str, Any]]) -> None:
    name = shop_streams[0]["id"]
    _, text = on_a_terminal("streams", shop, "--match", name, columns=70, NO_COLOR="1")
    firsts = [line[:37].split("  ")[0].strip() for line in text.splitlines()[1:]]
    assert name in "".join(firsts)


def test_json_on_a_terminal_has_no_colour(shop: str) -> None:
    code, text = on_a_terminal("streams", shop, "--json", "--limit", "1")
    assert code == 0
    assert "\x1b" not in text.splitlines()[0]
    assert json.loads(text.splitlines()[0])["stream"]


def test_progress_is_drawn_and_taken_away(long_store: Own) -> None:
    """A long pass with a single result: nothing else is written meanwhile."""
    words = ["state", *long_store.arguments, "long", "--time", "2023-12-31"]
    code, text = on_a_terminal(*words, NO_COLOR="1")
    assert code == 2
    drawn, _, rest = text.rpartition("\r\x1b[K")
    assert "events" in drawn
    assert rest.startswith("Error: The stream")


def test_a_password_is_asked_for_and_not_shown(postgres_server: Any, login: str) -> None:
    code, text = on_a_terminal("streams", login, "--json", typed="typed-secret\n")
    assert "Password for postgresql://cli_typist@" in text
    assert "typed-secret" not in text
    assert code == 3
    assert '"layout-unknown"' in text  # it was let in; that database is no store


def test_ctrl_c_at_a_question_ends_it(postgres_server: Any, login: str) -> None:
    code, text = on_a_terminal("streams", login, "--json", typed="\x03")
    assert code == 5
    assert "Traceback" not in text
    assert '"stopped"' in text


@pytest.fixture
def login(postgres_server: Any) -> str:
    """An address of a role that needs its password, without it."""
    postgres_server.execute(
        "DO $$ BEGIN CREATE ROLE password_roles; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    postgres_server.execute(
        "DO $$ BEGIN CREATE ROLE cli_typist LOGIN PASSWORD 'typed-secret' IN ROLE password_roles; "
        "EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    return f"postgresql://cli_typist@{postgres_server.host}:{postgres_server.port}/postgres"


def test_a_key_is_asked_for(unpacked: Callable[[Case], str]) -> None:
    from tests.layouts.cases import Case  # noqa: PLC0415

    case = Case("pyeventsourcing", "aes", "sqlite")
    import base64  # noqa: PLC0415

    (secret,) = case.keys.values()
    typed = base64.b64encode(secret).decode() + "\n"
    words = ["events", unpacked(case), "--limit", "1", "--json", "--key", "cipher=prompt"]
    code, text = on_a_terminal(*words, typed=typed)
    assert code == 0
    assert "$undecoded" not in text
    assert typed.strip() not in text


def test_a_state_on_a_terminal(shop: str, shop_streams: list[dict[str, Any]]) -> None:
    words = ["state", shop, shop_streams[0]["id"]]
    code, text = on_a_terminal(*words)
    assert code == 0
    keys = [line for line in text.splitlines() if line.startswith('  \x1b[34m"')]
    assert keys
    assert all(line.count("\x1b") == 2 for line in keys)
    bare = ended(*words).stdout.decode()
    assert text.count("\n") == bare.count("\n")
