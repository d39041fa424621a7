"""The visible part of a timeline never leaves it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspector.ui.models.viewport import Viewport

WHOLE = Viewport.of(-0.5, 999.5, 6)

_MOVES = st.one_of(
    st.tuples(st.just("zoom"), st.floats(0.01, 100), st.floats(-2000, 3000)),
    st.tuples(st.just("pan"), st.floats(-5000, 5000), st.just(0.0)),
    st.tuples(st.just("show"), st.floats(-0.5, 999.5), st.just(0.0)),
    st.tuples(st.just("between"), st.floats(-100, 2000), st.floats(-100, 2000)),
)


@given(st.lists(_MOVES, max_size=20))
def test_whatever_is_done_one_stays_on_the_line(moves: list[tuple[str, float, float]]) -> None:
    view = WHOLE
    for what, first, second in moves:
        if what == "zoom":
            view = view.zoomed(first, second)
        elif what == "pan":
            view = view.panned(first)
        elif what == "show":
            view = view.showing(first)
            assert view.low <= first <= view.high
        else:
            view = view.between(first, second)
        assert view.first <= view.low < view.high <= view.last
        assert 5.999 <= view.length <= 1000.001


def test_what_is_under_the_mouse_stays_there_while_zooming() -> None:
    view = WHOLE.zoomed(4, 300)
    share = (300 - view.low) / view.length
    closer = view.zoomed(2, 300)
    assert abs((300 - closer.low) / closer.length - share) < 1e-9
    assert abs(closer.length - 125) < 1e-9


def test_zooming_out_ends_at_the_whole() -> None:
    view = WHOLE.zoomed(10, 500)
    assert not view.is_whole
    assert view.zoomed(0.001, 500).is_whole
    assert view.whole() == WHOLE


def test_the_whole_grows_with_the_line_and_a_part_stays_where_it_is() -> None:
    assert WHOLE.on(-0.5, 1999.5, 6).is_whole
    part = WHOLE.between(100, 200)
    grown = part.on(-0.5, 1999.5, 6)
    assert (grown.low, grown.high) == (100, 200)
    shrunk = part.on(-0.5, 149.5, 6)
    assert shrunk.high == 149.5
