"""What a plan is made of: steps in time, and the releases that carry them out.

May import the standard library only, so that planning needs no event store.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

START = datetime(2025, 11, 3, 8, 0, tzinfo=UTC)
END = datetime(2026, 4, 17, 18, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Release:
    """A version of the shop's application and the generation of its model."""

    at: datetime
    name: str
    generation: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One request to the shop: at a time, by a user, one command with its arguments.

    Steps of one `request` share a correlation id.
    """

    at: datetime
    user: str
    request: str
    command: str
    arguments: dict[str, Any]


FAULT_FROM = datetime(2026, 3, 12, 2, 7, tzinfo=UTC)
FAULT_UNTIL = datetime(2026, 3, 14, 16, 30, tzinfo=UTC)
RELEASES = (
    Release(START, "2025.11.0", 1, ("shop opens / 가게를 엽니다",)),
    Release(
        datetime(2025, 12, 4, 2, 15, tzinfo=UTC), "2025.12.1", 1, ("checkout: vouchers by e-mail",)
    ),
    Release(
        datetime(2026, 1, 12, 2, 5, tzinfo=UTC),
        "2026.1.0",
        2,
        ("money as decimals", "names in two parts", "orders: nested lines and payment"),
    ),
    Release(datetime(2026, 2, 9, 2, 20, tzinfo=UTC), "2026.2.1", 2, ("faster search / 빠른 검색",)),
    Release(
        datetime(2026, 3, 2, 2, 10, tzinfo=UTC),
        "2026.3.0",
        3,
        ("wallets: contact data and status", "orders: channel and shipping wishes"),
    ),
    Release(
        FAULT_FROM,
        "2026.3.2",
        3,
        ("returns: vouchers are given back", "address search understands 도로명"),
    ),
    Release(FAULT_UNTIL, "2026.3.3", 3, ("hotfix INC-2031",)),
    Release(
        datetime(2026, 4, 7, 2, 0, tzinfo=UTC), "2026.4.0", 3, ("spring catalogue / 봄 카탈로그",)
    ),
)


def release_at(moment: datetime) -> Release:
    """The release in production at `moment`."""
    return [release for release in RELEASES if release.at <= moment][-1]


def deployments() -> list[Step]:
    """One step per release: the entry in the log of deployments."""
    return [
        Step(
            release.at,
            "u-tobias",
            f"deployment/{release.name}",
            "start" if release is RELEASES[0] else "deploy",
            {"notes": list(release.notes)},
        )
        for release in RELEASES
    ]
