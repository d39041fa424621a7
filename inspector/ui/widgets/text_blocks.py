"""Stored text and bytes cut into lines that can be shown without stalling.

A text view freezes for half a minute on one line of a million characters. Here lines are
broken and the whole is capped; what was done is told, never hidden.

Imports the standard library only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from inspector.ui.widgets.plain_text import visible_text

SHOWN_CHARACTERS: Final = 200 * 1024
SHOWN_LINES: Final = 5000
LINE_CHARACTERS: Final = 1000
ROW_BYTES: Final = 16
PAGE_BYTES: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Text ready for a text view.

    Attributes:
        text: what to show.
        whole: nothing was left out.
        broken: lines that were too long were broken.
    """

    text: str
    whole: bool
    broken: bool


def text_block(raw: bytes | str) -> TextBlock:
    """The beginning of a stored form as text, long lines broken.

    Hidden characters, and bytes that are not UTF-8, are shown as escapes.
    """
    beginning = _beginning(raw)
    shown: list[str] = []
    room = SHOWN_CHARACTERS
    broken = False
    for line in beginning.split("\n"):
        for number, piece in enumerate(_pieces(line)):
            if len(shown) == SHOWN_LINES or room <= 0:
                return TextBlock("\n".join(shown), whole=False, broken=broken)
            broken = broken or number > 0
            shown.append(visible_text(piece, keep="\t"))
            room -= len(shown[-1]) + 1
    return TextBlock("\n".join(shown), whole=len(raw) <= SHOWN_CHARACTERS, broken=broken)


def _beginning(raw: bytes | str) -> str:
    if isinstance(raw, str):
        return raw[:SHOWN_CHARACTERS]
    cut = raw[:SHOWN_CHARACTERS]
    if len(cut) < len(raw):
        # Never cut a character in two: go back over its continuation bytes.
        for back in range(1, 4):
            if cut[-back] & 0xC0 != 0x80:
                cut = cut[:-back] if cut[-back] >= 0xC0 else cut
                break
    return cut.decode("utf-8", "backslashreplace")


def _pieces(line: str) -> Iterator[str]:
    yield line[:LINE_CHARACTERS]
    for start in range(LINE_CHARACTERS, len(line), LINE_CHARACTERS):
        yield line[start : start + LINE_CHARACTERS]


def hex_block(data: bytes, start: int = 0, row_bytes: int = ROW_BYTES) -> str:
    """One page of bytes as offset, hexadecimal and printable characters.

    Args:
        data: all bytes.
        start: offset of the first byte to show; the page has :data:`PAGE_BYTES`.
        row_bytes: bytes in a row, an even number; in a narrow view 8.
    """
    stop = min(start + PAGE_BYTES, len(data))
    digits = max(8, len(f"{len(data):x}"))
    return "\n".join(
        _hex_row(data[row : min(row + row_bytes, stop)], row, digits, row_bytes // 2)
        for row in range(start, stop, row_bytes)
    )


def _hex_row(part: bytes, offset: int, digits: int, half: int) -> str:
    left, right = part[:half].hex(" "), part[half:].hex(" ")
    width = half * 3 - 1
    letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in part)
    return f"{offset:0{digits}x}  {left:<{width}}  {right:<{width}}  {letters}"


def stored_bytes(raw: bytes | str) -> bytes:
    """The stored form as bytes; text in UTF-8, lone surrogates kept."""
    return raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")


def is_text(raw: bytes | str) -> bool:
    """Whether the beginning of the stored form reads as text."""
    if isinstance(raw, str):
        return True
    beginning = raw[:4096]
    try:
        beginning.decode("utf-8")
    except UnicodeDecodeError as error:
        # The cut may go through a character; anything earlier is no text.
        if len(raw) <= len(beginning) or error.start < len(beginning) - 3:
            return False
    return b"\x00" not in beginning
