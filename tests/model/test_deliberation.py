import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.model import deliberation
from closedsky.model.numeric import log_odds, logistic

probability = st.floats(1e-4, 1 - 1e-4)
correlation = st.floats(0, 0.95)
normal = st.floats(-4, 4)


@pytest.mark.parametrize(("rho", "passes"), [(0.3, 0.4702), (0.6, 0.6652), (0.9, 0.8506)])
def test_thirty_members_who_share_a_factor(rho, passes):
    assert round(float(deliberation.pass_probability(30, 0.05, 0)), 5) == 0.21464
    assert round(float(deliberation.pass_probability(30, 0.05, rho)), 4) == passes


@given(st.integers(1, 60), probability)
def test_pass_probability_at_both_ends_of_correlation(members, p):
    assert deliberation.pass_probability(members, p, 0) == pytest.approx((1 - p) ** members, abs=1e-12)
    assert deliberation.pass_probability(members, p, 1) == pytest.approx(1 - p, abs=1e-12)
    # One member is not correlated with anybody.
    assert deliberation.pass_probability(1, p, 0.77) == pytest.approx(1 - p, abs=1e-10)


@given(st.integers(1, 60), probability, st.floats(0, 1))
def test_a_member_more_never_helps(members, p, rho):
    now = deliberation.pass_probability(members, p, rho)
    assert deliberation.pass_probability(members + 1, p, rho) <= now + 1e-12
    assert deliberation.pass_probability(members, min(1, 1.1 * p), rho) <= now + 1e-12
    assert deliberation.pass_probability(members, p, min(1, rho + 0.05)) >= now - 1e-10
    assert (1 - p) ** members - 1e-10 <= now <= 1 - p + 1e-10


def test_the_two_integrals_meet_and_reach_full_correlation():
    near = deliberation.pass_probability(30, 0.05, np.array([0.5 - 1e-9, 0.5 + 1e-9]))
    assert near[0] == pytest.approx(near[1], abs=1e-8)
    for distance in (1e-4, 1e-6, 1e-8):
        # The least willing of n lies about 2 spreads below, so the gap to 1 - p closes with sqrt(1 - rho).
        gap = 0.95 - deliberation.pass_probability(30, 0.05, 1 - distance)
        assert gap == pytest.approx(0.2107 * math.sqrt(distance), rel=0.03)


@pytest.mark.parametrize("rho", [0.0, 0.2, 0.5, 0.8])
def test_pass_probability_is_what_members_do(rho):
    random = np.random.default_rng(11)
    shared, own = random.standard_normal(100_000), random.standard_normal((100_000, 12))
    willing = math.sqrt(rho) * shared[:, None] + math.sqrt(1 - rho) * own
    agreed = (willing.min(axis=1) > -1.6448536).mean()
    assert agreed == pytest.approx(float(deliberation.pass_probability(12, 0.05, rho)), abs=4 * 0.5 / 316)


@given(st.integers(1, 60), st.floats(1e-3, 0.999), correlation, normal)
def test_consent_by_threshold_is_consent_by_probability(members, uniform, rho, factor):
    limit = deliberation.consent_threshold(uniform, factor, members, rho)
    p = logistic(limit)
    assert deliberation.pass_given_factor(members, p, rho, factor) == pytest.approx(uniform, rel=1e-6)
    for step in (-0.01, 0.01):
        passes = deliberation.pass_given_factor(members, logistic(limit + step), rho, factor)
        assert (uniform < passes) == (step < 0)


def test_consent_comes_as_often_as_the_pass_probability_says():
    random = np.random.default_rng(2)
    uniform, factor = random.random(200_000), random.standard_normal(200_000)
    for rho in (0, 0.3, 0.6):
        passes = log_odds(0.05) <= deliberation.consent_threshold(uniform, factor, 30, rho)
        wanted = deliberation.pass_probability(30, 0.05, rho)
        assert passes.mean() == pytest.approx(float(wanted), abs=4 * 0.5 / math.sqrt(200_000))


def test_participation_is_the_consent_of_one():
    assert deliberation.participation_threshold(0.3, 1, 0.5) == deliberation.consent_threshold(0.3, 1, 1, 0.5)
    assert logistic(deliberation.participation_threshold(0.3, 0, 0)) == pytest.approx(0.7)


@given(st.floats(0, 1), probability, probability)
def test_objection_lies_between_its_ends(risk, low, high):
    p = deliberation.objection(risk, low, high)
    assert min(low, high) - 1e-12 <= p <= max(low, high) + 1e-12
    assert deliberation.objection(0, low, high) == pytest.approx(low)
    assert deliberation.objection(1, low, high) == pytest.approx(high)


@given(st.tuples(*[st.floats(0, 1)] * 3), st.tuples(*[st.floats(0.1, 1)] * 3))
def test_risk_index_is_a_weighted_mean(levers, weights):
    index = deliberation.risk_index(*levers, *weights)
    assert min(levers) - 1e-12 <= index <= max(levers) + 1e-12
    assert deliberation.risk_index(1, 1, 1, *weights) == pytest.approx(1)
    assert deliberation.risk_index(*levers, *(2 * w for w in weights)) == pytest.approx(float(index))


