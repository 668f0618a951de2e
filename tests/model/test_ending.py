import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.model import ending

median = st.floats(30, 3000)
shape = st.floats(0.35, 1.3)


@given(median, shape)
def test_half_of_wars_end_by_the_median(middle, k):
    assert ending.weibull_increment(0, middle, middle, k) == pytest.approx(math.log(2))
    scale = ending.weibull_scale(middle, k)
    assert scale * math.log(2) ** (1 / k) == pytest.approx(middle)
    assert ending.weibull_increment(0, scale, middle, k) == pytest.approx(1)


@given(st.lists(st.floats(0.01, 60), min_size=1, max_size=40), median, shape)
def test_increments_telescope_over_any_grid(lengths, middle, k):
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    total = ending.weibull_increment(starts, np.array(lengths), middle, k).sum()
    assert total == pytest.approx(float(ending.weibull_increment(0, sum(lengths), middle, k)), rel=1e-10)


@given(st.floats(0, 2000), st.floats(0.01, 60), median, shape)
def test_increments_are_differences_of_powers(start, length, middle, k):
    scale = ending.weibull_scale(middle, k)
    wanted = ((start + length) / scale) ** k - (start / scale) ** k
    assert ending.weibull_increment(start, length, middle, k) == pytest.approx(float(wanted), rel=1e-7, abs=1e-13)


@given(st.floats(0.01, 2000), st.floats(0.1, 60), median)
def test_shape_one_has_no_memory_and_less_means_a_falling_hazard(start, length, middle):
    first = ending.weibull_increment(0, length, middle, 1)
    assert ending.weibull_increment(start, length, middle, 1) == pytest.approx(float(first), rel=1e-9)
    falling = ending.weibull_increment(np.array([start, start + length]), length, middle, 0.5)
    assert falling[1] < falling[0]
    rising = ending.weibull_increment(np.array([start, start + length]), length, middle, 1.3)
    assert rising[1] > rising[0]


def test_a_clock_in_accumulated_hazard_is_the_weibull_law():
    luck = np.random.default_rng(6).exponential(size=200_000)
    for day in (30, 340, 1096):
        over = (ending.weibull_increment(0, day, 340, 0.6) >= luck).mean()
        law = 1 - 2 ** -((day / 340) ** 0.6)
        assert over == pytest.approx(law, abs=4 * math.sqrt(law * (1 - law) / luck.size))


def test_float32(draw, same_in_float32):
    middle, k = draw(139, 1400, log=True), draw(0.35, 1.3)
    for length in (1, 7, 30):
        same_in_float32(ending.weibull_increment, np.round(draw(0, 1096)), length, middle, k)
    same_in_float32(ending.weibull_increment, 0, draw(1, 30), middle, k)
    same_in_float32(ending.weibull_scale, middle, k)


def test_edges(never_nan):
    edge = (0.0, 1e-6, 1.0, 1e6)
    never_nan(ending.weibull_increment, edge, edge, (1e-3, 1.0, 1e6), (0.1, 1.0, 3.0))
    never_nan(ending.weibull_scale, (0.0, 1.0, 1e6), (0.1, 1.0, 3.0))
