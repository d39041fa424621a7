"""Hibernate Envers (Java): a history table beside every table, and a table of revisions.

Each row is the whole entity as of a revision; that of a deletion is empty but for the key, unless
the application asked for more. ``REVEND`` columns belong to the validity strategy and are no
data, nor are the ``_MOD`` marks of changed columns. Names, prefix and suffix can be set; columns
are told by ``REV`` and ``REVTYPE``.

Source: Hibernate Envers 5 and 6, ``DefaultRevisionEntity`` and ``RevisionType``.
"""

from __future__ import annotations

from collections.abc import Mapping

from inspector.core.texts import tr
from inspector.layouts._image_tables import RevisionTables
from inspector.layouts._probe import Example, Shape

WORDS: Mapping[int | str, str] = {0: "ADD", 1: "MOD", 2: "DEL"}
"""The library's words for the stored codes."""


class Envers(RevisionTables):
    """Tables with ``REV`` and ``REVTYPE``."""

    name = "envers"
    title = "Hibernate Envers (Java), audit trail"
    shape = Shape({"rev": ("integer",), "revtype": ("integer",)}, forbidden=frozenset({"revtstmp"}))
    revisions = Shape({"rev": ("integer",), "revtstmp": ("integer", "time")})
    revision_id, revised_at = "rev", "revtstmp"
    revision, operation = "rev", "revtype"
    own = frozenset({"rev", "revtype", "revend", "revend_tstmp"})
    suffix = "_aud"
    gone = frozenset({"DEL"})
    words = WORDS

    def missing(self) -> str:
        """What leaves no row."""
        return tr("changes by queries and past Hibernate")


EXAMPLES = (
    Example(
        {
            "orders_aud": "id:bigint total:numeric rev:integer revtype:smallint",
            "revinfo": "rev:integer revtstmp:bigint",
        }
    ),
)
"""For the manual."""

LAYOUT = Envers()
