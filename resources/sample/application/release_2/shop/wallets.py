"""Wallets as the second generation had them: names in two parts, money as decimals.

Part of the `shop` application, used from 2026-01-12. May import `shop.base`.
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
)


class Wallet(ShopAggregate):
    """A customer's account with the shop: store credit, points, remarks."""

    class_version = 2

    def __init__(self, customer_no: str, customer: dict[str, str], balance_after: Decimal) -> None:
        self.customer_no = customer_no
        self.customer = customer
        self.balance = balance_after
        self.points = 0
        self.notes: list[str] = []

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Snapshots: name in two parts, balance in euro."""
        state["customer"] = split_name(state.pop("customer_name"))
        state["balance"] = from_cents(state.pop("balance_cents"))

    @staticmethod
    def create_id(customer_no: str) -> UUID:
        """Stream id of a customer number."""
        return stream_id("wallets", customer_no)

    class Event(ShopAggregate.Event):
        """Any event of a wallet."""

    class Opened(Event, ShopAggregate.Created):
        """The customer registered."""

        customer_no: str
        customer: dict[str, str]
        currency: str
        balance_after: Decimal
        class_version = 2

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Name in two parts, balance in euro."""
            state["customer"] = split_name(state.pop("customer_name"))
            state["balance_after"] = from_cents(state.pop("balance_cents_after"))

    class MoneyEvent(Event):
        """An event after which the balance is `balance_after`."""

        amount: Decimal
        balance_after: Decimal
        class_version = 2

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Euro instead of cents."""
            state["amount"] = from_cents(state.pop("cents"))
            state["balance_after"] = from_cents(state.pop("balance_cents_after"))

        def apply(self, aggregate: "Wallet") -> None:
            """Take the resulting balance."""
            aggregate.balance = self.balance_after

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
            customer={"family": customer.family, "given": customer.given},
            currency="EUR",
            balance_after=Decimal("0.00"),
            metadata=event_metadata(cls.create_id(customer.number), 1, context),
        )

    def top_up(self, context: Context, amount: Decimal, channel: str) -> str:
        """Put money in; return the event id."""
        return self._move(self.ToppedUp, context, amount, channel=channel)

    def spend(self, context: Context, order_no: str, amount: Decimal) -> str:
        """Pay an order; return the event id."""
        return self._move(self.Spent, context, -amount, order_no=order_no)

    def refund(self, context: Context, refund: Refund) -> str:
        """Turn a refund into credit; return the event id."""
        return self._move(
            self.RefundIssued,
            context,
            refund.amount,
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

    def _move(
        self, event: type[MoneyEvent], context: Context, amount: Decimal, **values: str
    ) -> str:
        after = self.balance + amount
        return self.record(event, context, amount=abs(amount), balance_after=after, **values)


def split_name(name: str) -> dict[str, str]:
    """Family name and the rest, parted at the first space."""
    family, _, given = name.partition(" ")
    return {"family": family, "given": given}
