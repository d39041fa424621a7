"""Orders as the first generation of the shop had them: flat fields, money in whole cents.

Part of the `shop` application, used from 2025-11-03. May import `shop.base`.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from shop.base import (
    Context,
    Customer,
    Line,
    ShopAggregate,
    event_metadata,
    from_cents,
    stream_id,
    to_cents,
)


class Order(ShopAggregate):
    """An order from the basket to the doorstep, and back if need be."""

    def __init__(  # noqa: PLR0913, PLR0917 - the library fills in the event's fields
        self,
        order_no: str,
        customer_no: str,
        customer: str,
        items: list[dict[str, Any]],
        total_cents_after: int,
        status: str,
    ) -> None:
        self.order_no = order_no
        self.customer_no = customer_no
        self.customer_name = customer
        self.items = items
        self.total_cents = total_cents_after
        self.status = status
        self.address: dict[str, Any] | None = None
        self.payment_no: str | None = None
        self.payment_text = ""
        self.returning: list[str] = []

    @staticmethod
    def create_id(order_no: str) -> UUID:
        """Stream id of an order number."""
        return stream_id("orders", order_no)

    @property
    def total(self) -> Decimal:
        """Euro to pay."""
        return from_cents(self.total_cents)

    @property
    def payment_method(self) -> str:
        """ "card", "wallet" or "voucher"; empty before the payment."""
        return self.payment_text.partition(":")[0]

    @property
    def voucher_code(self) -> str | None:
        """Code of the voucher the order was paid with."""
        return self.payment_text.partition(":")[2] or None

    @property
    def return_value(self) -> Decimal:
        """Euro that the articles to be returned cost."""
        back = (item for item in self.items if item["sku"] in self.returning)
        return from_cents(sum(item["qty"] * item["cents"] for item in back))

    class Event(ShopAggregate.Event):
        """Any event of an order."""

    class Placed(Event, ShopAggregate.Created):
        """The basket became an order."""

        order_no: str
        customer_no: str
        customer: str
        items: list[dict[str, Any]]
        total_cents_after: int
        status: str

    class LineAdded(Event):
        """One article more."""

        sku: str
        qty: int
        cents: int
        total_cents_after: int

        def apply(self, aggregate: "Order") -> None:
            """Append the article and take the total."""
            item = {"sku": self.sku, "qty": self.qty, "cents": self.cents}
            aggregate.items = [*aggregate.items, item]
            aggregate.total_cents = self.total_cents_after

    class StatusEvent(Event):
        """An event that moves the order to `status`."""

        status: str

        def apply(self, aggregate: "Order") -> None:
            """Take the status."""
            aggregate.status = self.status

    class Packed(StatusEvent):
        """The parcels are ready."""

        parcels: list[dict[str, int]]

    class Shipped(StatusEvent):
        """The carrier has the parcels."""

        carrier: str
        tracking_no: int

    class Delivered(StatusEvent):
        """The parcels arrived."""

        signed_by: str | None

    class ReturnRequested(StatusEvent):
        """The customer wants to send these articles back."""

        skus: list[str]
        reason: str

        def apply(self, aggregate: "Order") -> None:
            """Remember what comes back."""
            super().apply(aggregate)
            aggregate.returning = self.skus

    class Cancelled(StatusEvent):
        """Nothing will be shipped."""

        reason: str

    class Reviewed(Event):
        """The customer's opinion."""

        stars: int
        review: str | None

    class AddressSet(Event):
        """Where the parcels go."""

        address: dict[str, Any]

        def apply(self, aggregate: "Order") -> None:
            """Take the address."""
            aggregate.address = self.address

    class Paid(StatusEvent):
        """The money is there. `method` is "card", "wallet" or "voucher:CODE"."""

        payment_no: str
        method: str
        cents: int

        def apply(self, aggregate: "Order") -> None:
            """Take status and payment."""
            super().apply(aggregate)
            aggregate.payment_no = self.payment_no
            aggregate.payment_text = self.method

    class ReturnAccepted(StatusEvent):
        """The articles came back in order."""

        refund_cents: int

    @classmethod
    def place(
        cls, context: Context, order_no: str, customer: Customer, lines: list[Line]
    ) -> "Order":
        """Place an order."""
        items = [
            {"sku": line.sku, "qty": line.quantity, "cents": to_cents(line.unit_price)}
            for line in lines
        ]
        return cls._create(
            cls.Placed,
            order_no=order_no,
            customer_no=customer.number,
            customer=f"{customer.family} {customer.given}",
            items=items,
            total_cents_after=sum(to_cents(line.price) for line in lines),
            status="placed",
            metadata=event_metadata(cls.create_id(order_no), 1, context),
        )

    def add_line(self, context: Context, line: Line) -> str:
        """Put one article more into the order; return the event id."""
        return self.record(
            self.LineAdded,
            context,
            sku=line.sku,
            qty=line.quantity,
            cents=to_cents(line.unit_price),
            total_cents_after=self.total_cents + to_cents(line.price),
        )

    def pay(self, context: Context, payment_no: str, method: str) -> str:
        """Note the payment; return the event id."""
        return self.record(
            self.Paid,
            context,
            status="paid",
            payment_no=payment_no,
            method=method,
            cents=self.total_cents,
        )

    def accept_return(self, context: Context, amount: Decimal) -> str:
        """Accept what came back; return the event id."""
        return self.record(
            self.ReturnAccepted, context, status="returned", refund_cents=to_cents(amount)
        )

    def set_address(self, context: Context, address: dict[str, Any]) -> str:
        """Say where the parcels go; return the event id."""
        return self.record(self.AddressSet, context, address=address)

    def pack(self, context: Context, grams: list[int]) -> str:
        """Pack parcels of these weights; return the event id."""
        parcels = [{"no": no, "grams": weight} for no, weight in enumerate(grams, start=1)]
        return self.record(self.Packed, context, status="packed", parcels=parcels)

    def ship(self, context: Context, carrier: str, tracking_no: int) -> str:
        """Hand the parcels over; return the event id."""
        return self.record(
            self.Shipped, context, status="shipped", carrier=carrier, tracking_no=tracking_no
        )

    def deliver(self, context: Context, signed_by: str | None) -> str:
        """Note the delivery; return the event id."""
        return self.record(self.Delivered, context, status="delivered", signed_by=signed_by)

    def review(self, context: Context, stars: int, text: str | None) -> str:
        """Note the customer's opinion; return the event id."""
        return self.record(self.Reviewed, context, stars=stars, review=text)

    def request_return(self, context: Context, skus: list[str], reason: str) -> str:
        """Announce a return; return the event id."""
        return self.record(
            self.ReturnRequested, context, status="return requested", skus=skus, reason=reason
        )

    def cancel(self, context: Context, reason: str) -> str:
        """Cancel; return the event id."""
        return self.record(self.Cancelled, context, status="cancelled", reason=reason)
