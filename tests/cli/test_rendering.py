"""Tables, widths, colours and the progress line, without a terminal."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.cli.output import in_blocks
from inspector.cli.paint import Paint, wants_colour
from inspector.cli.plain import cut, json_line, plain_line, width_of, wrapped
from inspector.cli.progress import ProgressLine, text_of
from inspector.cli.tables import Column, Row, Table
from inspector.core.errors import Cancelled
from inspector.core.jsontext import to_json
from inspector.services.tasks import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAIN = Paint(on=False)
COLUMNS = (Column("ID"), Column("N", right=True), Column("TOLD", cut_to=10))
ROWS = [Row(("order-1", "7", "a short story")), Row(("주문-22", "1234", "another one"))]


def table(width: int | None, columns: tuple[Column, ...] = COLUMNS) -> Table:
    return Table(columns, width, PLAIN)


# -- text -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "places"), [("abc", 3), ("주문", 4), ("é", 1), ("e\u0301", 1), ("（", 2), ("", 0)]
)
def test_places_on_a_terminal(text: str, places: int) -> None:
    assert width_of(text) == places


@given(st.text(), st.integers(2, 40))
def test_wrapping_loses_nothing_and_fits(text: str, width: int) -> None:
    shown = plain_line(text)
    lines = wrapped(shown, width)
    assert "".join(lines) == shown
    assert all(width_of(line) <= width for line in lines)


@given(st.text(), st.integers(1, 40))
def test_cutting_fits_and_shows(text: str, width: int) -> None:
    shown = plain_line(text)
    short = cut(shown, width)
    assert width_of(short) <= width
    assert short == shown or short.endswith("…")


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner, max_size=4)))
def test_escaped_json_means_the_same(value: object) -> None:
    line = json_line(to_json(value))
    assert line.isprintable()
    assert json.loads(line) == value


# -- tables ---------------------------------------------------------------------------------


def test_a_table_lines_up() -> None:
    lines = list(table(None).lines(ROWS))
    assert lines == [
        "ID          N  TOLD",
        "order-1     7  a short story",
        "주문-22  1234  another one",
    ]


def test_a_narrow_table_cuts_what_may_be_cut_and_wraps_the_rest() -> None:
    rows = [Row(("an-id-of-twenty-places-", "12", "a sentence that is too long for it"))]
    lines = list(table(30).lines(rows))
    assert all(len(line) <= 30 for line in lines)
    text = "\n".join(lines)
    assert "…" in text
    ids = "".join(line[: line.find("  ") if "  " in line else None] for line in lines[1:])
    assert "an-id-of-twenty-places-" in ids.replace(" ", "")


def test_a_very_narrow_table_becomes_cards() -> None:
    columns = tuple(Column(f"COLUMN{i}", right=True) for i in range(6))
    rows = [Row([str(10**9 + i) for i in range(6)])]
    lines = list(table(40, columns).lines(rows))
    assert lines[0] == "COLUMN0: 1000000000"
    assert len(lines) == 7


def test_later_blocks_keep_the_columns() -> None:
    one = table(None)
    first = list(one.lines(ROWS))
    assert list(one.lines(ROWS)) == first[1:]


def test_a_cell_of_a_million_characters_says_how_long_it_is() -> None:
    (_, *lines) = table(80).lines([Row(("x" * 1_000_000, "1", ""))])
    assert "(1000000 characters)" in "".join(line.split("  ")[0] for line in lines)
    assert len(lines) < 200


def test_away_from_a_terminal_nothing_is_cut() -> None:
    (_, line) = table(None).lines([Row(("x" * 10_000, "1", "y" * 10_000))])
    assert "x" * 10_000 in line
    assert "y" * 10_000 in line
    assert len(line) < 20_100


def test_lines_below_a_row() -> None:
    lines = list(
        table(40).lines([Row(("a", "1", "b"), [("! a remark that is wider than it", "")])])
    )
    assert lines[2].startswith("    ! a remark")
    assert all(len(line) <= 40 for line in lines)


def test_cells_cannot_steer_the_terminal() -> None:
    lines = table(80).lines([Row(("a\x1b[31m", "\x07", "\u202e"), [("\x9b", "")])])
    assert all(line.isprintable() for line in lines)


@given(
    st.lists(st.tuples(st.text(), st.text(max_size=5), st.text()), min_size=1, max_size=5),
    st.integers(30, 120),
)
def test_no_line_is_wider_than_the_terminal(rows: list[tuple[str, str, str]], width: int) -> None:
    lines = list(table(width).lines([Row(row) for row in rows]))
    assert all(width_of(line) <= width for line in lines)


def test_colour_changes_nothing_but_colour() -> None:
    columns = (Column("ID", role="type"), Column("N", right=True, role="muted"))
    rows = [Row(("a", "1")), Row(("bb", "22"))]
    plain = list(Table(columns, 80, PLAIN).lines(rows))
    painted = list(Table(columns, 80, Paint(on=True)).lines(rows))
    assert painted != plain
    assert [_bare(line) for line in painted] == plain


def _bare(line: str) -> str:
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[36m"):
        line = line.replace(code, "")
    return line


# -- colour ---------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_who_gets_colour(environment: dict[str, str], expected: bool) -> None:
    assert wants_colour(Terminal(), environment) is expected


def test_a_file_gets_no_colour() -> None:
    assert not wants_colour(io.StringIO(), {})
    closed = io.StringIO()
    closed.close()
    assert not wants_colour(closed, {})


# -- progress -------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_progress_waits_and_then_is_drawn_now_and_again() -> None:
    stream, clock = io.StringIO(), Clock()
    line = ProgressLine(stream, clock)
    line.told(Progress(1, 10, "events"))
    clock.now += 0.29
    line.told(Progress(2, 10, "events"))
    assert stream.getvalue() == ""
    clock.now += 0.02
    line.told(Progress(3, 10, "events"))
    drawn = stream.getvalue()
    assert "3 of 10 events" in drawn
    clock.now += 0.05
    line.told(Progress(4, 10, "events"))
    assert stream.getvalue() == drawn
    line.hide()
    assert stream.getvalue().endswith("\r\x1b[K")
    line.hide()
    assert stream.getvalue() == drawn + "\r\x1b[K"


def test_progress_without_a_terminal_is_silent() -> None:
    line = ProgressLine(None, Clock())
    line.told(Progress(1))
    line.hide()


@pytest.mark.parametrize(("done", "percent"), [(0, "0 %"), (5, "50 %"), (10, "100 %"), (30, "100")])
def test_a_bar(done: int, percent: str) -> None:
    assert percent in text_of(Progress(done, 10, "events"))


def test_a_bar_without_an_end() -> None:
    assert "events" in text_of(Progress(5, None, "events"))


# -- blocks ---------------------------------------------------------------------------------


def test_blocks() -> None:
    assert list(in_blocks(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(in_blocks([], 3)) == []


def test_what_came_before_a_stop_is_not_lost() -> None:
    def rows() -> Iterator[int]:
        yield from range(4)
        raise Cancelled

    seen: list[list[int]] = []
    with pytest.raises(Cancelled):
        seen.extend(in_blocks(rows(), 3))
    assert seen == [[0, 1, 2], [3]]
