"""What an export format is given and has to offer. No format knows what a store is.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """One column of the formats that are tables.

    Attributes:
        name: key for programs: lower-case English, the same in every language.
        title: heading for people.
        text: the cell of a record; as stored, without separators for thousands.
        right: numbers stand to the right.
    """

    name: str
    title: str
    text: Callable[[Mapping[str, Any]], str]
    right: bool = False


@dataclass(frozen=True)
class Report:
    """A list of findings to keep, or to hand over.

    Attributes:
        kind: key for programs: what is listed.
        title: the same for people.
        records: one map for each line.
        columns: what the tables among the formats show of a record.
        facts: what the report is about, by key: store, rules, time.
        summary: what it comes to, a line each.
        partial: why not everything is in it; empty when everything is.
        bad: records to mark, by a test.
    """

    kind: str
    title: str
    records: Sequence[Mapping[str, Any]]
    columns: tuple[ReportColumn, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    summary: tuple[str, ...] = ()
    partial: str = ""
    bad: Callable[[Mapping[str, Any]], bool] = lambda _record: False


@dataclass(frozen=True, slots=True)
class Exporter:
    """One format.

    Attributes:
        name: as ``--format`` takes it.
        title: for people.
        suffix: of its files, with the dot.
        texts: the report as pieces of text, to be written as UTF-8.
    """

    name: str
    title: str
    suffix: str
    texts: Callable[[Report], Iterator[str]]


def plain_cell(text: str) -> str:
    """Store text that can stand in a line: nothing that steers a reader, and always encodable.

    Control characters, halves of surrogate pairs and marks that turn the direction of writing
    are written as escapes.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(char) for char in text)


def _escaped(char: str) -> str:
    steers = char in _BIDI or char in "\u2028\u2029"
    if not steers and unicodedata.category(char) not in ("Cc", "Cs"):
        return char
    short = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(char)
    return short or f"\\u{ord(char):04x}"
