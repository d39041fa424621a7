"""Printing: what stands on which page, that it is bounded, and that it can be stopped."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QImage, QPainter
from shiboken6 import isValid

from inspector.core.errors import OutputFailed
from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_store
from inspector.ui.dialogs import print_dialog
from inspector.ui.dialogs.print_dialog import DIFF, EVENT, ROWS, STATE, TIMELINE, PrintDialog
from inspector.ui.printing.blocks import Column, Document, Heading, Paragraph, Picture, Table
from inspector.ui.printing.on_white import on_white
from inspector.ui.printing.output import laid_out, write_pdf
from inspector.ui.printing.pages import FOOTER, HEADER, MARGIN, Layout, font, wrapped
from inspector.ui.theme.fonts import MONO
from inspector.ui.widgets.banner import Tone
from tests.ui.windows import WALLET, new_window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

A4 = QSizeF(595, 842)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = new_window(theme, qtbot, tmp_path)
    made.open_request(OpenRequest(str(sample_store())), WALLET, 21)
    qtbot.waitUntil(lambda: made.replay.step is not None and made.replay.step.position == 21)
    qtbot.waitUntil(lambda: made.replay.complete)
    qtbot.waitUntil(lambda: made.events.event_at(made.replay.cursor) is not None)
    yield made
    made.close()


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> Iterator[PrintDialog]:
    made = PrintDialog(window)
    made.open()
    yield made
    if isValid(made):  # closing deletes it
        made.close()


def table(rows: int, text: str = "value") -> Document:
    columns = (Column("Version", 1, right=True), Column("Value", 5, mono=True))
    content = Table(columns, [(str(n), f"{text} {n}") for n in range(rows)])
    return Document("Events", ("shop", "order-1", "times in UTC"), "footer", (content,))


def texts(layout: Layout, number: int) -> list[str]:
    return [line.text for line in layout.pages[number].lines]


def everything(layout: Layout) -> str:
    return "\n".join("\n".join(texts(layout, n)) for n in range(len(layout.pages)))


def drawn(layout: Layout, number: int) -> list[str]:
    """Every text that is drawn for a page, its frame too."""
    seen: list[str] = []

    class Noting(QPainter):
        def drawText(self, *arguments: object) -> None:  # type: ignore[override]  # noqa: N802
            seen.append(str(arguments[-1]))
            super().drawText(*arguments)  # type: ignore[call-overload]

    image = QImage(700, 900, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = Noting(image)
    layout.draw(painter, number)
    painter.end()
    return seen


# -- pages ----------------------------------------------------------------------------------


def test_a_long_table_goes_over_pages_with_its_titles(theme: Theme) -> None:
    layout = laid_out(table(500), A4)
    assert len(layout.pages) > 5
    for number in range(len(layout.pages)):
        assert "Version" in texts(layout, number)
        assert layout.pages[number].lines
    values = [text for text in everything(layout).split("\n") if text.startswith("value")]
    assert values == [f"value {n}" for n in range(500)]


def test_the_header_says_what_it_is_on_every_page(theme: Theme) -> None:
    layout = laid_out(table(120), A4)
    total = len(layout.pages)
    for number in range(total):
        seen = drawn(layout, number)
        assert "shop · order-1 · times in UTC" in seen
        assert f"Page {number + 1} of {total}" in seen
        assert "footer" in seen


_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=300)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_TEXT, _TEXT), max_size=12), st.sampled_from([A4, QSizeF(842, 595)]))
def test_everything_lies_between_the_margins(
    theme: Theme, rows: list[tuple[str, str]], paper: QSizeF
) -> None:
    columns = (Column("a", 1), Column("b", 3, mono=True))
    blocks = (Heading("x"), Paragraph("y" * 500), Table(columns, rows))
    layout = laid_out(Document("t", ("h" * 400,), "f", blocks), paper)
    for page in layout.pages:
        for line in page.lines:
            assert line.place.top() >= MARGIN + HEADER - 0.01
            assert line.place.bottom() <= paper.height() - MARGIN - FOOTER + 0.01
            assert line.place.right() <= paper.width() - MARGIN + 0.01


def test_a_row_longer_than_a_page_is_split_and_loses_nothing(theme: Theme) -> None:
    words = " ".join(f"w{n}" for n in range(6000))
    columns = (Column("", 1), Column("", 1, mono=True))
    layout = laid_out(Document("t", (), "", (Table(columns, [("key", words)]),)), A4)
    assert len(layout.pages) > 2
    found = " ".join(everything(layout).split())
    assert [w for w in found.split() if re.fullmatch(r"w\d+", w)] == words.split()


def test_texts_are_broken_by_characters_of_any_plane(theme: Theme) -> None:
    text = "한글😀" * 200
    assert "".join(wrapped(text, font(MONO, 8), 100)) == text
    assert wrapped("", font(MONO, 8), 100) == [""]


def test_a_picture_fits_the_page(theme: Theme) -> None:
    image = QImage(4000, 300, QImage.Format.Format_RGB32)
    layout = laid_out(Document("t", (), "", (Picture(image), Picture(QImage()))), A4)
    ((place, _image),) = layout.pages[0].pictures
    assert place.width() == pytest.approx(A4.width() - 2 * MARGIN)
    assert place.width() / place.height() == pytest.approx(4000 / 300, rel=0.02)


def test_a_picture_of_the_dark_theme_saves_ink(theme: Theme) -> None:
    dark = QImage(5, 3, QImage.Format.Format_RGB32)
    dark.fill(QColor("#1A1D22"))
    dark.setPixelColor(2, 1, QColor("#FF9B5E"))
    light = on_white(dark)
    assert light.pixelColor(0, 0).lightness() > 200
    before, after = QColor("#FF9B5E"), light.pixelColor(2, 1)
    assert abs(before.hslHue() - after.hslHue()) <= 2
    assert after.lightness() == pytest.approx(255 - before.lightness(), abs=1)
    assert on_white(light) is light
    assert on_white(QImage()).isNull()


# -- files ----------------------------------------------------------------------------------


def pages_of(path: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", path.read_bytes()))


def test_a_pdf_file_is_whole_or_not_there(theme: Theme, tmp_path: Path) -> None:
    layout = laid_out(table(200), A4)
    write_pdf(layout, tmp_path / "out.pdf", landscape=False)
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
    assert pages_of(tmp_path / "out.pdf") == len(layout.pages)
    assert [path.name for path in tmp_path.iterdir()] == ["out.pdf"]
    with pytest.raises(OutputFailed, match="could not be written"):
        write_pdf(layout, tmp_path / "no folder" / "out.pdf", landscape=False)
    (tmp_path / "folder.pdf").mkdir()
    with pytest.raises(OutputFailed, match="could not be written"):
        write_pdf(layout, tmp_path / "folder.pdf", landscape=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.pdf", "out.pdf"]


def test_printing_costs_the_start_nothing() -> None:
    code = (
        "import sys\nimport inspector.ui.app\n"
        "bad = [n for n in sys.modules if 'QtPrintSupport' in n or 'inspector.ui.printing' in n]\n"
        "print(bad)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# -- the dialog -----------------------------------------------------------------------------


def chosen(dialog: PrintDialog, what: str) -> None:
    index = dialog.what.findData(what)
    assert index >= 0, what
    dialog.what.setCurrentIndex(index)


def printed(dialog: PrintDialog, qtbot: QtBot, what: str, tmp_path: Path) -> Layout:
    chosen(dialog, what)
    file = tmp_path / f"{what}.pdf"
    dialog.save_as(str(file))
    qtbot.waitUntil(lambda: dialog.message.tone in (Tone.SUCCESS, Tone.ERROR))
    assert dialog.message.tone is Tone.SUCCESS, dialog.message.text
    assert dialog._layout is not None
    assert pages_of(file) == len(dialog._layout.pages)
    return dialog._layout


def test_the_state_with_how_it_is_known(dialog: PrintDialog, qtbot: QtBot, tmp_path: Path) -> None:
    layout = printed(dialog, qtbot, STATE, tmp_path)
    text = everything(layout)
    assert "State at version 21" in text
    assert "balance_after" in text
    assert "inferred" in text
    header = drawn(layout, 0)
    assert any("sample" in t and WALLET[:8] in t and "version 21" in t and "UTC" in t
               for t in header)  # fmt: skip


def test_the_event_with_its_facts_and_payload(
    dialog: PrintDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    text = everything(printed(dialog, qtbot, EVENT, tmp_path))
    assert "Payload" in text
    assert "Global position" in text


def test_the_timeline_and_the_differences(
    dialog: PrintDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    assert printed(dialog, qtbot, TIMELINE, tmp_path).pages[0].pictures
    text = everything(printed(dialog, qtbot, DIFF, tmp_path))
    assert "Before" in text
    assert "balance_after" in text


def test_a_range_of_events(dialog: PrintDialog, qtbot: QtBot, tmp_path: Path) -> None:
    chosen(dialog, ROWS)
    assert (dialog.first.text(), dialog.last.text()) == ("1", "26")
    dialog.first.setText("3")
    dialog.last.setText("5")
    dialog.landscape.setChecked(True)
    layout = printed(dialog, qtbot, ROWS, tmp_path)
    assert layout.paper.width() > layout.paper.height()
    versions = [line.text for line in layout.pages[0].lines if line.right and line.text.isdigit()]
    assert versions == ["3", "4", "5"]


def test_more_than_can_be_printed_says_so(
    dialog: PrintDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_dialog, "MOST", 10)
    text = everything(printed(dialog, qtbot, ROWS, tmp_path))
    assert "The range holds more; 10 events are printed." in text


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [("x", "3", "as numbers"), ("", "3", "as numbers"), ("9", "3", "after the last")],
)
def test_a_range_that_cannot_be(
    dialog: PrintDialog, first: str, last: str, words: str, tmp_path: Path
) -> None:
    chosen(dialog, ROWS)
    dialog.first.setText(first)
    dialog.last.setText(last)
    dialog.save_as(str(tmp_path / "x.pdf"))
    assert dialog.message.tone is Tone.ERROR
    assert words in dialog.message.text
    assert not (tmp_path / "x.pdf").exists()


def test_a_range_without_events(dialog: PrintDialog, qtbot: QtBot, tmp_path: Path) -> None:
    dialog.first.setText("900")
    dialog.last.setText("950")
    assert "No event lies in this range." in everything(printed(dialog, qtbot, ROWS, tmp_path))


def test_a_file_that_cannot_be_written_is_said(
    dialog: PrintDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    chosen(dialog, STATE)
    dialog.save_as(str(tmp_path / "no folder" / "x.pdf"))
    qtbot.waitUntil(lambda: dialog.message.tone is Tone.ERROR)
    assert "could not be written" in dialog.message.text


def test_escape_stops_and_prints_nothing(dialog: PrintDialog, qtbot: QtBot, tmp_path: Path) -> None:
    dialog._then = lambda _layout: pytest.fail("it was stopped")
    dialog._start(table(20_000))
    assert dialog._slices.running
    assert not dialog.preview_button.isEnabled()
    dialog.reject()
    assert not dialog._slices.running
    assert dialog.isVisible()
    assert "Stopped" in dialog.message.text
    qtbot.wait(50)
    assert dialog.preview_button.isEnabled()
    dialog.reject()
    assert not dialog.isVisible()


def test_the_preview_shows_the_same_pages(dialog: PrintDialog, qtbot: QtBot) -> None:
    chosen(dialog, STATE)
    dialog.preview_button.click()
    qtbot.waitUntil(lambda: dialog.preview is not None)
    preview = dialog.preview
    assert preview is not None
    qtbot.waitUntil(preview.isVisible)
    qtbot.wait(100)
    assert dialog._layout is not None
    assert "balance_after" in everything(dialog._layout)
    preview.close()
    qtbot.waitUntil(lambda: dialog.preview is None)
