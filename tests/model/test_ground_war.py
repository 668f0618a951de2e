import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.model import ground_war

force = st.floats(10, 1000)
cost = st.floats(1e-4, 0.02)


@given(force, force, cost, cost, st.floats(0, 200))
def test_the_square_law_keeps_its_invariant(blue, red, blue_loss, red_loss, days):
    after = ground_war.lanchester(blue, red, blue_loss, red_loss, 0, 0, 0, 1, days)
    before = red_loss * blue**2 - blue_loss * red**2
    if min(after) > 0:
        size = red_loss * blue**2 + blue_loss * red**2
        assert red_loss * after[0] ** 2 - blue_loss * after[1] ** 2 == pytest.approx(before, abs=1e-7 * size)
    assert all(x >= 0 for x in after)


@given(force, force, st.floats(1e-6, 2e-5), st.floats(1e-6, 2e-5), st.floats(0, 200))
def test_the_linear_law_keeps_its_invariant(blue, red, blue_loss, red_loss, days):
    after = ground_war.lanchester(blue, red, blue_loss, red_loss, 0, 0, 1, 1, days)
    before = red_loss * blue - blue_loss * red
    size = red_loss * blue + blue_loss * red
    assert red_loss * after[0] - blue_loss * after[1] == pytest.approx(before, abs=1e-9 * size)


def test_iwo_jima():
    landed = {0: 54_000, 2: 6_000, 5: 13_000}
    states, state = {}, (0.0, 21_500.0)
    for day in range(36):
        state = ground_war.lanchester(*state, 0.05437, 0.01063, landed.get(day, 0), 0, 0, 1, 1)
        states[day + 1] = state
    for day, americans in ((10, 62_788), (28, 53_092), (36, 52_063)):
        assert states[day][0] == pytest.approx(americans, rel=1e-4)
    assert round(float(states[36][1])) == 146
    # Engel's final count of the landed force was 52,735: the model is within 1.3 %.
    assert abs(states[36][0] / 52_735 - 1) < 0.013


def test_two_to_one_against_threefold_effect():
    # Johnson & MacKay: Red of twice the number beats three times the effect, and ends with Green's start.
    red, green = ground_war.lanchester(200, 100, 3e-3, 1e-3, 0, 0, 0, 1, 1000)
    assert green == 0
    assert red == pytest.approx(100, rel=1e-3)


def test_inflow_balances_at_a_saddle():
    balance = ground_war.lanchester(10 / 0.02, 5 / 0.01, 0.01, 0.02, 5, 10, 0, 1, 50)
    np.testing.assert_allclose(balance, (500, 500))
    stronger = ground_war.lanchester(505, 500, 0.01, 0.02, 5, 10, 0, 1, 200)
    assert stronger[0] > 505
    assert stronger[1] < 500


def test_a_force_that_faces_nobody_loses_nobody():
    for p, q in ((0, 0), (0, 1), (1, 1), (0.5, 0.5)):
        assert ground_war.lanchester(100, 0, 0.1, 0.1, 0, 0, p, q, 50)[0] == pytest.approx(100)
    both = ground_war.lanchester(np.array([100.0, 50.0]), 80, 0.01, 0.01, 0, 0, 0, 1, 500)
    assert both[0][1] == both[1][0] == 0


# Below the smallest normal number logarithms are taken of that number; the campaign keeps strengths far above it.
@given(*[st.floats(0, 2, allow_subnormal=False)] * 2, st.floats(1e-4, 0.01), st.floats(0, 1))
def test_loss_rate_between_the_two_laws(strength, opponent, coefficient, exponent):
    rate = ground_war.loss_rate(strength, opponent, coefficient, exponent)
    if strength > 0:
        assert rate == pytest.approx(coefficient * strength**exponent * opponent)
    else:
        assert rate == 0
    assert ground_war.loss_rate(1, opponent, coefficient, exponent) == pytest.approx(coefficient * opponent)
    assert ground_war.loss_rate(strength, 0, coefficient, exponent) == 0


@given(st.floats(-5, 5), st.floats(0, 2), st.floats(0, 0.01))
def test_the_front_moves_for_the_stronger_beyond_the_dead_band(log_ratio, dead_band, speed):
    moved = ground_war.front_speed(log_ratio, dead_band, speed)
    assert abs(moved) <= speed
    assert moved == -ground_war.front_speed(-log_ratio, dead_band, speed)
    if abs(log_ratio) <= dead_band:
        assert moved == 0
    else:
        assert moved * log_ratio >= 0
        assert abs(ground_war.front_speed(1.5 * log_ratio, dead_band, speed)) >= abs(moved)


@given(st.floats(0, 3), st.floats(0, 3), st.floats(0, 1))
def test_supply(cover, more, dependence):
    effect = ground_war.supply_effect(cover, dependence)
    assert 1 - dependence <= effect <= 1
    assert ground_war.supply_effect(cover + more, dependence) >= effect
    assert ground_war.supply_effect(1, dependence) == 1
    assert ground_war.supply_effect(0, dependence) == 1 - dependence


def test_float32(draw, same_in_float32):
    same_in_float32(ground_war.loss_rate, draw(0.01, 2), draw(0, 2), draw(8e-4, 3e-3), draw(0, 1))
    beyond = np.where(draw(-1, 1) > 0, 1, -1) * draw(1.2, 4)
    same_in_float32(ground_war.front_speed, beyond, draw(0, 1.1), draw(5e-4, 8e-3))
    same_in_float32(ground_war.front_speed, draw(-1, 1), 1.1, draw(5e-4, 8e-3))
    same_in_float32(ground_war.supply_effect, draw(0, 2), draw(0, 0.9))


def test_edges(never_nan):
    edge = (0.0, 1e-30, 1.0, 1e6)
    never_nan(ground_war.loss_rate, edge, edge, edge, (0.0, 0.5, 1.0))
    never_nan(ground_war.front_speed, (-math.inf, -1.0, 0.0, 1.0, math.inf), edge, edge)
    never_nan(ground_war.supply_effect, (-1.0, *edge, math.inf), (0.0, 1.0))
    zero_one = np.array([0.0, 1.0])
    grid = np.array(np.meshgrid(*[zero_one] * 9)).reshape(9, -1)
    with np.errstate(invalid="raise", divide="raise"):
        assert not np.isnan(ground_war.lanchester(*grid)).any()
