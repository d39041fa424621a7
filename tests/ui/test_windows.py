"""Several windows: each its own store and lanes, closed without a trace, all back next time."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QFileOpenEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from inspector.core.links import Link, format_link
from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_store
from inspector.services.window_request import WindowRequest
from inspector.ui import window_holder
from inspector.ui.models.comparison_model import Side
from inspector.ui.models.store_model import Phase
from inspector.ui.recent import RecentStores
from inspector.ui.session import Session, resume
from inspector.ui.theme import ThemeChoice
from inspector.ui.window_holder import WindowHolder
from tests.helpers.stores import stream_rows, write_store
from tests.ui.windows import WALLET, ini, wait_for_plot_import

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

NewHolder = Callable[[], WindowHolder] if TYPE_CHECKING else object


@pytest.fixture
def new_holder(
    theme: Theme, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[NewHolder]:
    monkeypatch.setattr("sys.excepthook", lambda *_what: None)
    recent = RecentStores(ini(tmp_path / "recent.ini"))
    monkeypatch.setattr(window_holder, "load_recent", lambda _parent: recent)
    made: list[WindowHolder] = []

    def new() -> WindowHolder:
        session = Session(tmp_path / "session.json")
        made.append(WindowHolder(theme, ini(tmp_path / "window.ini"), session))
        made[-1].speak("en")
        return made[-1]

    yield new
    for holder in made:
        close_all(holder, qtbot)
        holder.speak("en")
        holder.deleteLater()


def close_all(holder: WindowHolder, qtbot: QtBot) -> None:
    windows = list(holder.windows)
    for window in windows:
        qtbot.waitUntil(lambda w=window: w.timeline.view.ready)  # type: ignore[misc]
    wait_for_plot_import(qtbot)
    if windows:
        holder.quit(windows[-1])
    assert not holder.windows
    for window in windows:
        window.deleteLater()


def at(window: MainWindow, qtbot: QtBot, name: str, version: int) -> None:
    qtbot.waitUntil(
        lambda: (
            window.replay.stream is not None
            and window.replay.stream.name == name
            and window.replay.step is not None
            and window.replay.step.position == version
        )
    )


def known(window: MainWindow, qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: bool(window.links.fingerprint))
    return window.links.fingerprint


def small(folder: Path, name: str = "order-1") -> Path:
    return write_store(folder / f"{name}.db", stream_rows(name, 1, 5))


def opened(holder: WindowHolder, qtbot: QtBot, path: Path, stream: str, version: int) -> MainWindow:
    window = holder.show()
    window.open_request(OpenRequest(str(path)), stream, version)
    at(window, qtbot, stream, version)
    return window


def test_two_windows_look_at_two_places_of_one_store(
    new_holder: NewHolder, qtbot: QtBot, tmp_path: Path
) -> None:
    holder = new_holder()
    first = opened(holder, qtbot, small(tmp_path), "order-1", 3)
    first.models.comparison.pin(Side.A)
    qtbot.waitUntil(lambda: first.models.comparison.pinned_here == (3, None))
    first.actions_by_name["place-window"].trigger()
    second = holder.windows[1]
    at(second, qtbot, "order-1", 3)
    qtbot.waitUntil(lambda: second.models.comparison.pinned_here == (3, None))
    assert second.store.lanes is not first.store.lanes
    assert second.pos() != first.pos()
    second.replay.move_to(4)
    at(second, qtbot, "order-1", 5)
    at(first, qtbot, "order-1", 3)


def test_a_closed_window_leaves_nothing_behind(
    new_holder: NewHolder, qtbot: QtBot, tmp_path: Path
) -> None:
    holder = new_holder()
    first = opened(holder, qtbot, small(tmp_path), "order-1", 3)

    def come_and_go() -> weakref.ref[MainWindow]:
        second = opened(holder, qtbot, small(tmp_path, "order-2"), "order-2", 2)
        lanes = second.store.lanes
        qtbot.waitUntil(lambda: second.timeline.view.ready)
        wait_for_plot_import(qtbot)
        second.actions_by_name["close-window"].trigger()
        assert lanes.closed
        return weakref.ref(second)

    gone = come_and_go()
    assert holder.windows == [first]

    def is_gone() -> bool:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        return gone() is None

    qtbot.waitUntil(is_gone)
    first.replay.move_to(0)
    at(first, qtbot, "order-1", 1)


def test_all_windows_come_back_after_quitting(
    new_holder: NewHolder, qtbot: QtBot, tmp_path: Path
) -> None:
    holder = new_holder()
    first = opened(holder, qtbot, small(tmp_path), "order-1", 3)
    opened(holder, qtbot, small(tmp_path, "order-2"), "order-2", 2)
    holder.show()  # nothing is open there
    opened(holder, qtbot, sample_store(), WALLET, 21)
    for window in holder.windows:
        window.session.keep(window)
    third = holder.windows[2]
    third.close()
    first.resize(780, 540)
    size = first.size()
    close_all(holder, qtbot)

    again = new_holder()
    resume(again.show(), again.show)
    assert len(again.windows) == 3
    for window, (name, version) in zip(
        again.windows, (("order-1", 3), ("order-2", 2), (WALLET, 21)), strict=True
    ):
        at(window, qtbot, name, version)
    assert again.windows[0].size() == size


def test_a_window_that_was_closed_alone_does_not_come_back_and_the_last_one_does(
    new_holder: NewHolder, qtbot: QtBot, tmp_path: Path
) -> None:
    holder = new_holder()
    first = opened(holder, qtbot, small(tmp_path), "order-1", 3)
    second = opened(holder, qtbot, small(tmp_path, "order-2"), "order-2", 2)
    for window in (first, second):
        qtbot.waitUntil(lambda w=window: w.timeline.view.ready)  # type: ignore[misc]
        window.session.keep(window)
    wait_for_plot_import(qtbot)
    first.close()
    second.close()
    second.deleteLater()
    again = new_holder()
    resume(again.show(), again.show)
    (window,) = again.windows
    at(window, qtbot, "order-2", 2)


def test_forgetting_a_store_forgets_it_in_every_window(
    new_holder: NewHolder, qtbot: QtBot, tmp_path: Path
) -> None:
    holder = new_holder()
    path = small(tmp_path)
    first, second = (opened(holder, qtbot, path, "order-1", n) for n in (1, 2))
    third = opened(holder, qtbot, small(tmp_path, "order-2"), "order-2", 2)
    for window in (first, second, third):
        window.session.keep(window)
    first.actions_by_name["forget"].trigger()
    second.session.keep(second)
    kept = (tmp_path / "session.json").read_text()
    assert "order-1" not in kept
    assert "order-2" in kept


def test_language_theme_and_text_size_are_those_of_all_windows(
    new_holder: NewHolder, qtbot: QtBot, tmp_path: Path
) -> None:
    holder = new_holder()
    first = opened(holder, qtbot, small(tmp_path), "order-1", 3)
    opened(holder, qtbot, small(tmp_path, "order-2"), "order-2", 2)
    before = list(holder.windows)
    first.look.choose(ThemeChoice.DARK)
    assert all(w.actions_by_name["theme-dark"].isChecked() for w in holder.windows)
    for window in before:
        qtbot.waitUntil(lambda w=window: w.timeline.view.ready)  # type: ignore[misc]
    wait_for_plot_import(qtbot)
    first.actions_by_name["language-ko"].trigger()
    qtbot.waitUntil(lambda: holder.language == "ko" and len(holder.windows) == 2)
    assert not set(holder.windows) & set(before)
    for window, (name, version) in zip(
        holder.windows, (("order-1", 3), ("order-2", 2)), strict=True
    ):
        at(window, qtbot, name, version)
        assert window.actions_by_name["open"].text() == "열기…"


def test_a_link_is_followed_in_the_window_that_has_its_store(
    new_holder: NewHolder, qtbot: QtBot, tmp_path: Path
) -> None:
    holder = new_holder()
    first = opened(holder, qtbot, small(tmp_path), "order-1", 3)
    second = opened(holder, qtbot, small(tmp_path, "order-2"), "order-2", 2)
    link = Link(known(first, qtbot), "order-1", at=1)
    known(second, qtbot)
    second.links.follow(link)
    at(first, qtbot, "order-1", 1)
    at(second, qtbot, "order-2", 2)


def test_a_link_to_a_store_that_is_closed_opens_a_window_of_its_own(
    new_holder: NewHolder, qtbot: QtBot, tmp_path: Path
) -> None:
    holder = new_holder()
    window = opened(holder, qtbot, small(tmp_path), "order-1", 3)
    link = Link(known(window, qtbot), "order-1", at=1)
    window.open_request(OpenRequest(str(small(tmp_path, "order-2"))), "order-2", 2)
    at(window, qtbot, "order-2", 2)
    known(window, qtbot)
    holder.take(WindowRequest(link=format_link(link)))
    assert len(holder.windows) == 2
    at(holder.windows[1], qtbot, "order-1", 1)
    at(window, qtbot, "order-2", 2)


def test_what_a_later_start_wants_goes_where_it_belongs(
    new_holder: NewHolder, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = new_holder()
    path = small(tmp_path)
    window = opened(holder, qtbot, path, "order-1", 3)
    monkeypatch.chdir(tmp_path)
    holder.take(WindowRequest(store=OpenRequest(path.name), stream="order-1", at=2, panel="raw"))
    at(window, qtbot, "order-1", 2)
    assert window.details.tab == "raw"
    window.showMinimized()
    holder.take(WindowRequest())
    assert not window.isMinimized()
    assert len(holder.windows) == 1
    other = small(tmp_path, "order-2")
    holder.take(WindowRequest(store=OpenRequest(str(other)), stream="order-2", at=4))
    at(holder.windows[1], qtbot, "order-2", 4)
    holder.windows[1].actions_by_name["close"].trigger()
    holder.take(WindowRequest(store=OpenRequest(str(tmp_path / "none.db"))))
    assert len(holder.windows) == 2
    qtbot.waitUntil(lambda: holder.windows[1].store.phase is Phase.FAILED)


def test_macos_hands_files_and_links_over_as_events(
    new_holder: NewHolder, qtbot: QtBot, tmp_path: Path
) -> None:
    holder = new_holder()
    window = holder.show()
    app = QGuiApplication.instance()
    assert app is not None
    path = small(tmp_path)
    QGuiApplication.sendEvent(app, QFileOpenEvent(str(path)))
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN)
    link = Link(known(window, qtbot), "order-1", at=4)
    QGuiApplication.sendEvent(app, QFileOpenEvent(QUrl(format_link(link))))
    at(window, qtbot, "order-1", 4)
