"""Small widgets: text stays text, messages have words, nothing depends on colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from inspector.ui.theme import FontRole, Icon, Role, Theme, ThemeChoice, TintRole
from inspector.ui.widgets.banner import Banner, BannerAction, Tone
from inspector.ui.widgets.chip import Chip, ChipButton, ChipLook, chip_tint, chip_width
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, SteadyLabel, muted
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text
from inspector.ui.widgets.search_field import FieldState, SearchField

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

HOSTILE = "<b>x</b>\u202e\udc80\x00"
SHOWN = "<b>x</b>\\u202e\\udc80\\x00"


# --- Text ---


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 이벤트 🙂", "plain 이벤트 🙂"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x00\x1b[31m\x7f\x85", "\\x00\\x1b[31m\\x7f\\x85"),
        ("\u200b\u2028\ufeff\u00ad", "\\u200b\\u2028\\ufeff\\xad"),
        ("\u202aleft\u2069", "\\u202aleft\\u2069"),
        ("\ud800 \udfff", "\\ud800 \\udfff"),
        ("\U000e0041", "\\U000e0041"),
        ("👨\u200d👩", "👨\u200d👩"),
        ("\u2009thin", "\u2009thin"),
    ],
)
def test_what_cannot_be_seen_becomes_an_escape(text: str, shown: str) -> None:
    assert visible_text(text) == shown


def test_lines_can_be_kept() -> None:
    assert visible_text("a\nb\u202e", keep="\n") == "a\nb\\u202e"


def test_shortening_counts_characters() -> None:
    assert shortened("abc", 3) == "abc"
    assert shortened("abcd", 3) == "abc…"


def test_a_tool_tip_is_escaped_and_bounded() -> None:
    assert tooltip_text("") == ""
    assert "&lt;b&gt;x&lt;/b&gt;\\u202e" in tooltip_text(HOSTILE)
    assert len(tooltip_text("<" * 1_000_000)) < 10_000


# --- Labels ---


def test_a_label_never_loads_a_picture_named_in_a_text(qtbot: QtBot, tmp_path: Path) -> None:
    label = PlainLabel(f"<img src='{tmp_path}/x.png' width=500 height=500>")
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.sizeHint().height() < 40


def test_a_label_shows_hidden_characters_and_remembers_the_text(qtbot: QtBot) -> None:
    label = PlainLabel(HOSTILE)
    qtbot.addWidget(label)
    assert label.text() == SHOWN
    assert label.full_text == HOSTILE
    label.setToolTip(HOSTILE)
    assert "<b>" not in label.toolTip()


def test_an_elided_label_keeps_the_whole_text_for_those_who_ask(qtbot: QtBot) -> None:
    label = ElidedLabel("Order-" + "1" * 200)
    qtbot.addWidget(label)
    label.resize(80, 20)
    assert label.minimumSizeHint().width() < 40
    assert "1" * 200 in label.toolTip()
    told = QAccessible.queryAccessibleInterface(label)
    assert told.text(QAccessible.Text.Name) == label.text() == "Order-" + "1" * 200
    assert not label.grab().isNull()


def test_quiet_labels_follow_the_theme(theme: Theme, qtbot: QtBot) -> None:
    label = muted(PlainLabel("caption"))
    qtbot.addWidget(label)
    label.ensurePolished()
    colour = label.palette().color(label.foregroundRole())
    assert colour == QColor(theme.tokens[Role.TEXT_MUTED])
    theme.choose(ThemeChoice.DARK)
    colour = label.palette().color(label.foregroundRole())
    assert colour == QColor(theme.tokens[Role.TEXT_MUTED])


def test_fonts_of_labels_follow_the_zoom(theme: Theme, qtbot: QtBot) -> None:
    label = PlainLabel("title")
    qtbot.addWidget(label)
    theme.set_font(label, FontRole.MONO)
    theme.set_zoom(2.0)
    assert label.font().pixelSize() == 24


# --- Chips ---


def test_a_chip_is_drawn_on_its_tint_in_every_theme(theme: Theme, qtbot: QtBot) -> None:
    chip = Chip(theme, "v1 → v3", TintRole.UPCAST, Icon.MILESTONE)
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        theme.choose(choice)
        image = chip.grab().toImage()
        assert image.pixelColor(4, 14) == QColor(theme.tokens.tints[TintRole.UPCAST].back)
        assert image.pixelColor(0, 0) != image.pixelColor(4, 14)


def test_every_kind_of_chip_has_a_readable_tint(theme: Theme) -> None:
    for role in (*TintRole, Role.SURFACE, Role.DANGER, Role.WARNING, Role.SUCCESS, Role.INFO):
        tint = chip_tint(theme.tokens, role)
        assert tint.back != tint.text


def test_a_chips_width_counts_text_and_icon(theme: Theme) -> None:
    metrics = QFontMetrics(theme.fonts.ui)
    bare = chip_width(metrics, ChipLook("v1", TintRole.UPCAST))
    assert chip_width(metrics, ChipLook("v1 → v3", TintRole.UPCAST)) > bare
    assert chip_width(metrics, ChipLook("v1", TintRole.UPCAST, Icon.LOCK)) > bare
    assert chip_width(metrics, ChipLook("x" * 100_000, TintRole.UPCAST)) < 2000


def test_a_chip_that_can_be_pressed_can_be_pressed_by_keyboard(theme: Theme, qtbot: QtBot) -> None:
    chip = ChipButton(theme, "certain" + HOSTILE, TintRole.SNAPSHOT)
    qtbot.addWidget(chip)
    chip.show()
    assert chip.accessibleName() == "certain" + SHOWN
    with qtbot.waitSignal(chip.clicked):
        qtbot.keyClick(chip, Qt.Key.Key_Space)
    with qtbot.waitSignal(chip.clicked):
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    chip.show_look(ChipLook("other", TintRole.ADDED))
    assert chip.accessibleName() == "other"
    assert not chip.grab().isNull()


# --- Messages and empty pages ---


@pytest.mark.parametrize("tone", Tone)
def test_a_message_has_words_a_picture_and_actions(theme: Theme, qtbot: QtBot, tone: Tone) -> None:
    banner, seen = Banner(theme), []
    qtbot.addWidget(banner)
    assert not banner.isVisible()
    action = BannerAction("Retry", lambda: seen.append("retry"))
    banner.show_message(tone, "The store is locked", HOSTILE, [action])
    assert banner.isVisible()
    assert banner.accessibleName() == "The store is locked"
    qtbot.mouseClick(_named(banner, "Retry"), Qt.MouseButton.LeftButton)
    assert seen == ["retry"]
    assert [label.text() for label in banner.findChildren(PlainLabel)] == [
        "The store is locked",
        SHOWN,
    ]
    banner.resize(600, banner.sizeHint().height())
    colours = {banner.grab().toImage().pixelColor(x, 20).name() for x in range(10, 34)}
    assert QColor(theme.tokens.wash(tone.role)).name() in colours
    assert len(colours) > 1


def test_a_message_can_be_put_away_and_replaced(theme: Theme, qtbot: QtBot) -> None:
    banner = Banner(theme)
    qtbot.addWidget(banner)
    banner.show_message(Tone.INFO, "one", "", [BannerAction("First", print)])
    banner.show_message(Tone.ERROR, "two", "", [BannerAction("Second", print)])
    qtbot.waitUntil(lambda: _shown_buttons(banner) == ["Second"])
    with qtbot.waitSignal(banner.closed):
        qtbot.mouseClick(banner._close, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()


def test_a_message_never_takes_the_focus(theme: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    banner, field = Banner(theme, window), SearchField(theme, "Find", parent=window)
    window.show()
    field.setFocus()
    banner.show_message(Tone.ERROR, "lost", "", [BannerAction("Retry", print)])
    assert window.focusWidget() is field


def test_an_empty_page_says_why_and_leads_on(theme: Theme, qtbot: QtBot) -> None:
    seen: list[str] = []
    steps = [NextStep("Clear filter", lambda: seen.append("clear")), NextStep("Edit", print)]
    content = PageContent(Icon.SEARCH_X, "No event matches", "Of 1 284 events, none.", steps)
    page = EmptyPage(theme, content)
    qtbot.addWidget(page)
    page.resize(500, 400)
    page.show()
    assert page.accessibleName() == "No event matches"
    assert _named(page, "Clear filter").isDefault()
    assert not _named(page, "Edit").isDefault()
    qtbot.mouseClick(_named(page, "Clear filter"), Qt.MouseButton.LeftButton)
    assert seen == ["clear"]
    page.show_content(PageContent(Icon.CIRCLE_X, "Could not be read", role=Role.DANGER))
    assert _shown_buttons(page) == []
    assert page.content is not None
    assert page.content.sentence == "Could not be read"


def test_a_long_sentence_wraps_inside_the_page(theme: Theme, qtbot: QtBot) -> None:
    content = PageContent(Icon.DATABASE, "낱말 " * 40, "a" * 300)
    page = EmptyPage(theme, content)
    qtbot.addWidget(page)
    page.resize(300, 400)
    page.show()
    for label in page.findChildren(QLabel):
        corner = label.mapTo(page, QPoint(label.width(), label.height()))
        assert page.rect().contains(corner - QPoint(1, 1))


# --- The field ---


def test_typing_is_told_after_a_pause_and_once(theme: Theme, qtbot: QtBot) -> None:
    field, seen = SearchField(theme, "Find stream"), []
    qtbot.addWidget(field)
    field.typed.connect(seen.append)
    with qtbot.waitSignal(field.typed):
        qtbot.keyClicks(field, "Order")
    assert seen == ["Order"]


def test_return_tells_at_once_and_goes_on(theme: Theme, qtbot: QtBot) -> None:
    field, seen = SearchField(theme, "Find stream"), []
    qtbot.addWidget(field)
    field.typed.connect(seen.append)
    field.leave_down.connect(lambda: seen.append("down"))
    qtbot.keyClicks(field, "a")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert seen == ["a", "down", "down"]


def test_escape_empties_first_and_only_then_goes_further(theme: Theme, qtbot: QtBot) -> None:
    class Parent(QWidget):
        escaped = 0

        def keyPressEvent(self, event: object) -> None:
            del event
            self.escaped += 1

    parent = Parent()
    qtbot.addWidget(parent)
    field, seen = SearchField(theme, "Find stream", parent=parent), []
    field.typed.connect(seen.append)
    qtbot.keyClicks(field, "a")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert seen == ["a", ""]
    assert parent.escaped == 0
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert parent.escaped == 1


def test_the_clear_button_is_there_only_with_text(theme: Theme, qtbot: QtBot) -> None:
    field = SearchField(theme, "Find stream")
    qtbot.addWidget(field)
    field.show()
    assert _seen_buttons(field) == 1
    field.setText("x")
    assert _seen_buttons(field) == 2
    field._empty.trigger()
    assert field.text() == ""
    assert field.accessibleName() == "Find stream"


def test_a_wrong_text_is_marked_with_its_reason(theme: Theme, qtbot: QtBot) -> None:
    field = SearchField(theme, "Filter")
    qtbot.addWidget(field)
    field.resize(200, 28)
    field.set_state(FieldState.INVALID, "a ) is missing <b>")
    assert "&lt;b&gt;" in field.toolTip()
    assert field.accessibleDescription() == "a ) is missing <b>"
    edge = field.grab().toImage().pixelColor(100, 0)
    assert edge == QColor(theme.tokens[Role.DANGER])
    field.set_state(FieldState.NEUTRAL)
    assert field.grab().toImage().pixelColor(100, 0) == QColor(theme.tokens[Role.OUTLINE])


def _named(parent: QWidget, text: str) -> QPushButton:
    return next(button for button in parent.findChildren(QPushButton) if button.text() == text)


def _seen_buttons(field: SearchField) -> int:
    return len([button for button in field.findChildren(QToolButton) if button.isVisible()])


def _shown_buttons(parent: QWidget) -> list[str]:
    return [button.text() for button in parent.findChildren(QPushButton) if button.isVisible()]


# -- labels that change at every step --------------------------------------------------------------


def test_a_text_as_wide_as_the_one_before_is_drawn_without_a_new_layout(qtbot: QtBot) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    label = SteadyLabel("event 1 of 9")
    row = QHBoxLayout(place)
    row.addWidget(label)
    row.addStretch(1)
    place.show()
    qtbot.waitExposed(place)
    qtbot.wait(20)
    asked: list[QEvent] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.LayoutRequest:
                asked.append(event)
            return super().eventFilter(watched, event)

    watch = Watch()
    place.installEventFilter(watch)
    metrics = label.fontMetrics()
    assert metrics.horizontalAdvance("2") == metrics.horizontalAdvance("1")
    label.setText("event 2 of 9")
    qtbot.wait(20)
    assert not asked
    assert label.text() == "event 2 of 9"
    assert spoken(label) == "event 2 of 9"
    assert label.toolTip() == "event 2 of 9"
    label.setText("event 2 of 99 999")
    qtbot.wait(20)
    assert asked
    assert spoken(label) == "event 2 of 99 999"
    assert label.width() >= label.sizeHint().width() > metrics.horizontalAdvance("2 of 99 999")
    label.setText("")
    assert label.text() == ""
    assert spoken(label) == ""


def spoken(label: QLabel) -> str:
    """What assistive technology reads."""
    return QAccessible.queryAccessibleInterface(label).text(QAccessible.Text.Name)
