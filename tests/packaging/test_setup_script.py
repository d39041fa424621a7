"""The set-up script, run in a stage set: every tool it calls is a stand-in that takes notes.

What the script really installs is proved on a bare system; here it is about what it decides.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETUP = ROOT / "packaging" / "setup"

# Real tools the script may use; everything else on its path is a stand-in.
_REAL_TOOLS = ("sh", "cat", "cmp", "cp", "dirname", "env", "grep", "mkdir", "rm", "sed")
_NOTE = '#!/bin/sh\necho "{name} $*" >>"{notes}"\n'


@dataclass(frozen=True, slots=True)
class Stage:
    """A clone with stand-ins around it."""

    clone: Path
    tools: Path
    notes: Path

    def stand_in(self, path: Path, name: str, then: str = "") -> None:
        """Put a script at `path` that writes down its call and then does `then`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_NOTE.format(name=name, notes=self.notes) + then, encoding="utf-8")
        path.chmod(0o755)

    def miss(self, *packages: str) -> None:
        """Make dpkg say that everything but `packages` is installed."""
        answer = 'for last; do :; done\ncase "$last" in\n'
        answer += "".join(f"{name}|{name}t64) exit 1 ;;\n" for name in packages)
        answer += "*) echo 'install ok installed' ;;\nesac\n"
        path = self.tools / "dpkg-query"
        path.write_text("#!/bin/sh\n" + answer, encoding="utf-8")
        path.chmod(0o755)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the script as somebody who is not root."""
        return subprocess.run(
            [self.clone / "packaging" / "setup" / "run.sh", *arguments],
            cwd=self.clone.parent,
            env={"PATH": str(self.tools)},
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        """Give what the stand-ins wrote down, in order."""
        return self.notes.read_text(encoding="utf-8").splitlines() if self.notes.exists() else []


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = Stage(tmp_path / "clone", tmp_path / "tools", tmp_path / "notes")
    shutil.copytree(SETUP, made.clone / "packaging" / "setup")
    made.tools.mkdir()
    for name in _REAL_TOOLS:
        found = shutil.which(name)
        assert found is not None, name
        (made.tools / name).symlink_to(found)
    for name, line in (("id", "echo 1000"), ("python3", f'exec "{sys.executable}" "$@"')):
        (made.tools / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (made.tools / name).chmod(0o755)
    made.stand_in(made.tools / "sudo", "sudo")
    made.stand_in(made.tools / "apt-get", "apt-get")
    made.stand_in(made.clone / ".uv" / "bin" / "uv", "uv")
    shutil.copy(SETUP / "installer.txt", made.clone / ".uv" / "installed.txt")
    for name in ("event-inspector", "ruff", "mypy", "python"):
        made.stand_in(made.clone / ".venv" / "bin" / name, name)
    made.miss()
    return made


def test_demo_installs_what_the_lock_says_and_opens_the_sample(stage: Stage) -> None:
    done = stage.run("demo", "--lang", "en")
    assert done.returncode == 0, done.stderr
    sync, ahead, demo = stage.calls()
    assert sync.startswith("uv sync --quiet --locked --python ")
    assert sync.endswith(" --no-dev --inexact")
    assert ahead == "python -m compileall -q inspector"
    assert demo == "event-inspector demo --lang en"


def test_a_clone_that_cannot_be_compiled_ahead_still_starts(stage: Stage) -> None:
    stage.stand_in(stage.clone / ".venv" / "bin" / "python", "python", "exit 1\n")
    assert stage.run("demo").returncode == 0
    assert stage.calls()[-1] == "event-inspector demo"


def test_app_passes_its_arguments_on(stage: Stage) -> None:
    assert stage.run("app", "streams", "a store.db").returncode == 0
    assert stage.calls()[-1] == "event-inspector streams a store.db"


def test_only_missing_packages_are_installed(stage: Stage) -> None:
    stage.miss("libegl1", "postgresql")
    assert stage.run("test").returncode == 0
    installs = [call for call in stage.calls() if "apt-get install" in call]
    assert len(installs) == 1
    assert installs[0].endswith("--no-install-recommends libegl1 postgresql")


def test_demo_needs_no_servers(stage: Stage) -> None:
    stage.miss("postgresql", "pgbouncer", "xvfb")
    assert stage.run("demo").returncode == 0
    assert not [call for call in stage.calls() if "apt-get" in call]


def test_packages_start_no_server(stage: Stage) -> None:
    stage.miss("postgresql")
    stage.run("test")
    calls = stage.notes.read_text(encoding="utf-8")
    assert calls.index("create_main_cluster = false") < calls.index("apt-get install")
    assert calls.index("apt-get install") < calls.index("rm -f /etc/postgresql-common")


def test_renamed_libraries_count(stage: Stage) -> None:
    renamed = 'for last; do :; done\n[ "$last" != libglib2.0-0 ] || exit 1\n'
    path = stage.tools / "dpkg-query"
    path.write_text("#!/bin/sh\n" + renamed + "echo 'install ok installed'\n", encoding="utf-8")
    assert stage.run("demo").returncode == 0
    assert not [call for call in stage.calls() if "apt-get" in call]


def test_without_rights_it_says_so(stage: Stage) -> None:
    stage.miss("libegl1")
    (stage.tools / "sudo").unlink()
    done = stage.run("demo")
    assert done.returncode == 1
    assert "as root, or install sudo" in done.stderr
    assert stage.calls() == []


def test_without_apt_it_names_the_packages(stage: Stage) -> None:
    stage.miss("libegl1")
    (stage.tools / "apt-get").unlink()
    done = stage.run("demo")
    assert done.returncode == 1
    assert "libegl1" in done.stderr
    assert stage.calls() == []


def test_failed_installation_stops_everything(stage: Stage) -> None:
    stage.stand_in(stage.clone / ".uv" / "bin" / "uv", "uv", "exit 7\n")
    assert stage.run("demo").returncode != 0
    assert [call.split()[0] for call in stage.calls()] == ["uv"]


def test_tests_run_after_style_and_types(stage: Stage) -> None:
    assert stage.run("test", "-k", "core").returncode == 0
    names = [call.split()[0] for call in stage.calls()]
    assert names == ["uv", "ruff", "ruff", "mypy", "python"]
    assert stage.calls()[-1] == "python -m pytest --numprocesses auto --dist loadfile -k core"


@pytest.mark.parametrize("tool", ["ruff", "mypy", "python"])
def test_any_failed_check_fails_the_command(stage: Stage, tool: str) -> None:
    stage.stand_in(stage.clone / ".venv" / "bin" / tool, tool, "exit 1\n")
    assert stage.run("test").returncode == 1


@pytest.mark.parametrize("arguments", [(), ("dmeo",)])
def test_unknown_command_explains_itself(stage: Stage, arguments: tuple[str, ...]) -> None:
    done = stage.run(*arguments)
    assert done.returncode == 2
    assert "run.sh demo" in done.stderr
    assert "run.sh test" in done.stderr
    assert stage.calls() == []


def test_continuous_integration_runs_the_same_command() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "exec packaging/setup/run.sh test"
