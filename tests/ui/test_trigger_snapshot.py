"""Letting the application take a snapshot from the window: shown, asked, run, looked at."""

from __future__ import annotations

import shlex
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inspector.core.snapshot_checks import Verdict
from inspector.services.snapshot_triggers import command_trigger, request_trigger
from inspector.services.trigger_memory import TriggerMemory
from inspector.services.write_log import WriteLog
from inspector.services.write_unlock import unlock
from inspector.ui.dialogs.trigger_snapshot import TriggerSnapshot
from inspector.ui.models.trigger_run import RunPhase
from inspector.ui.store_labels import StoreLabel
from tests.helpers.fake_application import TAKES_ONE, application
from tests.helpers.long_stream import NAME, long_stream, total
from tests.ui.snapshot_stores import open_with_rules
from tests.ui.windows import new_window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

LAST = 40


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = new_window(theme, qtbot, tmp_path)
    made.writing.log = WriteLog(tmp_path / "log" / "written.jsonl")
    made.writing.triggers = TriggerMemory(tmp_path / "config" / "triggers.json")
    request = long_stream(tmp_path, LAST, {})
    open_with_rules(made, qtbot, Path(request.address), NAME, rules=Path(request.rules[0]))
    yield made
    made.close()


def asked(window: MainWindow, qtbot: QtBot) -> TriggerSnapshot:
    """The dialog, once it knows where the stream stands."""
    qtbot.waitUntil(lambda: window.replay.place == LAST)
    window.actions_by_name["trigger-snapshot"].trigger()
    dialog = window.findChildren(TriggerSnapshot)[-1]
    qtbot.waitUntil(lambda: dialog.run.phase is not RunPhase.LOOKING)
    return dialog


def allow(window: MainWindow) -> None:
    store = window.store.store
    assert store is not None
    window.writing.put(unlock(store, store.name))


def taking(folder: Path, kept: int) -> str:
    """A command line of an application that takes the snapshot that it is asked for."""
    program = folder / "application.py"
    program.write_text(TAKES_ONE, encoding="utf-8")
    store = str(folder / "long.sqlite")
    return shlex.join([sys.executable, str(program), store, "{stream}", "{version}", str(kept)])


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def press_run(dialog: TriggerSnapshot) -> None:
    assert dialog.confirm.write_button.isVisible()
    QTest.mouseClick(dialog.confirm.write_button, Qt.MouseButton.LeftButton)


