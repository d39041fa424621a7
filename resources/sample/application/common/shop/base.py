"""What every aggregate of the sample shop shares: metadata on each event, ids, money.

Part of the `shop` application that the sample store is written with. `shop` is a namespace
package: this folder holds what never changed, `release_1` to `release_3` hold the wallets and
orders as each generation of the application had them. May import the `eventsourcing` library.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.domain import Aggregate

CENT = Decimal("0.01")
Metadata = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Context:
    """Who asked for what follows, in which request, and which event led to it."""

    user: str
    correlation_id: str
    release: str
    causation_id: str | None = None

    def after(self, event_id: str) -> "Context":
        """The same request, for events that the event `event_id` gave rise to."""
        return replace(self, causation_id=event_id)


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as the sign-up form delivers one."""

    number: str
    family: str
    given: str
    locale: str
    email: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a basket; `unit_price` in euro."""

    sku: str
    name: str
    quantity: int
    unit_price: Decimal

    @property
    def price(self) -> Decimal:
        """Euro for the whole line."""
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund that goes to a wallet. `source` names the part of the shop that asked for it."""

    order_no: str
    amount: Decimal
    reason: str
    source: str
    voucher_code: str | None = None


class ShopAggregate(Aggregate):
    """An aggregate whose events all carry metadata."""

    class Event(Aggregate.Event):
        """Any event of the shop."""

        metadata: Metadata

    class Created(Event, Aggregate.Created):
        """First event of a stream."""

    def record(self, event_class: type[Event], context: Context, **values: Any) -> str:
        """Trigger an event with its metadata; return its event id."""
        metadata = event_metadata(self.id, self.version + 1, context)
        self.trigger_event(event_class, metadata=metadata, **values)
        return self.event_id_at(self.version)

    def event_id_at(self, version: int) -> str:
        """Event id of version `version` of this stream."""
        return event_id(self.id, version)


def stream_id(kind: str, number: str) -> UUID:
    """Stream id made from a business number, so that an application finds it without a table."""
    return uuid5(NAMESPACE_URL, f"https://shop.example/{kind}/{number}")


def event_id(stream: UUID, version: int) -> str:
    """Id of one event, the same in every run."""
    return str(uuid5(stream, str(version)))


def event_metadata(stream: UUID, version: int, context: Context) -> Metadata:
    """The metadata of event `version` of `stream`."""
    return {
        "event_id": event_id(stream, version),
        "correlation_id": context.correlation_id,
        "causation_id": context.causation_id,
        "user": context.user,
        "release": context.release,
    }


def to_cents(amount: Decimal) -> int:
    """Whole cents of an amount in euro."""
    return int(amount * 100)


def from_cents(cents: int) -> Decimal:
    """Euro with two decimals."""
    return (Decimal(cents) / 100).quantize(CENT)
