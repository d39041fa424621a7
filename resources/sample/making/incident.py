"""The incident hidden in the sample store, and the life of Han Jiwoo, whose wallet shows it.

In the night to 2026-03-12 release 2026.3.2 goes live. Until the hotfix 2026.3.3 of 2026-03-14,
16:30 UTC, every refund of an order paid by voucher goes to the wallet twice. Nine orders of nine
customers are hit: seven returned, two cancelled. On 2026-03-16 finance takes the second refund
back, but only for returned orders; who has spent the money meanwhile now has less than nothing.
May import the standard library, `plan`, `people`, `ordering` and `shop.base`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from shop.base import Customer, Line

from making.ordering import OrderPlan
from making.people import JIWOO, line
from making.plan import Step

_TICKET = "INC-2031"
_CORRECTION = datetime(2026, 3, 16, 10, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Incident:
    """The orders of the incident; `corrected` are those whose second refund is taken back."""

    orders: list[OrderPlan]
    corrected: list[OrderPlan]


def make_incident(customers: list[Customer]) -> Incident:
    """The orders that the plan needs beside those of everyday life."""
    of_jiwoo = _orders_of_jiwoo()
    wrong = next(order for order in of_jiwoo if order.method.startswith("voucher"))
    returned = _returned_orders(customers)
    articles = ("SET-GIFT-L", "CER-VASE-S", "TEA-HOJI-100")
    lines = [line(sku) for sku in articles]
    spree = OrderPlan(returned[1].customer, lines, _at(3, 14, 11, 20), "wallet")
    others = [*_cancelled_orders(customers), *_innocent_orders(customers), spree]
    return Incident([*of_jiwoo, *returned, *others], [wrong, *returned])


def incident_steps(incident: Incident) -> Iterator[Step]:
    """What happens beside the orders: Jiwoo's wallet, and finance taking money back.

    The orders must have their numbers.
    """
    yield from _wallet_of_jiwoo()
    for index, order in enumerate(incident.corrected):
        moment = _CORRECTION + timedelta(seconds=40 * index)
        values = {"order_no": order.number, "ticket": _TICKET}
        yield Step(moment, "u-finance-lee", f"correction/{_TICKET}", "reverse_refund", values)


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the shop's first two years: months 11 and 12 are those of 2025."""
    year = 2025 if month >= 11 else 2026
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def _wallet_of_jiwoo() -> Iterator[Step]:
    top_ups = ((11, 21, "50.00"), (12, 18, "40.00"), (1, 20, "60.00"), (2, 16, "30.00"))
    for month, day, amount in top_ups:
        values = {
            "customer_no": JIWOO.number,
            "amount": Decimal(amount),
            "channel": "card",
        }
        yield _by_jiwoo(_at(month, day, 18, 42), f"top-up/{month}-{day}", "top_up", values)
    yield _note_on_jiwoo(
        _at(3, 17, 8, 31), "고객 문의: 잔액이 왜 마이너스인가요? / asks why it is negative"
    )
    values = {"customer_no": JIWOO.number, "status": "blocked", "reason": "negative balance"}
    yield Step(_at(3, 17, 8, 36), "u-ann", "block/jiwoo", "set_status", values)
    yield _note_on_jiwoo(
        _at(4, 2, 12, 5), "두 번째 문의. 아직 답변 없음 / second call, still no answer"
    )


