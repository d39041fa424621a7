"""All texts of the window change their language at once, and what was shown stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_store
from inspector.ui import window_holder
from inspector.ui.recent import RecentStores
from inspector.ui.session import Session
from inspector.ui.window_holder import WindowHolder
from tests.ui.windows import WALLET, ini, wait_for_plot_import

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme


@pytest.fixture
def holder(
    theme: Theme, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WindowHolder]:
    monkeypatch.setattr("sys.excepthook", lambda *_what: None)
    recent = RecentStores(ini(tmp_path / "recent.ini"))
    monkeypatch.setattr(window_holder, "load_recent", lambda _parent: recent)
    made = WindowHolder(theme, ini(tmp_path / "window.ini"), Session(private=True))
    yield made
    window = shown(made)
    qtbot.waitUntil(lambda: window.timeline.view.ready)
    wait_for_plot_import(qtbot)
    window.close()
    window.deleteLater()
    made.speak("en")


def shown(holder: WindowHolder) -> MainWindow:
    assert holder.window is not None
    return holder.window


def test_the_language_changes_and_the_place_stays(holder: WindowHolder, qtbot: QtBot) -> None:
    holder.speak("en")
    first = holder.show()
    first.open_request(OpenRequest(str(sample_store())), WALLET, 21)
    qtbot.waitUntil(lambda: first.replay.step is not None and first.timeline.view.ready)
    first.details.show_tab("diff")
    first.actions_by_name["language-ko"].trigger()
    qtbot.waitUntil(lambda: shown(holder) is not first)
    second = shown(holder)
    qtbot.waitUntil(lambda: second.replay.step is not None and second.replay.place == 21)
    assert second.details.tab == "diff"
    assert second.actions_by_name["open"].text() == "열기…"
    assert second.actions_by_name["language-ko"].isChecked()
    assert str(second.look.settings.value("language")) == "ko"


def test_the_same_language_again_changes_nothing(holder: WindowHolder, qtbot: QtBot) -> None:
    holder.speak("ko")
    window = holder.show()
    window.actions_by_name["language-ko"].trigger()
    qtbot.wait(50)
    assert shown(holder) is window
    assert window.windowTitle() == "Event History Inspector"
