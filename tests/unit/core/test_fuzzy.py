"""Names are found by a few of their letters, the likeliest first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspector.core.fuzzy import best_matches, fuzzy_score

NAMES = ["Next of this type", "Next event", "Open…", "Next row", "Read again", "Dark"]


def test_letters_in_order_find_a_name_whatever_the_case() -> None:
    assert best_matches("nxtyp", NAMES, str, 9) == ["Next of this type"]
    assert best_matches("DARK", NAMES, str, 9) == ["Dark"]


def test_a_whole_part_beats_spread_letters_and_word_starts_beat_the_middle() -> None:
    assert best_matches("row", ["Read or write", "Next row"], str, 9)[0] == "Next row"
    assert best_matches("nt", ["Invert it", "Next type"], str, 9)[0] == "Next type"


def test_nothing_typed_keeps_the_order() -> None:
    assert best_matches("", NAMES, str, 3) == NAMES[:3]


def test_letters_out_of_order_are_no_match() -> None:
    assert fuzzy_score("krad", "Dark") is None


@given(st.text(max_size=30), st.text(max_size=60))
def test_a_match_has_all_letters_in_order(pattern: str, text: str) -> None:
    letters = iter(text.casefold())
    wanted = "".join(pattern.casefold().split())
    in_order = all(letter in letters for letter in wanted)
    assert (fuzzy_score(pattern, text) is not None) == in_order