def test_what_would_run_is_shown_and_nothing_runs_without_unlocking(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = asked(window, qtbot)
    assert dialog.shown.toPlainText() == ""
    assert not dialog.unlock_button.isVisible()
    dialog.form.command.setText(f"touch {tmp_path}/ran-{{version}} --of={{stream}}-{{category}}")
    shown = dialog.shown.toPlainText()
    assert shown.startswith(f"touch {tmp_path}/ran-{LAST} --of={NAME}")
    assert "{" not in shown
    assert dialog.unlock_button.isVisible()
    assert not dialog.confirm.isVisible()
    dialog.confirm.confirmed.emit()
    assert dialog.run.phase is RunPhase.READY
    dialog.reject()
    assert not (tmp_path / f"ran-{LAST}").exists()
    assert window.writing.log.lines() == ()


@pytest.mark.parametrize(
    ("kept", "verdict"), [(total(LAST), Verdict.MATCHES), (5, Verdict.DIFFERS)]
)
def test_the_new_snapshot_appears_with_its_verdict(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, kept: int, verdict: Verdict
) -> None:
    window.show_panel("snapshots")
    dialog = asked(window, qtbot)
    dialog.form.command.setText(taking(tmp_path, kept))
    allow(window)
    press_run(dialog)
    qtbot.waitUntil(lambda: dialog.run.phase is RunPhase.ENDED, timeout=30_000)
    done = dialog.run.done
    assert done is not None
    assert (done.made, done.check and done.check.verdict) == ((LAST,), verdict)
    assert "Exit status 0" in dialog.outcome.report.text
    assert ("total: snapshot 5, replay 820" in dialog.outcome.report.text) is (kept == 5)
    assert f"New snapshot of version {LAST}: {verdict.value}" in dialog.outcome.report.text
    assert dialog.outcome.output.toPlainText().strip() == "taken"
    assert [line["outcome"] for line in window.writing.log.lines()] == ["begun", "triggered"]
    dialog.reject()
    tab = window.models.snapshots
    qtbot.waitUntil(lambda: [line.version for line in tab.lines] == [LAST])


def test_a_failure_shows_status_and_output_and_what_could_hide_is_seen(
    window: MainWindow, qtbot: QtBot
) -> None:
    dialog = asked(window, qtbot)
    dialog.form.command.setText(python("import sys; print('no\\x1b[31m <b>disk</b>'); sys.exit(3)"))
    allow(window)
    press_run(dialog)
    qtbot.waitUntil(lambda: dialog.run.phase is RunPhase.ENDED, timeout=30_000)
    assert "Exit status 3" in dialog.outcome.report.text
    assert "There is no new snapshot." in dialog.outcome.report.text
    assert dialog.outcome.output.toPlainText().strip() == "no\\x1b[31m <b>disk</b>"


def test_escape_ends_what_runs_before_it_closes(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    dialog = asked(window, qtbot)
    code = f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(60)"
    dialog.form.command.setText(python(code))
    allow(window)
    press_run(dialog)
    qtbot.waitUntil(begun.exists, timeout=30_000)
    assert not dialog.form.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: dialog.run.phase is RunPhase.STOPPED, timeout=30_000)
    assert dialog.isVisible()
    assert "Stopped before the end" in dialog.banner.accessibleName()
    assert [line["outcome"] for line in window.writing.log.lines()] == ["begun", "unknown"]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_time_limit_ends_it(window: MainWindow, qtbot: QtBot) -> None:
    dialog = asked(window, qtbot)
    dialog.form.command.setText(python("import time; time.sleep(60)"))
    dialog.form.seconds.setValue(1)
    allow(window)
    press_run(dialog)
    qtbot.waitUntil(lambda: dialog.run.phase is RunPhase.ENDED, timeout=30_000)
    assert "No end within the time limit" in dialog.outcome.report.text


def test_a_request_shows_its_status_code(window: MainWindow, qtbot: QtBot) -> None:
    dialog = asked(window, qtbot)
    dialog.form.request_choice.setChecked(True)
    allow(window)
    with application(503) as (url, requests):
        dialog.form.request.setText(f"{url}/take/{{stream}}")
        press_run(dialog)
        qtbot.waitUntil(lambda: dialog.run.phase is RunPhase.ENDED, timeout=30_000)
    assert requests == [("POST", f"/take/{NAME}", b"")]
    assert "HTTP status 503" in dialog.outcome.report.text
    assert dialog.outcome.output.toPlainText().strip() == "geschafft ✓"


def test_a_store_without_a_place_for_snapshots_says_so(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    made = new_window(theme, qtbot, tmp_path)
    made.writing.log = WriteLog(tmp_path / "log" / "written.jsonl")
    made.writing.triggers = TriggerMemory(tmp_path / "config" / "triggers.json")
    request = long_stream(tmp_path, LAST, {})
    with closing(sqlite3.connect(request.address)) as file, file:
        file.execute("DROP TABLE stored_snapshots")
    open_with_rules(made, qtbot, Path(request.address), NAME, rules=Path(request.rules[0]))
    dialog = asked(made, qtbot)
    dialog.form.command.setText(python("print('done')"))
    allow(made)
    press_run(dialog)
    qtbot.waitUntil(lambda: dialog.run.phase is RunPhase.ENDED, timeout=30_000)
    assert "Exit status 0" in dialog.outcome.report.text
    assert "no place for snapshots" in dialog.outcome.report.text
    made.close()


def test_a_program_that_is_not_there(window: MainWindow, qtbot: QtBot) -> None:
    dialog = asked(window, qtbot)
    dialog.form.command.setText("/no/such/program {stream}")
    allow(window)
    press_run(dialog)
    qtbot.waitUntil(lambda: dialog.run.phase is RunPhase.FAILED, timeout=30_000)
    assert "/no/such/program cannot be run" in dialog.banner.accessibleName()


def test_what_is_kept_comes_back_and_can_be_forgotten(window: MainWindow, qtbot: QtBot) -> None:
    store, memory = window.store.store, window.writing.triggers
    assert store is not None
    dialog = asked(window, qtbot)
    form = dialog.form
    assert not form.forget_button.isEnabled()
    form.command.setText("app snapshot {what}")
    assert "{what}" in form.message.text
    assert not form.keep_button.isEnabled()
    form.request_choice.setChecked(True)
    form.request.setText("PUT http://shop.internal/s/{stream}")
    form.body.setText('{"v": "{version}"}')
    assert dialog.shown.toPlainText().splitlines() == [
        f"PUT http://shop.internal/s/{NAME}", f'{{"v": "{LAST}"}}',
    ]  # fmt: skip
    form.keep_button.click()
    kept = request_trigger("PUT http://shop.internal/s/{stream}", '{"v": "{version}"}')
    assert memory.of(store) == kept
    dialog.reject()
    again = asked(window, qtbot).form
    assert (again.trigger, again.kept) == (kept, kept)
    assert again.request.isVisible()
    assert not again.keep_button.isEnabled()
    again.forget_button.click()
    assert memory.of(store) is None
    assert "Not kept" in again.message.text
    again.command_choice.setChecked(True)
    again.command.setText("app 'one word' --of={stream}")
    again.keep_button.click()
    assert memory.of(store) == command_trigger("app 'one word' --of={stream}")


def test_a_production_store_has_to_be_typed_for_every_run(window: MainWindow, qtbot: QtBot) -> None:
    store = window.store.store
    assert store is not None
    window.labels.put(store, StoreLabel.PRODUCTION)
    dialog = asked(window, qtbot)
    dialog.form.command.setText(python("pass"))
    allow(window)
    assert not dialog.confirm.write_button.isVisible()
    dialog.confirm.name.setText(store.name)
    press_run(dialog)
    qtbot.waitUntil(lambda: dialog.run.phase is RunPhase.ENDED, timeout=30_000)
    assert "It said nothing." in dialog.outcome.output.toPlainText()
    assert not dialog.confirm.write_button.isVisible()


def test_the_tab_offers_it_where_there_is_no_snapshot(window: MainWindow, qtbot: QtBot) -> None:
    window.show_panel("snapshots")
    page = window.details.snapshots
    words = "Let the application take one…"
    qtbot.waitUntil(lambda: words in [step.text for step in page._face().steps])
    page._face().steps[-1].run()
    assert window.findChildren(TriggerSnapshot)[-1].isVisible()