def _orders_of_jiwoo() -> list[OrderPlan]:
    def order(at: datetime, method: str, *lines: Line) -> OrderPlan:
        return OrderPlan(JIWOO, list(lines), at, method)

    voucher = order(_at(2, 27, 20, 15), "voucher:GIFT-JW26", line("TEA-MOON-CUP", 2))
    voucher.returned_at = _at(3, 13, 9, 12)
    card_return = order(_at(1, 8, 12, 40), "card", line("CER-PLATE-L"))
    card_return.returned_at = _at(1, 19, 10, 5)
    return [
        order(_at(11, 23, 13, 5), "wallet", line("TEA-MOON-CUP"), line("TEA-HOJI-100")),
        order(_at(12, 6, 9, 30), "card", line("SET-GIFT-L")),
        order(_at(12, 19, 19, 50), "wallet", line("CER-BOWL-M"), line("TEA-SEJAK-50")),
        card_return,
        order(_at(1, 22, 18, 10), "wallet", line("CER-PLATE-L"), line("TEA-OMIJA")),
        order(_at(2, 10, 7, 25), "card", line("INK-BLACK"), line("BRUSH-03")),
        order(_at(2, 17, 20, 30), "wallet", line("WRAP-BOJAGI"), line("PAP-HANJI-A4", 2)),
        voucher,
        order(_at(3, 15, 13, 44), "wallet", line("CER-VASE-S"), line("CER-BOWL-M")),
        order(_at(3, 20, 11, 2), "card", line("PAP-NOTE-B6", 2)),
    ]


def _by_jiwoo(at: datetime, request: str, command: str, values: dict[str, Any]) -> Step:
    return Step(at, f"cust-{JIWOO.number}", f"jiwoo/{request}", command, values)


def _note_on_jiwoo(at: datetime, text: str) -> Step:
    values = {"customer_no": JIWOO.number, "text": text, "attachments": []}
    return Step(at, "u-ann", f"note/jiwoo/{at:%m%d}", "note", values)


def _returned_orders(customers: list[Customer]) -> list[OrderPlan]:
    """Six orders like Jiwoo's, of customers who came in the first days."""
    moments = (
        (_at(2, 28, 9), _at(3, 12, 8, 15), "TEA-SEJAK-50"),
        (_at(2, 28, 21), _at(3, 12, 13, 40), "SET-GIFT-L"),
        (_at(3, 1, 10), _at(3, 13, 7, 55), "CER-BOWL-M"),
        (_at(3, 1, 18), _at(3, 13, 14, 20), "WRAP-BOJAGI"),
        (_at(3, 2, 12), _at(3, 14, 9, 5), "CER-PLATE-L"),
        (_at(3, 2, 20), _at(3, 14, 15, 48), "BRUSH-03"),
    )
    return [
        OrderPlan(
            customers[4 + 3 * index],
            [line(sku), line("PAP-CARD-10")],
            placed,
            f"voucher:GIFT-9{index}A7",
            returned_at=returned,
        )
        for index, (placed, returned, sku) in enumerate(moments)
    ]


def _cancelled_orders(customers: list[Customer]) -> list[OrderPlan]:
    """Two orders cancelled before they were packed: finance overlooked them."""
    moments = ((_at(3, 12, 20, 10), "CER-VASE-S"), (_at(3, 13, 21, 30), "TEA-OMIJA"))
    return [
        OrderPlan(
            customers[6 + 5 * index],
            [line(sku), line("TEA-HOJI-100")],
            placed,
            f"voucher:GIFT-C{index}4D",
            cancelled_at=placed + timedelta(hours=1, minutes=25),
            reason="ordered the wrong article",
        )
        for index, (placed, sku) in enumerate(moments)
    ]


def _innocent_orders(customers: list[Customer]) -> list[OrderPlan]:
    """Refunds that are right: by wallet while the fault was live, by voucher before and after."""
    cases = (
        (8, _at(2, 26, 9), _at(3, 12, 11, 30), "wallet"),
        (13, _at(2, 27, 9), _at(3, 13, 16, 5), "wallet"),
        (18, _at(2, 23, 9), _at(3, 11, 15, 10), "voucher:GIFT-B41C"),
        (20, _at(3, 4, 9), _at(3, 18, 9, 25), "voucher:GIFT-B52E"),
        (23, _at(3, 11, 9), _at(3, 25, 14, 45), "voucher:GIFT-B63F"),
    )
    return [
        OrderPlan(customers[who], [line("PAP-NOTE-B6", 2)], placed, method, returned)
        for who, placed, returned, method in cases
    ]
