"""The words that the editor of rules offers: those of the language, and the store's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from inspector.core.expressions import EVENT_NAMES, ITEM_NAMES, STATE_NAMES
from inspector.core.expressions.functions import FUNCTION_NAMES
from inspector.core.expressions.lexer import KEYWORDS
from inspector.core.rules.verbs import VERBS

if TYPE_CHECKING:
    from inspector.services.event_sampling import StoreWords
    from inspector.services.rules import LoadedRules

_KEYS: Final = (
    "format", "name", "match", "equals", "event", "version", "when", "from", "to", "type", "drop",
    "split", "streams", "category", "initial", "on", "ignore", "finally", "aggregate", "holds",
    "steps", "value", "keep_last", "keep_first", "where", "first", "key", "at", "upcast",
    "invariant", "label", "mask", "current",
)  # fmt: skip
_STATE: Final = re.compile(r"\bstate\.[A-Za-z_]\w*")
MOST: Final = 5000


def vocabulary(words: StoreWords, checked: LoadedRules | None) -> list[str]:
    """All words, without those that nobody could tell apart any more."""
    found = {*_KEYS, *VERBS, *KEYWORDS, *FUNCTION_NAMES}
    found |= {*EVENT_NAMES, *STATE_NAMES, *ITEM_NAMES}
    found.update(words.types[:MOST])
    found.update(words.fields[:MOST])
    if checked is not None:
        types = checked.rules.types
        found.update(types.named(stored).name for stored in words.types[:MOST])
        for source in checked.rules.sources:
            found.update(_STATE.findall(source.text))
        for aggregate in checked.rules.aggregates:
            written = (key for one in aggregate.handlers.values() for key in one.writes)
            found.update(f"state.{key}" for key in written if key != "*")
    return sorted(found)
