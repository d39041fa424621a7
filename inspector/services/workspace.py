"""What the window was looking at, as one value that can be kept and read again.

It holds where a store is and which stream was shown, because that is what is needed to come
back; of the events themselves it holds nothing, and never a password. The file is the user's
own (readable by nobody else), is replaced as a whole, and a damaged one is left aside with a
reason instead of keeping anybody from starting.

Imports the standard library and ``core``. The format is JSON, ``version`` says of which form.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from inspector.core.errors import InputInvalid, OutputFailed
from inspector.core.texts import tr
from inspector.services.replacing_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VERSION: Final = 1
SEVERAL: Final = 2
"""Form of a file about several windows."""

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a file that is read; a longer one is none of ours."""

MOST_MARKS: Final = 100
"""Pinned values of each kind that are kept."""

MOST_WINDOWS: Final = 20
"""Windows that come back."""

MOST_TABS: Final = 60
"""Tabs of one window."""

LONGEST_TAB: Final = 500
"""Characters of a stream's name in a tab that is not in front; a longer one is not kept."""

LONGEST: Final = 20_000
"""Characters of one text; a stream's id beyond it is not kept."""


@dataclass(frozen=True, slots=True)
class StorePlace:
    """Where a store is and how it was opened.

    Attributes:
        address: path or address, without a password.
        schema, layout, map_file, choice: the user's choices; empty when there were none.
        touch_nothing, allow_views: likewise.
    """

    address: str
    schema: str = ""
    layout: str = ""
    map_file: str = ""
    choice: str = ""
    touch_nothing: bool = False
    allow_views: bool = False


@dataclass(frozen=True, slots=True)
class StreamFilter:
    """What the list of streams was narrowed to.

    Attributes:
        text: the part of an id that was looked for.
        kind: kind of streams; empty for all kinds.
        category: category; empty for all.
    """

    text: str = ""
    kind: str = "primary"
    category: str = ""


@dataclass(frozen=True, slots=True)
class TabPlace:
    """What a tab that is not in front shows.

    Attributes:
        stream, category, position, row, tab, pins: as in :class:`Workspace`.
    """

    stream: str = ""
    category: str = ""
    position: int | None = None
    row: int | None = None
    tab: str = ""
    pins: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where somebody was.

    Attributes:
        store: what was open; ``None`` when nothing was.
        stream, category: the stream that was shown, by the name its library gives it; empty
            for the events of all streams.
        position: version the cursor stood at; ``row`` is the row among all events.
        tab: the tab that was in front.
        streams: what the list of streams was narrowed to.
        by_time: whether the timeline's axis is a clock.
        speed: events a second while playing; 0 is as it was, ``None`` the usual speed.
        pins: versions A and B of the stream that were pinned to be compared.
        charts, values: marks (see :mod:`.pin_marks`) of the numbers in lanes under the
            timeline, and of the values pinned above the state.
        tabs_before, tabs_after: the other tabs of the window, left and right of this one.
        filters: conditions on events, and whether each is on. They may hold what a store holds:
            they go from window to window, and are never written.
        frame: place and size of the window, as Qt writes them, in base64.
        version: form of the value.
    """

    store: StorePlace | None = None
    stream: str = ""
    category: str = ""
    position: int | None = None
    row: int | None = None
    tab: str = ""
    streams: StreamFilter = field(default_factory=StreamFilter)
    by_time: bool = False
    speed: float | None = None
    pins: tuple[int | None, int | None] = (None, None)
    charts: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    tabs_before: tuple[TabPlace, ...] = ()
    tabs_after: tuple[TabPlace, ...] = ()
    filters: tuple[tuple[str, bool], ...] = ()
    frame: str = ""
    version: int = VERSION


def write_workspace(workspace: Workspace, path: Path) -> None:
    """Replace the file, so that it is always whole and nobody else's to read.

    Raises:
        OutputFailed: the file cannot be written; the old one is untouched.
    """
    write_windows((workspace,), path)


def write_windows(windows: Sequence[Workspace], path: Path) -> None:
    """The same for several windows; one alone is written as it always was.

    Raises:
        OutputFailed: the file cannot be written; the old one is untouched.
    """
    kept = [_written(window) for window in windows[:MOST_WINDOWS]]
    content = kept[0] if len(kept) == 1 else {"version": SEVERAL, "windows": kept}
    text = json.dumps(content, ensure_ascii=True, indent=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode("ascii"))
    except OSError as error:
        words = error.strerror or str(error)
        raise OutputFailed(
            tr("The session could not be kept in {file}: {reason}.", file=path, reason=words)
        ) from error


def _written(workspace: Workspace) -> dict[str, Any]:
    values = asdict(workspace)
    del values["filters"]
    return values


def read_workspace(path: Path) -> Workspace | None:
    """What was kept of the first window; ``None`` when nothing was.

    Raises:
        InputInvalid: the file is damaged, or of a newer form; the message says which.
    """
    return next(iter(read_windows(path)), None)


def read_windows(path: Path) -> tuple[Workspace, ...]:
    """What was kept of all windows; nothing when nothing was.

    Raises:
        InputInvalid: the file is damaged, or of a newer form; the message says which.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _invalid(path, error.strerror or str(error)) from error
    if len(content) > LARGEST:
        raise _invalid(path, tr("it is too large"))
    try:
        return _parsed(json.loads(content))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _invalid(path, str(error)) from error


