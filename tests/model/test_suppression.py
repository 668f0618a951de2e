import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from closedsky.model import suppression

batteries = st.floats(0.5, 100)
aircraft = st.floats(0.5, 300)
kill = st.floats(1e-5, 0.05)
loss = st.floats(1e-4, 0.5)
emission = st.floats(0.02, 1)


@pytest.mark.parametrize("emits", [1.0, 0.2])
def test_the_worked_ambush(emits):
    for days in (0, 1, 5, 20, 80, math.inf):
        left = suppression.ambush(40, 100, 0.002, 0.05, emits, days)
        assert suppression.invariant(*left, 0.002, 0.05) == pytest.approx(-160, abs=1e-9)
    assert round(float(left[1]), 4) == 89.4427
    assert left[0] == 0


def test_ambush_solves_its_equations(draw):
    sam, air, k, ell, e, days = (
        draw(1, 100, size=400), draw(1, 300, size=400), draw(1e-5, 0.05, log=True, size=400),
        draw(1e-4, 0.5, log=True, size=400), draw(0.02, 1, size=400), draw(0, 300, size=400),
    )  # fmt: skip
    # Runge-Kutta in logarithms of batteries, which stay positive, and aircraft, stopped when the last is lost.
    log_s, w, steps = np.log(sam), air.copy(), 4000

    def pace(log_s, w):
        return -k * e * np.maximum(w, 0), np.where(w > 0, -ell * e * np.exp(log_s), 0)

    for _ in range(steps):
        h = days / steps
        s1, w1 = pace(log_s, w)
        s2, w2 = pace(log_s + h / 2 * s1, w + h / 2 * w1)
        s3, w3 = pace(log_s + h / 2 * s2, w + h / 2 * w2)
        s4, w4 = pace(log_s + h * s3, w + h * w3)
        log_s = log_s + h / 6 * (s1 + 2 * s2 + 2 * s3 + s4)
        w = np.maximum(w + h / 6 * (w1 + 2 * w2 + 2 * w3 + w4), 0)
    found = suppression.ambush(sam, air, k, ell, e, days)
    # Both ends occur: aircraft exhausted and not.
    assert 20 < (found[1] == 0).sum() < 380
    np.testing.assert_allclose(found[0], np.exp(log_s), rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(found[1], w, rtol=1e-3, atol=0.05)


@given(batteries, aircraft, kill, loss, emission, st.floats(0, 500))
def test_the_invariant_holds(sam, air, k, ell, e, days):
    left = suppression.ambush(sam, air, k, ell, e, days)
    size = sam + k / (2 * ell) * air**2
    before = suppression.invariant(sam, air, k, ell)
    assert suppression.invariant(*left, k, ell) == pytest.approx(float(before), abs=1e-8 * size)
    assert 0 <= left[0] <= sam
    assert 0 <= left[1] <= air


@given(batteries, aircraft, kill, loss, emission, st.floats(0, 200))
def test_halving_emission_doubles_the_duration_and_changes_nothing_else(sam, air, k, ell, e, days):
    quiet = suppression.ambush(sam, air, k, ell, e / 2, 2 * days)
    np.testing.assert_allclose(quiet, suppression.ambush(sam, air, k, ell, e, days), rtol=1e-9, atol=1e-12)


@given(batteries, aircraft, kill, loss, emission)
def test_who_is_left_in_the_end(sam, air, k, ell, e):
    edge = suppression.invariant(sam, air, k, ell)
    assume(abs(edge) > 1e-3 * sam)
    sam_left, air_left = suppression.ambush(sam, air, k, ell, e, math.inf)
    if edge > 0:
        assert air_left == 0
        assert sam_left == pytest.approx(float(edge), rel=1e-6)
    else:
        assert sam_left == 0
        assert air_left == pytest.approx(math.sqrt(air**2 - 2 * ell * sam / k), rel=1e-6)


def test_an_even_ambush_runs_down_together():
    sam, k, ell = 40.0, 0.002, 0.05
    air = math.sqrt(2 * ell * sam / k)
    for days in (1.0, 30.0, 1e4):
        sam_left, air_left = suppression.ambush(sam, air, k, ell, 1, days)
        assert air_left == pytest.approx(air / (1 + k * air * days / 2), rel=1e-6)
        assert sam_left == pytest.approx(k / (2 * ell) * air_left**2, rel=1e-6)


def test_ambush_without_kills_or_losses():
    assert [float(x) for x in suppression.ambush(40, 100, 0, 0.05, 1, 10)] == pytest.approx([40, 80])
    assert [float(x) for x in suppression.ambush(40, 100, 0, 0.05, 1, math.inf)] == [40, 0]
    assert [float(x) for x in suppression.ambush(40, 100, 0.002, 0, 1, 5)] == pytest.approx([40 * math.exp(-1), 100])
    assert [float(x) for x in suppression.ambush(40, 100, 0.002, 0.05, 0, math.inf)] == [40, 100]
    assert [float(x) for x in suppression.ambush(40, 0, 0.002, 0.05, 1, 10)] == [40, 0]
    assert [float(x) for x in suppression.ambush(0, 100, 0.002, 0.05, 1, 10)] == [0, 100]


@given(st.floats(0, 60), st.floats(0, 100), kill, st.floats(0, 300))
def test_replaced_suppressors_leave_an_exponential(sam, air, k, days):
    left = suppression.batteries_left(sam, 60, air, k, 0, days)
    assert left == pytest.approx(sam * math.exp(-k * air * days))


@given(st.floats(0, 60), st.floats(0, 100), kill, st.floats(1e-4, 0.1), st.floats(0, 300), st.floats(0, 300))
def test_batteries_left_is_a_flow(sam, air, k, rebuilt, first, then):
    def left(stock, days):
        return suppression.batteries_left(stock, 60, air, k, rebuilt, days)

    assert left(left(sam, first), then) == pytest.approx(float(left(sam, first + then)), rel=1e-9, abs=1e-12)
    assert 0 <= left(sam, first) <= 60 + 1e-9
    balance = 60 * rebuilt / (rebuilt + k * air)
    assert left(sam, 1e7) == pytest.approx(balance, rel=1e-6)


@given(batteries, kill, st.floats(0.1, 10))
def test_losses_for_each_battery_do_not_depend_on_emission(sam, k_e, exchange):
    lost = suppression.aircraft_loss_rate(sam, k_e, exchange)
    killed_by_fifty = k_e * 50 * sam
    assert lost / killed_by_fifty == pytest.approx(exchange)


def test_a_sanctuary_costs_without_end():
    a_day = suppression.aircraft_loss_rate(suppression.batteries_left(30, 30, 0, 1e-3, 0, 1e4), 1e-3, 0.2)
    assert a_day == pytest.approx(0.3)
    assert suppression.aircraft_loss_rate(0, 1e-3, 0.2) == 0


def test_the_worked_emission_game():
    np.testing.assert_allclose(suppression.emission_game(3, 2, 1), [1 / 6, 1 / 3, 1 / 3], rtol=1e-14)


@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(0.01, 100))
def test_neither_side_gains_by_departing_from_the_mixture(lethal, gain, silent):
    emit, cover, value = suppression.emission_game(lethal, gain, silent)
    assert -lethal * cover + gain * (1 - cover) == pytest.approx(float(value), rel=1e-9, abs=1e-9)
    assert silent * cover == pytest.approx(float(value), rel=1e-9)
    assert -lethal * emit + silent * (1 - emit) == pytest.approx(float(value), rel=1e-9, abs=1e-9)
    assert gain * emit == pytest.approx(float(value), rel=1e-9)
    worse = suppression.emission_game(lethal * 2, gain, silent)
    assert worse[0] < emit
    assert worse[2] < value


