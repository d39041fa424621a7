"""One table of everything that can be done: text, picture, keys, place in the menu, and when.

Menus, keys, tool tips, the command palette and the key sheet are made from this table, so that
they cannot disagree. Handlers are connected by the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from inspector.core.texts import tr
from inspector.ui.action_table import ACTIONS, ActionSpec, Need
from inspector.ui.widgets.plain_text import tooltip_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from PySide6.QtWidgets import QWidget

    from inspector.ui.theme import Theme

SPECS: dict[str, ActionSpec] = {spec.name: spec for spec in ACTIONS}
"""The table by name."""


def keys_text(spec: ActionSpec) -> str:
    """The keys of an action for people, the usual one first."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(key).toString(native) for key in spec.keys)


def reason_of(action: QAction) -> str:
    """Why an action cannot be used now; empty when it can."""
    reason = action.property("reason")
    return reason if isinstance(reason, str) else ""


def set_reason(action: QAction, reason: str) -> None:
    """Let an action be used, or grey it and say why."""
    if action.property("reason") == reason:
        return
    spec = SPECS[action.objectName()]
    keys = keys_text(spec)
    tip = f"{tr(spec.tip)} ({keys})" if keys else tr(spec.tip)
    action.setProperty("reason", reason)
    action.setEnabled(not reason)
    action.setToolTip(tooltip_text(f"{tip}\n{reason}" if reason else tip))


def set_needs(actions: Mapping[str, QAction], missing: Iterable[Need]) -> None:
    """Grey what needs something that is not there, each with its reason."""
    absent = set(missing)
    for name, action in actions.items():
        need = next((need for need in SPECS[name].needs if need in absent), None)
        set_reason(action, "" if need is None else tr(need.value))


def build_actions(
    owner: QWidget, theme: Theme, handlers: Mapping[str, Callable[[], object]]
) -> dict[str, QAction]:
    """Make every action of the table for a window.

    Args:
        owner: the window; the keys work in all of it.
        handlers: what to do, by name; every action of the table needs one.

    Raises:
        KeyError: an action has no handler.
    """
    made: dict[str, QAction] = {}
    groups: dict[str, QActionGroup] = {}
    for spec in ACTIONS:
        action = QAction(tr(spec.text), owner)
        action.setObjectName(spec.name)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        set_reason(action, "")
        if spec.icon is not None:
            theme.set_icon(action, spec.icon)
        action.setCheckable(bool(spec.group))
        action.setIconVisibleInMenu(not spec.group)  # there stands the mark of what is chosen
        if spec.group and spec.group != spec.name:
            group = groups.setdefault(spec.group, QActionGroup(owner))
            group.addAction(action)
        handler = handlers[spec.name]
        action.triggered.connect(lambda _checked=False, run=handler: run())
        owner.addAction(action)
        made[spec.name] = action
    return made
