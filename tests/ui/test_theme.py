"""Themes: every role has a value, every value can be seen, and switching reaches everything."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontInfo, QFontMetrics, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton

from inspector.services.resources import ResourceMissing, resource, resources_folder
from inspector.ui.theme import Icon, Role, Theme, ThemeChoice, TintRole, Tokens
from inspector.ui.theme.fonts import build_fonts
from inspector.ui.theme.icons import render_icon
from inspector.ui.theme.stylesheet import build_stylesheet
from inspector.ui.theme.tokens import THEME_NAMES, ThemeInvalid, load_theme, mix, read_theme
from tests.ui.colour_sight import SIGHTS, contrast, distance, least_distance

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QImage, QPixmap
    from pytestqt.qtbot import QtBot

GROUNDS = (Role.WINDOW, Role.SURFACE, Role.SURFACE_ALTERNATE)
BLIND_NAMES = tuple(name for name in THEME_NAMES if name.endswith("-cvd"))


@pytest.fixture(params=THEME_NAMES)
def tokens(request: pytest.FixtureRequest) -> Tokens:
    return load_theme(request.param)


# --- Theme files ---


def test_every_theme_names_itself_and_its_kind(tokens: Tokens) -> None:
    assert tokens.dark is tokens.name.startswith("dark")
    assert tokens.colour_blind is tokens.name.endswith("-cvd")
    assert set(tokens.colours) == set(Role)
    assert set(tokens.tints) == set(TintRole)


def test_there_is_no_theme_file_that_nobody_can_choose() -> None:
    files = {path.stem for path in (resources_folder() / "themes").glob("*.toml")}
    assert files == set(THEME_NAMES)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('cursor = "#C2410C"\n', "", "missing or unknown: cursor"),
        ("[tints]", 'glow = "#FFFFFF"\n[tints]', "missing or unknown: glow"),
        ('"#C2410C"', '"orange"', "not #RRGGBB"),
        ('scheme = "light"', 'scheme = "sepia"', "light or dark"),
        ('    "#93931A",\n', "", "must list 6"),
        ('added = { back = "#E2F5E7", text = "#14602C" }', 'added = "#E2F5E7"', "back and text"),
        ("[event-types]", "event-types = 1\n[other]", "event-types"),
        ("[colours]", "[colours", "light.toml"),
    ],
)
def test_a_wrong_theme_file_says_what_is_wrong(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    text = resource("themes", "light.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "light.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ThemeInvalid, match=reason):
        read_theme(path)


def test_an_unknown_theme_is_missing() -> None:
    with pytest.raises(ResourceMissing):
        load_theme("sepia")


# --- What can be seen ---


def test_text_has_contrast_on_every_ground(tokens: Tokens) -> None:
    grounds = [tokens[role] for role in (*GROUNDS, Role.SELECTION)]
    for text in (Role.TEXT, Role.TEXT_MUTED):
        assert min(contrast(tokens[text], ground) for ground in grounds) >= 4.5, text
    for text in (Role.ACCENT, Role.SUCCESS, Role.WARNING, Role.DANGER, Role.INFO):
        assert min(contrast(tokens[text], tokens[ground]) for ground in GROUNDS) >= 4.5, text
    assert contrast(tokens[Role.ACCENT_TEXT], tokens[Role.ACCENT]) >= 4.5


def test_text_has_contrast_on_every_tint_and_message(tokens: Tokens) -> None:
    for role, tint in tokens.tints.items():
        assert contrast(tint.text, tint.back) >= 6.5, role
        assert contrast(tokens[Role.TEXT], tint.back) >= 6.5, role
    for severity in (Role.INFO, Role.SUCCESS, Role.WARNING, Role.DANGER):
        assert contrast(tokens[Role.TEXT], tokens.wash(severity)) >= 4.5, severity
        assert contrast(tokens[severity], tokens.wash(severity)) >= 4.5, severity
    for ground in GROUNDS:
        assert contrast(tokens[Role.TEXT], tokens.hover(ground)) >= 4.5, ground


def test_graphics_have_contrast_where_they_stand(tokens: Tokens) -> None:
    for graphic in (Role.OUTLINE, Role.CURSOR, Role.ACCENT):
        assert contrast(tokens[graphic], tokens[Role.SURFACE]) >= 3, graphic
        assert contrast(tokens[graphic], tokens[Role.WINDOW]) >= 3, graphic
    for colour in (*tokens.event_types, tokens.event_neutral):
        assert contrast(colour, tokens[Role.SURFACE]) >= 3.2, colour
    for severity in (Role.WARNING, Role.DANGER):
        assert contrast(tokens[severity], tokens[Role.SELECTION]) >= 3, severity


def test_text_of_disabled_things_is_still_readable(tokens: Tokens) -> None:
    assert contrast(tokens[Role.TEXT_DISABLED], tokens[Role.SURFACE]) >= 3


@pytest.mark.parametrize("sight", SIGHTS)
def test_event_types_stay_apart(tokens: Tokens, sight: str) -> None:
    assert least_distance(tokens.event_types, sight) >= 33


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("name", BLIND_NAMES)
def test_the_colour_blind_sets_keep_what_they_are_for(name: str, sight: str) -> None:
    tokens = load_theme(name)
    tints = tokens.tints
    changes = (tints[TintRole.ADDED], tints[TintRole.REMOVED], tints[TintRole.CHANGED])
    assert least_distance((tint.back for tint in changes), sight) >= 12
    for tint, other in itertools.product(changes, (Role.SURFACE, Role.SELECTION)):
        assert distance(tint.back, tokens[other], sight) >= 10
    severities = (tokens[role] for role in (Role.SUCCESS, Role.WARNING, Role.DANGER, Role.INFO))
    assert least_distance(severities, sight) >= 10


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_usual_sets_need_their_glyphs(name: str) -> None:
    """Why a glyph stands beside every tint: green and red meet for deutan sight."""
    tints = load_theme(name).tints
    added, removed = tints[TintRole.ADDED].back, tints[TintRole.REMOVED].back
    assert distance(added, removed, "deutan") < 5 < distance(added, removed, "normal")


def test_mixing_goes_from_one_colour_to_the_other() -> None:
    assert mix("#000000", "#FFFFFF", 0) == "#000000"
    assert mix("#000000", "#FFFFFF", 1) == "#FFFFFF"
    assert mix("#102030", "#304050", 0.5) == "#203040"


def test_the_style_sheet_names_only_pictures_that_exist(tokens: Tokens) -> None:
    named = re.findall(r'url\("([^"]+)"\)', build_stylesheet(tokens))
    assert len(set(named)) == 3
    assert all(Path(name).is_file() for name in named)


def test_pictures_of_controls_have_contrast(tokens: Tokens) -> None:
    folder = resources_folder() / "themes" / "parts"
    scheme = "dark" if tokens.dark else "light"
    for part, ground in (
        ("check", Role.ACCENT),
        ("chevron-down", Role.SURFACE),
        ("chevron-up", Role.SURFACE),
    ):
        text = (folder / f"{part}-{scheme}.svg").read_text(encoding="utf-8")
        colour = re.findall(r'stroke="(#\w+)"', text)[0]
        assert contrast(colour, tokens[ground]) >= 4.5, part


def test_the_style_sheet_sets_no_font(tokens: Tokens) -> None:
    sheet = build_stylesheet(tokens)
    assert "font" not in sheet
    assert "{" in sheet
    assert "{{" not in sheet


# --- Switching ---


def test_switching_reaches_palette_style_and_listeners(theme: Theme, qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    with qtbot.waitSignal(theme.changed):
        theme.choose(ThemeChoice.DARK)
    window = QApplication.palette().color(QPalette.ColorRole.Window)
    assert window.name().upper() == theme.tokens[Role.WINDOW] == load_theme("dark")[Role.WINDOW]
    assert field.palette().color(QPalette.ColorRole.Text).lightness() > 200
    theme.choose(ThemeChoice.DARK, colour_blind=True)
    assert theme.tokens.name == "dark-cvd"
    theme.choose(ThemeChoice.LIGHT)
    assert theme.tokens.name == "light-cvd"


def test_following_the_system_looks_at_its_own_palette(theme: Theme) -> None:
    theme.choose(ThemeChoice.DARK)
    assert theme.system_palette.color(QPalette.ColorRole.Window).lightness() > 128
    theme.choose(ThemeChoice.SYSTEM)
    scheme = QApplication.styleHints().colorScheme()
    assert theme.tokens.dark is (scheme is Qt.ColorScheme.Dark)


def test_a_change_of_the_system_counts_only_when_followed(theme: Theme, qtbot: QtBot) -> None:
    hints = QApplication.styleHints()
    theme.choose(ThemeChoice.LIGHT)
    with qtbot.assertNotEmitted(theme.changed):
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    theme.choose(ThemeChoice.SYSTEM)
    with qtbot.waitSignal(theme.changed):
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)


def test_disabled_text_is_greyed(theme: Theme) -> None:
    palette = QApplication.palette()
    greyed = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert greyed.name().upper() == theme.tokens[Role.TEXT_DISABLED]


# --- Fonts ---


def test_the_bundled_fonts_are_used(theme: Theme) -> None:
    fonts = theme.fonts
    assert QFontInfo(fonts.ui).family() == "Pretendard"
    assert QFontInfo(fonts.mono).family() == "JetBrains Mono"
    assert QFontInfo(fonts.mono).fixedPitch()
    assert QFontInfo(fonts.heading).weight() > QFontInfo(fonts.ui).weight()
    assert QFontInfo(fonts.ui).pixelSize() == 13


def test_figures_are_tabular_and_operators_stay_apart(theme: Theme) -> None:
    ui, mono = QFontMetrics(theme.fonts.ui), QFontMetrics(theme.fonts.mono)
    assert ui.horizontalAdvance("1111") == ui.horizontalAdvance("0000")
    assert mono.horizontalAdvance("!=") == 2 * mono.horizontalAdvance("!")


def test_korean_has_glyphs_in_both_fonts(theme: Theme) -> None:
    ui = QFontMetrics(theme.fonts.ui)
    assert all(ui.inFontUcs4(ord(letter)) for letter in "이벤트 재생")
    assert theme.fonts.mono.families() == ["JetBrains Mono", "Pretendard"]


def test_zoom_scales_text_and_lengths_within_limits(theme: Theme) -> None:
    theme.set_zoom(1.5)
    assert theme.fonts.ui.pixelSize() == 20
    assert theme.px(24) == 36
    assert build_fonts(99).zoom == 2.5
    assert build_fonts(0).zoom == 0.75


def test_every_bundled_font_has_its_licence() -> None:
    folder = resources_folder() / "fonts"
    families = {path.name.partition("-")[0] for path in folder.glob("*.[ot]tf")}
    licensed = {path.name.partition("-")[0] for path in folder.glob("*-LICENSE.txt")}
    assert families == licensed == {"Pretendard", "JetBrainsMono"}


# --- Icons ---


def test_icons_and_files_are_the_same_set() -> None:
    folder = resources_folder() / "icons"
    assert {path.stem for path in folder.glob("*.svg")} == {str(icon) for icon in Icon}
    assert "ISC License" in (folder / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("icon", Icon)
def test_every_icon_is_drawn_in_its_colour_alone(icon: Icon, qapp: QApplication) -> None:
    image = render_icon(icon, "#FF0000", 16).toImage()
    solid = [colour for colour in _colours(image) if colour.alpha() > 200]
    assert solid
    assert all(colour.red() > 240 and colour.green() < 15 for colour in solid)


def test_icons_are_rendered_at_the_density_of_the_screen(qapp: QApplication) -> None:
    pixmap = render_icon(Icon.DATABASE, "#000000", 16, 2.0)
    assert pixmap.width() == 32
    assert pixmap.deviceIndependentSize().width() == 16


def test_an_icon_follows_the_theme_until_it_is_replaced(theme: Theme, qtbot: QtBot) -> None:
    button = QToolButton()
    qtbot.addWidget(button)
    theme.set_icon(button, Icon.PLAY)
    before = _strongest(button.icon().pixmap(16))
    theme.set_icon(button, Icon.PAUSE, Role.DANGER)
    theme.choose(ThemeChoice.DARK)
    after = _strongest(button.icon().pixmap(16))
    assert before == load_theme("light")[Role.TEXT]
    assert after == load_theme("dark")[Role.DANGER]


def test_a_disabled_icon_is_greyed(theme: Theme) -> None:
    pixmap = theme.icons.icon(Icon.LOCK).pixmap(16, QIcon.Mode.Disabled)
    assert _strongest(pixmap) == theme.tokens[Role.TEXT_DISABLED]


def test_a_button_that_is_gone_is_forgotten(theme: Theme, qtbot: QtBot) -> None:
    button = QToolButton()
    theme.set_icon(button, Icon.PLAY)
    button.deleteLater()
    QApplication.sendPostedEvents(button, QEvent.Type.DeferredDelete)
    theme.choose(ThemeChoice.DARK)
    assert theme.tokens.dark


def _colours(image: QImage) -> list[QColor]:
    return [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]


def _strongest(pixmap: QPixmap) -> str:
    return max(_colours(pixmap.toImage()), key=lambda colour: colour.alpha()).name().upper()
