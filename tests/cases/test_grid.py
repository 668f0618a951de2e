"""The calendar of a case: lengths, edges, and the refusals."""

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from closedsky.cases import list_cases, load_case
from closedsky.cases.grid import MOST_STEPS, build_grid, default_grid, extend_grid, longer
from closedsky.cases.schema import canonical


def test_the_grid_of_the_article_has_129_steps():
    start, length = build_grid([(60, 1), (365, 7), (1096, 30)])
    assert len(start) == len(length) == 129
    assert start[0] == 0
    assert start[-1] + length[-1] == 1096
    assert (length[:60] == 1).all()
    assert (length[60:103] == 7).all()
    assert length[103] == 4
    assert (length[104:128] == 30).all()
    assert length[128] == 11


spans = st.lists(st.tuples(st.integers(1, 400), st.integers(1, 60)), min_size=1, max_size=5).map(
    lambda parts: [(sum(days for days, _ in parts[: i + 1]), step) for i, (_, step) in enumerate(parts)]
)


@given(spans)
def test_steps_follow_each_other_without_gap_or_overlap(grid):
    start, length = build_grid(grid)
    assert start[0] == 0
    assert (length >= 1).all()
    np.testing.assert_array_equal(start[1:], (start + length)[:-1])
    assert start[-1] + length[-1] == grid[-1][0]
    for until, _ in grid:
        assert until in start + length  # every span ends exactly where it says


@pytest.mark.parametrize(
    ("grid", "says"),
    [
        ([], "at least one"),
        ([(10, 0)], "at least one day"),
        ([(10, 1), (10, 7)], "does not come after"),
        ([(10, 1), (5, 7)], "does not come after"),
        ([(MOST_STEPS * 10, 1)], "more than"),
    ],
)
def test_a_grid_that_does_not_advance_is_refused(grid, says):
    with pytest.raises(ValueError, match=says):
        build_grid(grid)


def test_nobody_can_move_the_calendar_of_a_case_by_accident():
    start, _ = build_grid([(3, 1)])
    with pytest.raises(ValueError, match="read-only"):
        start[0] = 5


def test_ukraine_is_followed_for_five_years_under_the_view_now():
    case = load_case("ukraine-2022")
    five = longer(case)
    assert (case.horizon, case.now_horizon, five.horizon, five.now_horizon) == (1096, 1826, 1826, 1826)
    assert five.start[:129].tobytes() == case.start.tobytes() and five.length[:129].tobytes() == case.length.tobytes()
    assert five.start[129:].tolist() == list(range(1096, 1826, 30))
    assert five.length[129:].tolist() == [30.0] * 24 + [10.0]
    assert (canonical(case)["now_horizon"], "now_horizon" in canonical(five)) == (1826, False)
    assert five.digest() != case.digest()
    assert longer(five) is five
    with pytest.raises(ValueError, match="read-only"):
        five.start[0] = 5


@pytest.mark.parametrize("name", [each for each in list_cases() if each != "ukraine-2022"])
def test_a_case_that_says_nothing_of_it_has_one_horizon(name):
    case = load_case(name)
    assert case.now_horizon == case.horizon and longer(case) is case
    assert "now_horizon" not in canonical(case)


@given(spans, st.integers(0, 900))
def test_a_longer_grid_begins_with_the_shorter_one(grid, more):
    start, length = build_grid(grid)
    until = grid[-1][0] + more
    longer_start, longer_length = extend_grid(start, length, until)
    assert longer_start[: len(start)].tobytes() == start.tobytes()
    assert longer_length[: len(start)].tobytes() == length.tobytes()
    np.testing.assert_array_equal(longer_start[1:], (longer_start + longer_length)[:-1])
    assert longer_start[-1] + longer_length[-1] == until
    added = longer_length[len(start) :]
    assert (added > 0).all() and (added[:-1] == max(length[-2:])).all()


@given(st.integers(1, 4000), st.integers(0, 2000))
def test_a_grid_laid_out_by_itself_goes_on_with_its_longest_step(horizon, more):
    start, length = default_grid(horizon)
    assume(more / length.max() < MOST_STEPS - len(start) - 1)  # more is refused: see below
    longer_start, longer_length = extend_grid(start, length, horizon + more)
    assert longer_start[: len(start)].tobytes() == start.tobytes()
    assert longer_start[-1] + longer_length[-1] == pytest.approx(horizon + more, rel=1e-12)
    added = longer_length[len(start) :]
    assert (added > 1e-9 * length.max()).all() and (added <= length.max() * (1 + 1e-8)).all()


def test_a_grid_is_not_cut_nor_made_endless():
    grid = build_grid([(60, 1), (365, 7)])
    with pytest.raises(ValueError, match="day 364 lies before the end of the grid, day 365"):
        extend_grid(*grid, 364)
    with pytest.raises(ValueError, match="more than"):
        extend_grid(*grid, 7 * MOST_STEPS)
    with pytest.raises(ValueError, match="before the end"):
        longer(dataclasses.replace(load_case("odyssey-dawn-2011"), now_horizon=3))
