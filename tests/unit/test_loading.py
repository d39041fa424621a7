"""What is loaded before Qt: all that the window needs and that knows nothing of Qt."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_LOADED = """
import json, sys
from inspector.services.loading import load_parts
load_parts(opens_store=True)
before = set(sys.modules)
import inspector.ui.app
late = [n for n in set(sys.modules) - before if n.startswith("inspector.")]
print(json.dumps([sorted(before), sorted(n for n in late if not n.startswith("inspector.ui"))]))
"""


def test_little_is_left_to_be_loaded_under_the_eyes_of_qt() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    before, late = json.loads(done.stdout)
    assert "inspector.layouts.pyeventsourcing" in before
    assert "inspector.codecs.ruby_yaml" in before
    assert not {"PySide6", "shiboken6", "yaml"} & set(before)
    assert len(late) <= 12, f"name what imports them in inspector.services.loading: {late}"


_HANDED_OVER = """
import sys
import inspector.__main__, inspector.cli.running, inspector.cli.window_open
import inspector.services.single_instance, inspector.services.system_check
print(sorted({"PySide6", "sqlalchemy", "inspector.layouts"} & set(sys.modules)))
"""


def test_a_start_that_hands_over_loads_nothing_slow() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _HANDED_OVER], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
