"""The tabs with a real store: comparing, problems, pins, search, stored forms, saving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit

from inspector.core.diffing import Op
from inspector.core.errors import InspectorError
from inspector.services.open_store import OpenRequest
from inspector.services.tasks import Done
from inspector.ui.models.comparison_model import Side
from inspector.ui.models.long_scan import ScanPhase
from inspector.ui.models.problems_model import PROBLEM_ROLE
from inspector.ui.models.store_model import Phase
from inspector.ui.models.window_models import WindowModels
from inspector.ui.panels.details_panel import DetailsPanel
from inspector.ui.panels.diff_page import title_of
from inspector.ui.widgets.raw_text import EMPTY, TEXT
from tests.helpers.stores import state, write_store
from tests.layouts.cases import cases
from tests.ui.panel_stores import HOSTILE, hostile_messages, hostile_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.core.events import Event, StreamId
    from inspector.ui.theme import Theme

BIG = "b" * 300_000


def rows() -> list[tuple[str, int, str, bytes]]:
    items = [{"sku": f"A-{i}"} for i in range(3)]
    return [
        ("cart", 1, "shop:Cart.Opened", state(1, owner="Ada", total=0, items=items)),
        ("cart", 2, "shop:Cart.Changed", state(2, total=5, items=[items[2], *items[:2]])),
        ("cart", 3, "shop:Cart.Noted", state(3, owner="Ada")),
        ("cart", 4, "shop:Cart.Broken", b"\xff\xfe"),
        ("cart", 5, "shop:Cart.Changed", state(5, total=7)),
        ("large", 1, "shop:Cart.Filled", state(1, text=BIG)),
        ("other", 1, "shop:Cart.Opened", state(1, owner="Bo", total=5)),
    ]


class Bench:
    """A details panel with the models of a window, and a store that is open."""

    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.models = WindowModels()
        self.panel = DetailsPanel(theme, self.models)
        qtbot.addWidget(self.panel)
        self.panel.resize(420, 620)
        self.panel.show()

    def open(self, path: Path) -> None:
        self.models.store.open(OpenRequest(str(path)))
        self.qtbot.waitUntil(lambda: self.models.store.phase is Phase.OPEN)

    def stream(self, name: str) -> StreamId:
        found: list[object] = []
        lanes = self.models.store.lanes
        lanes.ask("find", lambda reader, _work: reader.streams.find(name), found.append)
        self.qtbot.waitUntil(lambda: bool(found))
        outcome = found[0]
        assert isinstance(outcome, Done)
        stream: StreamId = outcome.value[0]
        return stream

    def show(self, name: str, version: int) -> None:
        stream, replay = self.stream(name), self.models.replay
        if replay.stream != stream:
            self.models.events.show(self.models.store.lanes, stream)
            replay.show(self.models.store.lanes, stream, version)
        else:
            assert replay.replay is not None
            replay.move_to(replay.replay.index_at(version))
        self.qtbot.waitUntil(
            lambda: replay.step is not None and replay.step.position == version, timeout=5000
        )
        self.qtbot.waitUntil(lambda: self.models.events.event_at(replay.cursor) is not None)
        self.panel.show_event(self.event(replay.cursor))

    def event(self, row: int) -> Event:
        event = self.models.events.event_at(row)
        assert event is not None
        return event

    def close(self) -> None:
        self.models.replay.clear()
        self.models.events.clear()
        self.models.store.close()
        self.panel.close()


@pytest.fixture
def bench(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(theme, qtbot)
    made.open(write_store(tmp_path / "carts.sqlite", rows()))
    yield made
    made.close()


def changes(bench: Bench) -> list[tuple[str, str, str, str]]:
    model = bench.panel.diff.rows
    return [
        tuple(str(model.index(row, c).data()) for c in range(4))  # type: ignore[misc]
        for row in range(model.rowCount())
    ]


# -- diff ---------------------------------------------------------------------------------------


def test_the_diff_follows_the_cursor_and_knows_moved_elements(bench: Bench) -> None:
    bench.show("cart", 2)
    assert changes(bench) == [
        ("~", "total", "0", "5"),
        ("↕", "items[0]", "was at [2]", "{1}"),
    ]
    bench.show("cart", 1)
    assert {row[0] for row in changes(bench)} == {"+"}


def test_an_event_that_changes_nothing_says_so(bench: Bench) -> None:
    bench.show("cart", 3)
    content = bench.panel.diff.empty_page.content
    assert content is not None
    assert content.sentence == "This event changed nothing in the state."


def test_an_event_that_failed_is_never_no_difference(bench: Bench) -> None:
    bench.show("cart", 4)
    content = bench.panel.diff.empty_page.content
    assert content is not None
    assert content.sentence == "Cannot compare: version 4 could not be applied."
    bench.show("cart", 5)
    assert changes(bench) == [("~", "total", "5", "7")]
    assert bench.panel.diff._banner.isVisibleTo(bench.panel.diff)


def test_two_pinned_versions_stay_compared_while_the_cursor_moves(bench: Bench) -> None:
    comparison = bench.models.comparison
    bench.show("cart", 1)
    comparison.pin(Side.A)
    bench.show("cart", 3)
    comparison.pin(Side.B)
    bench.qtbot.waitUntil(lambda: comparison.comparison is not None and not comparison.loading)
    before = changes(bench)
    assert ("~", "total", "0", "5") in before
    bench.show("cart", 2)
    assert changes(bench) == before
    comparison.swap()
    bench.qtbot.waitUntil(lambda: not comparison.loading)
    assert ("~", "total", "5", "0") in changes(bench)
    comparison.clear(Side.A)
    assert ("~", "total", "0", "5") in changes(bench)
    assert not comparison.between_pins


def test_pins_of_two_streams_can_be_compared(bench: Bench) -> None:
    comparison = bench.models.comparison
    bench.show("cart", 2)
    comparison.pin(Side.A)
    bench.show("other", 1)
    comparison.pin(Side.B)
    bench.qtbot.waitUntil(lambda: comparison.comparison is not None and not comparison.loading)
    assert ("~", "owner", '"Ada"', '"Bo"') in changes(bench)
    asked: list[object] = []
    bench.panel.event_asked.connect(lambda *place: asked.append(place))
    bench.panel.diff.bar.chips[Side.A].click()
    assert asked == [(bench.stream("cart"), 2)]


def test_a_pin_that_failed_blocks_the_comparison(bench: Bench) -> None:
    comparison = bench.models.comparison
    bench.show("cart", 4)
    comparison.pin(Side.A)
    bench.show("cart", 2)
    comparison.pin(Side.B)
    bench.qtbot.waitUntil(lambda: comparison.comparison is not None and not comparison.loading)
    content = bench.panel.diff.empty_page.content
    assert content is not None
    assert content.sentence == "Cannot compare: version 4 could not be applied."


def test_an_older_comparison_never_overwrites_a_newer_one(bench: Bench) -> None:
    comparison = bench.models.comparison
    bench.show("cart", 1)
    comparison.pin(Side.A)
    bench.show("cart", 3)
    comparison.pin(Side.B)  # is being compared now
    comparison.clear(Side.B)
    assert comparison.comparison is not None
    bench.qtbot.wait(100)
    assert comparison.comparison.before is None
    assert not comparison.loading


def test_differences_are_filtered_and_copied_as_text(bench: Bench) -> None:
    bench.show("cart", 2)
    page = bench.panel.diff
    page.bar.filter.setText("TOTAL")
    page.bar.filter._say()
    bench.qtbot.waitUntil(lambda: page.rows.rowCount() == 1)
    page.copy_all()
    text = QGuiApplication.clipboard().text()
    assert text.splitlines()[1:] == ["~\ttotal\t0\t5"]
    assert "inferred" in text.splitlines()[0]
    page.bar.filter.setText("no such thing")
    page.bar.filter._say()
    bench.qtbot.waitUntil(lambda: page.rows.rowCount() == 0)
    content = page.empty_page.content
    assert content is not None
    assert content.sentence == "No difference matches the filter."


def test_a_difference_leads_to_its_place_in_the_state(bench: Bench) -> None:
    bench.show("cart", 2)
    page = bench.panel.diff
    bench.panel.show_tab("diff")
    row = next(r for r in range(page.rows.rowCount()) if page.rows.changes()[r].op is Op.MOVE)
    page.view.activated.emit(page.rows.index(row, 1))
    assert bench.panel.tab == "state"
    assert bench.panel.state.tree.current_path() == ("items", 0)


# -- state --------------------------------------------------------------------------------------


def test_pinned_values_stay_on_top_while_the_cursor_moves(bench: Bench) -> None:
    bench.show("cart", 2)
    pinned = bench.panel.state.pinned
    pinned.toggle(("total",))
    pinned.toggle(("owner",))
    look = pinned._pins.look(0)
    assert (look.name, look.value, look.aside) == ("total", "5", "was 0")
    bench.show("cart", 1)
    assert pinned._pins.look(0).value == "0"
    bench.show("large", 1)
    assert pinned._pins.look(0).value == "not there at this version"
    assert pinned.isVisibleTo(bench.panel.state)
    pinned.setCurrentIndex(pinned._pins.index(0, 1))
    bench.qtbot.keyClick(pinned, Qt.Key.Key_Delete)
    assert pinned.paths == (("owner",),)


def test_the_state_is_searched_by_key_and_value(bench: Bench) -> None:
    bench.show("cart", 2)
    page = bench.panel.state
    bench.qtbot.keyClick(page.tree, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.find_bar.isVisible()
    page.find_bar.field.setText("a-1")
    page.find_bar.field._say()
    bench.qtbot.waitUntil(lambda: page.find_bar.complete)
    assert page.find_bar.hits == 1
    assert page.tree.current_path() == ("items", 2, "sku")
    page.find_bar.field.setText("SKU")
    page.find_bar.field._say()
    bench.qtbot.waitUntil(lambda: page.find_bar.complete)
    assert page.find_bar._count.text() == "1 of 3"
    page.find_bar.go(-1)
    assert page.find_bar._count.text() == "3 of 3"
    bench.qtbot.keyClick(page.find_bar.field, Qt.Key.Key_Escape)
    assert not page.find_bar.isVisible()


def test_only_numbers_offer_a_chart(bench: Bench) -> None:
    bench.show("cart", 2)
    page = bench.panel.state
    asked: list[object] = []
    bench.panel.chart_requested.connect(asked.append)

    def texts(path: tuple[str, ...]) -> list[str]:
        menu = page.menu.build(page.tree.json_model().index_of_path(path))
        for action in menu.actions():
            if action.text() == "Chart this number":
                action.trigger()
        return [action.text() for action in menu.actions()]

    assert "Chart this number" in texts(("total",))
    assert asked == [("total",)]
    assert "Chart this number" not in texts(("owner",))
    assert "Copy with all below, as JSON" in texts(("items",))


def test_how_far_a_state_can_be_trusted_is_always_said(bench: Bench) -> None:
    bench.show("cart", 2)
    chip = bench.panel.state.truth_chip
    assert chip.accessibleName() == "inferred"
    bench.show("cart", 5)
    assert chip.accessibleName() in ("inferred", "partly unknown")
    assert bench.panel.diff.bar._truth.full_text == chip.accessibleName()
    bench.show("cart", 2)
    assert bench.panel.diff.bar._truth.full_text == "inferred"
    chip.click()
    assert bench.panel.state._explanation.isVisible()


# -- event and raw bytes --------------------------------------------------------------------------


def test_the_stored_text_is_one_key_away(bench: Bench) -> None:
    bench.panel.show_tab("event")
    bench.show("cart", 2)
    page = bench.panel.event_page
    page.toggle_stored()
    assert page.payload.text.toPlainText() == bench.event(1).payload.raw.decode()  # type: ignore[union-attr]
    bench.show("cart", 3)
    assert '"owner":"Ada"' in page.payload.text.toPlainText()
    page.toggle_stored()
    assert page.payload._stack.currentWidget() is page.payload.tree


def test_a_payload_that_cannot_be_read_is_shown_as_it_is_stored(bench: Bench) -> None:
    bench.panel.show_tab("event")
    bench.show("cart", 4)
    assert "ff fe" in bench.panel.event_page.payload.text.toPlainText()
    bench.show("cart", 5)
    assert bench.panel.event_page.payload._stack.currentIndex() == 0


def test_a_payload_too_large_for_its_page_is_read_when_asked_for(bench: Bench) -> None:
    bench.panel.show_tab("raw")
    bench.show("large", 1)
    raw = bench.panel.raw
    assert raw._stack.currentIndex() == EMPTY
    content = raw._empty.content
    assert content is not None
    content.steps[0].run()
    bench.qtbot.waitUntil(lambda: raw._stack.currentIndex() == TEXT)
    bench.panel.show_tab("event")
    tree = bench.panel.event_page.payload.tree
    assert tree.json_model().content.value["text"] == BIG


def test_an_answer_for_an_event_that_was_left_is_dropped(bench: Bench) -> None:
    bench.panel.show_tab("event")
    bench.show("large", 1)
    bench.panel.raw.whole_asked.emit()
    bench.show("cart", 2)
    bench.qtbot.wait(150)
    assert bench.panel.event_page.payload.tree.json_model().content.value["total"] == 5


def test_stored_bytes_are_saved_exactly_or_not_at_all(bench: Bench, tmp_path: Path) -> None:
    bench.panel.show_tab("raw")
    bench.show("cart", 4)
    asked: list[bytes] = []
    bench.panel.raw.save_asked.disconnect()
    bench.panel.raw.save_asked.connect(asked.append)
    bench.panel.raw.save.click()
    assert asked == [b"\xff\xfe"]
    file = tmp_path / "한글.bin"
    bench.panel.save_bytes(asked[0], file)
    bench.qtbot.waitUntil(file.exists)
    bench.qtbot.waitUntil(lambda: bench.panel.raw._note.isVisibleTo(bench.panel.raw))
    assert file.read_bytes() == b"\xff\xfe"
    with bench.qtbot.waitSignal(bench.panel.failed) as failed:
        bench.panel.save_bytes(b"x", tmp_path / "no such folder" / "x.bin")
    assert isinstance(failed.args[0], InspectorError)
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".part"] == []


# -- problems -------------------------------------------------------------------------------------


def problems(bench: Bench) -> list[tuple[str, int]]:
    model = bench.models.problems
    found = []
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        found.append((model.kind_at(index).code, model.rowCount(index)))
    return found


def test_problems_are_counted_once_and_lead_to_their_event(bench: Bench) -> None:
    model, page = bench.models.problems, bench.panel.problems
    bench.show("cart", 4)
    bench.show("cart", 5)
    bench.show("cart", 4)
    bench.qtbot.waitUntil(lambda: ("payload-undecodable", 1) in problems(bench))
    assert "Problems" in bench.panel.tabs.tabText(bench.panel.names.index("problems"))
    asked: list[tuple[object, ...]] = []
    bench.panel.event_asked.connect(lambda *place: asked.append(place))
    kind = next(
        model.index(row, 0)
        for row in range(model.rowCount())
        if model.kind_at(model.index(row, 0)).code == "payload-undecodable"
    )
    place = model.index(0, 1, kind)
    assert place.data(PROBLEM_ROLE).event_type == "shop:Cart.Broken"
    page.view.setCurrentIndex(place)
    assert "What you can do: Look at the raw bytes" in page._advice.text()
    page.view.activated.emit(place)
    assert asked == [(bench.stream("cart"), 4)]


def test_the_whole_store_can_be_looked_through(bench: Bench) -> None:
    page = bench.panel.problems
    content = page.empty_page.content
    assert content is not None
    assert content.sentence == "No problem in what was read so far."
    content.steps[0].run()
    scan = bench.models.problems.scan
    bench.qtbot.waitUntil(lambda: scan.phase is ScanPhase.COMPLETE)
    assert dict(problems(bench))["payload-undecodable"] == 1
    assert dict(problems(bench))["payload-too-large"] == 1
    assert page.progress._words.full_text == "All 7 events were looked at"
    assert bench.panel.tabs.tabText(bench.panel.names.index("problems")) == "Problems 2"


def test_a_look_that_was_stopped_is_marked_as_partial(bench: Bench) -> None:
    scan = bench.models.problems.scan
    bench.panel.problems.look_through()
    scan.stop()
    bench.qtbot.waitUntil(lambda: scan.phase is not ScanPhase.RUNNING)
    if scan.phase is ScanPhase.STOPPED:
        assert "Partial" in bench.panel.problems.progress._words.full_text


def test_another_store_has_problems_of_its_own(bench: Bench, tmp_path: Path) -> None:
    bench.show("cart", 4)
    bench.qtbot.waitUntil(lambda: bench.models.problems.count > 0)
    bench.models.replay.clear()
    bench.models.events.clear()
    fine = [("a", 1, "shop:A.B", state(1, n=1))]
    bench.open(write_store(tmp_path / "fine.sqlite", fine))
    assert bench.models.problems.count == 0
    assert bench.panel.tabs.tabText(bench.panel.names.index("problems")) == "Problems"


# -- tabs behind others ---------------------------------------------------------------------------


def test_a_tab_behind_another_does_nothing_and_is_up_to_date_once_it_is_seen(bench: Bench) -> None:
    bench.show("cart", 2)
    tree, page, raw = bench.panel.state.tree, bench.panel.event_page, bench.panel.raw
    assert page.payload.tree.json_model().content.value == {}
    bench.panel.show_tab("event")
    shown = tree.json_model().content
    bench.show("cart", 3)
    assert page.payload.tree.json_model().content.value["owner"] == "Ada"
    assert tree.json_model().content is shown
    assert raw._stack.currentIndex() == EMPTY
    bench.panel.show_tab("raw")
    assert raw._stack.currentIndex() == TEXT
    bench.panel.show_tab("state")
    step = bench.models.replay.step
    assert step is not None
    assert tree.json_model().content.value == step.state
    assert f"version {step.position}" in bench.panel.state._head.text()


def test_a_failure_behind_another_tab_is_told_in_the_state(bench: Bench) -> None:
    bench.show("cart", 2)
    bench.panel.show_tab("event")
    bench.show("cart", 3)
    replay = bench.models.replay
    replay.cursor = 0
    replay.failed.emit(InspectorError("the server is gone"))
    bench.panel.show_tab("state")
    banner = bench.panel.state._banner
    assert banner.isVisibleTo(bench.panel.state)
    assert "version 3" in bench.panel.state._head.text()


def test_where_a_store_has_no_versions_none_are_spoken_of(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    case = next(c for c in cases() if str(c) == "spatie-unversioned-sqlite")
    bench = Bench(theme, qtbot)
    bench.open(case.unpack(tmp_path))
    bench.show(next(name for name, known in case.streams.items() if known["event_count"] > 2), 2)
    assert bench.panel.state._head.text() == "State after event 2"
    bench.models.comparison.pin(Side.A)
    bench.models.comparison.pin(Side.B)
    qtbot.waitUntil(lambda: bench.models.comparison.comparison is not None)
    comparison = bench.models.comparison.comparison
    assert comparison is not None
    assert title_of(comparison).count("event 2") == 2
    assert "version" not in title_of(comparison)
    assert "version" not in bench.panel.diff.bar.chips[Side.A].toolTip()
    bench.close()


# -- hostile text -----------------------------------------------------------------------------


@pytest.mark.parametrize(("make", "longest"), [(hostile_store, 2000), (hostile_messages, 300)])
def test_hostile_text_stays_text_in_every_tab(
    theme: Theme, qtbot: QtBot, tmp_path: Path, make: Callable[[Path], Path], longest: int
) -> None:
    bench = Bench(theme, qtbot)
    bench.open(make(tmp_path / "hostile.sqlite"))
    bench.models.problems.look_through()
    for text in HOSTILE:
        name = text.encode("utf-8", "replace").decode()[:longest]
        bench.show(name, 1)
        bench.panel.state.pinned.toggle(("text",))
        for tab in ("state", "event", "diff", "versions", "raw", "snapshots", "problems"):
            bench.panel.show_tab(tab)
            bench.panel.grab()
        bench.panel.event_page.toggle_stored()
        for label in bench.panel.findChildren(QLabel):
            assert label.textFormat() is Qt.TextFormat.PlainText or not label.text()
            assert not set(label.text()) & set("\x00\x1b\u202e\ud800")
        for view in bench.panel.findChildren(QPlainTextEdit):
            assert not set(view.toPlainText()) & set("\x00\x1b\u202e\ud800")
            assert len(view.toPlainText()) < 400_000
        model = bench.panel.diff.rows
        for row in range(model.rowCount()):
            for column in range(4):
                index = model.index(row, column)
                assert len(str(index.data())) < 600
                assert "<b>" not in str(index.data(Qt.ItemDataRole.ToolTipRole))
    bench.close()
