import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.model import harm


def test_deaths_per_lethal_event_in_iraq():
    # Hicks et al. 2011: 60,481 deaths in 14,196 events.
    per_event = 60_481 / 14_196
    assert round(per_event, 3) == 4.260
    assert harm.compound_moments([14_196], [per_event], [0])[0] == pytest.approx(60_481)


def test_moments_are_those_of_simulated_events():
    random = np.random.default_rng(4)
    rates, sizes = np.array([3.0, 0.4]), (2.0, 17.0)
    totals = np.zeros(100_000)
    for rate, size in zip(rates, sizes, strict=True):
        events = random.poisson(rate, totals.size)
        # The sum of n exponential sizes is a gamma number of shape n.
        totals += np.where(events > 0, random.gamma(np.maximum(events, 1), size), 0)
    mean, variance = harm.compound_moments(rates, sizes, [2 * size**2 for size in sizes])
    assert totals.mean() == pytest.approx(float(mean), abs=4 * np.sqrt(variance / totals.size))
    assert totals.var() == pytest.approx(float(variance), rel=0.04)


@given(*[st.lists(st.floats(0, 100), min_size=4, max_size=4)] * 2)
def test_kinds_add_up(rates, means):
    squares = np.square(means)
    whole = harm.compound_moments(rates, means, squares)
    for total, first, rest in zip(
        whole,
        harm.compound_moments(rates[:2], means[:2], squares[:2]),
        harm.compound_moments(rates[2:], means[2:], squares[2:]),
        strict=True,
    ):
        assert total == pytest.approx(float(first + rest))
    # Fixed sizes of one are a Poisson count: variance equals mean.
    count = harm.compound_moments(rates, np.ones(4), np.ones(4))
    assert count[0] == count[1]


@given(st.floats(0, 1), st.floats(1, 50))
def test_a_mean_per_lethal_event_overstates_the_mean_per_strike(p_any, mean):
    assert harm.unconditional_mean(p_any, mean) <= mean
    assert harm.unconditional_mean(1, mean) == mean


@given(st.floats(0, 1e6), st.floats(1, 4))
def test_a_verified_count_is_a_floor(verified, undercount):
    assert harm.true_count(verified, undercount) >= verified


def test_float32(draw, same_in_float32):
    kinds = [draw(0, 9).reshape(-1, 4) for _ in range(3)]
    same_in_float32(harm.compound_moments, *kinds)
    same_in_float32(harm.unconditional_mean, draw(0, 1), draw(1, 30))
    same_in_float32(harm.true_count, draw(0, 1e5), draw(1, 4))
