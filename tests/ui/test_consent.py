"""A replayer in the open dialog: nothing is run before its exact command was allowed."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt

from inspector.services.replayer_consent import ConsentMemory, foreign_command
from inspector.services.sample import sample_rules, sample_store
from inspector.services.tasks import Work
from inspector.ui.dialogs.open_dialog import OpenDialog
from inspector.ui.recent import RecentStores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.services.open_store import OpenRequest
    from inspector.ui.theme import Theme


@pytest.fixture
def memory(tmp_path: Path) -> ConsentMemory:
    return ConsentMemory(tmp_path / "replayers.json")


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A program that leaves a trace when it is run."""
    file = tmp_path / "my replayer.py"
    file.write_text(f"open({str(tmp_path / 'was-run')!r}, 'w')\n")
    return file


@pytest.fixture
def ask(
    theme: Theme, qtbot: QtBot, tmp_path: Path, memory: ConsentMemory
) -> Iterator[Callable[[str], tuple[OpenDialog, list[OpenRequest]]]]:
    made: list[OpenDialog] = []

    def fill(replayer: str) -> tuple[OpenDialog, list[OpenRequest]]:
        settings = QSettings(str(tmp_path / "recent.ini"), QSettings.Format.IniFormat)
        dialog = OpenDialog(theme, RecentStores(settings), None, memory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        made.append(dialog)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.set_address(str(sample_store()))
        dialog.options.replayer.setText(replayer)
        requests: list[OpenRequest] = []
        dialog.accepted_request.connect(requests.append)
        return dialog, requests

    yield fill
    for dialog in made:
        dialog.reject()
    # They have no parent: nobody else may take them away, at a moment of his own.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


Ask = "Callable[[str], tuple[OpenDialog, list[OpenRequest]]]"


def command(script: Path) -> str:
    return shlex.join([sys.executable, str(script), "--option", "<b>value</b>"])


def test_the_exact_command_is_shown_and_refused_unless_it_is_allowed(
    ask: Ask, qtbot: QtBot, script: Path, memory: ConsentMemory, tmp_path: Path
) -> None:
    dialog, requests = ask(command(script))  # type: ignore[operator]
    with qtbot.waitSignal(dialog.consent.asked):
        dialog.open_button.click()
    question = dialog.consent.question
    assert question is not None
    shown = question.words.full_text.split("\n")
    assert shown[1:] == [str(script), "--option", "<b>value</b>"]
    assert str(script) in question.files.full_text
    assert question.refuse_button.isDefault()
    assert not question.run_button.isDefault()
    with qtbot.waitSignal(dialog.consent.refused):
        qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert requests == []
    found = foreign_command(command(script), Work())
    assert found is not None
    assert not memory.allows(found)
    assert not (tmp_path / "was-run").exists()


def test_what_was_allowed_is_remembered_until_a_file_changes(
    ask: Ask, qtbot: QtBot, script: Path, tmp_path: Path
) -> None:
    dialog, requests = ask(command(script))  # type: ignore[operator]
    with qtbot.waitSignal(dialog.consent.asked):
        dialog.open_button.click()
    assert dialog.consent.question is not None
    dialog.consent.question.run_button.click()
    assert [request.replayer for request in requests] == [command(script)]

    dialog, requests = ask(command(script))  # type: ignore[operator]
    dialog.open_button.click()
    qtbot.waitUntil(lambda: len(requests) == 1)
    assert dialog.consent.question is None

    script.write_text("print('something else')\n")
    dialog, requests = ask(command(script))  # type: ignore[operator]
    with qtbot.waitSignal(dialog.consent.asked):
        dialog.open_button.click()
    assert requests == []
    assert not (tmp_path / "was-run").exists()


def test_another_argument_is_another_command(script: Path, memory: ConsentMemory) -> None:
    first = foreign_command(command(script), Work())
    other = foreign_command(f"{command(script)} --more", Work())
    assert first is not None
    assert other is not None
    memory.allow(first)
    assert memory.allows(first)
    assert not memory.allows(other)


def test_a_projection_needs_no_consent(ask: Ask, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "all of it.js"
    file.write_text("fromAll().when({ $init: () => ({}) })")
    dialog, requests = ask(shlex.quote(str(file)))  # type: ignore[operator]
    dialog.open_button.click()
    qtbot.waitUntil(lambda: len(requests) == 1)
    assert dialog.consent.question is None


def test_a_script_that_is_an_argument_of_a_program_is_no_projection(tmp_path: Path) -> None:
    file = tmp_path / "mine.js"
    file.write_text("")
    assert foreign_command(shlex.join([sys.executable, str(file)]), Work()) is not None


def test_a_command_that_names_nothing_is_said_in_the_dialog(ask: Ask, qtbot: QtBot) -> None:
    dialog, requests = ask("there-is-no-such-program")  # type: ignore[operator]
    with qtbot.waitSignal(dialog.consent.refused) as refused:
        dialog.open_button.click()
    assert refused.args is not None
    assert "there-is-no-such-program" in refused.args[0]
    assert requests == []


def test_testing_the_connection_runs_no_program(
    ask: Ask, qtbot: QtBot, script: Path, tmp_path: Path
) -> None:
    dialog, requests = ask(command(script))  # type: ignore[operator]
    dialog.test_button.click()
    qtbot.waitUntil(lambda: not dialog._test.running)
    assert not (tmp_path / "was-run").exists()
    assert requests == []


def test_rules_files_can_be_named(ask: Ask, qtbot: QtBot) -> None:
    dialog, requests = ask("")  # type: ignore[operator]
    dialog.options.rules.setText(str(sample_rules()))
    dialog.open_button.click()
    assert [request.rules for request in requests] == [(str(sample_rules()),)]
    assert "rules" in dialog.options.summary
