"""A payload that was too large for its page: read when somebody asks, saved exactly."""

from __future__ import annotations

import contextlib
import secrets
from typing import TYPE_CHECKING

from inspector.core.errors import OutputFailed
from inspector.core.texts import tr

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.core.events import Event
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader


def read_whole(reader: StoreReader, event: Event, work: Work) -> Event:
    """The event with its whole payload.

    Raises:
        StreamUnknown: it is no longer in the store.
    """
    work.check()
    return reader.events.whole(event)


def save_exactly(data: bytes, file: Path) -> None:
    """Write bytes as they are; the file is there completely or not at all.

    Raises:
        OutputFailed: it could not be written; a file of that name is as it was.
    """
    temporary = file.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with temporary.open("xb") as part:
            part.write(data)
        temporary.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise OutputFailed(
            tr("The file {file} could not be written.", file=file.name),
            hint=tr("Choose another folder, or make room."),
            detail=str(error),
        ) from error
