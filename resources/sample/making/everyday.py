"""The everyday life of the shop: sign-ups, top-ups, orders, parcels, returns, remarks.

Random, from fixed seeds. Leaves Han Jiwoo alone, whose story is told by `incident`, and pays no
order by voucher that would come back while the faulty release is in production, so that the
incident's victims are exactly those of `incident`.
May import the standard library, `plan`, `people`, `ordering` and `shop.base`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from shop.base import Customer

from making.ordering import OrderPlan
from making.people import CAFE, JIWOO, make_address, make_lines
from making.plan import END, FAULT_FROM, FAULT_UNTIL, START, Step

_NOTES = (
    "고객이 배송지 변경을 요청함",
    "Prefers e-mail to phone.",
    "Asked for an invoice with VAT number.",
    "선물 포장 문의, 답변 완료",
    "Parcel arrived with a dent, photo attached.",
)
_RETURN_REASONS = ("too small", "arrived damaged", "단순 변심", "ordered twice")
_TOP_UPS = ("10.00", "20.00", "25.00", "50.00", "100.00")
_MEAN_DAYS_BETWEEN_ORDERS = 36.0


def everyday_orders(customers: list[Customer]) -> Iterator[OrderPlan]:
    """The orders of everybody but Han Jiwoo, in no particular order."""
    for customer, opened in _sign_ups(customers):
        if customer == JIWOO:
            continue
        rng = Random(f"orders/{customer.number}")
        for placed in _order_times(customer, opened, rng):
            yield _random_order(customer, placed, rng)


def wallet_steps(customers: list[Customer]) -> Iterator[Step]:
    """Sign-ups of everybody; top-ups and remarks of everybody but Han Jiwoo."""
    for customer, opened in _sign_ups(customers):
        number = customer.number
        values = {"customer": customer}
        yield Step(opened, f"cust-{number}", f"sign-up/{number}", "open_wallet", values)
        if customer != JIWOO:
            yield from _wallet_life(customer, opened, Random(f"wallet/{number}"))


def _sign_ups(customers: list[Customer]) -> Iterator[tuple[Customer, datetime]]:
    for index, customer in enumerate(customers):
        rng = Random(f"sign-up/{customer.number}")
        yield customer, _sign_up_time(index, len(customers), rng)


def _sign_up_time(index: int, count: int, rng: Random) -> datetime:
    """Half of the customers come in the first ten days, the others over nearly five months."""
    early = index < count // 2
    days = rng.random() * 10 if early else 10 + (index / count - 0.5) * 2 * 140
    return START + timedelta(days=days, minutes=5 + rng.randint(0, 500))


def _wallet_life(customer: Customer, opened: datetime, rng: Random) -> Iterator[Step]:
    moment = opened
    step = 12 if customer == CAFE else 45
    while (moment := moment + timedelta(days=rng.random() * 2 * step, minutes=7)) < END:
        amount = "300.00" if customer == CAFE else rng.choice(_TOP_UPS)
        values: dict[str, Any] = {
            "customer_no": customer.number,
            "amount": Decimal(amount),
            "channel": rng.choice(("card", "transfer", "gift card", "지점")),
        }
        request = f"top-up/{customer.number}/{moment:%Y%m%d}"
        yield Step(moment, f"cust-{customer.number}", request, "top_up", values)
        if rng.random() < 0.12:
            yield _note(customer, moment + timedelta(hours=rng.randint(1, 90)), rng)


def _note(customer: Customer, moment: datetime, rng: Random) -> Step:
    files: list[Any] = [["photo.jpg", rng.randint(90_000, 2_000_000), {"by": "customer"}]]
    values = {
        "customer_no": customer.number,
        "text": rng.choice(_NOTES),
        "attachments": files if rng.random() < 0.4 else [],
    }
    return Step(moment, "u-ann", f"note/{customer.number}/{moment:%Y%m%d%H}", "note", values)


def _order_times(customer: Customer, opened: datetime, rng: Random) -> Iterator[datetime]:
    mean = 3.5 if customer == CAFE else _MEAN_DAYS_BETWEEN_ORDERS * (0.5 + rng.random())
    moment = opened + timedelta(hours=1)
    while True:
        moment += timedelta(days=min(rng.expovariate(1 / mean), 4 * mean))
        moment = moment.replace(hour=rng.choice((7, 9, 10, 11, 12, 13, 15, 18, 20, 21)))
        if moment >= END - timedelta(hours=1):
            return
        if moment > opened:
            yield moment


def _random_order(customer: Customer, placed: datetime, rng: Random) -> OrderPlan:
    order = OrderPlan(customer, make_lines(rng), placed, "card")
    order.declined_first = rng.random() < 0.06
    order.extra_line = make_lines(rng, most=1)[0] if rng.random() < 0.22 else None
    order.address = make_address(rng) if rng.random() < 0.6 else None
    order.reason = rng.choice(_RETURN_REASONS)
    fate, way = rng.random(), rng.random()
    if fate < 0.08:
        order.returned_at = placed + timedelta(days=9 + rng.random() * 7)
    elif fate < 0.12:
        order.cancelled_at = placed + timedelta(minutes=rng.randint(20, 180))
    if way < 0.42 or customer == CAFE:
        order.method = "wallet"
    elif way < 0.53 and not _ends_while_faulty(order):
        order.method = f"voucher:GIFT-{rng.getrandbits(20):05X}"
    elif way > 0.97:
        order.method, order.declined_first = "", False
        order.cancelled_at, order.returned_at = placed + timedelta(days=2, hours=1), None
    return order


def _ends_while_faulty(order: OrderPlan) -> bool:
    end = order.returned_at or order.cancelled_at
    return end is not None and FAULT_FROM <= end < FAULT_UNTIL
