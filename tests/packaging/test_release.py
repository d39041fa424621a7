"""The release workflow: every job, script and file that it names is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    read = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    assert read["permissions"] == {"contents": "read"}
    made: dict[str, Any] = read["jobs"]
    return made


def steps(jobs: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in jobs.values() for step in job["steps"]]


def test_jobs_wait_for_jobs_that_are_there(jobs: dict[str, Any]) -> None:
    for job in jobs.values():
        needs = job.get("needs", [])
        assert set([needs] if isinstance(needs, str) else needs) <= jobs.keys()
    assert set(jobs["publish"]["needs"]) == {"linux", "windows", "macos"}


def test_every_step_does_something_that_is_fixed(jobs: dict[str, Any]) -> None:
    for step in steps(jobs):
        assert ("uses" in step) != ("run" in step), step
        assert re.fullmatch(r"actions/[\w-]+@v\d+", step.get("uses", "actions/x@v1")), step


def test_files_that_it_names_are_there(jobs: dict[str, Any]) -> None:
    named = set()
    for step in steps(jobs):
        text = step.get("run", "").replace("\\", "/")
        named |= set(re.findall(r"(?:packaging|resources)/[\w./-]+\.\w+", text))
    assert {"packaging/frozen/build.py", "resources/manual/make_pictures.py"} <= named
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_each_system_takes_the_manuals_pictures_freezes_and_tests_the_program(
    jobs: dict[str, Any],
) -> None:
    for system in ("linux", "windows", "macos"):
        text = "\n".join(step.get("run", "") for step in jobs[system]["steps"])
        order = [text.index(word) for word in ("make_pictures.py", "frozen/build.py", "self-test")]
        assert order == sorted(order), system


def test_what_is_published_has_a_bill_of_materials_and_checksums(jobs: dict[str, Any]) -> None:
    text = "\n".join(step.get("run", "") for step in jobs["publish"]["steps"])
    assert "cyclonedx1.5" in text
    assert "sha256sum" in text
    assert text.index("cyclonedx1.5") < text.index("sha256sum") < text.index("gh release create")
