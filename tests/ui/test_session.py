"""Coming back to where one was, forgetting it, labels, and the start page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from inspector.core.events import Count
from inspector.services.open_store import OpenRequest
from inspector.storage.opening import OpenOptions
from inspector.ui.models.comparison_model import Side
from inspector.ui.models.store_model import Phase
from inspector.ui.session import PRIVATE, Session, resume, wants_private
from inspector.ui.store_labels import StoreLabel
from inspector.ui.widgets.chip import Chip, ChipButton
from tests.helpers.stores import append, stream_rows, write_store
from tests.ui.windows import STORED_EVENTS, WALLET, new_window, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme
    from tests.helpers.postgres import PostgresServer


def file_of(folder: Path) -> Path:
    return folder / "session.json"


def fresh(theme: Theme, qtbot: QtBot, folder: Path, *, private: bool = False) -> MainWindow:
    return new_window(theme, qtbot, folder, Session(file_of(folder), private=private))


def closed(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.timeline.view.ready)
    window.close()


def test_pinned_values_come_back_and_their_names_are_not_written_down(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    window = fresh(theme, qtbot, tmp_path)
    open_store(window, qtbot, stream=WALLET)
    window.details.state.pinned.toggle(("customer_no",))
    window.timeline.pin_number(("points_after",))
    closed(window, qtbot)
    kept = file_of(tmp_path).read_text(encoding="ascii")
    assert "points" not in kept
    assert "customer" not in kept
    again = fresh(theme, qtbot, tmp_path)
    resume(again)
    qtbot.waitUntil(lambda: again.timeline.pinned_paths == (("points_after",),))
    assert again.details.state.pinned.paths == (("customer_no",),)
    closed(again, qtbot)


def test_the_next_start_comes_back_to_stream_version_tab_and_filter(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    window = fresh(theme, qtbot, tmp_path)
    open_store(window, qtbot, stream=WALLET)
    window.replay.move_to(20)
    qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.step.index == 20)
    window.details.show_tab("event")
    window.streams_panel.search.setText("be82")
    qtbot.waitUntil(lambda: window.streams.query.text == "be82" and window.streams.complete)
    window.splitter.setSizes([300, 500, 400])
    sizes = window.splitter.sizes()
    closed(window, qtbot)

    again = fresh(theme, qtbot, tmp_path)
    resume(again)
    qtbot.waitUntil(lambda: again.replay.step is not None)
    assert again.replay.stream is not None
    assert again.replay.stream.name == WALLET
    assert again.replay.cursor == 20
    assert again.details.tab == "event"
    assert again.streams_panel.search.text() == "be82"
    qtbot.waitUntil(lambda: again.streams.complete and again.streams.rowCount() == 1)
    # The screen of the tests is smaller than the window: the last columns give way.
    assert again.splitter.sizes()[0] == sizes[0]


def test_where_one_was_is_kept_while_the_window_is_open(
    theme: Theme, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a crash leaves: nothing is closed before the file is read."""
    monkeypatch.setattr("inspector.ui.session.CALM", 20)
    window = fresh(theme, qtbot, tmp_path)
    open_store(window, qtbot, stream=WALLET)
    for row, side in ((11, Side.A), (20, Side.B)):
        window.replay.move_to(row)
        qtbot.waitUntil(lambda n=row: window.replay.step.index == n)  # type: ignore[misc]
        window.models.comparison.pin(side)
    window.details.show_tab("event")
    window.timeline.bring_back(by_time=True, speed=0.0)
    qtbot.waitUntil(lambda: kept_in(tmp_path).get("tab") == "event")
    qtbot.waitUntil(lambda: kept_in(tmp_path).get("by_time") is True)
    kept = kept_in(tmp_path)
    assert (kept["position"], kept["pins"], kept["speed"]) == (21, [12, 21], 0.0)
    window.replay.play(5.0)
    before = file_of(tmp_path).stat().st_mtime_ns
    qtbot.waitUntil(lambda: window.replay.cursor > 21)
    assert file_of(tmp_path).stat().st_mtime_ns == before, "nothing is written while it plays"
    window.replay.stop()
    written = file_of(tmp_path).read_bytes()
    closed(window, qtbot)

    file_of(tmp_path).write_bytes(written)
    again = fresh(theme, qtbot, tmp_path)
    resume(again)
    qtbot.waitUntil(lambda: again.models.comparison.both)
    first, second = (again.models.comparison.pins[side] for side in Side)
    assert first is not None
    assert second is not None
    assert (first.version, second.version) == (12, 21)
    assert again.details.tab == "event", "pins that come back bring nothing to the front"
    assert again.timeline.axis.currentData()
    assert again.timeline.speed is None
    qtbot.waitUntil(lambda: again.timeline.settled and not again.models.comparison.loading)


