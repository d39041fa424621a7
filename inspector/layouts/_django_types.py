"""Models of Django by their numbers: what ``django_content_type`` says.

Imports SQLAlchemy expressions and the layout contract. Promises a category even where the table
is missing or does not know the number: then it is the number.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from inspector.layouts._api import Catalog, Place, Places, Table
from inspector.layouts._describe import Cells, Expression, quoted
from inspector.layouts._probe import Shape, beside

CONTENT_TYPES = Shape({"id": ("integer",), "app_label": ("text",), "model": ("text",)}, closed=True)


def django_places(dialect: str, category: Place | None = None) -> Places:
    """Times as Django writes them: in UTC on SQLite, whose columns name no zone. A column of
    PostgreSQL that names none is an application's that told Django to write local times."""
    return Places(time_zone_utc=dialect == "sqlite", category=category)


def content_types(catalog: Catalog, table: Table) -> Table | None:
    """Django's table of models, beside another."""
    return beside(catalog, CONTENT_TYPES, table)


def model_of(number: Expression, types: Table | None) -> Expression:
    """``app.model`` of a content type, else its number as a text."""
    plain: Expression = sa.cast(number, sa.Text)
    if types is None:
        return plain
    known = Cells(types, alias="ct")
    name: Any = known["app_label"].op("||")(quoted(".")).op("||")(known["model"])
    found = sa.select(name).select_from(known.source).where(known["id"] == number)
    return sa.func.coalesce(found.correlate_except(known.source).scalar_subquery(), plain)
