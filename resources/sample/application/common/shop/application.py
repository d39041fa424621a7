"""The commands of the shop, as every generation of the application has them.

Each command loads what it needs, decides, and saves all that belongs to one request at once,
under one correlation id. `shop.wallets` and `shop.orders` are those of the release in use.
May import the aggregates of `shop` and the `eventsourcing` library.
"""

from decimal import Decimal
from random import Random
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.application import Application
from shop.base import Context, Customer, Line, Refund
from shop.operations import Deployments
from shop.orders import Order
from shop.payments import Payment
from shop.wallets import Wallet

_SNAPSHOT_EVERY: dict[type[Any], int] = {Wallet: 10, Order: 6}


class ShopBase(Application[UUID]):
    """What customers and staff can do in every release. A method is one request."""

    name = "shop"
    snapshotting_intervals: ClassVar[dict[type[Any], int]] = _SNAPSHOT_EVERY

    def start(self, context: Context, notes: list[str]) -> None:
        """Go live for the first time."""
        self.save(Deployments.start(context, notes))

    def deploy(self, context: Context, notes: list[str]) -> None:
        """Put the release of `context` into production."""
        log: Deployments = self.repository.get(Deployments.create_id())
        log.deploy(context, notes)
        self.save(log)

    def open_wallet(self, context: Context, customer: Customer) -> None:
        """Register a customer."""
        self.save(Wallet.open(context, customer))

    def top_up(self, context: Context, customer_no: str, amount: Decimal, channel: str) -> None:
        """Put money into a wallet."""
        wallet = self.wallet(customer_no)
        wallet.top_up(context, amount, channel)
        self.save(wallet)

    def note(self, context: Context, customer_no: str, text: str, attachments: list[Any]) -> None:
        """Write a remark on a customer's wallet."""
        wallet = self.wallet(customer_no)
        wallet.note(context, text, attachments)
        self.save(wallet)

    def place(self, context: Context, order_no: str, customer: Customer, lines: list[Line]) -> None:
        """Place an order."""
        self.save(Order.place(context, order_no, customer, lines))

    def add_line(self, context: Context, order_no: str, line: Line) -> None:
        """Put one line more into an order that is not paid yet."""
        order = self.order(order_no)
        order.add_line(context, line)
        self.save(order)

    def set_address(self, context: Context, order_no: str, address: dict[str, Any]) -> None:
        """Say where the parcel goes."""
        order = self.order(order_no)
        order.set_address(context, address)
        self.save(order)

    def decline(self, context: Context, order_no: str, payment_no: str) -> None:
        """A card payment that the provider refuses."""
        payment = Payment.request(context, payment_no, order_no, self.order(order_no).total, "card")
        requested = context.after(payment.event_id_at(1))
        payment.decline(requested, "51", "잔액 부족 / insufficient funds")
        self.save(payment)

    def pay(self, context: Context, order_no: str, payment_no: str, method: str) -> None:
        """Pay an order. From a wallet that holds too little it is paid by card instead."""
        order = self.order(order_no)
        wallet = self.wallet(order.customer_no)
        if method == "wallet" and wallet.balance < order.total:
            method = "card"
        payment = Payment.request(context, payment_no, order_no, order.total, method)
        cause = context.after(payment.event_id_at(1))
        if method == "card":
            rng = Random(payment_no)
            risk = {
                "score": round(rng.random() * 0.4, 4),
                "checks": [{"name": "3ds", "passed": True}, {"name": "velocity", "passed": True}],
            }
            cause = context.after(payment.authorise(cause, rng.getrandbits(62), risk))
        captured = context.after(payment.capture(cause))
        paid = context.after(order.pay(captured, payment_no, method))
        if method == "wallet":
            wallet.spend(paid, order_no, order.total)
        self.save(payment, order, wallet)

    def pack(self, context: Context, order_no: str, grams: list[int]) -> None:
        """Pack the parcels of an order."""
        order = self.order(order_no)
        order.pack(context, grams)
        self.save(order)

    def ship(self, context: Context, order_no: str, carrier: str, tracking_no: int) -> None:
        """Hand the parcels to the carrier."""
        order = self.order(order_no)
        order.ship(context, carrier, tracking_no)
        self.save(order)

    def deliver(self, context: Context, order_no: str, signed_by: str | None) -> None:
        """The carrier delivered; the customer earns a point for each full euro."""
        order = self.order(order_no)
        wallet = self.wallet(order.customer_no)
        delivered = order.deliver(context, signed_by)
        wallet.earn(context.after(delivered), int(order.total))
        self.save(order, wallet)

    def review(self, context: Context, order_no: str, stars: int, text: str | None) -> None:
        """The customer's opinion on an order."""
        order = self.order(order_no)
        order.review(context, stars, text)
        self.save(order)

    def request_return(self, context: Context, order_no: str, skus: list[str], reason: str) -> None:
        """The customer wants to send something back."""
        order = self.order(order_no)
        order.request_return(context, skus, reason)
        self.save(order)

    def accept_return(self, context: Context, order_no: str) -> None:
        """The goods came back in order: refund what was asked to be returned."""
        order = self.order(order_no)
        amount = order.return_value
        accepted = order.accept_return(context, amount)
        self._give_back(context.after(accepted), order, amount, "returned goods")

    def cancel(self, context: Context, order_no: str, reason: str) -> None:
        """Cancel an order before it is shipped; what was paid is refunded."""
        order = self.order(order_no)
        cancelled = order.cancel(context, reason)
        if order.payment_no is None:
            self.save(order)
        else:
            self._give_back(context.after(cancelled), order, order.total, "cancelled order")

    def wallet(self, customer_no: str) -> Wallet:
        """A customer's wallet."""
        wallet: Wallet = self.repository.get(Wallet.create_id(customer_no))
        return wallet

    def order(self, order_no: str) -> Order:
        """An order."""
        order: Order = self.repository.get(Order.create_id(order_no))
        return order

    def payment(self, payment_no: str) -> Payment:
        """A payment."""
        payment: Payment = self.repository.get(Payment.create_id(payment_no))
        return payment

    def _give_back(self, context: Context, order: Order, amount: Decimal, reason: str) -> None:
        """Card payments go back to the card, everything else becomes credit in the wallet."""
        if order.payment_method == "card":
            payment = self.payment(str(order.payment_no))
            payment.refund(context, amount)
            self.save(order, payment)
            return
        wallet = self.wallet(order.customer_no)
        refund = Refund(order.order_no, amount, reason, "returns", order.voucher_code)
        wallet.refund(context, refund)
        self.save(order, wallet)
