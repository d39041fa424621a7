"""Play one generation's part of the plan through that generation's application.

Runs in a process of its own with the generation's folders on its path, because the three
generations share their module names, as three deployments of one program do. The clock is the
plan's: each event comes a few milliseconds after the one before, and nothing is random that has
not a fixed seed.
May import everything of `making`, `shop` and the `eventsourcing` library.
"""

import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch
from uuid import NAMESPACE_URL, uuid5

from shop.app import Shop
from shop.base import Context

from making.plan import RELEASES, release_at
from making.story import whole_plan

_CLOCK_OF_THE_LIBRARY = "eventsourcing.domain.datetime_now_with_tzinfo"


@dataclass(slots=True)
class Clock:
    """Time as the plan has it."""

    moment: datetime
    rng: Random = field(default_factory=lambda: Random("clock"))

    def jump(self, moment: datetime) -> None:
        """Go to `moment`, never back."""
        self.moment = max(self.moment, moment)

    def now(self) -> datetime:
        """The time; it passes while one asks."""
        self.moment += timedelta(microseconds=self.rng.randint(2_000, 240_000))
        return self.moment


def main() -> None:
    """Arguments: the SQLite file to write and the generation to play (1, 2 or 3)."""
    play(Path(sys.argv[1]), int(sys.argv[2]))


def play(store: Path, generation: int) -> None:
    """Carry out the steps that fall into the time of `generation`, through the library.

    The application imported as `shop` must be that of the same generation.
    """
    settings = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(store)}
    first = next(release for release in RELEASES if release.generation == generation)
    clock = Clock(first.at)
    with patch(_CLOCK_OF_THE_LIBRARY, clock.now), Shop(settings) as shop:
        for step in whole_plan():
            release = release_at(step.at)
            if release.generation != generation:
                continue
            clock.jump(step.at)
            correlation = uuid5(NAMESPACE_URL, f"https://shop.example/requests/{step.request}")
            context = Context(step.user, str(correlation), release.name)
            getattr(shop, step.command)(context, **step.arguments)


if __name__ == "__main__":
    main()
