import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.model import incidents

share = st.just(0.0) | st.floats(1e-6, 1)
luck = st.floats(1e-6, 20)


@given(share, share)
def test_class_shares_sum_to_one_and_have_their_margins(lethal, repeat):
    shares = incidents.class_shares(lethal, repeat)
    assert sum(shares) == pytest.approx(1)
    assert shares[0] + shares[1] == pytest.approx(lethal)
    assert shares[0] + shares[2] == pytest.approx(repeat)


@given(share, share, st.tuples(luck, luck, luck, luck))
def test_no_order_is_impossible(lethal, repeat, each):
    shots, death, again = incidents.first_crossings(lethal, repeat, *each)
    assert shots <= death
    assert shots <= again
    assert math.isfinite(shots)


def test_a_class_without_a_share_never_comes():
    shots, death, again = incidents.first_crossings(0, 0, 1, 1, 1, 2)
    assert (float(shots), float(death), float(again)) == (2, math.inf, math.inf)
    shots, death, again = incidents.first_crossings(1, 1, 3, 1, 1, 1)
    assert (float(shots), float(death), float(again)) == (3, 3, 3)


def test_the_four_clocks_are_a_thinned_poisson_process():
    each = np.random.default_rng(1).exponential(size=(4, 200_000))
    shots, death, again = incidents.first_crossings(0.4, 0.1, *each)
    for threshold, q in ((shots, 1.0), (death, 0.4), (again, 0.1)):
        for expected in (0.5, 2.0, 5.0):
            never = incidents.no_event_probability(0.1, q, expected / 0.1)
            error = math.sqrt(never * (1 - never) / len(threshold))
            assert (threshold > expected).mean() == pytest.approx(float(never), abs=4 * error)
    assert (death == shots).mean() == pytest.approx(0.4, abs=0.005)


@given(st.floats(0, 5), st.floats(0, 1), st.floats(0, 50), st.floats(0, 50))
def test_no_event_is_multiplicative_in_time(rate, q, first, then):
    whole = incidents.no_event_probability(rate, q, first + then)
    parts = incidents.no_event_probability(rate, q, first) * incidents.no_event_probability(rate, q, then)
    assert whole == pytest.approx(float(parts))
    assert 0 <= whole <= 1


def test_crossing_fraction_definitions():
    assert incidents.crossing_fraction(1, 1, 0.5) == 0
    assert incidents.crossing_fraction(1, 2, 0) == 0
    assert incidents.crossing_fraction(1, 0.5, 0) == math.inf
    assert incidents.crossing_fraction(1, 0.5, -1) == math.inf
    assert incidents.crossing_fraction(math.inf, 0.5, 3) == math.inf
    assert incidents.crossing_fraction(1, 0.5, 0.25) == 2


@given(st.floats(0.01, 5), st.lists(st.floats(0.01, 1), min_size=1, max_size=12), st.integers(1, 5))
def test_the_event_falls_on_the_same_moment_however_steps_are_cut(threshold, increments, pieces):
    def moment(steps):
        before = elapsed = 0.0
        for increment, length in steps:
            fraction = float(incidents.crossing_fraction(threshold, before, increment))
            if fraction <= 1:
                return elapsed + fraction * length
            before, elapsed = before + increment, elapsed + length
        return None

    coarse = moment([(increment, 1.0) for increment in increments])
    fine = moment([(increment / pieces, 1 / pieces) for increment in increments for _ in range(pieces)])
    if coarse is None or fine is None:
        assert sum(increments) <= threshold + 1e-9
    else:
        assert fine == pytest.approx(coarse, abs=1e-9)


def test_float32(draw, same_in_float32):
    q = draw(0.01, 0.99), draw(0.01, 0.99)
    same_in_float32(incidents.class_shares, *q)
    same_in_float32(incidents.first_crossings, *q, *(draw(1e-6, 16) for _ in range(4)))
    same_in_float32(incidents.no_event_probability, draw(0, 1), draw(0, 1), draw(0, 30))
    same_in_float32(incidents.crossing_fraction, draw(1, 3), draw(0, 0.9), draw(0, 1))


def test_edges(never_nan):
    edge = (0.0, 1e-30, 1.0, 1e6)
    never_nan(incidents.first_crossings, (0.0, 0.5, 1.0), (0.0, 0.5, 1.0), edge, edge, edge, edge)
    never_nan(incidents.no_event_probability, edge, (0.0, 1.0), edge)
    never_nan(incidents.crossing_fraction, (*edge, math.inf), edge, (-1.0, *edge))
