"""Cells that PostgreSQL keeps as large objects, beside the table.

Imports SQLAlchemy expressions. The right to read the row does not give the right to read the
object, and asking for one without the right would fail the whole page; so the right is looked up
first, in a catalog that everybody may read. The object is read in a join, not in the list of
columns: there, a page would read the objects of all rows that follow it.

Source: PostgreSQL's manual, "Large Objects" and "pg_largeobject_metadata".
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from inspector.layouts._describe import Expression

_ALLOWED = """(pg_catalog.pg_has_role(lomowner, 'USAGE') OR EXISTS (
SELECT 1 FROM pg_catalog.aclexplode(lomacl) a WHERE a.privilege_type = 'SELECT'
AND CASE WHEN a.grantee = 0 THEN true ELSE pg_catalog.pg_has_role(a.grantee, 'USAGE') END))"""


def with_large_object(
    source: sa.FromClause, column: Expression, name: str
) -> tuple[sa.FromClause, Expression]:
    """A table joined with the object that one of its columns names.

    Args:
        column: the object's number, of type ``oid``.
        name: for the joined object.

    Returns:
        The join, and the object's bytes: empty when it is missing or may not be read.
    """
    known: Any = sa.table("pg_largeobject_metadata", sa.column("oid"), schema="pg_catalog")
    readable = sa.literal_column(_ALLOWED, sa.Boolean())
    mine = sa.select(known.c.oid).select_from(known).where(known.c.oid == column, readable)
    number = mine.correlate_except(known).scalar_subquery()
    joined = sa.func.pg_catalog.lo_get(number).table_valued("bytes").render_derived(name=name)
    empty = sa.literal_column("'\\x'::bytea", sa.LargeBinary())
    return source.outerjoin(joined, sa.true()), sa.func.coalesce(joined.c.bytes, empty)