def _parsed(values: object) -> tuple[Workspace, ...]:
    if not isinstance(values, dict) or values.get("version") != SEVERAL:
        return (parse_workspace(values),)
    windows = values.get("windows")
    if set(values) != {"version", "windows"} or not isinstance(windows, list):
        raise ValueError(tr("it is not what this program writes"))
    return tuple(parse_workspace(one) for one in windows[:MOST_WINDOWS])


def parse_workspace(values: object) -> Workspace:
    """A workspace from the values of its JSON text.

    Raises:
        ValueError, TypeError: a value is missing, unknown, or of another kind.
    """
    given = _table(values, Workspace)
    if given.get("version") != VERSION:
        raise ValueError(tr("it has the form {n}", n=given.get("version")))
    store, streams = given.get("store"), given.get("streams", {})
    return Workspace(
        store=None if store is None else StorePlace(**_store(store)),
        streams=StreamFilter(**{k: _text(v) for k, v in _table(streams, StreamFilter).items()}),
        stream=_text(given.get("stream", "")),
        category=_text(given.get("category", "")),
        tab=_text(given.get("tab", "")),
        position=_number(given.get("position")),
        row=_number(given.get("row")),
        by_time=given.get("by_time", False) is True,
        speed=_speed(given.get("speed")),
        pins=_pair(given.get("pins", [None, None])),
        charts=_marks(given.get("charts", [])),
        values=_marks(given.get("values", [])),
        tabs_before=_tabs(given.get("tabs_before", [])),
        tabs_after=_tabs(given.get("tabs_after", [])),
        frame=_text(given.get("frame", "")),
    )


def _store(values: object) -> dict[str, Any]:
    given = _table(values, StorePlace)
    if not _text(given["address"]):
        raise ValueError(tr("it names no store"))
    truths = ("touch_nothing", "allow_views")
    for name in truths:
        if not isinstance(given.get(name, False), bool):
            raise TypeError(name)
    return {name: v if name in truths else _text(v) for name, v in given.items()}


def _table(values: object, kind: type[Any]) -> Mapping[str, object]:
    known = {one.name for one in fields(kind)}
    if not isinstance(values, dict) or not known.issuperset(values):
        raise ValueError(tr("it is not what this program writes"))
    return values


def _tabs(value: object) -> tuple[TabPlace, ...]:
    if not isinstance(value, list) or len(value) > MOST_TABS:
        raise ValueError(tr("it is not what this program writes"))
    return tuple(_tab(_table(one, TabPlace)) for one in value)


def _tab(given: Mapping[str, object]) -> TabPlace:
    return TabPlace(
        stream=_text(given.get("stream", "")),
        category=_text(given.get("category", "")),
        position=_number(given.get("position")),
        row=_number(given.get("row")),
        tab=_text(given.get("tab", "")),
        pins=_pair(given.get("pins", [None, None])),
    )


def _marks(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_MARKS:
        raise ValueError(tr("it is not what this program writes"))
    return tuple(_text(mark) for mark in value)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise ValueError(tr("it is not what this program writes"))
    return value


def _number(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise TypeError(tr("it is not what this program writes"))


def _speed(value: object) -> float | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise TypeError(tr("it is not what this program writes"))


def _pair(value: object) -> tuple[int | None, int | None]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(tr("it is not what this program writes"))
    return _number(value[0]), _number(value[1])


def _invalid(path: Path, reason: str) -> InputInvalid:
    return InputInvalid(
        tr("The last session was not restored: {file} cannot be used ({reason}).",
           file=path, reason=reason),
        hint=tr("It is replaced when the window is closed."),
    )  # fmt: skip
