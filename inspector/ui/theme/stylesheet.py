"""The small style sheet: only what a palette cannot say.

Corners, hair lines, flat tool buttons, slim scroll bars, the tab line. Fonts are never set
here, because a font in a style sheet loses its tabular figures.
"""

from __future__ import annotations

from inspector.services.resources import resources_folder
from inspector.ui.theme.tokens import Role, Tokens, mix

_SHEET = """
QToolTip {{
    color: {text}; background: {surface}; border: 1px solid {outline}; padding: 4px 6px;
}}
QLabel[muted="true"] {{ color: {muted}; }}
QLabel[tone="stale"] {{ color: {warning}; }}
QFrame[panel="true"] {{
    background: {surface}; border: 1px solid {border}; border-radius: 4px;
}}
QFrame#quick-box {{ background: {surface}; border: 1px solid {outline}; border-radius: 6px; }}
QLineEdit, QPlainTextEdit[field="true"] {{
    background: {surface}; border: 1px solid {outline}; border-radius: 4px;
    padding: 0 6px; min-height: 26px; selection-background-color: {selection};
    selection-color: {text};
}}
QLineEdit:focus {{ border-color: {accent}; }}
QLineEdit:disabled {{ color: {disabled}; border-color: {border}; }}
QLineEdit[state="invalid"] {{ border-color: {danger}; }}
QLineEdit[state="valid"] {{ border-color: {success}; }}
QLineEdit[state="doubtful"] {{ border-color: {warning}; }}
QLabel[state="invalid"] {{ color: {danger}; }}
QLabel[state="valid"] {{ color: {success}; }}
QLabel[state="doubtful"] {{ color: {warning}; }}
QLineEdit > QToolButton, QLineEdit > QToolButton:hover {{
    background: transparent; border: none; padding: 0; min-width: 0; min-height: 0;
}}
QComboBox, QAbstractSpinBox {{
    background: {surface}; border: 1px solid {outline}; border-radius: 4px;
    padding: 0 8px; min-height: 26px; color: {text};
    selection-background-color: {selection}; selection-color: {text};
}}
QComboBox:focus, QAbstractSpinBox:focus {{ border-color: {accent}; }}
QComboBox:disabled, QAbstractSpinBox:disabled {{ color: {disabled}; border-color: {border}; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow, QAbstractSpinBox::down-arrow {{
    image: url("{parts}/chevron-down-{scheme}.svg"); width: 14px; height: 14px;
}}
QAbstractSpinBox::up-arrow {{
    image: url("{parts}/chevron-up-{scheme}.svg"); width: 14px; height: 14px;
}}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
    border: none; background: transparent; width: 20px;
}}
QComboBox QAbstractItemView {{
    background: {surface}; border: 1px solid {outline}; selection-background-color: {selection};
    selection-color: {text};
}}
QCheckBox, QRadioButton {{ spacing: 6px; }}
QCheckBox::indicator, QRadioButton::indicator, QTreeView::indicator {{
    width: 14px; height: 14px; border: 1px solid {outline}; background: {surface};
}}
QCheckBox::indicator, QTreeView::indicator {{ border-radius: 3px; }}
QRadioButton::indicator {{ border-radius: 8px; }}
QCheckBox::indicator:checked, QTreeView::indicator:checked {{
    background: {accent}; border-color: {accent}; image: url("{parts}/check-{scheme}.svg");
}}
QRadioButton::indicator:checked {{
    border-color: {accent};
    background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
        stop: 0 {accent}, stop: 0.55 {accent}, stop: 0.62 {surface}, stop: 1 {surface});
}}
QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border: 2px solid {accent}; }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{
    border-color: {border}; background: {window};
}}
QCheckBox:disabled, QRadioButton:disabled {{ color: {disabled}; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {border}; }}
QSlider::handle:horizontal {{
    width: 14px; margin: -5px 0; border-radius: 7px; background: {accent};
}}
QPushButton {{
    background: {button}; border: 1px solid {button_line}; border-radius: 4px;
    padding: 0 12px; min-height: 26px; color: {text};
}}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {pressed}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:default {{ background: {accent}; border-color: {accent}; color: {accent_text}; }}
QPushButton:default:hover {{ background: {accent_hover}; }}
QPushButton:default:focus {{ border-color: {text}; }}
QPushButton:disabled {{
    background: {window}; border-color: {border}; color: {disabled};
}}
QToolButton {{
    border: 1px solid transparent; border-radius: 4px; background: transparent;
    padding: 0 5px; min-width: 16px; min-height: 26px; color: {text};
}}
QToolButton:hover {{ background: {hover}; }}
QToolButton:pressed {{ background: {pressed}; }}
QToolButton:checked {{ background: {selection}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton:disabled {{ color: {disabled}; }}
QToolButton[filled="true"] {{ background: {button}; padding: 0 8px; }}
QToolButton[filled="true"]:hover {{ background: {hover}; }}
QToolButton[small="true"] {{ padding: 0 6px; min-height: 20px; color: {muted}; }}
QToolButton[small="true"]:hover {{ color: {text}; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {border}; }}
QTabBar {{ qproperty-drawBase: 0; background: transparent; }}
QTabBar::tab {{
    background: transparent; color: {muted}; border: none; border-bottom: 2px solid transparent;
    padding: 6px 8px; min-height: 16px;
}}
QTabBar::tab:hover {{ color: {text}; background: {hover}; }}
QTabBar::tab:selected {{ color: {text}; border-bottom-color: {accent}; }}
QTabBar::tab:focus {{ color: {accent}; }}
QTabBar::tab:disabled {{ color: {disabled}; }}
QHeaderView {{ background: {surface}; border: none; }}
QHeaderView::section {{
    background: {surface}; color: {muted}; border: none; border-bottom: 1px solid {border};
    padding: 0 6px; height: 24px;
}}
QHeaderView::section:hover {{ color: {text}; }}
QAbstractItemView {{ outline: none; }}
QSplitter::handle {{ background: transparent; }}
QSplitter::handle:hover {{ background: {hover_window}; }}
QStatusBar {{ color: {muted}; border-top: 1px solid {border}; }}
QStatusBar::item {{ border: none; }}
QMenu {{ background: {surface}; border: 1px solid {outline}; padding: 4px 0; }}
QMenu::item {{ padding: 4px 24px 4px 12px; color: {text}; }}
QMenu::item:selected {{ background: {selection}; }}
QMenu::item:disabled {{ color: {disabled}; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 4px 0; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::indicator {{ width: 14px; height: 14px; margin-left: 8px; }}
QMenu::indicator:checked {{
    background: {accent}; border-radius: 3px; image: url("{parts}/check-{scheme}.svg");
}}
QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: 12px; }}
QScrollBar:horizontal {{ height: 12px; }}
QScrollBar::handle {{ background: {thumb}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:hover {{ background: {outline}; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QProgressBar {{
    background: {border}; border: none; border-radius: 2px; max-height: 4px; min-height: 4px;
}}
QProgressBar::chunk {{ background: {accent}; border-radius: 2px; }}
"""


def build_stylesheet(tokens: Tokens) -> str:
    """The application's style sheet in a theme's colours."""
    window, text = tokens[Role.WINDOW], tokens[Role.TEXT]
    button = mix(window, text, 0.05)
    return _SHEET.format(
        **{role.value.replace("-", "_"): tokens[role] for role in Role},
        parts=(resources_folder() / "themes" / "parts").as_posix(),
        scheme="dark" if tokens.dark else "light",
        muted=tokens[Role.TEXT_MUTED],
        disabled=tokens[Role.TEXT_DISABLED],
        button=button,
        button_line=mix(window, text, 0.16),
        hover=mix(button, text, 0.06),
        pressed=mix(button, text, 0.12),
        hover_window=tokens.hover(Role.WINDOW),
        accent_hover=mix(tokens[Role.ACCENT], text, 0.12),
        thumb=mix(tokens[Role.BORDER], tokens[Role.OUTLINE], 0.35),
    )