@given(st.floats(-1, 2), st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0, 1))
def test_a_member_more_never_enlarges_the_winset(quo, ideals, newcomer):
    low, high = deliberation.winset(quo, ideals)
    narrower = deliberation.winset(quo, [*ideals, newcomer])
    assert low <= narrower[0] <= narrower[1] <= high
    if min(ideals) <= quo <= max(ideals):
        assert low == high == quo
    for position in np.linspace(-1, 3, 41):
        if min(abs(position - low), abs(position - high)) > 1e-9:
            everyone = all(abs(position - ideal) < abs(quo - ideal) for ideal in ideals)
            assert everyone == (low < position < high)


def test_winset_broadcasts():
    low, high = deliberation.winset(np.array([0.0, 0.5, 1.0]), [0.4, 0.7])
    np.testing.assert_allclose(low, [0, 0.5, 0.4])
    np.testing.assert_allclose(high, [0.8, 0.5, 1.0])


EMISSIONS = np.array(  # capability, position, salience of ten states on emission standards (models.md 5b)
    [
        (0.08, 4, 0.8), (0.08, 7, 0.4), (0.03, 4, 0.2), (0.16, 4, 0.8), (0.16, 10, 0.6),
        (0.16, 10, 0.6), (0.16, 10, 0.9), (0.05, 7, 0.1), (0.05, 4, 1.0), (0.08, 7, 0.7),
    ]
)  # fmt: skip


def test_emission_standards():
    capability, position, salience = EMISSIONS.T
    assert deliberation.weighted_median(capability, salience, position) == 7
    assert round(float(deliberation.compromise(capability, salience, position)), 5) == 7.38996


@given(st.lists(st.tuples(st.floats(0.1, 1), st.floats(0.1, 1), st.floats(0, 10)), min_size=1, max_size=9))
def test_compromise_and_median_lie_among_the_positions(actors):
    capability, salience, position = np.array(actors).T
    for model in (deliberation.compromise, deliberation.weighted_median):
        found = model(capability, salience, position)
        assert position.min() - 1e-9 <= found <= position.max() + 1e-9
        assert model(3 * capability, salience, position) == pytest.approx(float(found))
    median = deliberation.weighted_median(capability, salience, position)
    weight = capability * salience
    assert weight[position < median].sum() <= weight.sum() / 2 + 1e-9
    assert weight[position > median].sum() <= weight.sum() / 2 + 1e-9


def test_median_reaches_half_despite_rounding():
    assert deliberation.weighted_median([0.1, 0.2, 0.3], [1, 1, 1], [1, 2, 3]) == 2
    stacked = deliberation.weighted_median(np.ones((2, 3)), 1, [[1, 2, 3], [30, 10, 20]])
    np.testing.assert_array_equal(stacked, [2, 20])


def test_actors_without_weight_are_refused():
    for model in (deliberation.compromise, deliberation.weighted_median):
        with pytest.raises(ValueError, match="capability times salience"):
            model([0, 0], [1, 1], [1, 2])


def test_one_threshold_decides_between_a_bandwagon_and_nobody():
    crowd = np.arange(100) / 100
    assert deliberation.granovetter(crowd) == 1
    crowd[1] = 0.02
    assert deliberation.granovetter(crowd) == 0.01
    np.testing.assert_allclose(deliberation.granovetter([[0.1, 0.1], [0.0, 0.9], [0.5, 0.0]]), [0, 0.5, 1])
    with pytest.raises(ValueError, match="at least one member"):
        deliberation.granovetter([])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_a_coalition_is_a_fixed_point(thresholds):
    share = deliberation.granovetter(thresholds)
    assert np.mean(np.array(thresholds) <= share) >= share - 1e-12
    eager = [max(0.0, threshold - 0.1) for threshold in thresholds]
    assert deliberation.granovetter(eager) >= share


def test_float32(draw, same_in_float32):
    uniform, factor, rho = draw(1e-6, 1 - 1e-6), draw(-4, 4), draw(0, 0.8)
    same_in_float32(deliberation.consent_threshold, uniform, factor, 30, rho, rtol=2e-5, atol=1e-5)
    same_in_float32(deliberation.participation_threshold, uniform, factor, rho, rtol=2e-5, atol=1e-5)
    same_in_float32(deliberation.risk_index, *(draw(0.1, 1) for _ in range(6)))
    same_in_float32(deliberation.objection, draw(0, 1), draw(0.002, 0.3), draw(0.1, 0.95))
    same_in_float32(deliberation.pass_given_factor, 30, draw(0.001, 0.9), rho, factor, rtol=1e-4, atol=1e-6)


def test_edges(never_nan):
    luck = (6e-8, 0.5, 1 - 6e-8)
    never_nan(deliberation.consent_threshold, luck, (-5.4, 0.0, 5.4), (1.0, 30.0, 1e4), (0.0, 0.5, 1.0))
    never_nan(deliberation.objection, (0.0, 0.5, 1.0), (0.0, 0.5, 1.0), (0.0, 0.5, 1.0))
    never_nan(deliberation.risk_index, *[(0.0, 1.0)] * 6)
    never_nan(deliberation.pass_given_factor, (1.0, 30.0), (0.0, 0.5, 1.0), (0.0, 0.5, 1.0), (-5.0, 0.0, 5.0))
    found = deliberation.pass_probability(30, np.array([0.0, 0.5, 1.0])[:, None], np.array([0.0, 0.5, 0.7, 1.0]))
    assert not np.isnan(found).any()
    np.testing.assert_allclose(found[[0, 2]], [[1] * 4, [0] * 4], atol=1e-12)
