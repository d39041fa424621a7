"""Text links that lead to one place of one store: ``ehi:1?store=…&stream=…&at=27&sum=…``.

A link names a store by its fingerprint (see :mod:`inspector.services.fingerprints`), never by a
path, a host, a user or a password: who follows it finds the store among those they know, or says
where it is. The format is this project's own:

- ``ehi:``, the form's number, ``?``, then ``name=value`` pairs joined by ``&``, the values in
  UTF-8 and percent-encoded, each name at most once, in the order of ``_NAMES``; bytes of a
  stream's name that are no UTF-8 stand there as they are;
- ``sum``, always the last pair: the CRC-32 of everything before ``&sum=`` as eight digits of
  hexadecimal, so that a link that a mail program has cut is known to be damaged.

Links are foreign text: reading one takes time in proportion to its length, which is limited,
and opens nothing.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr

SCHEME: Final = "ehi:"
FORM: Final = 1
LONGEST: Final = 30_000
"""Characters of a link; a command line of Windows holds 32,767."""

_NAMES: Final = ("store", "stream", "category", "at", "row", "panel", "a", "b", "filter")
_HEAD: Final = re.compile(r"(?i:ehi:)(\d{1,9})\?(.*)\Z", re.ASCII | re.DOTALL)
_SUM: Final = re.compile(r"(.*)&sum=([0-9a-fA-F]{8})\Z", re.ASCII | re.DOTALL)
_STORE: Final = re.compile(r"[et][0-9a-f]{24}\Z", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,19}\Z", re.ASCII)
_HIGHEST: Final = 1 << 63
"""Beyond what a database can number."""

_PANEL: Final = re.compile(r"[a-z-]{1,40}\Z", re.ASCII)


class LinkInvalid(InputInvalid):
    """A text is no link, or one that cannot be followed; the message says why."""

    code = "link-invalid"


@dataclass(frozen=True, slots=True)
class Link:
    """A place in a store.

    Attributes:
        store: fingerprint of the store.
        stream: name of the stream; empty for the events of all streams.
        category: where the name alone is not enough; ``None`` when the stream has none.
        at: version at which the cursor stood; ``row``: row among all events, from 0.
        panel: the tab, or the page about the whole store, that was in front.
        pins: versions of the stream pinned as A and B.
        filter: text of the filter that was in use.
    """

    store: str
    stream: str = ""
    category: str | None = None
    at: int | None = None
    row: int | None = None
    panel: str = ""
    pins: tuple[int | None, int | None] = (None, None)
    filter: str = ""


def is_link(text: str) -> bool:
    """Whether a text means to be a link of ours; nothing of it was looked at further."""
    return text[:200].lstrip(" \t\r\n<\"'").lower().startswith(SCHEME)


def format_link(link: Link) -> str:
    """The text of a link.

    Raises:
        LinkInvalid: it would be too long to be followed, or has a name that no link can hold.
    """
    first, second = link.pins
    values = {
        "store": link.store,
        "stream": link.stream,
        "category": link.category,
        "at": link.at,
        "row": link.row,
        "panel": link.panel,
        "a": first,
        "b": second,
        "filter": link.filter,
    }
    pairs = [f"{name}={_encoded(value)}" for name, value in values.items() if _says(name, value)]
    text = f"{SCHEME}{FORM}?{'&'.join(pairs)}"
    if len(text) + len("&sum=00000000") > LONGEST:
        raise LinkInvalid(
            tr("This place has too long a name for a link."),
            hint=tr("Copy the stream's id instead."),
        )
    return f"{text}&sum={_sum(text)}"


def parse_link(text: str) -> Link:
    """Read a link; blanks, line breaks, quotes and angle brackets around or inside are dropped.

    Raises:
        LinkInvalid: it is none, is damaged, too long, or of a newer form.
    """
    if len(text) > 2 * LONGEST:
        raise _too_long()
    plain = "".join(text.split()).strip("<>\"'")
    if len(plain) > LONGEST:
        raise _too_long()
    head = _HEAD.match(plain)
    if head is None:
        raise LinkInvalid(
            tr("This is no link of this program."),
            hint=tr("A link begins with {start}.", start=f"{SCHEME}{FORM}?"),
        )
    if int(head[1]) != FORM:
        raise _newer()
    whole = _SUM.match(plain)
    if whole is None or _sum(SCHEME + whole[1][len(SCHEME) :]) != whole[2].lower():
        raise _damaged()
    return _link(_pairs(whole[1][head.start(2) :]))


def _says(name: str, value: object) -> bool:
    """Whether a value is worth a pair; an empty category is not the same as none."""
    return value is not None and (value != "" or name == "category")


def _encoded(value: object) -> str:
    text = str(value)
    try:
        stored = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        stored = b""
    if stored.decode("utf-8", "surrogateescape") != text:
        raise LinkInvalid(
            tr("This place has a name that no link can hold."),
            hint=tr("Copy the stream's id instead."),
        )
    return quote(stored, safe="")


def _sum(text: str) -> str:
    return f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"


def _pairs(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in text.split("&"):
        name, mark, value = pair.partition("=")
        if not mark or name in values:
            raise _damaged()
        if name not in _NAMES:
            raise _newer()
        values[name] = unquote_to_bytes(value).decode("utf-8", "surrogateescape")
    return values


def _link(values: dict[str, str]) -> Link:
    store, panel = values.get("store", ""), values.get("panel", "")
    if not _STORE.match(store) or not (panel == "" or _PANEL.match(panel)):
        raise _damaged()
    return Link(
        store=store,
        stream=values.get("stream", ""),
        category=values.get("category"),
        at=_number(values.get("at")),
        row=_number(values.get("row")),
        panel=panel,
        pins=(_number(values.get("a")), _number(values.get("b"))),
        filter=values.get("filter", ""),
    )


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not _NUMBER.match(text) or not -_HIGHEST <= int(text) < _HIGHEST:
        raise _damaged()
    return int(text)


def _too_long() -> LinkInvalid:
    return LinkInvalid(
        tr("This is too long to be a link."), hint=tr("A link is copied with Ctrl+Shift+C.")
    )


def _damaged() -> LinkInvalid:
    return LinkInvalid(
        tr("This link is damaged: a part of it is missing or was changed."),
        hint=tr("Copy it again as a whole, to the last character."),
    )


def _newer() -> LinkInvalid:
    return LinkInvalid(
        tr("This link was made by another version of the program and cannot be read by this one."),
        hint=tr("Use the version that made it, or a newer one."),
    )
