"""From starting the program to the first event that can be read in its window.

    python -m tests.benchmarks.opening --store r1.sqlite --large r1x10.sqlite

Every run is a process of its own with settings of its own. Peers, in the same rounds: an empty
PySide6 window; and for the store of ten times the size, the smaller one. May import the
benchmark modules.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.benchmarks.measuring import (
    answers,
    ask_for_attention,
    in_turn,
    parser_for,
    print_table,
    times_peer,
)
from tests.benchmarks.windows import (
    PeerUnavailableError,
    empty_window,
    until_painted,
    virtual_screen,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.measuring import Line, Reading

AT_MOST_SECONDS = 1.5
TIMES_EMPTY_WINDOW = 1.5
TIMES_SMALL_STORE = 1.2


def first_row(store: Path, platform: str, settings: str) -> Reading:
    """One start of the program on `store`; `settings` is a folder for what it remembers.

    Raises PeerUnavailableError when no event appears.
    """
    environment = {"QT_QPA_PLATFORM": platform, "XDG_CONFIG_HOME": settings}
    return until_painted(
        ["-m", "tests.benchmarks.first_row", "open", str(store), "--theme", "light"], environment
    )


def measure(store: Path, large: Path | None, platform: str, rounds: int) -> list[Line]:
    """The figures on one platform of Qt."""
    with TemporaryDirectory() as settings:
        measures = {
            "empty": partial(empty_window, platform),
            "small": partial(first_row, store, platform, settings),
        }
        if large is not None:
            measures["large"] = partial(first_row, large, platform, settings)
        found = in_turn(rounds, measures)
    empty, small = found["empty"], found["small"]
    name = f"first event, {platform}"
    lines = [
        answers(name, [small], AT_MOST_SECONDS * 1000)[-1],
        times_peer(name, small, ("empty window", empty), at_most=TIMES_EMPTY_WINDOW),
    ]
    if large is not None:
        peer = ("the smaller store", small)
        lines.append(times_peer(f"{name}, large", found["large"], peer, at_most=TIMES_SMALL_STORE))
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Print every figure for the stores the arguments name."""
    parser = parser_for("opening", __doc__ or "")
    parser.add_argument("--store", type=Path, required=True, help="R1, an SQLite file")
    parser.add_argument("--large", type=Path, help="R1 at ten times the size")
    options = parser.parse_args(arguments)
    ask_for_attention()
    lines = measure(options.store, options.large, "offscreen", options.rounds)
    try:
        with virtual_screen():
            lines += measure(options.store, options.large, "xcb", options.rounds)
    except PeerUnavailableError as reason:
        print(f"xcb: not measured, {reason}")
    print_table(lines)


if __name__ == "__main__":
    main()