def test_better_weapons_can_kill_fewer():
    lethal = np.linspace(0.1, 10, 100)
    emit, cover, _ = suppression.emission_game(lethal, 2, 1)
    assert lethal[(lethal * emit * cover).argmax()] == pytest.approx(3)


def test_float32(draw, same_in_float32):
    sam, air, days = draw(0, 60), draw(0, 100), draw(0.1, 30)
    kill_rate = draw(3e-5, 2e-3, log=True)
    same_in_float32(suppression.batteries_left, sam, 60 + 0 * sam, air, kill_rate, draw(0, 0.02), days)
    same_in_float32(suppression.aircraft_loss_rate, sam, kill_rate, draw(0.1, 10, log=True))
    same_in_float32(suppression.emission_game, draw(0, 9), draw(0, 9), draw(0, 9))
    costs = draw(1e-3, 0.1, log=True)
    same_in_float32(suppression.ambush, sam, air, kill_rate, costs, draw(0.02, 1), days, rtol=1e-4, atol=1e-3)


def test_edges(never_nan):
    edge = (0.0, 1e-6, 1.0, 100.0)
    never_nan(suppression.batteries_left, edge, edge, edge, edge, edge, (0.0, 1.0, 1e6))
    never_nan(suppression.aircraft_loss_rate, edge, edge, edge)
    never_nan(suppression.ambush, edge, edge, edge, edge, (0.0, 0.5), (0.0, 1.0, 1e6, math.inf))
    never_nan(suppression.invariant, edge, edge, edge, edge)
    never_nan(suppression.emission_game, edge, edge, edge)
