"""Proposals and the rules text that accepted ones make.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from inspector.core.texts import tr

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+\Z")


class Confidence(enum.StrEnum):
    """How far a proposal can be trusted; never that it is true."""

    AGREES = "agrees"
    """The store's own snapshots, or versions that it states, say the same every time."""
    LIKELY = "likely"
    """What was seen fits, but little was seen, or something else would fit as well."""
    GUESS = "guess"
    """Only names or shapes point to it."""


class Part(enum.IntEnum):
    """Parts of a rules file, in order."""

    TYPES = 0
    HOPS = 1
    STATE = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A table of the rules file that lines belong to.

    Attributes:
        part: which part of the file.
        header: its header and the lines that must be in it.
    """

    part: Part
    header: str


@dataclass(frozen=True, slots=True)
class Case:
    """An event or snapshot that a proposal does not fit."""

    stream: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One line of rules that somebody may accept.

    Attributes:
        place: the table it belongs to.
        verb, path, value: the line; ``path`` and ``value`` are empty where the table is all.
        title: what it says, for people.
        confidence, evidence: how far it is to be trusted, and why; no stored values are in it.
        agreed, cases: snapshots (or events) that fit, of those that could have told otherwise.
        against: the first that do not fit.
        needs: tables that have to be there, too, even when nothing in them is accepted.
    """

    place: Place
    verb: str
    path: str
    value: str
    title: str
    confidence: Confidence
    evidence: str
    agreed: int = 0
    cases: int = 0
    against: tuple[Case, ...] = field(default=())
    needs: tuple[Place, ...] = field(default=())

    @property
    def line(self) -> str:
        """The line of the rules file."""
        if not self.verb:
            return ""
        if self.verb in ("remove", "ignore"):
            return f"{self.verb} = [{toml_text(self.path)}]"
        if not self.path:
            return f"{self.verb} = {self.value}"
        return f"{self.verb}.{toml_key(self.path)} = {self.value}"


def toml_text(text: str) -> str:
    """A text as TOML writes it."""
    if "'" not in text and text.isprintable():
        return f"'{text}'" if "\\" in text or '"' in text else f'"{text}"'
    return json.dumps(text, ensure_ascii=True).replace("\\/", "/").replace("\x7f", "\\u007F")


def toml_key(path: str) -> str:
    """A path as one key of a TOML table."""
    return path if _BARE.match(path) else toml_text(path)


def rules_text(proposals: Sequence[Proposal], name: str, *, head: bool = True) -> str:
    """A rules file of the accepted proposals, each with its evidence as a comment.

    Args:
        name: what the rules are called.
        head: whether the file begins here.
    """
    lines = ["format = 1", f"name = {toml_text(name)}", ""] if head else []
    places: dict[Place, list[Proposal]] = {}
    for one in proposals:
        for place in one.needs:
            places.setdefault(place, [])
        places.setdefault(one.place, []).append(one)
    for place in sorted(places, key=lambda place: place.part):
        lines += [*_table(place, places[place]), ""]
    return "\n".join(lines)


def _table(place: Place, proposals: Iterable[Proposal]) -> list[str]:
    lines: list[str] = []
    whole = [one for one in proposals if not one.verb]
    single = [one for one in proposals if one.verb]
    lines += [_comment(one) for one in whole]
    lines += [place.header] if place.header else []
    if place.part is Part.HOPS and not whole and not single:
        lines.append("# " + tr("nothing was accepted here: this hop changes nothing"))
    removed = [one for one in single if one.verb in ("remove", "ignore")]
    for one in single:
        if one not in removed:
            lines += [_comment(one), one.line]
    lines += [_comment(one) for one in removed]
    if removed:
        names = ", ".join(toml_text(one.path) for one in removed)
        lines.append(f"{removed[0].verb} = [{names}]")
    return lines


def _comment(one: Proposal) -> str:
    words = f"# {tr(one.confidence.value)}: {one.evidence}"
    return "".join(char if char.isprintable() else " " for char in words)
