"""Wallets as the first generation of the shop had them: one name field, money in whole cents.

Part of the `shop` application, used from 2025-11-03. May import `shop.base`.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from shop.base import (
    Context,
    Customer,
    Refund,
    ShopAggregate,
    event_metadata,
    from_cents,
    stream_id,
    to_cents,
)


class Wallet(ShopAggregate):
    """A customer's account with the shop: store credit, points, remarks."""

    def __init__(self, customer_no: str, customer_name: str, balance_cents_after: int) -> None:
        self.customer_no = customer_no
        self.customer_name = customer_name
        self.balance_cents = balance_cents_after
        self.points = 0
        self.notes: list[str] = []

    @staticmethod
    def create_id(customer_no: str) -> UUID:
        """Stream id of a customer number."""
        return stream_id("wallets", customer_no)

    @property
    def balance(self) -> Decimal:
        """Store credit in euro."""
        return from_cents(self.balance_cents)

    class Event(ShopAggregate.Event):
        """Any event of a wallet."""

    class Opened(Event, ShopAggregate.Created):
        """The customer registered."""

        customer_no: str
        customer_name: str
        currency: str
        balance_cents_after: int

    class MoneyEvent(Event):
        """An event after which the balance is `balance_cents_after`."""

        cents: int
        balance_cents_after: int

        def apply(self, aggregate: "Wallet") -> None:
            """Take the resulting balance."""
            aggregate.balance_cents = self.balance_cents_after

    class ToppedUp(MoneyEvent):
        """The customer put money in."""

        channel: str

    class Spent(MoneyEvent):
        """An order was paid from the wallet."""

        order_no: str

    class RefundIssued(MoneyEvent):
        """A refund became store credit."""

        order_no: str
        reason: str

    class PointsEarned(Event):
        """Points for a delivered order."""

        points: int
        points_after: int

        def apply(self, aggregate: "Wallet") -> None:
            """Take the resulting points."""
            aggregate.points = self.points_after

    class NoteAdded(Event):
        """A remark of the staff."""

        text: str
        attachments: list[Any]

        def apply(self, aggregate: "Wallet") -> None:
            """Keep the last five remarks."""
            aggregate.notes = [*aggregate.notes, self.text][-5:]

    @classmethod
    def open(cls, context: Context, customer: Customer) -> "Wallet":
        """Register a customer."""
        return cls._create(
            cls.Opened,
            customer_no=customer.number,
            customer_name=f"{customer.family} {customer.given}",
            currency="EUR",
            balance_cents_after=0,
            metadata=event_metadata(cls.create_id(customer.number), 1, context),
        )

    def top_up(self, context: Context, amount: Decimal, channel: str) -> str:
        """Put money in; return the event id."""
        return self._move(self.ToppedUp, context, to_cents(amount), channel=channel)

    def spend(self, context: Context, order_no: str, amount: Decimal) -> str:
        """Pay an order; return the event id."""
        return self._move(self.Spent, context, -to_cents(amount), order_no=order_no)

    def refund(self, context: Context, refund: Refund) -> str:
        """Turn a refund into credit; return the event id."""
        return self._move(
            self.RefundIssued,
            context,
            to_cents(refund.amount),
            order_no=refund.order_no,
            reason=refund.reason,
        )

    def earn(self, context: Context, points: int) -> str:
        """Add points; return the event id."""
        after = self.points + points
        return self.record(self.PointsEarned, context, points=points, points_after=after)

    def note(self, context: Context, text: str, attachments: list[Any]) -> str:
        """Add a remark; return the event id."""
        return self.record(self.NoteAdded, context, text=text, attachments=attachments)

    def _move(self, event: type[MoneyEvent], context: Context, cents: int, **values: str) -> str:
        after = self.balance_cents + cents
        return self.record(event, context, cents=abs(cents), balance_cents_after=after, **values)
