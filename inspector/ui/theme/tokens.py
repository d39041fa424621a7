"""Colour roles and their values, read from a theme file.

A theme file (TOML, ``resources/themes``) gives every role a value; a missing, unknown or
malformed one is an error, so that no widget ever falls back to an accidental colour.

Imports no Qt, so that a check of the values needs no screen.
"""

from __future__ import annotations

import enum
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inspector.services.resources import resource

THEME_NAMES: Final = ("light", "dark", "light-cvd", "dark-cvd")
EVENT_COLOURS: Final = 6
_HEX: Final = re.compile(r"#[0-9A-F]{6}\Z")


class Role(enum.StrEnum):
    """What a single colour is for."""

    WINDOW = "window"
    SURFACE = "surface"
    SURFACE_ALTERNATE = "surface-alternate"
    TEXT = "text"
    TEXT_MUTED = "text-muted"
    TEXT_DISABLED = "text-disabled"
    BORDER = "border"
    OUTLINE = "outline"
    ACCENT = "accent"
    ACCENT_TEXT = "accent-text"
    SELECTION = "selection"
    CURSOR = "cursor"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"
    INFO = "info"


class TintRole(enum.StrEnum):
    """What a coloured ground with its own text colour is for."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UPCAST = "upcast"
    SNAPSHOT = "snapshot"


class ThemeInvalid(ValueError):
    """A theme file does not give every role exactly one colour."""


@dataclass(frozen=True, slots=True)
class Tint:
    """A ground and the text that stands on it, both ``#RRGGBB``."""

    back: str
    text: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """All colours of one theme.

    Attributes:
        name: the theme's name, equal to its file name.
        dark: whether light text stands on dark ground.
        colour_blind: whether green and red are avoided.
        colours: one ``#RRGGBB`` for each :class:`Role`.
        tints: ground and text for each :class:`TintRole`.
        event_types: colours of the most frequent event types, in order of frequency.
        event_neutral: colour of all other event types.
    """

    name: str
    dark: bool
    colour_blind: bool
    colours: Mapping[Role, str]
    tints: Mapping[TintRole, Tint]
    event_types: tuple[str, ...]
    event_neutral: str

    def __getitem__(self, role: Role) -> str:
        return self.colours[role]

    def hover(self, ground: Role = Role.SURFACE) -> str:
        """The ground of something the mouse is over."""
        return mix(self[ground], self[Role.TEXT], 0.10)

    def wash(self, role: Role) -> str:
        """A quiet ground in the colour of a message's role."""
        return mix(self[Role.SURFACE], self[role], 0.08)


def mix(first: str, second: str, share: float) -> str:
    """A colour between two, ``share`` of the way to the second (0 to 1), as ``#RRGGBB``."""
    parts = (
        round(int(first[i : i + 2], 16) * (1 - share) + int(second[i : i + 2], 16) * share)
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02X}" for part in parts)


def load_theme(name: str) -> Tokens:
    """Read one of the program's own themes.

    Raises:
        ThemeInvalid: a role is missing, unknown, or no ``#RRGGBB``.
        ResourceMissing: there is no theme of that name.
    """
    return read_theme(resource("themes", f"{name}.toml"))


def read_theme(path: Path) -> Tokens:
    """Read a theme file. Raises :class:`ThemeInvalid` with the file and what is wrong."""
    with path.open("rb") as file:
        try:
            content = tomllib.load(file)
            return _tokens(content)
        except (KeyError, TypeError, ValueError) as error:
            raise ThemeInvalid(f"{path.name}: {error}") from error


def _tokens(content: Mapping[str, object]) -> Tokens:
    events = _table(content, "event-types")
    given = events["colours"]
    if not isinstance(given, list) or len(given) != EVENT_COLOURS:
        raise ValueError(f"event-types.colours must list {EVENT_COLOURS} colours")
    scheme = content["scheme"]
    if scheme not in ("light", "dark"):
        raise ValueError(f"scheme must be light or dark, not {scheme!r}")
    colours, tints = _table(content, "colours"), _table(content, "tints")
    _same_names("colours", colours, Role)
    _same_names("tints", tints, TintRole)
    return Tokens(
        name=str(content["name"]),
        dark=scheme == "dark",
        colour_blind=content["colour-blind"] is True,
        colours={role: _colour(role, colours[role]) for role in Role},
        tints={role: _tint(role, tints[role]) for role in TintRole},
        event_types=tuple(_colour("event-types", colour) for colour in given),
        event_neutral=_colour("neutral", events["neutral"]),
    )


def _table(content: Mapping[str, object], name: str) -> Mapping[str, object]:
    table = content[name]
    if not isinstance(table, dict):
        raise TypeError(f"[{name}] must be a table")
    return table


def _same_names(table: str, given: Iterable[str], known: Iterable[str]) -> None:
    wrong = set(given) ^ {str(name) for name in known}
    if wrong:
        raise ValueError(f"[{table}] missing or unknown: {', '.join(sorted(wrong))}")


def _colour(where: str, value: object) -> str:
    if not isinstance(value, str) or not _HEX.match(value):
        raise ValueError(f"{where}: {value!r} is not #RRGGBB in capitals")
    return value


def _tint(where: str, value: object) -> Tint:
    if not isinstance(value, dict) or set(value) != {"back", "text"}:
        raise ValueError(f"{where}: needs back and text")
    return Tint(_colour(where, value["back"]), _colour(where, value["text"]))
