import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.model import escalation

DRAWS = 1_000_000
CASES = [
    # r_c, r_a, K, disaster, coalition yields
    (0.1, 0.3, 1, "0.0313", "0.562"),
    (0.1, 0.3, 0.3, "0.0295", "0.695"),
    (0.1, 0.1, 10, "0.00807", "0.0902"),
    (0.3, 0.1, 3, "0.0174", "0.0991"),
    (0.1, 2, 1, "0.0335", "0.620"),
]
stake = st.floats(0.05, 2)
constant = st.floats(0.1, 10)


@pytest.mark.parametrize(("r", "disaster"), [(0.1, 0.023326), (0.02, 0.004927), (0.5, 0.094646)])
def test_equal_stakes(r, disaster):
    assert round(float(escalation.disaster_probability(r)), 6) == disaster
    assert round(float(escalation.closed_form_equal(r)), 6) == disaster


@pytest.mark.parametrize(("r_c", "r_a", "k", "disaster", "yields"), CASES)
def test_unequal_stakes(r_c, r_a, k, disaster, yields):
    found = escalation.disaster_probability(r_c, r_a, k), escalation.yield_probability(r_c, r_a, k)
    for number, printed in zip(found, (disaster, yields), strict=True):
        assert abs(number - float(printed)) <= 0.5 * 10.0 ** -len(printed.partition(".")[2])


@pytest.mark.parametrize(("r_c", "r_a", "k"), [case[:3] for case in CASES] + [(0.02, 0.02, 1), (0.5, 0.5, 1)])
def test_the_integrals_are_what_simulated_contests_do(r_c, r_a, k):
    x_c, x_a, disaster = np.random.default_rng(7).exponential(size=(3, DRAWS))
    h_c, h_a = escalation.stopping_points(x_c, x_a, r_c, r_a, k)
    blown = disaster < np.minimum(h_c, h_a)
    yielded = (h_c < h_a) & ~blown
    wanted = escalation.disaster_probability(r_c, r_a, k), escalation.yield_probability(r_c, r_a, k)
    for share, probability in zip((blown.mean(), yielded.mean()), wanted, strict=True):
        assert share == pytest.approx(probability, abs=4 * math.sqrt(probability * (1 - probability) / DRAWS))
    # The risk run up to the stop has the probability of disaster as its mean, with less noise than the flags.
    run = np.minimum(np.minimum(h_c, h_a), disaster)
    assert run.mean() == pytest.approx(wanted[0], abs=4 * run.std() / math.sqrt(DRAWS))
    assert run.std() < math.sqrt(wanted[0])


def test_the_speed_of_risk_changes_the_length_and_not_the_danger():
    # Nalebuff's neutrality, in days: each stops where rival's hazard x own stake = hazard x disaster cost.
    x, y, disaster = np.random.default_rng(3).exponential(size=(3, DRAWS))
    blown = {}
    for hazard in (0.01, 1.0):
        stop_x, stop_y = (0.1 * held**2 / (2 * hazard) for held in (x, y))
        blown[hazard] = (disaster / hazard < np.minimum(stop_x, stop_y)).mean()
    assert blown[0.01] == blown[1.0]
    assert blown[1.0] == pytest.approx(0.023326, abs=4 * math.sqrt(0.0233 / DRAWS))
    risk, _ = escalation.stopping_points(x[:9], y[:9], 0.1, 0.1, 1)
    np.testing.assert_allclose(risk, 0.1 * x[:9] ** 2 / 2)


@given(stake, stake, constant)
def test_somebody_yields_or_disaster_comes(r_c, r_a, k):
    kappa = r_a / r_c
    disaster = escalation.disaster_probability(r_c, r_a, k)
    ours = escalation.yield_probability(r_c, r_a, k)
    theirs = escalation.yield_probability(r_a, r_c, math.exp(-math.log(k) / kappa))
    assert disaster + ours + theirs == pytest.approx(1, abs=1e-10)
    mirrored = escalation.disaster_probability(r_a, r_c, math.exp(-math.log(k) / kappa))
    assert mirrored == pytest.approx(float(disaster), rel=1e-8)


@given(stake, stake, constant)
def test_more_resolve_makes_the_coalition_hold(r_c, r_a, k):
    assert escalation.yield_probability(r_c, r_a, 1.5 * k) <= escalation.yield_probability(r_c, r_a, k)


@given(st.floats(1e-8, 100))
def test_equal_stakes_have_a_closed_form(r):
    closed = float(escalation.closed_form_equal(r))
    assert escalation.disaster_probability(r) == pytest.approx(closed, rel=1e-8)
    assert closed <= r / 4
    assert escalation.closed_form_equal(1.01 * r) > closed
    assert escalation.yield_probability(r) == pytest.approx((1 - closed) / 2, rel=1e-9)


def test_closed_form_limits():
    assert escalation.closed_form_equal(0) == 0
    assert escalation.closed_form_equal(math.inf) == 1
    assert escalation.closed_form_equal(1e-6) == pytest.approx(2.5e-7, rel=1e-5)
    edge = 2 * escalation.SMALL_STAKE
    assert escalation.closed_form_equal(edge * (1 - 1e-12)) == pytest.approx(
        float(escalation.closed_form_equal(edge)), rel=1e-9
    )


def test_probabilities_broadcast():
    r = np.array([0.02, 0.1])
    both = escalation.disaster_probability(r[:, None], r)
    assert both.shape == (2, 2)
    assert both[0, 0] == pytest.approx(0.004927, abs=5e-7)
    assert both[0, 1] == pytest.approx(both[1, 0])


