"""Payments of orders, which never changed their form.

Part of the `shop` application; may import `shop.base` and the `eventsourcing` library.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from shop.base import Context, ShopAggregate, event_metadata, stream_id


class Payment(ShopAggregate):
    """One payment of one order: by card (through a provider), from the wallet or by voucher."""

    def __init__(self, payment_no: str, order_no: str, amount: Decimal, status: str) -> None:
        self.payment_no = payment_no
        self.order_no = order_no
        self.amount = amount
        self.status = status
        self.refunded_total = Decimal("0.00")

    @staticmethod
    def create_id(payment_no: str) -> UUID:
        """Stream id of a payment number."""
        return stream_id("payments", payment_no)

    class Event(ShopAggregate.Event):
        """Any event of a payment."""

    class Requested(Event, ShopAggregate.Created):
        """The checkout wants money."""

        payment_no: str
        order_no: str
        amount: Decimal
        method: dict[str, str | None]
        status: str

    class StatusEvent(Event):
        """An event that moves the payment to `status`."""

        status: str

        def apply(self, aggregate: "Payment") -> None:
            """Take the status."""
            aggregate.status = self.status

    class Declined(StatusEvent):
        """The provider said no."""

        code: str
        message: str

    class Authorised(StatusEvent):
        """The provider reserved the money. `fee` in euro, `risk` as the provider reports it."""

        provider: str
        reference: int
        fee: Decimal
        risk: dict[str, Any]

    class Captured(StatusEvent):
        """The money is ours."""

        captured_amount: Decimal

    class Refunded(StatusEvent):
        """Money went back to the card."""

        refunded_amount: Decimal
        refunded_total: Decimal

        def apply(self, aggregate: "Payment") -> None:
            """Take status and total."""
            super().apply(aggregate)
            aggregate.refunded_total = self.refunded_total

    class VoucherReleased(StatusEvent):
        """The voucher of a returned order was given back (since release 2026.3.2)."""

        voucher_code: str
        released_amount: Decimal

    @classmethod
    def request(
        cls, context: Context, payment_no: str, order_no: str, amount: Decimal, method: str
    ) -> "Payment":
        """Start a payment. `method`: "card", "wallet" or "voucher:CODE"."""
        kind, _, detail = method.partition(":")
        return cls._create(
            cls.Requested,
            payment_no=payment_no,
            order_no=order_no,
            amount=amount,
            method={"kind": kind, "detail": detail or None},
            status="requested",
            metadata=event_metadata(cls.create_id(payment_no), 1, context),
        )

    def decline(self, context: Context, code: str, message: str) -> str:
        """Note the provider's refusal; return the event id."""
        return self.record(self.Declined, context, status="declined", code=code, message=message)

    def authorise(self, context: Context, reference: int, risk: dict[str, Any]) -> str:
        """Note the provider's consent (its fee is 1.4 % plus 25 cents); return the event id."""
        fee = (self.amount * Decimal("0.014") + Decimal("0.25")).quantize(Decimal("0.0001"))
        return self.record(
            self.Authorised,
            context,
            status="authorised",
            provider="nicepay",
            reference=reference,
            fee=fee,
            risk=risk,
        )

    def capture(self, context: Context) -> str:
        """Take the money; return the event id."""
        return self.record(self.Captured, context, status="captured", captured_amount=self.amount)

    def refund(self, context: Context, amount: Decimal) -> str:
        """Send `amount` back to the card; return the event id."""
        return self.record(
            self.Refunded,
            context,
            status="refunded",
            refunded_amount=amount,
            refunded_total=self.refunded_total + amount,
        )

    def release_voucher(self, context: Context, code: str, amount: Decimal) -> str:
        """Give the voucher of a returned order back; return the event id."""
        return self.record(
            self.VoucherReleased,
            context,
            status="released",
            voucher_code=code,
            released_amount=amount,
        )
