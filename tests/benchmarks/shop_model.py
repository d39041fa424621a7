"""The aggregates behind the benchmark stores, as an application of `eventsourcing` has them.

They exist so that the library itself can load every generated stream: `Account` and `Order` are
what the stored topics name, and `BenchmarkShop` is the application that owns the tables.
May import the `eventsourcing` library and the standard library. The generator never goes through
these classes (it writes millions of rows); `tests/benchmarks/test_generate.py` proves that what
it writes is, byte for byte, what these classes would have stored.
"""

from decimal import Decimal
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

ATTRIBUTE_PREFIX = "attr_"


class Account(Aggregate):
    """A customer's account: money, a limit, notes and free attributes."""

    def __init__(self, owner: str, currency: str, balance_after: Decimal) -> None:
        self.owner = owner
        self.currency = currency
        self.balance = balance_after
        self.limit: Decimal | None = None
        self.notes = 0
        self.attributes: dict[str, object] = {}

    class Opened(Aggregate.Created):
        """First event of every account."""

        owner: str
        currency: str
        balance_after: Decimal

    class Deposited(Aggregate.Event):
        """Money came in; `balance_after` is the resulting balance."""

        amount: Decimal
        channel: str
        reference: str
        balance_after: Decimal

        def apply(self, aggregate: "Account") -> None:
            """Take the resulting balance."""
            aggregate.balance = self.balance_after

    class Withdrawn(Aggregate.Event):
        """Money went out; `balance_after` is the resulting balance."""

        amount: Decimal
        memo: str | None
        balance_after: Decimal

        def apply(self, aggregate: "Account") -> None:
            """Take the resulting balance."""
            aggregate.balance = self.balance_after

    class LimitChanged(Aggregate.Event):
        """Overdraft limit set, or taken away (null)."""

        limit: Decimal | None
        approved_by: str

        def apply(self, aggregate: "Account") -> None:
            """Take the new limit."""
            aggregate.limit = self.limit

    class NoteAdded(Aggregate.Event):
        """A clerk's remark."""

        text: str
        author: str
        tags: list[str]

        def apply(self, aggregate: "Account") -> None:
            """Count the note."""
            aggregate.notes += 1

    class AttributesSet(Aggregate.Event):
        """Open-ended event: each of its fields named `attr_...` sets that attribute."""

        def apply(self, aggregate: "Account") -> None:
            """Copy the attributes the event carries."""
            for name, value in vars(self).items():
                if name.startswith(ATTRIBUTE_PREFIX):
                    aggregate.attributes[name] = value


class Order(Aggregate):
    """An order: lines, payment, parcels."""

    def __init__(self, customer: dict[str, str], channel: str, total_after: Decimal) -> None:
        self.customer = customer
        self.channel = channel
        self.total = total_after
        self.lines = 0
        self.status = "placed"

    class Placed(Aggregate.Created):
        """First event of every order."""

        customer: dict[str, str]
        channel: str
        total_after: Decimal

    class LineAdded(Aggregate.Event):
        """One line more; `total_after` is the resulting total."""

        line: dict[str, object]
        total_after: Decimal

        def apply(self, aggregate: "Order") -> None:
            """Count the line and take the new total."""
            aggregate.lines += 1
            aggregate.total = self.total_after

    class Paid(Aggregate.Event):
        """Money for the order arrived."""

        amount: Decimal
        method: str
        card_last4: str | None

        def apply(self, aggregate: "Order") -> None:
            """Mark the order as paid."""
            aggregate.status = "paid"

    class Shipped(Aggregate.Event):
        """A parcel left the house."""

        carrier: str
        tracking: int
        parcels: list[dict[str, object]]

        def apply(self, aggregate: "Order") -> None:
            """Mark the order as shipped."""
            aggregate.status = "shipped"

    class Rated(Aggregate.Event):
        """The customer's opinion."""

        stars: int
        comment: str | None

        def apply(self, aggregate: "Order") -> None:
            """An opinion changes nothing."""


class BenchmarkShop(Application[UUID]):
    """The application whose tables the generator fills (PostgreSQL: `shop_events`)."""

    name = "shop"
