"""What each kind of event does to one field of the state, told from snapshots.

A field is looked at alone. A candidate is an effect of one event (write a field of the payload,
write a constant, add, append, take out); it is kept when more snapshots come out as they are
stored with it than without.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from inspector.core.suggesting.lists import Lists
from inspector.core.suggesting.sums import Sums
from inspector.core.suggesting.witnesses import Explained, FieldView, Witness
from inspector.core.suggesting.writes import Writes

UNTOLD: Final = 0.1


def explain(name: str, witnesses: Sequence[Witness], first: frozenset[str]) -> Explained:
    """Effects on one field of the state.

    Args:
        name: the field.
        witnesses: snapshots that hold it.
        first: names of events that streams begin with.
    """
    view = FieldView(name, witnesses, first)
    found = max(
        (Writes(view).explained(), Sums(view).explained(), Lists(view).explained()),
        key=lambda one: (_share(one), -len(one.effects)),
    )
    return found if found.effects else Explained(cases=len(witnesses))


def _share(one: Explained) -> float:
    """How much is explained; effects that nothing could tell are still better than none."""
    if not one.effects:
        return 0.0
    return one.agreed / one.cases if one.cases else UNTOLD
