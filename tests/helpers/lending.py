"""A small application on the real Python ``eventsourcing`` library, and rules that say the same."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "TmV2ZXJVc2VUaGlzS2V5SW5Qcm9kdWN0aW9uISEhISE="
FORMS: dict[str, dict[str, str]] = {
    "plain": {},
    "zlib": {"COMPRESSOR_TOPIC": "eventsourcing.compressor:ZlibCompressor"},
    "aes": {"CIPHER_TOPIC": "eventsourcing.cryptography:AESCipher", "CIPHER_KEY": KEY},
    "zlib-aes": {
        "COMPRESSOR_TOPIC": "eventsourcing.compressor:ZlibCompressor",
        "CIPHER_TOPIC": "eventsourcing.cryptography:AESCipher",
        "CIPHER_KEY": KEY,
    },
}

RULES = r"""
format = 1
name = "Lending"

[[type]]
match = '^tests\.helpers\.lending:Loan\.(?<event>\w+)$'

[aggregate.loan]
type = "tests.helpers.lending:*"
[aggregate.loan.on.Opened.set]
customer = "data.customer"
amount = "data.amount"
due = "data.due"
notes = "[]"
[aggregate.loan.on.Repaid]
set.amount = "state.amount - data.amount"
[aggregate.loan.on.Noted]
append."notes" = "{text: data.text, by: data.by, amount: data.amount}"
"""


class Loan(Aggregate):
    """Has an id, an exact decimal and a time in it, some of them in a list."""

    class_version = 2

    @event("Opened")
    def __init__(self, customer: UUID, amount: Decimal, due: datetime) -> None:
        self.customer = customer
        self.amount = amount
        self.due = due
        self.notes: list[dict[str, Any]] = []

    @event("Repaid")
    def repay(self, amount: Decimal) -> None:
        self.amount -= amount

    @event("Noted")
    def note(self, text: str, by: UUID, amount: Decimal) -> None:
        self.notes.append({"text": text, "by": by, "amount": amount})


class Loans(Application[UUID]):
    """Keeps loans, and takes snapshots when it is told to."""

    is_snapshotting_enabled = True

    def open(self, events: int, text: str = "paid at the desk") -> UUID:
        """A loan with so many events."""
        loan = Loan(uuid4(), Decimal("1000.50"), datetime(2027, 5, 1, 9, 30, tzinfo=UTC))
        self.save(loan)
        self.go_on(loan.id, events - 1, text)
        return loan.id

    def go_on(self, loan_id: UUID, events: int, text: str = "on time") -> None:
        """More events for a loan."""
        loan: Loan = self.repository.get(loan_id)
        for number in range(events):
            if number % 2:
                loan.repay(Decimal("1.25"))
            else:
                loan.note(text, uuid4(), Decimal(number))
        self.save(loan)

    def facts(self, loan_id: UUID) -> dict[str, Any]:
        """Everything that the library knows of a loan."""
        loan: Loan = self.repository.get(loan_id)
        names = ("customer", "amount", "due", "notes", "version", "created_on", "modified_on")
        return {name: getattr(loan, name) for name in names}


def lending(environment: Mapping[str, str]) -> Loans:
    """The application on a store."""
    return Loans(env=dict(environment))
