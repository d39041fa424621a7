"""One page of the manual, laid out in the theme's colours; links and pictures inside work.

The one place of the window that shows marked-up text: its pages come with the program, and
nothing from a store is ever among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QImage,
    QPalette,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QTextBrowser

from inspector.core.texts import tr
from inspector.services.manual import PICTURES, target
from inspector.services.manual_html import body_of
from inspector.ui.theme import FontRole, Role
from inspector.ui.theme.fonts import MONO
from inspector.ui.theme.tokens import mix

if TYPE_CHECKING:
    from inspector.services.manual import Manual
    from inspector.ui.theme import Theme

MARGIN: Final = 24
"""Pixels around the page."""

SETTLE: Final = 120
"""Milliseconds after the last change of width until pictures are scaled anew."""

WIDEST: Final = 820
"""Pixels of a line of text at most, at the usual text size."""

_SHEET: Final = """
body {{ color: {text}; }}
h1 {{ font-size: {h1}px; margin-top: 0; margin-bottom: 12px; }}
h2 {{ font-size: {h2}px; margin-top: 22px; margin-bottom: 6px; }}
h3 {{ font-size: {h3}px; margin-top: 14px; margin-bottom: 4px; }}
p, li {{ line-height: 145%; margin-top: 0; margin-bottom: 8px; }}
a {{ color: {accent}; text-decoration: none; }}
code {{ font-family: "JetBrains Mono", Pretendard; font-size: {mono}px; background: {code}; }}
pre {{ background: {code}; margin-top: 6px; margin-bottom: 12px; }}
table {{ border-collapse: collapse; margin-top: 4px; margin-bottom: 14px; }}
th {{ color: {muted}; text-align: left; font-weight: 600; padding: 4px 14px 4px 0;
  border-bottom: 1px solid {border}; }}
td {{ padding: 4px 14px 4px 0; border-bottom: 1px solid {border}; vertical-align: top; }}
"""


class ManualBrowser(QTextBrowser):
    """Shows one page.

    Signals:
        page_asked(str, str): a link to a page, and the place on it (empty for its top).
        address_asked(str): a link that leads out of the manual.
    """

    page_asked = Signal(str, str)
    address_asked = Signal(str)

    def __init__(self, theme: Theme, manual: Manual) -> None:
        super().__init__()
        self._theme, self._manual = theme, manual
        self._page = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Page of the manual"))
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._clicked)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # one width for all
        self.document().setDocumentMargin(MARGIN)
        self._scaling = QTimer(self, singleShot=True, interval=SETTLE)
        self._scaling.timeout.connect(self._lay_out_again)
        theme.changed.connect(self._lay_out_again)

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        return self._page

    def show_page(self, name: str, place: str = "") -> None:
        """Show a page from its top, or from one of its headings."""
        self._page = name
        self._lay_out()
        self.verticalScrollBar().setValue(0)
        if place:
            self.scrollToAnchor(place)

    def light(self, words: str) -> None:
        """Go on to the first of some words below what is at the top, and select it."""
        for word in words.split():
            if self.find(word):
                return

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: N802 - Qt's name
        """Pictures of the manual, as wide as there is room; nothing else is ever loaded."""
        place = name.toString() if isinstance(name, QUrl) else name
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return None
        file = self._manual.picture(place) if place.startswith(f"{PICTURES}/") else None
        image = QImage() if file is None else QImage(str(file))
        ratio = self.devicePixelRatioF()
        room = round((self._text_width() - 2) * ratio)
        if image.width() > room > 0:
            image = image.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)
            image.setDevicePixelRatio(ratio)
        return image

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep lines short enough to read, and scale pictures when the width has settled."""
        super().resizeEvent(event)
        self._set_width()
        if self._page and event.size().width() != event.oldSize().width():
            self._scaling.start()

    # -- laying out ----------------------------------------------------------------------------

    def _text_width(self) -> int:
        room = self.viewport().width() - 2 * MARGIN
        return min(room, self._theme.px(WIDEST))

    def _set_width(self) -> None:
        """What is to the right of the widest line stays empty."""
        frame = self.document().rootFrame().frameFormat()
        spare = self.viewport().width() - 2 * MARGIN - self._text_width()
        if frame.rightMargin() != MARGIN + max(0, spare):
            frame.setRightMargin(MARGIN + max(0, spare))
            self.document().rootFrame().setFrameFormat(frame)

    def _lay_out_again(self) -> None:
        if self._page:
            bar = self.verticalScrollBar()
            share = bar.value() / max(1, bar.maximum())
            self._lay_out()
            bar.setValue(round(share * bar.maximum()))

    def _lay_out(self) -> None:
        theme, tokens = self._theme, self._theme.tokens
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, tokens[Role.SURFACE])
        self.setPalette(palette)
        document = self.document()
        document.setDefaultFont(theme.fonts[FontRole.UI])
        sizes = {name: theme.px(size) for name, size in _SIZES.items()}
        colours = {
            "text": tokens[Role.TEXT], "accent": tokens[Role.ACCENT],
            "muted": tokens[Role.TEXT_MUTED], "border": tokens[Role.BORDER],
            "code": mix(tokens[Role.SURFACE], tokens[Role.TEXT], 0.06),
        }  # fmt: skip
        document.setDefaultStyleSheet(_SHEET.format(**sizes, **colours))
        body = body_of(self._manual.text(self._page), self._address)
        self.setHtml(f"<body>{body}</body>")
        self._spell_out()
        self._set_width()

    def _spell_out(self) -> None:
        """Code in the monospaced font without ligatures, which a style sheet cannot ask for."""
        plain = QTextCharFormat()
        plain.setFont(self._theme.fonts[FontRole.MONO], _ONLY_SPECIFIED)
        cursor = QTextCursor(self.document())
        block = self.document().begin()
        while block.isValid():
            for part in cast("Any", block):
                fragment = part.fragment()
                if MONO in (fragment.charFormat().fontFamilies() or ()):
                    cursor.setPosition(fragment.position())
                    end = fragment.position() + fragment.length()
                    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                    cursor.mergeCharFormat(plain)
            block = block.next()

    def _address(self, link: str) -> str:
        aim = target(self._page, link)
        return aim if ":" in aim or aim.startswith(f"{PICTURES}/") else f"manual:{aim}"

    def _clicked(self, url: QUrl) -> None:
        if url.scheme() == "manual":
            self.page_asked.emit(url.path(), url.fragment())
        elif url.scheme() == "https":
            self.address_asked.emit(url.toString())


_SIZES: Final = {"h1": 22, "h2": 16, "h3": 14, "mono": 12}
_ONLY_SPECIFIED: Final = (
    QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesSpecifiedOnly
)
