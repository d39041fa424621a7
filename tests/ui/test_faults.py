"""Faults of the program: shown at once when it lives on, at the next start when it does not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from inspector.services.fault_reports import kept_reports, note_fault
from inspector.ui.dialogs.fault_view import FaultView
from inspector.ui.faults import FaultPresenter
from inspector.ui.runner import Bug, QtTaskRunner
from inspector.ui.widgets.banner import Tone
from tests.ui.windows import new_window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from inspector.services.tasks import Work
    from inspector.ui.theme import Theme

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def presenter(theme: Theme, qtbot: QtBot) -> Iterator[FaultPresenter]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    made = FaultPresenter(theme, window)
    yield made
    if made.dialog is not None:
        made.dialog.close()
    window.close()


def fault(words: str) -> Exception:
    try:
        int(words)
    except ValueError as error:
        return error
    raise AssertionError


def shown(presenter: FaultPresenter, qtbot: QtBot) -> FaultView:
    qtbot.waitUntil(lambda: presenter.dialog is not None)
    assert isinstance(presenter.dialog, FaultView)
    return presenter.dialog


def test_a_fault_is_shown_once_with_its_text(presenter: FaultPresenter, qtbot: QtBot) -> None:
    error = fault("customer@example.org")
    presenter.caught(ValueError, error, error.__traceback__)
    presenter.caught(ValueError, error, error.__traceback__)
    dialog = shown(presenter, qtbot)
    text = dialog.text.toPlainText()
    assert "ValueError" in text
    assert "Qt " in text
    assert "platform offscreen" in text
    assert "customer" not in text
    (kept,) = kept_reports()
    assert kept.text.rstrip() == text.rstrip()
    dialog.close_button.click()
    qtbot.wait(50)
    assert presenter.dialog is None


def test_two_faults_are_shown_one_after_the_other(presenter: FaultPresenter, qtbot: QtBot) -> None:
    presenter.take(fault("one"))
    with pytest.raises(KeyError) as caught:
        os.environ["NO SUCH VARIABLE"]
    presenter.take(caught.value)
    first = shown(presenter, qtbot)
    assert "ValueError" in first.text.toPlainText()
    first.accept()
    qtbot.waitUntil(lambda: presenter.dialog not in (None, first))
    assert "KeyError" in shown(presenter, qtbot).text.toPlainText()


def test_a_report_is_copied_saved_and_deleted(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    report = note_fault(fault("x"), {})
    dialog = FaultView(theme, (report,))
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == dialog.text.toPlainText()
    dialog.save_as(str(tmp_path / "for the makers.txt"))
    assert (tmp_path / "for the makers.txt").read_text().startswith("Event History Inspector")
    assert dialog.message.tone is Tone.SUCCESS
    dialog.save_as(str(tmp_path / "no folder" / "x.txt"))
    assert dialog.message.tone is Tone.ERROR
    dialog.delete_button.click()
    assert kept_reports() == ()
    assert not dialog.isVisible()


def test_a_fault_in_a_lane_is_heard_of(qtbot: QtBot) -> None:
    heard: list[BaseException] = []
    ended: list[object] = []

    def broken(_work: Work) -> None:
        raise KeyError("customer")

    lane = QtTaskRunner("test")
    QtTaskRunner.on_bug = heard.append
    try:
        lane.submit("x", broken, ended.append)
        qtbot.waitUntil(lambda: bool(ended))
    finally:
        QtTaskRunner.on_bug = None
        lane.close()
    assert isinstance(heard[0], KeyError)
    assert isinstance(ended[0].error, Bug)  # type: ignore[attr-defined]
    assert "customer" not in ended[0].error.message  # type: ignore[attr-defined]


def test_what_was_noted_can_be_looked_at_later(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    window = new_window(theme, qtbot, tmp_path)
    action = window.actions_by_name["fault-reports"]
    action.trigger()
    assert "No fault" in window.status._said
    note_fault(fault("x"), {})
    action.trigger()
    (dialog,) = window.findChildren(FaultView)
    assert "ValueError" in dialog.text.toPlainText()
    dialog.accept()
    window.close()


_START = """
import os, signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from inspector.services.window_request import WindowRequest
from inspector.ui import app
from inspector.ui.dialogs.fault_view import FaultView
application = app.application()
def look():
    views = [w for w in application.topLevelWidgets() if isinstance(w, FaultView)]
    print("SHOWN", len(views), *(v.text.toPlainText() for v in views), flush=True)
    for view in views: view.accept()
    application.closeAllWindows()
doing = {"abort": os.abort, "segfault": lambda: os.kill(os.getpid(), signal.SIGSEGV), "look": look}
QTimer.singleShot(1500, doing[sys.argv[1]])
sys.exit(app.run(WindowRequest(session=False)))
"""


def start(doing: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-c", _START, doing], cwd=ROOT, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("how", ["abort", "segfault"])
def test_a_window_that_crashed_says_so_at_the_next_start(how: str) -> None:
    assert start(how).returncode in (-signal.SIGABRT, -signal.SIGSEGV)
    next_time = start("look")
    assert next_time.returncode == 0, next_time.stderr
    assert "SHOWN 1" in next_time.stdout
    assert "Fatal Python error" in next_time.stdout
    assert "inspector/ui/app.py, line " in next_time.stdout
    assert str(ROOT) not in next_time.stdout
    assert "SHOWN 0" in start("look").stdout
