"""What a running command has in its hands: where to write, when to stop, whom to ask."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.cli.common import store_request
from inspector.core.errors import LayoutAmbiguous
from inspector.core.texts import tr

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from inspector.cli.interrupts import Interrupts
    from inspector.cli.output import Output
    from inspector.cli.prompts import Prompts
    from inspector.services.open_store import OpenedStore
    from inspector.services.tasks import Work
    from inspector.services.window_request import WindowStarter


@dataclass(frozen=True, slots=True)
class Session:
    """One run of one command.

    Attributes:
        output: where results go.
        work: whether to go on, and who hears how far it is.
        interrupts: what Ctrl+C stops.
        prompts: who is asked for passwords.
        window: who draws the window; ``None`` in a program without one.
    """

    output: Output
    work: Work
    interrupts: Interrupts
    prompts: Prompts
    window: WindowStarter | None = None

    @contextmanager
    def store(self, options: Namespace) -> Iterator[OpenedStore]:
        """The one store that the options mean, open for the length of a ``with`` block.

        Raises:
            StoreUnavailable, StoreBusy, AccessDenied: it cannot be opened.
            LayoutUnknown, LayoutAmbiguous: there is none, or it is not clear which.
        """
        from inspector.services.open_store import choose  # noqa: PLC0415 - slow to load

        with self.stores(options) as stores:
            try:
                store = choose(stores, stores[0].request)
            except LayoutAmbiguous as error:
                say = tr("Say which with --table NAME, or with --layout NAME.")
                hint = f"{error.hint} {say}".strip()
                raise LayoutAmbiguous(error.message, hint=hint) from error
            self.output.findings(store.findings)
            yield store

    @contextmanager
    def stores(self, options: Namespace) -> Iterator[tuple[OpenedStore, ...]]:
        """Every store in the database, open for the length of a ``with`` block."""
        from inspector.services.open_store import open_stores  # noqa: PLC0415 - slow to load

        stores = open_stores(store_request(options, self.prompts), self.work)
        connection = stores[0].connection
        self.interrupts.reading(connection.interrupt)
        try:
            yield stores
        finally:
            self.interrupts.reading(None)
            connection.close()
            if stores[0].replayer is not None:
                stores[0].replayer.close()
