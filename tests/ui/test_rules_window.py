"""Rules in the window: used, remembered, refused with their place, noticed when they change."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from inspector.core.folding import Truth
from inspector.services.open_store import OpenRequest
from inspector.services.rising import RiseKind
from inspector.services.sample import sample_rules
from inspector.ui.models.event_columns import EventColumn
from inspector.ui.models.store_model import Phase
from tests.helpers.stores import state, write_store
from tests.ui.windows import WALLET, new_window, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

LADDER = """
format = 1
name = "<b>Carts</b>"

[[type]]
match = '^shop:Cart\\.(?<event>\\w+)$'
version = "coalesce(data.v, 1)"

[[upcast]]
event = "Opened"
from = 1
to = 2
set.owner = "upper(data.owner)"

[[upcast]]
event = "Opened"
from = 2
to = 3
set.cents = "data.total * 100"

[aggregate.cart]
type = "Opened"
[aggregate.cart.on.Opened.set]
owner = "data.owner"
cents = "data.cents"

[[invariant]]
aggregate = "cart"
name = "owners are short"
holds = "len(state.owner) < 20"

[label]
Opened = "cart of {data.owner}"
"""


def cart_store(path: Path) -> Path:
    return write_store(
        path,
        [
            ("cart", 1, "shop:Cart.Opened", state(1, owner="<b>ada</b>", total=5)),
            ("cart", 2, "shop:Cart.Opened", state(2, v=2, owner="BO", total="many")),
            ("cart", 3, "shop:Cart.Opened", state(3, v=9, owner="CY", cents=1)),
            ("cart", 4, "shop:Cart.Opened", state(4, v=3, owner="D" * 30, cents=1)),
        ],
    )


def write_rules(path: Path, text: str = LADDER) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def open_carts(window: MainWindow, qtbot: QtBot, folder: Path, text: str = LADDER) -> None:
    rules = write_rules(folder / "cart.rules.toml", text)
    store = cart_store(folder / "carts.sqlite")
    window.open_request(OpenRequest(str(store), rules=(str(rules),)), "cart", 1)
    qtbot.waitUntil(lambda: window.replay.step is not None)
    qtbot.waitUntil(lambda: window.events.rise_at(3) is not None)


def cell(window: MainWindow, row: int, column: EventColumn) -> str:
    return str(window.events.index(row, column).data())


def kinds(window: MainWindow) -> set[str]:
    problems = window.models.problems
    return {problems.kind_at(problems.index(row, 0)).code for row in range(problems.rowCount())}


def test_broken_invariants_are_marked_on_the_timeline_and_listed(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    window = new_window(theme, qtbot, tmp_path)
    open_carts(window, qtbot, tmp_path)
    data = lambda: window.timeline.view.data  # noqa: E731
    qtbot.waitUntil(lambda: 3 in data().broken)
    (said,) = data().broken[3]
    assert "owners are short" in said
    assert f"Rule broken: {said}" in data().marks(3)
    assert 1 in data().findings
    assert "a rule is broken at 1 event" in data().summary()
    window.actions_by_name["first"].trigger()
    places = []
    for name in ("next-failing", "next-failing", "next-failing", "previous-failing"):
        window.actions_by_name[name].trigger()
        places.append(window.replay.cursor)
    assert places == [1, 2, 3, 2]  # a hop that fails, a version too new, the invariant
    qtbot.waitUntil(lambda: "invariant-broken" in kinds(window))
    window.close()


def test_what_was_found_under_other_rules_is_forgotten(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    window = new_window(theme, qtbot, tmp_path)
    open_carts(window, qtbot, tmp_path)
    problems = window.models.problems
    problems.look_through()
    qtbot.waitUntil(lambda: not problems.scan.running)
    assert problems.count
    window.actions_by_name["rules-none"].trigger()
    qtbot.waitUntil(lambda: window.replay.step is not None)
    assert problems.count == 0
    window.close()


def test_a_rules_file_makes_the_state_exact_and_marks_the_hops(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    window = new_window(theme, qtbot, tmp_path)
    open_store(window, qtbot, stream=WALLET)
    step = window.replay.step
    assert step is not None
    assert step.truth is Truth.INFERRED
    place = step.position
    window.models.rules.use([sample_rules()])
    qtbot.waitUntil(lambda: window.models.rules.loaded is not None)
    qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.step is not step)
    assert window.replay.step is not None
    assert window.replay.step.truth is Truth.EXACT
    assert window.replay.step.position == place
    assert "Sample shop · exact" in window.bar.rules.accessibleName()
    window.actions_by_name["rules-none"].trigger()
    qtbot.waitUntil(
        lambda: window.replay.step is not None and window.replay.step.truth is Truth.INFERRED
    )


def test_chips_tell_led_failed_and_newer_events_apart(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    window = new_window(theme, qtbot, tmp_path)
    open_carts(window, qtbot, tmp_path)
    rises = [window.events.rise_at(row) for row in range(4)]
    kinds = [rise.kind for rise in rises if rise is not None]
    assert kinds == [RiseKind.LED, RiseKind.FAILED, RiseKind.NEWER, RiseKind.PLAIN]
    shown = [cell(window, row, EventColumn.VERSION) for row in range(4)]
    assert shown == ["v1 → v3", "v2 → ×", "v9 > v3", "v3"]
    assert cell(window, 0, EventColumn.SUMMARY) == "cart of <B>ADA</B>"
    assert "cart.rules.toml:" in cell(window, 1, EventColumn.SUMMARY)
    assert "newest that the rules know is 3" in cell(window, 2, EventColumn.SUMMARY)


def test_rules_are_remembered_for_their_store_only(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    window = new_window(theme, qtbot, tmp_path)
    open_store(window, qtbot)
    rules = shutil.copy(sample_rules(), tmp_path / "mine.rules.toml")
    window.models.rules.use([rules])
    qtbot.waitUntil(lambda: window.models.rules.loaded is not None)
    open_store(window, qtbot, cart_store(tmp_path / "carts.sqlite"))
    assert window.models.rules.loaded is None
    open_store(window, qtbot, stream=WALLET)
    qtbot.waitUntil(lambda: window.models.rules.loaded is not None)
    qtbot.waitUntil(
        lambda: window.replay.step is not None and window.replay.step.truth is Truth.EXACT
    )


def test_a_remembered_file_that_changed_is_offered_and_not_used(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    window = new_window(theme, qtbot, tmp_path)
    open_carts(window, qtbot, tmp_path)
    with qtbot.waitSignal(window.models.rules.outdated):
        write_rules(tmp_path / "cart.rules.toml", LADDER + "\n# more\n")
    assert window.notice.isVisible()
    assert window.models.rules.loaded is not None
    window.open_request(OpenRequest(str(tmp_path / "carts.sqlite")))
    with qtbot.waitSignal(window.models.rules.outdated):
        qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN)
    assert window.models.rules.loaded is None
    window.models.rules.again()
    qtbot.waitUntil(lambda: window.models.rules.loaded is not None)


def test_a_mistake_is_shown_once_with_its_place_and_changes_nothing(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    window = new_window(theme, qtbot, tmp_path)
    open_carts(window, qtbot, tmp_path)
    before = window.models.rules.loaded
    bad = write_rules(tmp_path / "bad.rules.toml", 'format = 1\n[[upcast]]\nevnt = "Opened"\n')
    with qtbot.waitSignal(window.models.rules.failed) as failed:
        window.models.rules.use([bad])
    assert failed.args is not None
    assert failed.args[0].message.startswith("bad.rules.toml:3:1:")
    assert window.notice.isVisible()
    assert window.models.rules.loaded is before
