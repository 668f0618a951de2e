import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.model import deterrence

loss = st.floats(1e-4, 1)
threshold = st.floats(0.002, 0.1)
steepness = st.floats(1, 3)


@given(loss, threshold, steepness)
def test_willingness_is_whole_below_the_threshold_and_falls_above(perceived, p0, steep):
    will = deterrence.willingness(perceived, p0, steep)
    assert 0 < will <= 1
    if perceived <= p0:
        assert will == 1
    assert deterrence.willingness(2 * perceived, p0, steep) <= will
    assert deterrence.willingness(perceived, p0, steep + 1) <= will
    assert will == pytest.approx(min(1, p0 / perceived) ** steep, rel=1e-9)


@given(loss, threshold)
def test_losses_for_each_potential_sortie_saturate_at_the_threshold(perceived, p0):
    assert perceived * deterrence.willingness(perceived, p0) == pytest.approx(min(perceived, p0))


def test_three_in_a_hundred_potential_flights_thwart_eight_or_nine_in_ten():
    # IDA P-3472: interdicting 3 % of potential flights thwarted 80-90 %.
    for thwarted in (0.8, 0.9):
        flown = 1 - thwarted
        assert deterrence.willingness(0.03 / flown, 0.03) == pytest.approx(flown)


@given(loss, loss, st.floats(0, 90), st.floats(0, 90), st.floats(1, 90))
def test_memory_is_a_flow_between_what_was_and_what_is_met(before, met, first, then, memory):
    once = deterrence.learn(before, met, first + then, memory)
    twice = deterrence.learn(deterrence.learn(before, met, first, memory), met, then, memory)
    assert once == pytest.approx(float(twice), rel=1e-9)
    assert min(before, met) - 1e-12 <= once <= max(before, met) + 1e-12


def test_memory_limits():
    assert deterrence.learn(0.1, 0.3, 5, 0) == pytest.approx(0.3)
    assert deterrence.learn(0.1, 0.3, 0, 0) == 0.1
    assert deterrence.learn(0.1, 0.3, 5, math.inf) == 0.1
    assert deterrence.learn(0, 1, 7, 7) == pytest.approx(1 - math.exp(-1))


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=5), st.floats(0.1, 5))
def test_shares_sum_to_one_and_their_odds_ignore_other_means(values, scale):
    shares = np.array(deterrence.choice_shares(values, scale))
    assert shares.sum() == pytest.approx(1)
    np.testing.assert_allclose(deterrence.choice_shares(np.array(values), scale), shares)
    fewer = deterrence.choice_shares(values[:-1], scale)
    assert fewer[0] / fewer[1] == pytest.approx(shares[0] / shares[1])
    closed = deterrence.choice_shares([*values[:-1], -math.inf], scale)
    np.testing.assert_allclose(closed, [*fewer, 0])


def test_a_better_means_draws_from_the_others():
    values, scale, small = np.array([1.0, 0.3, -0.5]), 0.7, 1e-6
    share = deterrence.choice_shares(values, scale)
    change = (deterrence.choice_shares(values + np.array([0, small, 0]), scale) - share) / small
    assert change[0] == pytest.approx(-share[0] * share[1] / scale, rel=1e-4)
    assert change[1] == pytest.approx(share[1] * (1 - share[1]) / scale, rel=1e-4)


def test_scale_limits():
    assert deterrence.choice_shares((1.0, 3.0, 3.0), 0) == (0, 0.5, 0.5)
    np.testing.assert_allclose(deterrence.choice_shares(np.array([1.0, 3.0, 2.0]), 1e-3), [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(deterrence.choice_shares(np.array([1.0, 3.0]), 1e12), [0.5, 0.5])
    with pytest.raises(TypeError):
        deterrence.choice_shares([])


@given(st.floats(0, 1e5), st.floats(0, 1))
def test_closing_a_means_averts_all_it_carried_only_without_substitutes(averted, share):
    net = averted - deterrence.replaced_harm(averted, share)
    assert 0 <= net <= averted
    if share == 0:
        assert net == averted
    elif averted > 1e-6 and share > 1e-6:
        assert net < averted
    assert deterrence.replaced_harm(averted, 2) == averted


@given(st.floats(0, 500), st.floats(0, 1e4))
def test_losses_never_exceed_the_fleet_or_what_was_expected(fleet, expected):
    lost = deterrence.losses_from(fleet, expected)
    assert 0 <= lost <= fleet
    assert lost <= expected * (1 + 1e-12)


def test_losses_of_large_and_empty_fleets():
    assert deterrence.losses_from(1e9, 3) == pytest.approx(3)
    assert deterrence.losses_from(0, 3) == 0
    assert deterrence.losses_from(0, 0) == 0
    assert deterrence.losses_from(40, math.inf) == 40


def test_float32(draw, same_in_float32):
    p = draw(1e-4, 0.5, log=True)
    same_in_float32(deterrence.willingness, p, draw(0.002, 0.1, log=True), draw(1, 3))
    same_in_float32(deterrence.learn, p, draw(1e-4, 0.5, log=True), draw(0.1, 30), draw(7, 90))
    same_in_float32(lambda a, b, c: deterrence.choice_shares((a, b, c), 0.5), *(draw(-3, 3) for _ in range(3)))
    same_in_float32(deterrence.choice_shares, draw(-3, 3).reshape(-1, 4), 0.5)
    same_in_float32(deterrence.losses_from, draw(0, 500), draw(0, 90))
    same_in_float32(deterrence.replaced_harm, draw(0, 500), draw(0, 1))


def test_edges(never_nan):
    edge = (0.0, 1e-30, 1.0, 1e6)
    never_nan(deterrence.willingness, edge, edge, (0.0, 1.0, 3.0))
    never_nan(deterrence.learn, (0.0, 1.0), (0.0, 1.0), edge, (*edge, math.inf))
    never_nan(deterrence.losses_from, edge, (*edge, math.inf))
    never_nan(deterrence.replaced_harm, edge, edge)
    never_nan(lambda a, b, s: deterrence.choice_shares((a, b), s), (-math.inf, 0.0, 9.0), (0.0, 9.0), edge)
