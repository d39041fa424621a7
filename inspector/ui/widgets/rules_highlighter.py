"""Colours of a rules file: TOML, and the expressions in its texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat

from inspector.core.expressions.functions import FUNCTION_NAMES
from inspector.core.expressions.lexer import KEYWORDS
from inspector.ui.theme import Role

if TYPE_CHECKING:
    from PySide6.QtGui import QTextDocument

    from inspector.ui.theme import Theme

_PART: Final = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<text>\"(?:[^\"\\]|\\.)*\"?|'[^']*'?)"
    r"|(?P<number>\b\d[\d_.]*\b|\b(?:true|false)\b)"
    r"|(?P<key>[A-Za-z_][\w-]*(?=[\w.\"'\[\]-]*\s*=(?!=)))"
)
_HEADER: Final = re.compile(r"\s*\[\[?[^\]]*\]?\]?")
_INSIDE: Final = re.compile(r"(?P<quoted>'(?:[^'\\]|\\.)*')|(?P<number>\b\d[\d.]*\b)|(?P<word>\w+)")
_PLAIN: Final = re.compile(
    r"\s*(?:name|match|equals|event|aggregate|streams|category|ignore|remove|mask|type)\b"
)
"""Keys whose texts are names, not expressions."""

_ROOTS: Final = frozenset({"data", "meta", "state", "before", "item", "key"})


class RulesHighlighter(QSyntaxHighlighter):
    """Follows the theme; one line at a time."""

    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        super().__init__(document)
        self._theme = theme
        self._formats: dict[tuple[Role, bool], QTextCharFormat] = {}
        theme.changed.connect(self._forget)

    def highlightBlock(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Colour one line."""
        header = _HEADER.match(text)
        start = 0
        if header is not None:
            self._paint(header.start(), header.end(), Role.ACCENT, strong=True)
            start = header.end()
        plain = _PLAIN.match(text) is not None
        for found in _PART.finditer(text, start):
            kind = found.lastgroup
            if kind == "comment":
                self._paint(found.start(), found.end(), Role.TEXT_MUTED)
            elif kind == "number":
                self._paint(found.start(), found.end(), Role.WARNING)
            elif kind == "key":
                self._paint(found.start(), found.end(), Role.TEXT, strong=True)
            else:
                self._paint(found.start(), found.end(), Role.SUCCESS)
                if not plain:
                    self._expression(text, found.start() + 1, found.end() - 1)

    def _expression(self, text: str, start: int, end: int) -> None:
        self._paint(start, end, Role.TEXT)
        for found in _INSIDE.finditer(text, start, end):
            kind, word = found.lastgroup, found[0]
            if kind == "quoted":
                self._paint(found.start(), found.end(), Role.SUCCESS)
            elif kind == "number":
                self._paint(found.start(), found.end(), Role.WARNING)
            elif word in KEYWORDS:
                self._paint(found.start(), found.end(), Role.ACCENT)
            elif word in _ROOTS or (word in FUNCTION_NAMES and text[found.end() :][:1] == "("):
                self._paint(found.start(), found.end(), Role.INFO)

    def _paint(self, start: int, end: int, role: Role, *, strong: bool = False) -> None:
        self.setFormat(start, max(end - start, 0), self._format(role, strong))

    def _format(self, role: Role, strong: bool) -> QTextCharFormat:
        made = self._formats.get((role, strong))
        if made is None:
            made = self._formats[role, strong] = QTextCharFormat()
            made.setForeground(QColor(self._theme.tokens[role]))
            if strong:
                made.setFontWeight(QFont.Weight.DemiBold)
        return made

    def _forget(self) -> None:
        self._formats.clear()
        self.rehighlight()
