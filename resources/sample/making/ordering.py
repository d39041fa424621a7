"""One order's way through the shop: what is asked for, and which requests that makes.

May import the standard library, `plan` and `shop.base`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from shop.base import Customer, Line

from making.plan import Step

_REVIEWS = ("정말 예뻐요!", "Arrived quickly.", "Colour differs from the picture.", None)


@dataclass(slots=True)
class OrderPlan:
    """One order's way through the shop. Times that are None do not happen.

    `number` is given when all orders of the plan are known, by the time they are placed.
    """

    customer: Customer
    lines: list[Line]
    placed_at: datetime
    method: str
    returned_at: datetime | None = None
    cancelled_at: datetime | None = None
    declined_first: bool = False
    extra_line: Line | None = None
    address: dict[str, Any] | None = None
    reason: str = "단순 변심"
    number: str = ""

    @property
    def payment_no(self) -> str:
        """Number of the payment that goes through."""
        return self.number.replace("O-", "P-") + ("-2" if self.declined_first else "-1")


def order_steps(order: OrderPlan) -> Iterator[Step]:
    """The requests of one order, in time."""
    rng = Random(order.number)
    shopper, checkout = f"cust-{order.customer.number}", f"checkout/{order.number}"

    def buying(minutes: float, command: str, **values: Any) -> Step:
        moment = order.placed_at + timedelta(minutes=minutes)
        return Step(moment, shopper, checkout, command, {"order_no": order.number, **values})

    yield buying(0, "place", customer=order.customer, lines=order.lines)
    if order.extra_line is not None:
        yield buying(2 + rng.random() * 3, "add_line", line=order.extra_line)
    if order.address is not None:
        yield buying(6, "set_address", address=order.address)
    if order.declined_first:
        yield buying(7, "decline", payment_no=order.number.replace("O-", "P-") + "-1")
    if order.method:
        values = {"payment_no": order.payment_no, "method": order.method}
        yield buying(8 + rng.random() * 6, "pay", **values)
    if order.cancelled_at is not None:
        who = shopper if order.method else "svc-billing"
        reason = order.reason if order.method else "not paid within two days"
        values = {"order_no": order.number, "reason": reason}
        yield Step(order.cancelled_at, who, f"cancel/{order.number}", "cancel", values)
    elif order.method:
        yield from _fulfilment(order, rng)


def _fulfilment(order: OrderPlan, rng: Random) -> Iterator[Step]:
    number, request = order.number, f"fulfilment/{order.number}"
    packed = _morning_after(order.placed_at, rng)
    weights = [rng.randint(180, 4200) for _ in range(1 + len(order.lines) // 3)]
    yield Step(packed, "svc-warehouse", request, "pack", {"order_no": number, "grams": weights})
    shipped = packed + timedelta(hours=2, minutes=rng.randint(0, 50))
    parcel = {"carrier": rng.choice(("CJ대한통운", "DHL")), "tracking_no": rng.getrandbits(63)}
    yield Step(shipped, "svc-warehouse", request, "ship", {"order_no": number, **parcel})
    delivered = shipped + timedelta(hours=rng.randint(22, 80), minutes=rng.randint(0, 59))
    signed = rng.choice((None, order.customer.family, "경비실"))
    values: dict[str, Any] = {"order_no": number, "signed_by": signed}
    yield Step(delivered, "svc-carrier", request, "deliver", values)
    if rng.random() < 0.22:
        later = delivered + timedelta(hours=rng.randint(5, 200))
        values = {"order_no": number, "stars": rng.randint(2, 5), "text": rng.choice(_REVIEWS)}
        yield Step(later, f"cust-{order.customer.number}", f"review/{number}", "review", values)
    if order.returned_at is not None:
        yield from _coming_back(order, delivered, order.returned_at)


def _coming_back(order: OrderPlan, delivered: datetime, accepted: datetime) -> Iterator[Step]:
    request = f"return/{order.number}"
    asked = max(delivered + timedelta(hours=3), accepted - timedelta(days=2, hours=4))
    values = {"order_no": order.number, "skus": [line.sku for line in order.lines]}
    shopper = f"cust-{order.customer.number}"
    yield Step(asked, shopper, request, "request_return", {**values, "reason": order.reason})
    yield Step(accepted, "u-minji", request, "accept_return", {"order_no": order.number})


def _morning_after(moment: datetime, rng: Random) -> datetime:
    morning = (moment + timedelta(days=1)).replace(hour=7, minute=rng.randint(0, 59))
    return morning + timedelta(minutes=rng.randint(0, 150))
