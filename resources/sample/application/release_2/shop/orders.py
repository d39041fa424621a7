"""Orders as the second generation had them: nested customer, lines and payment, decimals.

Part of the `shop` application, used from 2026-01-12. May import `shop.base`.
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
)


class Order(ShopAggregate):
    """An order from the basket to the doorstep, and back if need be."""

    class_version = 2

    def __init__(
        self,
        order_no: str,
        customer: dict[str, str],
        lines: list[dict[str, Any]],
        total_after: Decimal,
        status: str,
    ) -> None:
        self.order_no = order_no
        self.customer = customer
        self.lines = lines
        self.total = total_after
        self.status = status
        self.address: dict[str, Any] | None = None
        self.payment: dict[str, Any] | None = None
        self.returning: list[str] = []

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Snapshots: nested customer, lines and payment."""
        nest_customer(state, state.pop("customer_name"))
        state["lines"] = [line_from_item(item) for item in state.pop("items")]
        state["total"] = from_cents(state.pop("total_cents"))
        number, text = state.pop("payment_no"), state.pop("payment_text")
        paid = number is not None
        state["payment"] = nested_payment(number, text, state["total"]) if paid else None

    @staticmethod
    def create_id(order_no: str) -> UUID:
        """Stream id of an order number."""
        return stream_id("orders", order_no)

    @property
    def customer_no(self) -> str:
        """Number of the customer."""
        return self.customer["no"]

    @property
    def payment_no(self) -> str | None:
        """Number of the payment, once there is one."""
        return None if self.payment is None else str(self.payment["no"])

    @property
    def payment_method(self) -> str:
        """ "card", "wallet" or "voucher"; empty before the payment."""
        return "" if self.payment is None else str(self.payment["method"]["kind"])

    @property
    def voucher_code(self) -> str | None:
        """Code of the voucher the order was paid with."""
        return None if self.payment is None else self.payment["method"]["voucher_code"]

    @property
    def return_value(self) -> Decimal:
        """Euro that the articles to be returned cost."""
        back = (line for line in self.lines if line["sku"] in self.returning)
        return sum((line["qty"] * line["unit_price"] for line in back), Decimal("0.00"))

    class Event(ShopAggregate.Event):
        """Any event of an order."""

    class Placed(Event, ShopAggregate.Created):
        """The basket became an order."""

        order_no: str
        customer: dict[str, str]
        lines: list[dict[str, Any]]
        total_after: Decimal
        status: str
        class_version = 2

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Nested customer and lines, euro instead of cents."""
            nest_customer(state, state["customer"])
            state["lines"] = [line_from_item(item) for item in state.pop("items")]
            state["total_after"] = from_cents(state.pop("total_cents_after"))

    class LineAdded(Event):
        """One article more."""

        line: dict[str, Any]
        total_after: Decimal
        class_version = 2

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """The three fields move into a line, euro instead of cents."""
            item = {key: state.pop(key) for key in ("sku", "qty", "cents")}
            state["line"] = line_from_item(item)
            state["total_after"] = from_cents(state.pop("total_cents_after"))

        def apply(self, aggregate: "Order") -> None:
            """Append the line and take the total."""
            aggregate.lines = [*aggregate.lines, self.line]
            aggregate.total = self.total_after

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
        """The money is there."""

        payment: dict[str, Any]
        class_version = 2

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Number, method and amount move into one payment."""
            amount = from_cents(state.pop("cents"))
            number, text = state.pop("payment_no"), state.pop("method")
            state["payment"] = nested_payment(number, text, amount)

        def apply(self, aggregate: "Order") -> None:
            """Take status and payment."""
            super().apply(aggregate)
            aggregate.payment = self.payment

    class ReturnAccepted(StatusEvent):
        """The articles came back in order."""

        refund_amount: Decimal
        class_version = 2

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Euro instead of cents."""
            state["refund_amount"] = from_cents(state.pop("refund_cents"))

    @classmethod
    def place(
        cls, context: Context, order_no: str, customer: Customer, lines: list[Line]
    ) -> "Order":
        """Place an order."""
        return cls._create(
            cls.Placed,
            order_no=order_no,
            customer={"no": customer.number, "name": f"{customer.family} {customer.given}"},
            lines=[line_values(line) for line in lines],
            total_after=sum((line.price for line in lines), Decimal("0.00")),
            status="placed",
            metadata=event_metadata(cls.create_id(order_no), 1, context),
        )

    def add_line(self, context: Context, line: Line) -> str:
        """Put one article more into the order; return the event id."""
        return self.record(
            self.LineAdded,
            context,
            line=line_values(line),
            total_after=self.total + line.price,
        )

    def pay(self, context: Context, payment_no: str, method: str) -> str:
        """Note the payment; return the event id."""
        payment = nested_payment(payment_no, method, self.total)
        return self.record(self.Paid, context, status="paid", payment=payment)

    def accept_return(self, context: Context, amount: Decimal) -> str:
        """Accept what came back; return the event id."""
        return self.record(self.ReturnAccepted, context, status="returned", refund_amount=amount)

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


def line_values(line: Line) -> dict[str, Any]:
    """A line as events carry it."""
    return {
        "sku": line.sku,
        "name": line.name,
        "qty": line.quantity,
        "unit_price": line.unit_price,
    }


def line_from_item(item: dict[str, Any]) -> dict[str, Any]:
    """A line made from an item of the first generation, which had no article name."""
    price = from_cents(item["cents"])
    return {"sku": item["sku"], "name": None, "qty": item["qty"], "unit_price": price}


def nest_customer(state: dict[str, Any], name: str) -> None:
    """Put number and name of the customer into one field."""
    state["customer"] = {"no": state.pop("customer_no"), "name": name}


def nested_payment(number: str, method: str, amount: Decimal) -> dict[str, Any]:
    """A payment as events carry it; `method` is "card", "wallet" or "voucher:CODE"."""
    kind, _, code = method.partition(":")
    return {"no": number, "method": {"kind": kind, "voucher_code": code or None}, "amount": amount}
