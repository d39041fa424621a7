"""Finding one stream by the name its library gives it, for a window that opens at a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.errors import StreamUnknown
from inspector.core.texts import tr
from inspector.services.tasks import Done, Failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.errors import InspectorError
    from inspector.core.events import StreamId
    from inspector.services.tasks import Outcome
    from inspector.ui.lanes import StoreLanes


def find_stream(
    lanes: StoreLanes,
    wanted: tuple[str, str | None],
    found: Callable[[StreamId], object],
    failed: Callable[[InspectorError], object],
) -> None:
    """Look for a stream in the interactive lane and hand it over, or say why not.

    Args:
        wanted: the name, and the category where the name alone is not enough.
    """
    name, category = wanted

    def done(outcome: Outcome[tuple[StreamId, ...]]) -> None:
        if isinstance(outcome, Failed):
            failed(outcome.error)
        elif isinstance(outcome, Done) and len(outcome.value) == 1:
            found(outcome.value[0])
        elif isinstance(outcome, Done) and outcome.value:
            failed(_ambiguous(name, outcome.value))
        elif isinstance(outcome, Done):
            failed(
                StreamUnknown(
                    tr("There is no stream {name!r} in this store.", name=name),
                    hint=tr("Search the list on the left for a part of its id."),
                )
            )

    lanes.ask("find", lambda reader, _work: reader.streams.find(name, category), done)


def _ambiguous(name: str, streams: tuple[StreamId, ...]) -> StreamUnknown:
    categories = ", ".join(sorted(s.category or "" for s in streams))
    return StreamUnknown(
        tr("Several streams are called {name!r}.", name=name),
        hint=tr("Choose one in the list on the left; categories: {names}.", names=categories),
    )
