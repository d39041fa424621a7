"""Stored text and bytes: exact where shown, honest about what is not, never a stall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from inspector.core.payloads import Decoded, Payload
from inspector.ui.widgets.raw_text import EMPTY, HEX, TEXT, RawView
from inspector.ui.widgets.text_blocks import (
    LINE_CHARACTERS,
    PAGE_BYTES,
    SHOWN_CHARACTERS,
    SHOWN_LINES,
    hex_block,
    is_text,
    stored_bytes,
    text_block,
)

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractButton
    from pytestqt.qtbot import QtBot

    from inspector.ui.theme import Theme


@pytest.fixture
def view(theme: Theme, qtbot: QtBot) -> RawView:
    made = RawView(theme)
    qtbot.addWidget(made)
    made.resize(416, 300)
    made.show()
    return made


def _payload(raw: bytes | str | None, size: int | None = None) -> Payload:
    length = len(stored_bytes(raw)) if raw is not None else 0
    return Payload(raw, None, length if size is None else size)


def _mode(view: RawView) -> int:
    return view._stack.currentIndex()


def _button(view: RawView, mode: int) -> QAbstractButton:
    return view._modes.button(mode)


# --- Cutting ---


def test_a_short_text_is_shown_whole() -> None:
    block = text_block('{"a": "이벤트",\n\t"b": 1}')
    assert block.text == '{"a": "이벤트",\n\t"b": 1}'
    assert block.whole
    assert not block.broken


def test_hidden_characters_and_wrong_bytes_are_escapes() -> None:
    assert text_block("a\r\n\u202eb\x00\udc80").text == "a\\r\n\\u202eb\\x00\\udc80"
    assert text_block(b"a\xff\n\xc3\xa4").text == "a\\xff\nä"


def test_long_lines_are_broken_without_losing_a_character() -> None:
    block = text_block("x" * (2 * LINE_CHARACTERS + 1))
    assert [len(line) for line in block.text.split("\n")] == [LINE_CHARACTERS, LINE_CHARACTERS, 1]
    assert block.broken
    assert block.whole


@pytest.mark.parametrize(
    "raw",
    [
        "x" * 5_000_000,
        b"x" * 5_000_000,
        "ab\n" * 1_000_000,
        "\x01\u202e" * 1_000_000,
        "이벤트" * 1_000_000,
        ("이벤트" * 1_000_000).encode(),
    ],
)
def test_what_is_shown_is_bounded(raw: bytes | str) -> None:
    block = text_block(raw)
    assert not block.whole
    assert len(block.text) <= SHOWN_CHARACTERS + 8 * LINE_CHARACTERS
    assert block.text.count("\n") < SHOWN_LINES


@pytest.mark.parametrize("pad", range(4))
def test_the_cut_goes_through_no_character(pad: int) -> None:
    raw = ("a" * pad + "이" * SHOWN_CHARACTERS).encode()
    assert "\\x" not in text_block(raw).text
    emoji = ("a" * pad + "😀" * SHOWN_CHARACTERS).encode()
    assert "\\x" not in text_block(emoji).text


def test_bytes_are_shown_in_rows_of_sixteen() -> None:
    shown = hex_block(bytes(range(0x30, 0x42)) + b"\x00\xff")
    assert shown.split("\n") == [
        "00000000  30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f  0123456789:;<=>?",
        "00000010  40 41 00 ff" + " " * 39 + "@A··",
    ]
    assert hex_block(b"") == ""
    narrow = hex_block(b"01234567ab", row_bytes=8)
    assert narrow.split("\n")[0] == "00000000  30 31 32 33  34 35 36 37  01234567"


def test_rows_of_bytes_fit_the_view(view: RawView) -> None:
    view.show_payload(_payload(bytes(range(32))))
    assert view.hex.text.toPlainText().count("\n") == 3
    assert not view.hex.text.horizontalScrollBar().isVisible()
    view.resize(800, 300)
    assert view.hex.text.toPlainText().count("\n") == 1


def test_what_reads_as_text() -> None:
    assert is_text("anything\x00")
    assert is_text(b'{"a": 1}')
    assert is_text(("a" * 4095 + "이").encode())
    assert not is_text(b"a" * 100 + b"\xff" + b"a" * 5000)
    assert not is_text(b"a\x00b")
    assert not is_text(b"\x83m\x00\x00")


def test_stored_bytes_keep_everything() -> None:
    assert stored_bytes(b"\xff") == b"\xff"
    assert stored_bytes("이\udc80") == "이".encode() + b"\xed\xb2\x80"


# --- The view ---


def test_text_opens_as_text_and_bytes_as_bytes(view: RawView) -> None:
    view.show_payload(Payload('{"a":1}', Decoded({"a": 1}, "json"), 7))
    assert _mode(view) == TEXT
    assert view.text.toPlainText() == '{"a":1}'
    assert view._facts.text() == "7 bytes · json"
    view.show_payload(_payload(b"\x00\x01"))
    assert _mode(view) == HEX
    assert view.hex.text.toPlainText().startswith("00000000  00 01")
    assert view._facts.text() == "2 bytes"


def test_the_users_choice_stays(view: RawView, qtbot: QtBot) -> None:
    view.show_payload(_payload("text"))
    qtbot.mouseClick(_button(view, HEX), Qt.MouseButton.LeftButton)
    view.show_payload(_payload("more"))
    assert _mode(view) == HEX
    assert "6d 6f 72 65" in view.hex.text.toPlainText()
    qtbot.mouseClick(_button(view, TEXT), Qt.MouseButton.LeftButton)
    assert view.text.toPlainText() == "more"


def test_nothing_too_large_and_null_are_three_things(view: RawView) -> None:
    sentences = []
    for payload in (None, _payload(None), _payload(None, 5_000_000)):
        view.show_payload(payload)
        assert _mode(view) == EMPTY
        assert view._empty.content is not None
        sentences.append(view._empty.content.sentence)
    assert len(set(sentences)) == 3
    view.show_payload(_payload(""))
    assert _mode(view) == TEXT


def test_what_is_left_out_is_told(view: RawView) -> None:
    view.show_payload(_payload("x" * 1_000_000))
    assert view._note.isVisible()
    assert "beginning" in view._note.text()
    view.show_payload(_payload("x"))
    assert not view._note.isVisible()


def test_bytes_are_walked_a_page_at_a_time(view: RawView, qtbot: QtBot) -> None:
    data = bytes(PAGE_BYTES) + b"\x01" * PAGE_BYTES + b"\x02"
    view.show_payload(_payload(data))
    assert view.hex._pager.isVisible()
    assert not view.hex._back.isEnabled()
    qtbot.mouseClick(view.hex._on, Qt.MouseButton.LeftButton)
    assert view.hex.text.toPlainText().startswith("00004000  01 01")
    qtbot.mouseClick(view.hex._on, Qt.MouseButton.LeftButton)
    assert view.hex.text.toPlainText().split() == ["00008000", "02", "·"]
    assert view.hex._place.text() == "Bytes 32\u2009768 to 32\u2009768 of 32\u2009769"
    assert not view.hex._on.isEnabled()
    qtbot.mouseClick(view.hex._back, Qt.MouseButton.LeftButton)
    assert view.hex.text.toPlainText().startswith("00004000")
    view.show_payload(_payload(b"\x00"))
    assert not view.hex._pager.isVisible()


def test_space_stays_the_windows_key(theme: Theme, qtbot: QtBot) -> None:
    window, seen = QMainWindow(), []
    qtbot.addWidget(window)
    action = QAction("Play", window)
    action.setShortcut("Space")
    action.triggered.connect(lambda: seen.append("play"))
    window.addAction(action)
    view = RawView(theme)
    window.setCentralWidget(view)
    view.show_payload(_payload("text"))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    view.text.setFocus()
    qtbot.keyClick(view.text, Qt.Key.Key_Space)
    assert seen == ["play"]


def test_markup_stays_text(view: RawView) -> None:
    hostile = "<img src='file:///etc/passwd'><script>x</script>"
    view.show_payload(_payload(hostile))
    assert view.text.toPlainText() == hostile
    assert view.text.isReadOnly()
