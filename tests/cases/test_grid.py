"""The calendar of a case: lengths, edges, and the refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.cases.grid import MOST_STEPS, build_grid


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
