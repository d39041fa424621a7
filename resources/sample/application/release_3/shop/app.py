"""The shop of generation 3: gives vouchers back, and lets finance reverse a refund.

Holds the fault that the sample store's incident is about. Release 2026.3.2 brought
`_release_voucher`, whose author did not know that the returns desk already turns the value of a
voucher into credit; from that night on, orders paid by voucher were refunded twice. Release
2026.3.3 took the second refund out again.
Part of the `shop` application; may import `shop.application`.
"""

from dataclasses import replace
from decimal import Decimal

from shop.application import ShopBase
from shop.base import Context, Refund
from shop.orders import Order
from shop.payments import Payment
from shop.wallets import Wallet

_RELEASES_VOUCHERS = ("2026.3.2", "2026.3.3", "2026.4.0")
_REFUNDS_TWICE = ("2026.3.2",)


class Shop(ShopBase):
    """Generation 3."""

    name = "shop"

    def reverse_refund(self, context: Context, order_no: str, ticket: str) -> None:
        """Finance takes the second refund of an order back."""
        order = self.order(order_no)
        wallet = self.wallet(order.customer_no)
        amount = order.return_value
        refund = Refund(order_no, amount, "refunded twice", "correction", order.voucher_code)
        wallet.reverse_refund(context, refund, ticket)
        self.save(wallet)

    def set_status(self, context: Context, customer_no: str, status: str, reason: str) -> None:
        """Block a wallet or open it again."""
        wallet = self.wallet(customer_no)
        wallet.set_status(context, status, reason)
        self.save(wallet)

    def _give_back(self, context: Context, order: Order, amount: Decimal, reason: str) -> None:
        releases = order.payment_method == "voucher" and context.release in _RELEASES_VOUCHERS
        if not releases:
            super()._give_back(context, order, amount, reason)
            return
        wallet = self.wallet(order.customer_no)
        refund = Refund(order.order_no, amount, reason, "returns", order.voucher_code)
        wallet.refund(context, refund)
        payment = self._release_voucher(context, order, wallet, refund)
        self.save(order, payment, wallet)

    def _release_voucher(
        self, context: Context, order: Order, wallet: Wallet, refund: Refund
    ) -> Payment:
        """Give the voucher back; in release 2026.3.2 this refunded its value once more."""
        payment = self.payment(str(order.payment_no))
        released = payment.release_voucher(context, str(order.voucher_code), refund.amount)
        if context.release in _REFUNDS_TWICE:
            again = replace(refund, source="voucher-release", reason="voucher released")
            wallet.refund(context.after(released), again)
        return payment
