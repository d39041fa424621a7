"""SQLAlchemy-Continuum (Python): a ``_version`` table beside every table, and transactions.

Each row is the whole record as of a transaction; that of a deletion repeats the last one.
``end_transaction_id`` belongs to the validity strategy and is no data, nor are the ``_mod`` marks
of changed columns. Times have no zone; the library writes UTC.

Source: SQLAlchemy-Continuum 1.3 to 2.0; seen with 2.0.0.
"""

from __future__ import annotations

from collections.abc import Mapping

from inspector.core.texts import tr
from inspector.layouts._api import Places
from inspector.layouts._image_tables import RevisionTables
from inspector.layouts._probe import Example, Shape

WORDS: Mapping[int | str, str] = {0: "INSERT", 1: "UPDATE", 2: "DELETE"}
"""The library's words for the stored codes."""


class Continuum(RevisionTables):
    """Tables with ``transaction_id`` and ``operation_type``."""

    name = "continuum"
    title = "SQLAlchemy-Continuum (Python), audit trail"
    shape = Shape({"transaction_id": ("integer",), "operation_type": ("integer",)})
    revisions = Shape(
        {"id": ("integer",), "issued_at": ("time", "text")},
        forbidden=frozenset({"transaction_id", "operation_type"}),
    )
    revision_id, revised_at = "id", "issued_at"
    revision, operation = "transaction_id", "operation_type"
    own = frozenset({"transaction_id", "operation_type", "end_transaction_id"})
    suffix = "_version"
    gone = frozenset({"DELETE"})
    words = WORDS

    def places(self, dialect: str) -> Places:
        """The library writes UTC, without saying so."""
        return Places(time_zone_utc=True)

    def missing(self) -> str:
        """What leaves no row."""
        return tr("changes by queries and past the session")


EXAMPLES = (
    Example(
        {
            "article_version": "id:bigint title:text transaction_id:bigint operation_type:smallint"
            " end_transaction_id:bigint",
            "transaction": "id:bigint issued_at:timestamp user_id:bigint remote_addr:text",
        }
    ),
)
"""For the manual."""

LAYOUT = Continuum()
