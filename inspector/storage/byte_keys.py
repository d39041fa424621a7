"""Stream keys of bytes that an SQLite file may hold as blobs, as texts, or some so and some so.

PHP's driver binds a string of bytes as a text unless it is told otherwise, and some libraries
tell it for the last row of a batch only. SQLite compares a text and a blob of the same bytes as
different, and Python cannot read such a text. Which classes there are is seen at both ends of
the index (texts come before blobs); then keys are given as bytes, and compared in the class
that the rows have.

Imports SQLAlchemy expressions and the layout contract.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from inspector.core.findings import Finding
from inspector.core.texts import tr

if TYPE_CHECKING:
    from inspector.layouts._api import Source
    from inspector.storage.opened import Reads

LABEL = "stream_0"


class BytesInText(sa.types.UserDefinedType[bytes]):
    """A text column that holds bytes: selected as a blob, compared with a text."""

    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        """As a blob, which the driver can read."""
        return sa.cast(column, sa.LargeBinary)

    def bind_expression(self, bindvalue: Any) -> Any:
        """A key is bytes; the rows hold texts."""
        return sa.cast(bindvalue, sa.Text)


class BytesInEither(BytesInText):
    """A column that holds bytes as texts and as blobs; who compares asks for both."""

    def bind_expression(self, bindvalue: Any) -> Any:
        """As it is given: a blob."""
        return bindvalue


@dataclass(frozen=True)
class Settled:
    """A source whose key column is read and compared in the classes that its rows have.

    Attributes:
        both: there are texts and blobs, and the same key may be either.
    """

    source: Source
    both: bool = False


def settle(source: Source, connection: Reads) -> Settled:
    """Look at both ends of the key's index, where a source asks for it."""
    if not source.byte_key or connection.dialect != "sqlite":
        return Settled(source)
    column = source.events.subquery("e").c[LABEL]
    ends = (
        sa.select(sa.func.typeof(sa.func.min(column))),
        sa.select(sa.func.typeof(sa.func.max(column))),
    )
    classes = {connection.read(end, {})[0][0] for end in ends} - {"null"}
    if "text" not in classes:
        return Settled(source)
    both = classes != {"text"}
    if both:
        words = tr("Some ids are stored as blobs, some as texts of the same bytes; all are shown.")
        connection.note(Finding("ids-in-two-forms", words))
    return Settled(_typed(source, BytesInEither() if both else BytesInText()), both)


def _typed(source: Source, kind: BytesInText) -> Source:
    columns = [
        sa.type_coerce(_inner(c), kind).label(LABEL) if c.key == LABEL else c
        for c in source.events.selected_columns
    ]
    return replace(source, events=source.events.with_only_columns(*columns))


def _inner(column: Any) -> Any:
    return column.element if isinstance(column, sa.Label) else column