def test_stopping_points_solve_the_condition_of_indifference():
    # Along x_a = K x_c^kappa both stop at the same risk; there rival's hazard x own stake = own cost.
    r_c, r_a, k, kappa = 0.1, 0.3, 0.7, 3.0
    x = np.linspace(0.2, 2, 50)
    h_c, h_a = escalation.stopping_points(x, k * x**kappa, r_c, r_a, k)
    np.testing.assert_allclose(h_c, h_a)
    near = 1e-5
    before, after = (escalation.stopping_points(x + d, x, r_c, r_a, k)[0] for d in (-near, near))
    per_x = (after - before) / (2 * near)
    rival_hazard = k * kappa * x ** (kappa - 1) / per_x
    np.testing.assert_allclose(rival_hazard * r_c * x, 1, rtol=1e-6)
    np.testing.assert_allclose(r_a * k * x**kappa / per_x, 1, rtol=1e-6)


@given(st.floats(0, 10), st.floats(0.1, 90))
def test_episodes(rate, apart):
    found = escalation.episode_rate(rate, apart)
    assert found <= rate
    assert found <= 1 / apart
    assert escalation.episode_rate(rate, 0) == rate


def test_the_record_bounds_the_chance_of_an_episode():
    for trials, mean, bound in ((12, 0.038, 0.145), (17, 0.028, 0.105)):
        found = escalation.jeffreys(0, trials)
        assert round(float(found[0]), 3) == mean
        assert round(float(found[2]), 3) == bound
    few, many = escalation.jeffreys(np.array([3, 30]), np.array([39, 390]))[2]
    assert many < few
    for events, trials in ((-1, 3), (4, 3)):
        with pytest.raises(ValueError, match="between 0 and trials"):
            escalation.jeffreys(events, trials)


def test_the_worked_ladder():
    stay = np.array([[0, 0.3, 0], [0.5, 0, 0.3], [0, 0.5, 0]])
    end = np.array([[0.7, 0], [0.2, 0], [0.2, 0.3]])
    ends, steps = escalation.absorption(stay, end)
    np.testing.assert_allclose(ends.sum(axis=1), 1)
    assert [round(float(war), 5) for war in ends[:, 1]] == [0.03857, 0.12857, 0.36429]
    np.testing.assert_allclose(steps, 1 + stay @ steps)
    random = np.random.default_rng(5)
    rung, wars, walkers = np.full(100_000, 2), 0, 100_000
    reach = np.hstack([stay, end]).cumsum(axis=1)
    while rung.size:
        rung = (random.random(rung.size)[:, None] > reach[rung]).sum(axis=1)
        wars += (rung == 4).sum()
        rung = rung[rung < 3]
    assert wars / walkers == pytest.approx(ends[2, 1], abs=4 * math.sqrt(0.25 / walkers))


@pytest.mark.parametrize(
    ("stay", "end"),
    [([[0.5]], [[0.5], [0.5]]), ([0.5], [[0.5]]), ([[0.5]], [[0.6]]), ([[-0.5]], [[1.5]])],
)
def test_a_ladder_that_is_none_is_refused(stay, end):
    with pytest.raises(ValueError, match="must"):
        escalation.absorption(stay, end)


def test_a_ladder_nobody_leaves_is_refused():
    with pytest.raises(np.linalg.LinAlgError):
        escalation.absorption([[1.0]], [[0.0]])


@pytest.mark.parametrize("p", [0.2, 0.4, 0.5, 0.7])
def test_gamblers_ruin_is_a_ladder(p):
    assert round(float(escalation.gamblers_ruin(0.4, 5, 1)), 7) == 0.0758294
    stay = np.diag(np.full(3, p), 1) + np.diag(np.full(3, 1 - p), -1)
    end = np.array([[1 - p, 0], [0, 0], [0, 0], [0, p]])
    ends, _ = escalation.absorption(stay, end)
    np.testing.assert_allclose(escalation.gamblers_ruin(p, 5, np.arange(1, 5)), ends[:, 1])


@given(st.floats(0, 1), st.integers(1, 2000), st.data())
def test_gamblers_ruin_is_a_rising_probability(p, top, data):
    rung = data.draw(st.integers(0, top - 1))
    here = escalation.gamblers_ruin(p, top, rung)
    assert 0 <= here <= escalation.gamblers_ruin(p, top, rung + 1) <= 1
    assert escalation.gamblers_ruin(p, top, 0) == 0
    assert escalation.gamblers_ruin(p, top, top) == pytest.approx(1)


def test_float32(draw, same_in_float32):
    x_c, x_a = -np.log(draw(1e-7, 1 - 1e-7)), -np.log(draw(1e-7, 1 - 1e-7))
    r_c, r_a = draw(0.1, 1, log=True), draw(0.1, 1, log=True)
    # A power in logarithms carries the rounding of its exponent, here up to some 40.
    same_in_float32(escalation.stopping_points, x_c, x_a, r_c, r_a, draw(0.1, 10, log=True), rtol=5e-5)
    same_in_float32(escalation.episode_rate, draw(0, 1), draw(7, 90))


def test_edges(never_nan):
    luck = (0.0, 6e-8, 1.0, 16.6)
    never_nan(escalation.stopping_points, luck, luck, (0.02, 2.0), (0.02, 2.0), (0.1, 1.0, 10.0))
    never_nan(escalation.episode_rate, (0.0, 1.0, 1e9), (0.0, 1.0, 1e9))
    for h in escalation.stopping_points(np.array(luck), np.array(luck), 0.02, 2, 10):
        assert np.all(np.isfinite(h.astype(np.float32)))
        assert np.all(h > 0)
