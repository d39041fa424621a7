"""The manual's page of each layout, written from what the layout itself declares.

Imports the layouts. Promises the same text for the same layout in the same language, so that a
test can compare the manual with the program. What the layout's file says of itself stays English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from inspector.core.errors import OutputFailed
from inspector.core.texts import tr
from inspector.layouts import _pages as pages
from inspector.layouts import builtin_layouts, layout_named
from inspector.layouts._api import Layout, Places, Source

WORDS = {
    "position": "version (place in the stream)",
    "id": "event id",
    "type": "event type",
    "schema_version": "schema version",
    "recorded_at": "time",
    "valid_at": "valid at",
    "payload": "payload",
    "payload_more": "payload, second part",
    "metadata": "metadata",
    "category": "category",
    "correlation_id": "correlation id",
    "causation_id": "causation id",
    "actor": "actor",
    "tenant": "tenant",
    "kind": "kind",
    "tags": "tags",
    "archived": "archived",
    "deleted": "deleted",
}
"""What the program calls each label."""

MORE_WORDS = {"meta": "metadata", "data": "business data"}

VERSIONS = {
    "stored": "The store holds the schema version of each event.",
    "named": "The schema version is part of the event's type.",
    "none": "The store holds no schema versions.",
}
_FACTS = ("type", "id", "schema_version", "recorded_at", "valid_at", "correlation_id",
          "causation_id", "actor", "tenant", "meta", "category", "data")  # fmt: skip


def layout_pages() -> Mapping[str, str]:
    """File name to text: one page for each layout, and the list of them."""
    layouts = [layout for layout in builtin_layouts() if layout.name != "mapped"]
    found = {f"{layout.name}.md": layout_page(layout) for layout in layouts}
    return {**found, "README.md": index_page()}


def index_page() -> str:
    """The list of all layouts, in Markdown."""
    return _index([layout for layout in builtin_layouts() if layout.name != "mapped"])


def page_of(name: str) -> tuple[str, str]:
    """Title and page of the layout of that name.

    Raises:
        InputInvalid: there is none; the hint lists the names.
    """
    layout = layout_named(name)
    return layout.title, layout_page(layout)


def write_pages(folder: Path) -> int:
    """Write all pages; how many.

    Raises:
        OutputFailed: a file cannot be written.
    """
    made = layout_pages()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputFailed(
            tr("The pages cannot be written: {reason}.", reason=error.strerror or str(error)),
            hint=tr("Give a folder that you may write to."),
        ) from error
    return len(made)


def layout_page(layout: Layout) -> str:
    """The page of one layout, in Markdown."""
    parts = [
        f"# {tr(layout.title)}",
        tr("The name for `--layout` is `{name}`.", name=layout.name),
        _prose(pages.text_of(layout)),
        *_recognised(layout),
        *_readings(layout),
    ]
    return "\n\n".join(parts) + "\n"


def _index(layouts: list[Layout]) -> str:
    rows = sorted(layouts, key=lambda layout: layout.title.lower())
    lines = [f"- [{tr(layout.title)}]({layout.name}.md), `{layout.name}`" for layout in rows]
    head = tr(
        "These store formats are recognised by their columns; names of tables do not matter. Any "
        "other table is read with a map file that names its columns (`--map`)."
    )
    return "\n\n".join([f"# {tr('Store formats')}", head, "\n".join(lines)]) + "\n"


def _prose(text: str) -> str:
    """The text of a file's head, with its code marks as Markdown has them."""
    plain = re.sub(r":[a-z]+:`~?([^`]*)`", r"`\1`", text).replace("``", "`")
    lines = [line for line in plain.split("\n") if not line.startswith("Imports ")]
    return "\n".join(lines).strip()


def _recognised(layout: Layout) -> Iterator[str]:
    roles = pages.roles_of(layout)
    if not roles:
        return
    yield f"## {tr('How it is recognised')}"
    for role in roles:
        yield tr("Table of **{role}**:", role=role.name)
        rows = [f"| `{n}` | {pages.kind_words(k)} |" for n, k in role.shape.required.items()]
        yield "\n".join([_row(tr("column"), tr("type")), "| --- | --- |", *rows])
        yield from _conditions(role)


def _conditions(role: pages.Role) -> Iterator[str]:
    shape = role.shape
    if shape.optional:
        yield tr("May be there, too: {columns}.", columns=_listed(sorted(shape.optional)))
    if shape.forbidden:
        yield tr(
            "Must not be there (another format): {columns}.",
            columns=_listed(sorted(shape.forbidden)),
        )
    if shape.closed:
        yield tr("No other column may be there.")


def _readings(layout: Layout) -> Iterator[str]:
    known = pages.described(layout)
    if pages.roles_of(layout) and not pages.told_by_columns(layout):
        yield tr(
            "Columns alone do not tell such a store: rows or other tables are looked at as well."
        )
    for found in known:
        variant = f" ({found.match.variant})" if found.match.variant else ""
        yield f"## {tr('What its words are called here')}{variant}"
        head = _row(tr("here"), tr("column"))
        yield "\n".join([head, "| --- | --- |", *_word_rows(found.words)])
        yield "\n".join(f"- {line}" for line in _special(found.source, found.words))


def _word_rows(words: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    streams = pages.stream_words(words)
    if streams:
        yield _row(tr("stream"), _listed(streams))
    for label, name in WORDS.items():
        if label in words:
            yield _row(tr(name), _listed(words[label]))


def _special(source: Source, words: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    order = pages.order_words(words)
    if source.ordered and order:
        yield tr("The order of the whole store is by {columns}.", columns=_listed(order))
    else:
        yield tr("The store has no order over its streams: it is read one stream after the other.")
    if source.parts is not None:
        yield tr("Several tables of events are one store.")
    if source.counted_positions:
        yield tr("Events have no number in their stream: they are counted from 1.")
    if source.loose_key:
        yield tr("Events outside streams are listed together.")
    yield tr(
        "Payloads are read as {codecs}, or as what they turn out to be.",
        codecs=_listed(source.payload.codecs),
    )
    yield tr(VERSIONS[source.schema_versions])
    if source.snapshots is None:
        yield tr("No snapshots are known.")
    else:
        yield (
            tr("Snapshots are listed and checked; they can be written.")
            if (source.snapshot_write == "native")
            else tr("Snapshots are listed and checked; only read.")
        )
    yield from _places(source.places)


def _places(places: Places) -> Iterator[str]:
    for name in _FACTS:
        place = getattr(places, name)
        if place is not None and place.path:
            yield tr(
                "The {word} is in the {cell} at `{path}`.",
                word=tr(WORDS.get(name, MORE_WORDS.get(name, name))),
                cell=place.cell,
                path=".".join(place.path),
            )
    if places.hidden:
        yield tr(
            "The library's own envelope is left out: {names}.",
            names=_listed(sorted(places.hidden)),
        )
    if places.time_zone_utc:
        yield tr("Times without a zone are UTC, as the library documents.")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