def kept_in(folder: Path) -> dict[str, object]:
    file = file_of(folder)
    kept: dict[str, object] = json.loads(file.read_text()) if file.exists() else {}
    return kept


def test_among_all_events_the_row_comes_back(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    window = fresh(theme, qtbot, tmp_path)
    open_store(window, qtbot)
    window.events_panel.view.selectRow(4000)
    closed(window, qtbot)
    again = fresh(theme, qtbot, tmp_path)
    resume(again)
    qtbot.waitUntil(lambda: again.events_panel.view.currentIndex().row() == 4000)


def test_only_where_one_was_is_kept(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    window = fresh(theme, qtbot, tmp_path)
    open_store(window, qtbot, stream=WALLET)
    closed(window, qtbot)
    window.look.settings.sync()
    kept = json.loads(file_of(tmp_path).read_text())
    assert kept["stream"] == WALLET
    known = {"store", "stream", "category", "position", "row", "tab", "streams", "version"}
    assert set(kept) == known | {
        "by_time",
        "frame",
        "speed",
        "pins",
        "charts",
        "values",
        "tabs_before",
        "tabs_after",
    }
    everything = file_of(tmp_path).read_text() + (tmp_path / "window.ini").read_text()
    for content in ("balance_after", "C-1042", "ToppedUp", "RefundReversed"):
        assert content not in everything


def test_a_private_session_keeps_nothing_about_stores(
    theme: Theme, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = fresh(theme, qtbot, tmp_path, private=True)
    open_store(window, qtbot, stream=WALLET)
    closed(window, qtbot)
    assert not file_of(tmp_path).exists()
    assert not window.recent.stores
    monkeypatch.setenv(PRIVATE, "1")
    assert wants_private()
    monkeypatch.setenv(PRIVATE, "0")
    assert not wants_private()


def test_a_damaged_session_is_said_and_nothing_else_suffers(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    file_of(tmp_path).write_text("{broken")
    window = fresh(theme, qtbot, tmp_path)
    resume(window)
    assert window.notice.isVisible()
    assert "session" in window.notice.accessibleName()
    assert window.store.phase is Phase.NOTHING
    open_store(window, qtbot)
    assert not window.notice.isVisible()


def test_a_store_that_is_gone_fails_as_it_always_does(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_store(tmp_path / "gone.db", stream_rows("order-1", 1, 3))
    window = fresh(theme, qtbot, tmp_path)
    open_store(window, qtbot, path)
    closed(window, qtbot)
    path.unlink()
    again = fresh(theme, qtbot, tmp_path)
    resume(again)
    qtbot.waitUntil(lambda: again.store.phase is Phase.FAILED)


def test_forgetting_a_store_leaves_no_trace_of_it(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    window = fresh(theme, qtbot, tmp_path)
    open_store(window, qtbot, stream=WALLET)
    window.actions_by_name["label"].trigger()
    QTest.keyClicks(QApplication.focusWidget(), "prod")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert "PRODUCTION" in window.windowTitle()
    window.actions_by_name["forget"].trigger()
    assert window.store.phase is Phase.NOTHING
    assert not window.recent.stores
    closed(window, qtbot)
    window.look.settings.sync()
    assert "labels" not in (tmp_path / "window.ini").read_text()
    assert WALLET not in file_of(tmp_path).read_text()


def test_a_label_is_a_word_and_a_colour_and_comes_back(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    window = fresh(theme, qtbot, tmp_path)
    open_store(window, qtbot)
    assert window.bar.label.accessibleName() == "Label…"
    window.bar.label.click()
    QTest.keyClicks(QApplication.focusWidget(), "prod")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert window.bar.label.accessibleName() == "PRODUCTION"
    assert window.windowTitle().startswith("PRODUCTION – sample-shop.sqlite")
    closed(window, qtbot)
    window.look.settings.sync()
    assert "sample-shop" not in (tmp_path / "window.ini").read_text()
    again = fresh(theme, qtbot, tmp_path)
    open_store(again, qtbot)
    assert again.windowTitle().startswith("PRODUCTION – ")


def test_the_start_page_opens_recent_stores_with_the_keyboard(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    window = fresh(theme, qtbot, tmp_path)
    assert not window.start.recent.isVisible()
    open_store(window, qtbot)
    window.actions_by_name["close"].trigger()
    assert window.start.recent.isVisible()
    window.start.recent.setFocus()
    window.start.recent.setCurrentIndex(window.start.recent.model().index(0, 0))
    QTest.keyClick(window.start.recent, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN)
    qtbot.waitUntil(lambda: window.events.count.exact)


def test_a_private_copy_is_taken_anew_by_reading_again(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_store(tmp_path / "live.db", stream_rows("order-1", 1, 3))
    window = fresh(theme, qtbot, tmp_path)
    window.open_request(OpenRequest(str(path), options=OpenOptions(touch_nothing=True)), "order-1")
    qtbot.waitUntil(lambda: window.replay.step is not None)
    window.replay.move_to(1)
    qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.step.index == 1)
    append(path, stream_rows("order-1", 4, 2))
    window.actions_by_name["reload"].trigger()
    qtbot.waitUntil(lambda: window.events.count == Count(5))
    qtbot.waitUntil(lambda: window.replay.cursor == 1)


@pytest.mark.postgres
def test_an_encrypted_connection_is_told_from_a_plain_one(
    theme: Theme, qtbot: QtBot, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    name = "labelled"
    postgres_server.create_database(name)
    postgres_server.execute(STORED_EVENTS, name)
    window = fresh(theme, qtbot, tmp_path)
    for mode, expected in (("require", "Encrypted"), ("disable", "Not encrypted")):
        address = postgres_server.conninfo(name, tcp=True, sslmode=mode)
        window.open_request(OpenRequest(address))
        qtbot.waitUntil(lambda: window.store.phase is not Phase.OPENING, timeout=20_000)
        qtbot.waitUntil(lambda: window.events.count.exact, timeout=20_000)
        told = [(chip, chip.text()) for chip in window.bar.findChildren(Chip)]
        told += [(chip, chip.accessibleName()) for chip in window.bar.findChildren(ChipButton)]
        shown = [text for chip, text in told if chip.isVisible()]
        assert expected in shown
        assert ("Encrypted" in shown) != ("Not encrypted" in shown)
        assert "Role could write" in shown


def test_counting_that_was_stopped_says_so(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    path = write_store(tmp_path / "long.db", stream_rows("order-1", 1, 9000))
    window = fresh(theme, qtbot, tmp_path)
    window.open_request(OpenRequest(str(path)))
    qtbot.waitUntil(lambda: window.events.rowCount() > 0)
    window.store.lanes.cancel("count")
    qtbot.waitUntil(lambda: window.events.stopped or window.events.count.exact)
    if window.events.stopped:
        assert not window.events.count.exact
        window.actions_by_name["reload"].trigger()
    qtbot.waitUntil(lambda: window.events.count == Count(9000))


def test_in_a_narrow_window_lock_and_label_keep_their_words(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_store(tmp_path / f"{'long-' * 20}.db", stream_rows("order-1", 1, 3))
    window = fresh(theme, qtbot, tmp_path)
    window.resize(900, 600)
    open_store(window, qtbot, path)
    store = window.store.store
    assert store is not None
    window.labels.put(store, StoreLabel.PRODUCTION)
    QApplication.processEvents()
    for chip in (window.bar.lock, window.bar.label):
        assert chip.width() >= chip.sizeHint().width()
