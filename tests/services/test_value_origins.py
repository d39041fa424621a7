"""Why a value is what it is: events that made it, rules with their lines, and what is not known."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import InputInvalid
from inspector.core.folding import Truth
from inspector.core.paths import parse_path
from inspector.core.rules import RulesText, load_rules
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.replaying import StreamReplay
from inspector.services.tasks import Work
from inspector.services.value_history import NOTHING
from inspector.services.value_origins import KEPT, story_of
from tests.helpers.stores import state, write_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inspector.services.value_origins import ValueStory
    from inspector.storage.store_reader import StoreReader

RULES = """format = 1
[[type]]
match = '^shop:Cart\\.(?<event>\\w+)$'
version = "coalesce(data.v, 1)"

[[upcast]]
event = "Paid"
from = 1
to = 2
set.amount = "data.cents / 100"

[aggregate.cart]
streams = "cart*"
initial = { total = "0", lines = "[]" }
[aggregate.cart.on.Paid]
set.total = "state.total + data.amount"
set.last = "data.amount"
[aggregate.cart.on.Noted]
set.note = "data.text"
[aggregate.cart.on.Closed.set]
total = "data.gone.amount + 1"
"""
ROWS = [
    ("cart", 1, "shop:Cart.Paid", state(1, cents=500)),
    ("cart", 2, "shop:Cart.Noted", state(2, v=2, text="hello")),
    ("cart", 3, "shop:Cart.Paid", state(3, v=2, amount=7)),
    ("cart", 4, "shop:Cart.Closed", state(4, v=2)),
]


@contextmanager
def replayed(
    folder: Path, *, with_rules: bool = True, rows: list[tuple[str, int, str, bytes]] = ROWS
) -> Iterator[tuple[StreamReplay, StoreReader]]:
    rules = load_rules([RulesText("cart.rules.toml", RULES)]) if with_rules else None
    path = write_store(folder / "cart.sqlite", rows)
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        stream = store.reader.streams.find("cart")[0]
        replay = StreamReplay(store.reader, stream, rules)
        replay.load(store.reader, Work())
        yield replay, store.reader


def story(folder: Path, path: str, index: int | None = None, **more: bool) -> ValueStory:
    with replayed(folder, **more) as (replay, reader):  # type: ignore[arg-type]
        return story_of(replay, parse_path(path), reader, Work(), index)


def test_the_beginning_and_every_change_name_their_rules(tmp_path: Path) -> None:
    told = story(tmp_path, "total", 2)
    assert told.truth is Truth.EXACT
    assert [(c.position, c.before, c.after) for c in told.changes] == [
        (None, NOTHING, 0), (1, 0, 5), (3, 5, 12),
    ]  # fmt: skip
    assert [[rule.line for rule in change.rules] for change in told.changes] == [
        [14],
        [6, 16],
        [16],
    ]
    assert told.changes[2].rules[0].text == 'set.total = "state.total + data.amount"'
    assert "from = 1" in told.changes[1].rules[0].text


def test_events_that_left_a_value_alone_are_not_named(tmp_path: Path) -> None:
    told = story(tmp_path, "note")
    assert [(c.position, c.after) for c in told.changes] == [(2, "hello")]
    assert told.changes[0].rules[0].text == 'set.note = "data.text"'


def test_from_where_on_a_value_is_not_known_is_told_with_the_reason(tmp_path: Path) -> None:
    told = story(tmp_path, "total")
    last = told.changes[-1]
    assert (last.position, last.known, last.rules) == (4, False, ())
    assert "cart.rules.toml:" in last.reason


def test_without_rules_only_events_are_named(tmp_path: Path) -> None:
    told = story(tmp_path, "amount", with_rules=False)
    assert told.truth is Truth.INFERRED
    assert [(c.position, c.after, c.rules) for c in told.changes] == [(3, 7, ())]


def test_a_value_that_never_was_has_no_story(tmp_path: Path) -> None:
    told = story(tmp_path, "nothing.like[3].this")
    assert (told.changes, told.count) == ((), 0)


def test_the_whole_state_is_no_value(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid):
        story(tmp_path, "")


def test_of_very_many_changes_the_latest_are_told(tmp_path: Path) -> None:
    rows = [
        ("cart", n, "shop:Cart.Noted", state(n, v=2, text=str(n))) for n in range(1, KEPT + 101)
    ]
    with replayed(tmp_path, rows=rows) as (replay, reader):
        told = story_of(replay, ("note",), reader, Work())
    assert (told.count, len(told.changes)) == (KEPT + 100, KEPT)
    assert told.changes[-1].position == KEPT + 100
