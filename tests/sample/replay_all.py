"""Load every aggregate of the sample store through the shop's newest release.

Run as a script in a process of its own, with the folders of that release on its path, because
the package `shop` exists three times. Writes a JSON object: how many aggregates there are, which
of them a snapshot loads otherwise than the whole history does, the balances of the wallets, and
the state of every stream.
May import the `eventsourcing` library and `shop`.
"""

import json
import sys
from typing import Any
from uuid import UUID

from eventsourcing.application import Repository
from shop.app import Shop
from shop.wallets import Wallet


def main() -> None:
    """Argument: path of a copy of the store (the library turns it to write-ahead mode)."""
    settings = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": sys.argv[1]}
    with Shop(settings) as shop:
        whole_history: Repository[UUID] = Repository(shop.events)
        streams = {event.originator_id for event in _events(shop)}
        differing, balances, states = [], {}, {}
        for stream in sorted(streams, key=str):
            replayed: Any = whole_history.get(stream)
            states[str(stream)] = {k: v for k, v in vars(replayed).items() if k[0] != "_"}
            if vars(shop.repository.get(stream)) != vars(replayed):
                differing.append(str(stream))
            if isinstance(replayed, Wallet):
                balances[replayed.customer_no] = str(replayed.balance)
    report = {
        "count": len(streams), "differing": differing, "balances": balances, "states": states,
    }  # fmt: skip
    sys.stdout.write(json.dumps(report, default=str))


def _events(shop: Shop) -> list[Any]:
    return list(shop.recorder.select_notifications(1, 1_000_000))


if __name__ == "__main__":
    main()
