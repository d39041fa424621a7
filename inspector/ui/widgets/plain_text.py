"""Making any text safe and honest to look at.

Store text may hold control characters, text-direction overrides, invisible characters and lone
surrogates. Qt drops the last silently and obeys the others, so what is on the screen would not
be what is stored. Here they become backslash escapes. Text is never markup: tool tips, where
Qt would guess, are escaped.

Imports the standard library only.
"""

from __future__ import annotations

import html
import re
from typing import Final

SHOWN_LIMIT: Final = 500
"""Characters of one text that a cell shows; painting more of it costs seconds."""

TIP_WIDTH: Final = 90
"""Characters of a line that a tool tip shows without breaking it."""

_MARKUP: Final = re.compile("[<&]")

ELLIPSIS: Final = "…"

# C0 and C1 controls; soft hyphen; direction marks, embeddings, overrides and isolates; line and
# paragraph separators; zero-width space, word joiner, byte order mark and other invisible
# format characters; lone surrogates; language tags. The zero-width joiners stay: Indic scripts,
# Persian and emoji are spelt with them.
_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible_text(text: str, *, keep: str = "") -> str:
    """The text with everything that cannot be seen as backslash escapes.

    Args:
        text: any text.
        keep: characters to leave as they are, such as line breaks in a text of several lines.
    """
    if text.isprintable():
        return text

    def escape(found: re.Match[str]) -> str:
        return found[0] if found[0] in keep else _escaped(found[0])

    return _HIDDEN.sub(escape, text)


def _escaped(character: str) -> str:
    short = _SHORT.get(character)
    if short is not None:
        return short
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shortened(text: str, limit: int = SHOWN_LIMIT) -> str:
    """At most ``limit`` characters, then an ellipsis. Cut before anything else is done."""
    return text if len(text) <= limit else text[:limit] + ELLIPSIS


def tooltip_text(text: str) -> str:
    """A tool tip that shows exactly this text: line breaks kept, markup escaped.

    A text without any sign of markup stays plain, because a tool tip is also what assistive
    technology reads; only long lines need markup, since Qt breaks no others.
    """
    shown = visible_text(shortened(text, 4 * SHOWN_LIMIT), keep="\n")
    if not _MARKUP.search(shown) and all(len(x) <= TIP_WIDTH for x in shown.split("\n")):
        return shown
    shown = html.escape(shown)
    return f'<p style="white-space: pre-wrap">{shown}</p>'
